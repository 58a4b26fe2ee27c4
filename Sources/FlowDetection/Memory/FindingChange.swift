/// What became of a finding since the last remembered run.
public struct FindingChange: Sendable, Equatable {
  /// How it compares.
  public enum State: String, Sendable, CaseIterable {
    /// The last run did not find it.
    case new
    /// The last run found it much the same.
    case ongoing
    /// The last run found it with another score or another number of targets.
    case changed
    /// The last run found it, this one does not.
    case gone
  }

  /// How it compares.
  public var state: State
  /// Earliest record of it in an unbroken row of runs, Unix seconds.
  public var since: UInt32
  /// What changed, in words; empty unless it changed.
  public var what = ""
}

/// Compares the findings of two runs.
public struct NightComparison: Sendable {
  /// Scores that differ by less are the same.
  private static let scoreStep = 5

  /// The last run's findings by id.
  private let last: [String: RememberedFinding]
  private let ranked: [RememberedFinding]

  /// What is told in the first night alone: in the next one it is known, and not gone.
  private static let newcomers: Set<String> = [
    NewExternal.page.rule, NewService.page.rule, NewAdministrator.page.rule,
    NewAdminEdge.page.rule, NewOrigin.page.rule, UnusualPort.page.rule,
    UnexpectedPeering.page.rule, UnexpectedAWSService.page.rule, EgressPath.page.rule,
  ]

  /// Compares with the last night's findings.
  ///
  /// - Parameters:
  ///   - last: those of the run with the latest log, by rank.
  ///   - beside: those of other runs of the same night.
  public init(_ last: [RememberedFinding], beside: [RememberedFinding] = []) {
    ranked = last
    self.last = Dictionary(
      (last + beside).map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What became of a finding.
  public func change(_ finding: Finding) -> FindingChange {
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
  public func gone(_ findings: some Sequence<Finding>) -> [RememberedFinding] {
    let present = Set(findings.map(\.id))
    return ranked.filter { !present.contains($0.id) && !Self.newcomers.contains($0.rule) }
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

extension RememberedFinding {
  /// A finding as the memory keeps it.
  public init(_ finding: Finding, since: UInt32) {
    self.init(
      id: finding.id,
      rule: finding.rule,
      title: finding.title,
      actor: finding.actor.description,
      score: finding.score,
      targets: finding.targets.count,
      firstSeen: finding.firstSeen,
      lastSeen: finding.lastSeen,
      since: since
    )
  }
}
