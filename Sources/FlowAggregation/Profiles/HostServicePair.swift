package import FlowFindings
package import FlowModel

/// What a source did to one service of one destination, told where a detector or the memory may ask about it.
package struct HostServicePair: Sendable {
  /// Who began.
  package var source: IPAddress
  /// With whom.
  package var destination: IPAddress
  /// The service.
  package var service: Service
  /// Which way it went.
  package var trafficDirection: TrafficDirection
  /// How the conversations went.
  package var outcomes: OutcomeCounts
  /// What the source sent.
  package var sums: RecordSums
  /// What came back.
  package var replyBytes: UInt64
  /// The longest conversation, in seconds.
  package var longest: UInt32
  /// Conversations whose direction is clear.
  package var sure: UInt64
  /// Whether the records name the protocol; where they do not, the service's one is 255, which is also a real one's
  /// number.
  package var isProtocolRecorded = true
  /// Whether the source was answered elsewhere inside the network.
  package var isAnsweredElsewhere = false

  /// Whether anything was answered.
  package var isAnswered: Bool { outcomes.touched + outcomes.sessions > 0 }
}

/// What an inside host began with one service of one outside network, and was answered.
package struct OutwardUse: Sendable {
  /// How many of one host are told, those with the most bytes.
  package static let limit = 4096

  /// The own or internal address.
  package var host: IPAddress
  /// The network and its service.
  package var use: NetworkUse
  /// Conversations.
  package var conversations: UInt64
  /// Those of eight packets or more.
  package var sessions: UInt64
  /// What the host sent.
  package var bytesOut: UInt64
  /// What came back.
  package var bytesIn: UInt64
  /// Earliest record, Unix seconds.
  package var first: UInt32
  /// Latest record, Unix seconds.
  package var last: UInt32
  /// The slices of the log that the conversations touch (`LogSlices`).
  package var activity: UInt64 = 0
  /// The values of `traffic-path` by which the host's packets left, 1 to 8, one bit each from the lowest; 0 where the
  /// log does not say it.
  package var paths: UInt8
  /// One address of the network that answered, the smallest.
  package var sample: IPAddress

  /// Bytes both ways; stops at the largest number.
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

/// What a host exchanged with the outside, hour by hour; told where a memory is kept.
package struct HostVolume: Sendable {
  /// One hour.
  ///
  /// Conversations that last longer are spread evenly over their span.
  package struct Hour: Sendable, Equatable {
    /// Hours since 1970.
    package var hour: UInt32
    /// What the host sent.
    package var bytesOut: UInt64
    /// What came in.
    package var bytesIn: UInt64
    /// Conversations that the host began.
    package var conversations: UInt64

    /// Bytes both ways; stops at the largest number.
    package var bytes: UInt64 { bytesOut +| bytesIn }
  }

  /// The own or internal address.
  package var host: IPAddress
  /// Its hours, ascending.
  package var hours: [Hour]
}
