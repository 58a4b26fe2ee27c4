package import FlowModel

/// The conversations that a host began with one service of one peer, as far as they are worth a series.
///
/// Outside peers: all of them where there are eight or more, else the long ones (an hour) and the large ones (a
/// mebibyte). Inside peers: the first 64 of twenty or more.
package struct ConnectionSeries: Sendable {
  /// Who began them.
  package var host: IPAddress
  /// With whom.
  package var peer: IPAddress
  /// The peer's service.
  package var service: Service
  /// Whether the peer is an own or internal address as well.
  package var isLateral: Bool
  /// Conversations.
  package var connections: UInt64 = 0
  /// Answered ones.
  package var answered: UInt64 = 0
  /// Those of which it is known that the host began them.
  package var directed: UInt64 = 0
  /// What the host sent.
  package var bytesOut: UInt64 = 0
  /// In so many packets.
  package var packetsOut: UInt64 = 0
  /// What came back.
  package var bytesIn: UInt64 = 0
  /// Earliest start, Unix seconds.
  package var first = UInt32.max
  /// Latest end, Unix seconds.
  package var last: UInt32 = 0
  /// The slices of the log that its conversations touch (`LogSlices`).
  package var activity: UInt64 = 0
  /// The longest conversation, in seconds.
  package var longest: UInt32 = 0
  /// What the host sent in the longest conversation.
  package var longestOut: UInt64 = 0
  /// What came back in the longest conversation.
  package var longestIn: UInt64 = 0
  /// The hour with the most bytes sent, in hours since 1970; conversations over several hours count evenly.
  package var busiestHour: UInt32 = 0
  /// Bytes sent in the busiest hour.
  package var busiestHourOut: UInt64 = 0
  /// Bytes that came back in the busiest hour.
  package var busiestHourIn: UInt64 = 0
  /// Bytes sent in the busiest 24 hours, whole hours.
  package var busiestDayOut: UInt64 = 0
  /// The beat; nil with fewer than four distinct starts.
  package var shape: BeaconShape?

  init(host: IPAddress, peer: IPAddress, service: Service, isLateral: Bool) {
    self.host = host
    self.peer = peer
    self.service = service
    self.isLateral = isLateral
  }

  /// The share of all bytes that went out more than came in: 1 when nothing came back, 0 when both are equal or less
  /// went out.
  package var uploadShare: Double { Self.uploadShare(bytesOut, bytesIn) }

  /// (out - in) / (out + in), at least 0.
  package static func uploadShare(_ out: UInt64, _ back: UInt64) -> Double {
    guard out > back else { return 0 }
    return Double(out - back) / (Double(out) + Double(back))
  }
}

/// A service of an outside network, a /24 or /48.
package struct NetworkUse: Hashable, Sendable, Comparable {
  /// The network.
  package var network: IPNetwork
  /// The service.
  package var service: Service

  /// By network, then service.
  package static func < (left: NetworkUse, right: NetworkUse) -> Bool {
    (left.network.base, left.service) < (right.network.base, right.service)
  }

  /// The use of a service in the network around an address.
  package init(around address: IPAddress, _ service: Service) {
    network = IPNetwork(around: address)
    self.service = service
  }
}

/// How common it is in the network to talk to an outside service.
package struct Prevalence: Sendable {
  /// Inside hosts that were answered from outside.
  package var activeHosts = 0
  /// How many of them talk to each service that somebody may ask about.
  private var users: [NetworkUse: Int] = [:]

  /// Nothing known.
  package init() {}

  /// How many inside hosts talk to the service of the outside network; 0 when nobody asked for it to be counted.
  package func hosts(_ use: NetworkUse) -> Int { users[use] ?? 0 }

  mutating func add(_ hosts: Int, to use: NetworkUse) { users[use, default: 0] += hosts }

  mutating func add(_ other: Prevalence) {
    activeHosts += other.activeHosts
    for (use, hosts) in other.users { users[use, default: 0] += hosts }
  }
}
