package import FlowFindings

/// A run as the history keeps it.
package struct RememberedRun: Sendable, Equatable {
  /// Counted from 1; never given twice.
  package var number: Int
  /// Smallest start of its records, Unix seconds.
  package var firstStart: UInt32
  /// Largest end of its records, Unix seconds.
  package var lastEnd: UInt32
  /// Records with log-status OK.
  package var records: UInt64
  /// How many findings it had; severities without any are left out.
  package var findings: [Severity: Int]
  /// Whether every input was read to its end.
  package var isComplete: Bool
}

/// What a history holds, in numbers.
package struct HistorySummary: Sendable, Equatable {
  /// Distinct hosts with baseline entries or volumes.
  package var hosts: Int
  /// Baseline entries; kinds without any are left out.
  package var baselineEntries: [BaselineEntry.Kind: Int]
  /// Distinct days (UTC) with records.
  package var days: Int
  /// Remembered hours of all hosts.
  package var hours: Int
  /// Remembered inputs.
  package var objects: Int
  /// Remembered runs.
  package var runs: Int
  /// Remembered findings of all runs.
  package var findings: Int
  /// Bytes of the file and of the log of changes beside it.
  package var fileSize: Int
}

/// What was forgotten, in numbers.
package struct Pruned: Sendable, Equatable {
  /// Baseline entries that were not seen since.
  package var baselineEntries = 0
  /// Whole days of single hosts.
  package var hostDays = 0
  /// Runs whose records all end before.
  package var runs = 0
  /// Findings of those runs.
  package var findings = 0
  /// Nothing.
  package init() {}
}

/// The run with which the next one is compared: that with the latest log, however the runs were ordered.
package struct PreviousRun: Sendable, Equatable {
  /// The run whose log ends last.
  package var run: RememberedRun
  /// What it found, by rank.
  package var findings: [RememberedFinding]
  /// What other runs found whose logs end within 20 hours before: a late object may have had a run of its own.
  package var beside: [RememberedFinding]
  /// What runs of the last 30 days found from medium severity on, the latest first: a beacon may have paused.
  package var earlier: [RememberedFinding] = []
}
