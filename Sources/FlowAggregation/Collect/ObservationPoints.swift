internal import Synchronization

/// Distinguishes the observation points that record the same packets of one interface: its flow logs, or the
/// attachments of transit gateways.
///
/// An observation point (RFC 7011) is an interface together with a name. Each has a number above those of all
/// interfaces, which stands in flow rows until `SingleObservation` keeps one observation of each packet.
package final class ObservationPoints: Sendable {
  /// The smallest number that is no interface's.
  static let firstNumber: UInt32 = 1 << 22
  /// The most numbers, which hostile names cannot exceed.
  static let most = 1 << 18
  /// The longest name; longer ones are hostile.
  static let longestName = 64

  private struct Point: Hashable {
    var interface: UInt32
    var name: String
  }

  private struct State {
    var numbers: [Point: UInt32] = [:]
    var points: [Point] = []
    var isFull = false
  }

  private let state = Mutex(State())

  /// No observation points.
  package init() {}

  /// The number of an observation point, a new one at first sight; that of the interface when there are too many.
  func number(_ interface: UInt32, _ name: String) -> UInt32 {
    guard name.utf8.count <= Self.longestName else { return interface }
    return state.withLock { state in
      let point = Point(interface: interface, name: name)
      if let known = state.numbers[point] { return known }
      guard state.points.count < Self.most else {
        state.isFull = true
        return interface
      }
      let number = Self.firstNumber + UInt32(state.points.count)
      state.numbers[point] = number
      state.points.append(point)
      return number
    }
  }

  /// Whether there were more observation points than numbers, so that none are compared.
  package var isFull: Bool { state.withLock { $0.isFull } }

  /// The interfaces behind the numbers.
  var shared: SharedInterfaces {
    state.withLock { state in
      let names = Set(state.points.map(\.name)).sorted()
      let ranks = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      return SharedInterfaces(
        points: state.points.map { ($0.interface, ranks[$0.name] ?? 0) },
        areCompared: !state.isFull
      )
    }
  }
}

/// The interfaces whose packets several observation points recorded.
struct SharedInterfaces: Sendable {
  /// The interface and the rank of the name, by number above those of interfaces.
  private let points: [(interface: UInt32, rank: Int)]
  /// Whether observations of one interface are compared; false if some have no number, whatever the order of inputs.
  let areCompared: Bool

  init(points: [(interface: UInt32, rank: Int)] = [], areCompared: Bool = true) {
    (self.points, self.areCompared) = (points, areCompared)
  }

  /// Whether there is none, which is usual.
  var isEmpty: Bool { points.isEmpty }

  /// The interface of a number in a flow row.
  @inline(__always)
  func interface(_ number: UInt32) -> UInt32 {
    number < ObservationPoints.firstNumber
      ? number : points[Int(number - ObservationPoints.firstNumber)].interface
  }

  /// The place of a point's name in the order of all names, which is the same in every run.
  func rank(_ number: UInt32) -> Int { points[Int(number - ObservationPoints.firstNumber)].rank }
}
