public import FlowModel

/// The conversations that a host began with one service of one peer, as far as they are worth a series.
///
/// Outside peers: all of them where there are eight or more, else the long ones (an hour) and the large ones (a mebibyte).
/// Inside peers: the first 64 of twenty or more.
public struct CallSeries: Sendable {
  /// Who began them.
  public var host: IPAddress
  /// With whom.
  public var peer: IPAddress
  /// The peer's service.
  public var service: Service
  /// Whether the peer is an own or internal address as well.
  public var isLateral: Bool
  /// Conversations.
  public var calls: UInt64 = 0
  /// Answered ones.
  public var answered: UInt64 = 0
  /// Those of which it is known that the host began them.
  public var directed: UInt64 = 0
  /// What the host sent.
  public var bytesOut: UInt64 = 0
  /// In so many packets.
  public var packetsOut: UInt64 = 0
  /// What came back.
  public var bytesIn: UInt64 = 0
  /// Earliest start, Unix seconds.
  public var first = UInt32.max
  /// Latest end, Unix seconds.
  public var last: UInt32 = 0
  /// The slices of the log that its conversations touch (`LogSlices`).
  public var activity: UInt64 = 0
  /// The longest conversation, in seconds.
  public var longest: UInt32 = 0
  /// What the host sent in the longest conversation.
  public var longestOut: UInt64 = 0
  /// What came back in the longest conversation.
  public var longestIn: UInt64 = 0
  /// The hour with the most bytes sent, in hours since 1970; conversations over several hours count evenly.
  public var busiestHour: UInt32 = 0
  /// Bytes sent in the busiest hour.
  public var busiestHourOut: UInt64 = 0
  /// Bytes that came back in the busiest hour.
  public var busiestHourIn: UInt64 = 0
  /// Bytes sent in the busiest 24 hours, whole hours.
  public var busiestDayOut: UInt64 = 0
  /// The beat; nil with fewer than four distinct starts.
  public var shape: BeaconShape?

  init(host: IPAddress, peer: IPAddress, service: Service, isLateral: Bool) {
    self.host = host
    self.peer = peer
    self.service = service
    self.isLateral = isLateral
  }

  /// The share of all bytes that went out more than came in: 1 when nothing came back, 0 when both are equal or less went
  /// out.
  public var uploadShare: Double { Self.uploadShare(bytesOut, bytesIn) }

  /// (out - in) / (out + in), at least 0.
  public static func uploadShare(_ out: UInt64, _ back: UInt64) -> Double {
    guard out > back else { return 0 }
    return Double(out - back) / (Double(out) + Double(back))
  }
}

/// A service of an outside network, a /24 or /48.
public struct NetworkUse: Hashable, Sendable, Comparable {
  /// The network.
  public var network: IPNetwork
  /// The service.
  public var service: Service

  /// By network, then service.
  public static func < (left: NetworkUse, right: NetworkUse) -> Bool {
    (left.network.base, left.service) < (right.network.base, right.service)
  }

  /// The use of a service in the network around an address.
  public init(around address: IPAddress, _ service: Service) {
    network = IPNetwork(around: address)
    self.service = service
  }
}

/// How common it is in the network to talk to an outside service.
public struct Prevalence: Sendable {
  /// Inside hosts that were answered from outside.
  public var activeHosts = 0
  /// How many of them talk to each service that somebody may ask about.
  private var users: [NetworkUse: Int] = [:]

  /// Nothing known.
  public init() {}

  /// How many inside hosts talk to the service of the outside network; 0 when nobody asked for it to be counted.
  public func hosts(_ use: NetworkUse) -> Int { users[use] ?? 0 }

  mutating func add(_ hosts: Int, to use: NetworkUse) { users[use, default: 0] += hosts }

  mutating func add(_ other: Prevalence) {
    activeHosts += other.activeHosts
    for (use, hosts) in other.users { users[use, default: 0] += hosts }
  }
}
