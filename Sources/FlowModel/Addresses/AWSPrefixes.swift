/// A range of addresses that AWS publishes as its own.
public struct AWSPrefix: Sendable, Hashable {
  /// The range.
  public var network: IPNetwork
  /// The service as AWS writes it: `S3`, `EC2`, `AMAZON`.
  public var service: String
  /// The region, such as `eu-west-1`; `GLOBAL` for services without one.
  public var region: String

  /// Describes a range.
  public init(network: IPNetwork, service: String, region: String) {
    (self.network, self.service, self.region) = (network, service, region)
  }
}

/// The ranges that AWS publishes, made ready for look-ups.
///
/// AWS lists most ranges several times: as `AMAZON`, often as `EC2`, and as the service that really uses it. The answer
/// for an address is the service that says most: any other before `EC2`, that before `AMAZON`; of equals the longest
/// prefix. This is worked out once, so that a look-up is one binary search.
public struct AWSPrefixes: Sendable {
  /// How many ranges there are, repeated ones included.
  public let count: Int
  /// Service and region, each pair once.
  private let labels: [Label]
  private let v4: Segments
  private let v6: Segments
  /// The services that records name, by address.
  private var recorded: [IPAddress: String] = [:]

  /// No ranges.
  public init() { self.init([]) }

  /// Makes ranges ready.
  ///
  /// - Parameter prefixes: in any order; their order does not matter.
  /// - Complexity: O(n log n).
  public init(_ prefixes: [AWSPrefix]) {
    count = prefixes.count
    let all = Set(prefixes.map(Label.init)).sorted(by: Label.comesBefore)
    let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, Int32($0)) })
    let ranges = prefixes.map { prefix in
      Entry(network: prefix.network, label: places[Label(prefix)] ?? Segments.none)
    }
    labels = all
    v4 = Segments(ranges.filter { $0.network.base.isV4 }, all)
    v6 = Segments(ranges.filter { !$0.network.base.isV4 }, all)
  }

  /// Whether there is no range and no address.
  public var isEmpty: Bool { count == 0 && recorded.isEmpty }

  /// The same ranges, and single addresses with the services that records name; ranges that hold them go before.
  public func adding(_ recorded: [IPAddress: String]) -> AWSPrefixes {
    var prefixes = self
    prefixes.recorded = recorded
    return prefixes
  }

  /// The service and region of an address; nil when AWS does not list it.
  ///
  /// The region is empty where only records name the service.
  ///
  /// - Complexity: O(log n).
  public func match(_ address: IPAddress) -> (service: String, region: String)? {
    let place = (address.isV4 ? v4 : v6).label(of: address)
    guard place != Segments.none else { return recorded[address].map { ($0, "") } }
    return (labels[Int(place)].service, labels[Int(place)].region)
  }
}

extension AWSPrefixes {
  fileprivate struct Label: Hashable, Sendable {
    var service: String
    var region: String

    init(_ prefix: AWSPrefix) { (service, region) = (prefix.service, prefix.region) }

    /// How much the service says about what the address is for.
    var weight: Int {
      switch service {
      case "AMAZON": 0
      case "EC2": 1
      default: 2
      }
    }

    static func comesBefore(_ left: Label, _ right: Label) -> Bool {
      (left.service, left.region) < (right.service, right.region)
    }
  }

  fileprivate struct Entry {
    var network: IPNetwork
    var label: Int32
  }

  /// The address space of a family cut where the answer changes.
  fileprivate struct Segments: Sendable {
    static let none: Int32 = -1

    /// First addresses, rising.
    private var starts: [UInt128] = []
    /// The answer from there on.
    private var answers: [Int32] = []

    /// CIDR ranges lie within each other or apart, so the ones open at a place are a stack.
    init(_ ranges: [Entry], _ labels: [Label]) {
      var open: [(last: UInt128, best: Entry)] = []
      for range in ranges.sorted(by: { Self.comesBefore($0, $1, labels) }) {
        let base = range.network.base.bits
        close(&open, before: base)
        let outer = open.last?.best
        let best = outer.map { Self.saysMore($0, than: range, labels) ? $0 : range } ?? range
        open.append((range.network.last.bits, best))
        cut(at: base, best.label)
      }
      close(&open, before: nil)
    }

    /// Ends the ranges that end before an address; all of them for nil.
    private mutating func close(_ open: inout [(last: UInt128, best: Entry)], before base: UInt128?)
    {
      while let top = open.last, base.map({ top.last < $0 }) ?? true {
        open.removeLast()
        let (next, isPastTheEnd) = top.last.addingReportingOverflow(1)
        if !isPastTheEnd { cut(at: next, open.last?.best.label ?? Self.none) }
      }
    }

    private mutating func cut(at start: UInt128, _ label: Int32) {
      if starts.last == start {
        answers[answers.count - 1] = label
      } else if answers.last ?? Self.none != label {
        starts.append(start)
        answers.append(label)
      }
    }

    private static func comesBefore(_ left: Entry, _ right: Entry, _ labels: [Label]) -> Bool {
      (left.network.base, left.network.prefixLength, left.label)
        < (right.network.base, right.network.prefixLength, right.label)
    }

    /// Whether a range that holds another one, or is the same, says more; the first by name of equals.
    private static func saysMore(_ outer: Entry, than inner: Entry, _ labels: [Label]) -> Bool {
      let (left, right) = (labels[Int(outer.label)].weight, labels[Int(inner.label)].weight)
      return left > right
        || left == right && outer.network.prefixLength == inner.network.prefixLength
    }

    func label(of address: IPAddress) -> Int32 {
      let bits = address.plain.bits
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= bits { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? Self.none : answers[low - 1]
    }
  }
}
