package import FlowModel

/// The conversations that a host initiated with one service of one peer, if they are relevant for a series.
///
/// External peers: all conversations if there are eight or more, otherwise the long ones (an hour) and the large ones
/// (1 MiB). Internal peers: the first 64 of twenty or more.
package struct ConnectionSeries: Sendable {
  /// The initiator.
  package var host: IPAddress
  /// The peer.
  package var peer: IPAddress
  /// The peer's service.
  package var service: Service
  /// Whether the peer is also an internal address.
  package var isLateral: Bool
  /// Conversations.
  package var connections: UInt64 = 0
  /// Answered conversations.
  package var answered: UInt64 = 0
  /// Answered conversations in which the peer only sent resets.
  package var refused: UInt64 = 0
  /// Conversations with the host as the known initiator.
  package var directed: UInt64 = 0
  /// Bytes that the host sent.
  package var bytesOut: UInt64 = 0
  /// Packets that the host sent.
  package var packetsOut: UInt64 = 0
  /// Response bytes.
  package var bytesIn: UInt64 = 0
  /// Earliest start, Unix seconds.
  package var first = UInt32.max
  /// Latest end, Unix seconds.
  package var last: UInt32 = 0
  /// The slices of the log in which its conversations were active (`LogSlices`).
  package var activity: UInt64 = 0
  /// The longest connection, in seconds: one conversation, or several with the same client port.
  package var longest: UInt32 = 0
  /// Bytes that the host sent in the longest connection.
  package var longestOut: UInt64 = 0
  /// Response bytes in the longest connection.
  package var longestIn: UInt64 = 0
  /// The hour with the most bytes sent, in hours since 1970.
  ///
  /// Conversations over several hours are distributed evenly.
  package var busiestHour: UInt32 = 0
  /// Bytes sent in the busiest hour.
  package var busiestHourOut: UInt64 = 0
  /// Response bytes in the busiest hour.
  package var busiestHourIn: UInt64 = 0
  /// Bytes sent in the busiest 24 hours, whole hours.
  package var busiestDayOut: UInt64 = 0
  /// The interval and its regularity, of all connections or of their best 24 hours; nil for fewer than four distinct
  /// starts.
  package var shape: BeaconShape?

  init(host: IPAddress, peer: IPAddress, service: Service, isLateral: Bool) {
    self.host = host
    self.peer = peer
    self.service = service
    self.isLateral = isLateral
  }

  /// Whether at most a tenth of the conversations got more than resets.
  package var isUnavailable: Bool { (answered - min(answered, refused)) * 10 <= connections }

  /// The share of all bytes that were sent in excess of those received: 1 without response bytes, 0 if no more were
  /// sent than received.
  package var uploadShare: Double { Self.uploadShare(bytesOut, bytesIn) }

  /// (out - in) / (out + in), at least 0.
  package static func uploadShare(_ out: UInt64, _ back: UInt64) -> Double {
    guard out > back else { return 0 }
    return Double(out - back) / (Double(out) + Double(back))
  }
}

/// A service of an external network, a /24 or /48.
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

/// The prevalence of external services in the network.
package struct Prevalence: Sendable {
  /// Internal hosts with a response from an external address.
  package var activeHosts = 0
  /// Number of those hosts for each relevant service.
  private var users: [NetworkUse: Int] = [:]

  /// Without data.
  package init() {}

  /// Number of internal hosts that use the service of the external network; 0 if it was not counted.
  package func hosts(_ use: NetworkUse) -> Int { users[use] ?? 0 }

  mutating func add(_ hosts: Int, to use: NetworkUse) { users[use, default: 0] += hosts }

  mutating func add(_ other: Prevalence) {
    activeHosts += other.activeHosts
    for (use, hosts) in other.users { users[use, default: 0] += hosts }
  }
}
