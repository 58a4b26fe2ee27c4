package import FlowFindings
package import FlowModel

/// The traffic of a source with one service of one destination, if it is relevant for a detector or the history.
package struct HostServicePair: Sendable {
  /// The initiator.
  package var source: IPAddress
  /// The peer.
  package var destination: IPAddress
  /// The service.
  package var service: Service
  /// The direction of the traffic.
  package var trafficDirection: TrafficDirection
  /// The outcomes of the conversations.
  package var outcomes: OutcomeCounts
  /// Packets and bytes that the source sent.
  package var sums: RecordSums
  /// Response bytes.
  package var replyBytes: UInt64
  /// The longest conversation, in seconds.
  package var longest: UInt32
  /// Conversations with a certain direction.
  package var sure: UInt64
  /// Whether the records contain the protocol.
  ///
  /// Otherwise the service has protocol 255, which is also a valid number.
  package var isProtocolRecorded = true
  /// Whether the source was answered by other internal hosts.
  package var isAnsweredElsewhere = false

  /// Whether any conversation was answered.
  package var isAnswered: Bool { outcomes.touched + outcomes.sessions > 0 }
}

/// Answered conversations that an internal host initiated with one service of one external network.
package struct OutwardUse: Sendable {
  /// The most uses of one host that are emitted, those with the most bytes.
  package static let limit = 4096

  /// The internal address.
  package var host: IPAddress
  /// The network and its service.
  package var use: NetworkUse
  /// Conversations.
  package var conversations: UInt64
  /// Conversations of eight packets or more.
  package var sessions: UInt64
  /// Bytes that the host sent.
  package var bytesOut: UInt64
  /// Response bytes.
  package var bytesIn: UInt64
  /// Earliest record, Unix seconds.
  package var first: UInt32
  /// Latest record, Unix seconds.
  package var last: UInt32
  /// The slices of the log in which the conversations were active (`LogSlices`).
  package var activity: UInt64 = 0
  /// The values of `traffic-path` of the host's packets, 1 to 8, one bit each from the lowest; 0 if the log does not
  /// contain it.
  package var paths: UInt8
  /// One address of the network that answered, the smallest.
  package var sample: IPAddress

  /// Bytes in both directions, limited to the largest value.
  package var bytes: UInt64 { bytesOut +| bytesIn }

  mutating func add(_ other: OutwardUse) {
    conversations +|= other.conversations
    sessions +|= other.sessions
    bytesOut +|= other.bytesOut
    bytesIn +|= other.bytesIn
    first = min(first, other.first)
    last = max(last, other.last)
    paths |= other.paths
    activity |= other.activity
    sample = min(sample, other.sample)
  }
}

/// External traffic of a host per hour; only with a history.
package struct HostVolume: Sendable {
  /// One hour.
  ///
  /// Longer conversations are distributed evenly over their span.
  package struct Hour: Sendable, Equatable {
    /// Hours since 1970.
    package var hour: UInt32
    /// Bytes that the host sent.
    package var bytesOut: UInt64
    /// Bytes received.
    package var bytesIn: UInt64
    /// Conversations that the host initiated.
    package var conversations: UInt64

    /// Bytes in both directions, limited to the largest value.
    package var bytes: UInt64 { bytesOut +| bytesIn }
  }

  /// The internal address.
  package var host: IPAddress
  /// The hours, ascending.
  package var hours: [Hour]
}
