public import FlowModel

/// The records of a investigation target, counted as they are read.
public struct InvestigationTally: Sendable {
  /// Plain sums over all of them, whoever sent them.
  public package(set) var sums = RecordSums()
  /// Accepted and rejected ones over time.
  public package(set) var timeline = TrafficTimeline()

  /// No records.
  public init() {}

  /// Takes the sums from the records that were left when those delivered twice were left out.
  package mutating func recount(_ traffic: InvestigationTraffic) {
    sums = traffic.sent
    sums.add(traffic.received)
  }

  /// Adds what another worker counted.
  public mutating func add(_ other: InvestigationTally) {
    sums.add(other.sums)
    timeline.add(other.timeline)
  }
}
