internal import FlowFindings

/// The coverage of a log: lost windows, gaps and other limits of its data.
package struct LogQuality: Sendable, Equatable {
  /// Records with log-status OK.
  package var records: UInt64 = 0
  /// Records whose action is ACCEPT.
  package var accepted: UInt64 = 0
  /// Records whose action is REJECT.
  package var rejected: UInt64 = 0
  /// Windows in which AWS lost records.
  package var skipDataWindows: UInt64 = 0
  /// The usual length of a record's window, in seconds; at least 60.
  package var aggregationInterval: UInt32 = 60
  /// Records whose end lies before their start.
  package var reversedTimes: UInt64 = 0
  /// Gaps without any record, longer than two windows, within the log.
  package var holes: UInt64 = 0
  /// The longest gap, in seconds.
  package var longestHole: UInt32 = 0

  /// A log without known properties.
  package init() {}
}
