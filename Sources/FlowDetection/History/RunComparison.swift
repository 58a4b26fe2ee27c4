package import FlowFindings
internal import FlowModel

/// Compares the findings of two runs.
package struct RunComparison: Sendable {
  /// A finding with so many times the targets of the last run has become worse.
  private static let reach: UInt64 = 10

  /// The last run's findings by id.
  private let last: [String: RememberedFinding]
  private let ranked: [RememberedFinding]
  /// Findings of earlier runs by id, which the last run may not have.
  private let earlier: [String: RememberedFinding]

  /// Compares with the findings of the last run.
  ///
  /// - Parameters:
  ///   - last: the findings of the run with the latest log, by rank.
  ///   - beside: the findings of other runs over the same period.
  ///   - earlier: the findings of the runs before.
  package init(
    _ last: [RememberedFinding],
    beside: [RememberedFinding] = [],
    earlier: [RememberedFinding] = []
  ) {
    ranked = last
    self.earlier = Dictionary(
      earlier.map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    self.last = Dictionary(
      (last + beside).map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The change of a finding since the last run.
  package func change(_ finding: Finding) -> FindingChange {
    guard let before = last[finding.id] ?? earlier[finding.id] else {
      return FindingChange(state: .new, since: finding.firstSeen)
    }
    let what = worsening(finding, before)
    return FindingChange(
      state: what.isEmpty ? .ongoing : .changed,
      since: min(before.since, finding.firstSeen),
      what: what,
      isAgain: last[finding.id] == nil
    )
  }

  /// The findings of the last run that are absent from this one, by their former rank.
  ///
  /// Findings that are only reported once, because they are about something new, do not count.
  ///
  /// - Parameter findings: all findings of this run, including suppressed ones.
  /// - Returns: nothing if all are still present.
  package func gone(_ findings: some Sequence<Finding>) -> [RememberedFinding] {
    let present = Set(findings.map(\.id))
    return ranked.filter { !present.contains($0.id) && !$0.rule.traits.contains(.isToldOnce) }
  }

  /// What became worse: the severity, or the number of targets tenfold; empty if nothing did.
  private func worsening(_ finding: Finding, _ before: RememberedFinding) -> String {
    var parts: [String] = []
    let severity = Severity(score: before.score)
    if finding.severity > severity {
      parts.append("severity \(severity.name) → \(finding.severity.name)")
    }
    let (now, then) = (finding.targets.count, before.targets)
    if now / Self.reach >= max(then, 1) { parts.append("targets \(then) → \(now)") }
    return parts.joined(separator: ", ")
  }
}
