public import FlowModel

/// The records of a investigation target, counted as they are read.
public struct InvestigationTally: Sendable {
  /// Plain sums over all of them, whoever sent them.
  public package(set) var sums = RecordSums()
  /// Accepted and rejected ones over time.
  public package(set) var timeline = TrafficTimeline()

  /// No records.
  public init() {}

  /// Adds what another worker counted.
  public mutating func add(_ other: InvestigationTally) {
    sums.add(other.sums)
    timeline.add(other.timeline)
  }
}
