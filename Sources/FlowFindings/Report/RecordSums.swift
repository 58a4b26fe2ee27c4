internal import FlowModel

/// Outcomes of conversations.
public struct OutcomeCounts: Sendable, Equatable {
  /// Stopped by a security group or network ACL.
  public var blocked: UInt64 = 0
  /// No answer.
  public var silent: UInt64 = 0
  /// Answered with bare resets.
  public var refused: UInt64 = 0
  /// Answered, fewer than eight packets from the client.
  public var touched: UInt64 = 0
  /// Answered, eight packets from the client or more.
  public var sessions: UInt64 = 0

  /// No conversations.
  public init() {}

  /// Conversations that got nothing.
  public var failures: UInt64 { blocked + silent + refused }
  /// All conversations.
  public var total: UInt64 { failures + touched + sessions }

  /// Adds the outcomes of others.
  public mutating func add(_ other: OutcomeCounts) {
    blocked += other.blocked
    silent += other.silent
    refused += other.refused
    touched += other.touched
    sessions += other.sessions
  }
}

/// Plain sums over records.
public struct RecordSums: Sendable, Equatable {
  /// Records with log-status OK.
  public var records: UInt64 = 0
  /// Accepted ones.
  public var accepted: UInt64 = 0
  /// Rejected ones.
  public var rejected: UInt64 = 0
  /// Packets.
  public var packets: UInt64 = 0
  /// Bytes.
  public var bytes: UInt64 = 0
  /// Smallest start, Unix seconds; `UInt32.max` when empty.
  public var first = UInt32.max
  /// Largest end, Unix seconds.
  public var last: UInt32 = 0
  /// The slices of the log that the conversations touch (`LogSlices`); 0 where that is not known.
  public var activity: UInt64 = 0

  /// No records.
  public init() {}

  /// Adds the sums of others.
  public mutating func add(_ other: RecordSums) {
    records += other.records
    accepted += other.accepted
    rejected += other.rejected
    packets +|= other.packets
    bytes +|= other.bytes
    first = min(first, other.first)
    last = max(last, other.last)
    activity |= other.activity
  }
}
