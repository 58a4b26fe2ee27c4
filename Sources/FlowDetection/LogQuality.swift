/// What a log is like, beside what it tells: how much to believe of it.
public struct LogQuality: Sendable, Equatable {
  /// Records with log-status OK.
  public var records: UInt64 = 0
  /// Records whose action is ACCEPT.
  public var accepted: UInt64 = 0
  /// Records whose action is REJECT.
  public var rejected: UInt64 = 0
  /// Windows in which AWS lost records.
  public var skipDataWindows: UInt64 = 0
  /// The usual length of a record's window, in seconds; at least 60.
  public var aggregationInterval: UInt32 = 60
  /// Records whose end lies before their start.
  public var reversedTimes: UInt64 = 0
  /// Stretches without any record, longer than two windows, within the log.
  public var holes: UInt64 = 0
  /// The longest of them, in seconds.
  public var longestHole: UInt32 = 0

  /// A log of which nothing is known.
  public init() {}
}
