public import FlowDetection

/// A run as the memory keeps it.
public struct RememberedRun: Sendable, Equatable {
  /// Counted from 1; never given twice.
  public var number: Int
  /// Smallest start of its records, Unix seconds.
  public var firstStart: UInt32
  /// Largest end of its records, Unix seconds.
  public var lastEnd: UInt32
  /// Records with log-status OK.
  public var records: UInt64
  /// How many findings it had; severities without any are left out.
  public var findings: [Severity: Int]
  /// Whether every input was read to its end.
  public var isComplete: Bool
}

/// What a memory holds, in numbers.
public struct HistorySummary: Sendable, Equatable {
  /// Distinct hosts with sightings or volumes.
  public var hosts: Int
  /// Sightings; kinds without any are left out.
  public var sightings: [Sighting.Kind: Int]
  /// Distinct days (UTC) with records.
  public var days: Int
  /// Remembered hours of all hosts.
  public var hours: Int
  /// Remembered inputs.
  public var objects: Int
  /// Remembered runs.
  public var runs: Int
  /// Remembered findings of all runs.
  public var findings: Int
  /// Bytes of the file and of the log of changes beside it.
  public var fileSize: Int
}

/// What was forgotten, in numbers.
public struct Pruned: Sendable, Equatable {
  /// Sightings that were not seen since.
  public var sightings = 0
  /// Whole days of single hosts.
  public var hostDays = 0
  /// Runs whose records all end before.
  public var runs = 0
  /// Findings of those runs.
  public var findings = 0
  /// Nothing.
  public init() {}
}

/// The night with which the next one is compared: that with the latest log, however the runs were ordered.
public struct LastNight: Sendable, Equatable {
  /// The run whose log ends last.
  public var run: RememberedRun
  /// What it found, by rank.
  public var findings: [RememberedFinding]
  /// What other runs found whose logs end within 20 hours before: a late object may have had a run of its own.
  public var beside: [RememberedFinding]
}
