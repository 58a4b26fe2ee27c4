public import FlowModel

/// What a source did to one service of one destination, told where a detector or the memory may ask about it.
public struct Contact: Sendable {
  /// Who began.
  public var source: IPAddress
  /// With whom.
  public var destination: IPAddress
  /// The service.
  public var service: Service
  /// Which way it went.
  public var bearing: Bearing
  /// How the conversations went.
  public var outcomes: OutcomeCounts
  /// What the source sent.
  public var sums: RecordSums
  /// What came back.
  public var replyBytes: UInt64
  /// The longest conversation, in seconds.
  public var longest: UInt32
  /// Conversations whose direction is clear.
  public var sure: UInt64
  /// Whether the source was answered elsewhere inside the network.
  public var isAnsweredElsewhere = false

  /// Whether anything was answered.
  public var isAnswered: Bool { outcomes.touched + outcomes.sessions > 0 }
}

/// What an inside host began with one service of one outside network, and was answered.
public struct OutwardUse: Sendable {
  /// How many of one host are told, those with the most bytes.
  public static let limit = 4096

  /// The own or internal address.
  public var host: IPAddress
  /// The network and its service.
  public var use: NetworkUse
  /// Conversations.
  public var conversations: UInt64
  /// Those of eight packets or more.
  public var sessions: UInt64
  /// What the host sent.
  public var bytesOut: UInt64
  /// What came back.
  public var bytesIn: UInt64
  /// Earliest record, Unix seconds.
  public var first: UInt32
  /// Latest record, Unix seconds.
  public var last: UInt32
  /// The slices of the log that the conversations touch (`LogSlices`).
  public var activity: UInt64 = 0
  /// The values of `traffic-path` by which the host's packets left, 1 to 8, one bit each from the lowest; 0 where the log does
  /// not say it.
  public var paths: UInt8
  /// One address of the network that answered, the smallest.
  public var sample: IPAddress

  /// Bytes both ways; stops at the largest number.
  public var bytes: UInt64 { bytesOut +| bytesIn }

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
public struct HostVolume: Sendable {
  /// One hour.
  ///
  /// Conversations that last longer are spread evenly over their span.
  public struct Hour: Sendable, Equatable {
    /// Hours since 1970.
    public var hour: UInt32
    /// What the host sent.
    public var bytesOut: UInt64
    /// What came in.
    public var bytesIn: UInt64
    /// Conversations that the host began.
    public var conversations: UInt64

    /// Bytes both ways; stops at the largest number.
    public var bytes: UInt64 { bytesOut +| bytesIn }
  }

  /// The own or internal address.
  public var host: IPAddress
  /// Its hours, ascending.
  public var hours: [Hour]
}
