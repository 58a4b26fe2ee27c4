package import FlowFindings

/// The findings as lines of a screen: low ones of a kind are folded, so that what matters stays in sight.
package struct FindingLines: Sendable {
  /// One line.
  package struct Line: Sendable {
    /// What it is about.
    package var title: String
    /// The findings behind it by rank; more than one when folded.
    package var findings: [Finding]
  }

  /// So many findings of a kind may stand alone.
  private static let leastToFold = 4
  /// Findings from this score on are never folded.
  private static let neverFolded = 40
  /// Probes by fewer sources are joined over all services.
  private static let fewSources: UInt64 = 10

  /// The lines by rank of their best finding.
  package let lines: [Line]

  /// Folds findings of one kind that score below 40.
  package init(_ findings: [Finding]) {
    var groups: [Kind: [Finding]] = [:]
    let kinds = Self.kinds(findings)
    for (finding, kind) in zip(findings, kinds) {
      if let kind { groups[kind, default: []].append(finding) }
    }
    var lines: [Line] = []
    for (finding, kind) in zip(findings, kinds) {
      guard let kind, let group = groups[kind], group.count >= Self.leastToFold else {
        lines.append(Line(title: finding.title, findings: [finding]))
        continue
      }
      // The group stands where its best finding stands.
      if group[0].id == finding.id { lines.append(Line(title: kind.title, findings: group)) }
    }
    self.lines = lines
  }

  /// How many lines folding saved.
  package var folded: Int { lines.reduce(0) { $0 + $1.findings.count - 1 } }

  /// What folded findings have in common.
  private struct Kind: Hashable {
    var rule: RuleID
    var title: String
    var actor: Actor?
  }

  /// The kind of each finding; nil for those that stand alone.
  private static func kinds(_ findings: [Finding]) -> [Kind?] {
    var services: [Actor: Int] = [:]
    for finding in findings where finding.rule.traits.contains(.foldsServices) {
      services[finding.actor, default: 0] += 1
    }
    return findings.map { finding in
      guard finding.score < neverFolded else { return nil }
      let traits = finding.rule.traits
      if let count = services[finding.actor], traits.contains(.foldsServices),
        count >= leastToFold
      {
        return Kind(rule: finding.rule, title: "Scan of \(count) services", actor: finding.actor)
      }
      if traits.contains(.foldsRareServices), finding.members?.count ?? 0 < fewSources {
        return Kind(rule: finding.rule, title: "Probes of other services")
      }
      return Kind(rule: finding.rule, title: finding.title)
    }
  }
}
