package import FlowFindings
internal import FlowModel

/// Compares the findings of two runs.
package struct RunComparison: Sendable {
  /// Smaller score differences count as no change.
  private static let scoreStep = 5

  /// The last run's findings by id.
  private let last: [String: RememberedFinding]
  private let ranked: [RememberedFinding]

  /// Compares with the findings of the last run.
  ///
  /// - Parameters:
  ///   - last: the findings of the run with the latest log, by rank.
  ///   - beside: the findings of other runs over the same period.
  package init(_ last: [RememberedFinding], beside: [RememberedFinding] = []) {
    ranked = last
    self.last = Dictionary(
      (last + beside).map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The change of a finding since the last run.
  package func change(_ finding: Finding) -> FindingChange {
    guard let before = last[finding.id] else {
      return FindingChange(state: .new, since: finding.firstSeen)
    }
    let since = min(before.since, finding.firstSeen)
    let what = difference(finding, before)
    return FindingChange(state: what.isEmpty ? .ongoing : .changed, since: since, what: what)
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

  private func difference(_ finding: Finding, _ before: RememberedFinding) -> String {
    var parts: [String] = []
    if abs(finding.score - before.score) >= Self.scoreStep
      || finding.severity != Severity(score: before.score)
    {
      parts.append("score \(before.score) → \(finding.score)")
    }
    let (now, then) = (finding.targets.count, before.targets)
    // A difference of up to a tenth counts as no change.
    if max(now, then) - min(now, then) > max(now, then) / 10 {
      parts.append("targets \(then) → \(now)")
    }
    return parts.joined(separator: ", ")
  }
}
