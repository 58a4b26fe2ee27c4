package import FlowFindings
internal import FlowModel

/// Compares the findings of two runs.
package struct RunComparison: Sendable {
  /// Scores that differ by less are the same.
  private static let scoreStep = 5

  /// The last run's findings by id.
  private let last: [String: RememberedFinding]
  private let ranked: [RememberedFinding]

  /// Compares with the last night's findings.
  ///
  /// - Parameters:
  ///   - last: those of the run with the latest log, by rank.
  ///   - beside: those of other runs of the same night.
  package init(_ last: [RememberedFinding], beside: [RememberedFinding] = []) {
    ranked = last
    self.last = Dictionary(
      (last + beside).map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What became of a finding.
  package func change(_ finding: Finding) -> FindingChange {
    guard let before = last[finding.id] else {
      return FindingChange(state: .new, since: finding.firstSeen)
    }
    let since = min(before.since, finding.firstSeen)
    let what = difference(finding, before)
    return FindingChange(state: what.isEmpty ? .ongoing : .changed, since: since, what: what)
  }

  /// The findings of the last run that this one does not have, by their rank then.
  ///
  /// Those that are told once, because they are new, are not gone when they are known.
  ///
  /// - Parameter findings: all that this run found, those that are hidden as well.
  /// - Returns: none when all are still there.
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
    // A tenth more or less is the same; at least one must have come or gone.
    if max(now, then) - min(now, then) > max(now, then) / 10 {
      parts.append("targets \(then) → \(now)")
    }
    return parts.joined(separator: ", ")
  }
}
