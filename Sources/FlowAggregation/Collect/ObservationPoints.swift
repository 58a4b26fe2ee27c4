internal import Synchronization

/// Distinguishes the observation points that record the same packets of one interface: its flow logs, or the
/// attachments of transit gateways.
///
/// An observation point (RFC 7011) is an interface together with a name. The first one of an interface has the
/// interface's own number, every other one a number above all interfaces. These numbers stand in flow rows until
/// `SingleObservation` keeps one observation of each packet.
package final class ObservationPoints: Sendable {
  /// The smallest number that is no interface's.
  static let firstNumber: UInt32 = 1 << 22
  /// The most numbers, which hostile names cannot exceed; records of further points count as the interface's.
  static let most = 1 << 16

  private struct Point: Hashable {
    var interface: UInt32
    var name: String
  }

  private struct State {
    var firstNames: [UInt32: String] = [:]
    var numbers: [Point: UInt32] = [:]
    var points: [Point] = []
  }

  private let state = Mutex(State())

  /// No observation points.
  package init() {}

  /// The number of an observation point, a new one at first sight.
  func number(_ interface: UInt32, _ name: String) -> UInt32 {
    state.withLock { state in
      let first = state.firstNames[interface]
      if first == name { return interface }
      let point = Point(interface: interface, name: name)
      if let known = state.numbers[point] { return known }
      guard state.points.count < Self.most else { return interface }
      guard first != nil else {
        state.firstNames[interface] = name
        return interface
      }
      let number = Self.firstNumber + UInt32(state.points.count)
      state.numbers[point] = number
      state.points.append(point)
      return number
    }
  }

  /// The interfaces with several observation points.
  var shared: SharedInterfaces {
    state.withLock { state in
      guard !state.points.isEmpty else { return SharedInterfaces() }
      let names = Set(state.points.map(\.name)).union(state.firstNames.values).sorted()
      let ranks = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      var shared = SharedInterfaces()
      for point in state.points { shared.add(point.interface, rank: ranks[point.name] ?? 0) }
      for (interface, name) in state.firstNames {
        shared.setFirst(interface, rank: ranks[name] ?? 0)
      }
      return shared
    }
  }
}

/// The interfaces whose packets several observation points recorded.
struct SharedInterfaces: Sendable {
  /// The interface and the rank of the name, by number above those of interfaces.
  private var points: [(interface: UInt32, rank: Int)] = []
  private var firstRanks: [UInt32: Int] = [:]

  /// Whether there is none, which is usual.
  var isEmpty: Bool { points.isEmpty }

  fileprivate mutating func add(_ interface: UInt32, rank: Int) { points.append((interface, rank)) }

  fileprivate mutating func setFirst(_ interface: UInt32, rank: Int) {
    firstRanks[interface] = rank
  }

  /// The interface of a number in a flow row.
  func interface(_ number: UInt32) -> UInt32 {
    number < ObservationPoints.firstNumber
      ? number : points[Int(number - ObservationPoints.firstNumber)].interface
  }

  /// The place of a point's name in the order of all names, which is the same in every run.
  func rank(_ number: UInt32) -> Int {
    number < ObservationPoints.firstNumber
      ? firstRanks[number] ?? 0 : points[Int(number - ObservationPoints.firstNumber)].rank
  }
}
