package import FlowFindings
package import FlowModel

/// The findings as lines of a screen: low ones of a kind are folded, so that what matters stays in sight.
package struct FindingLines: Sendable {
  /// One line.
  package struct Line: Sendable {
    /// What it is about.
    package var title: String
    /// The findings behind it: one, several that are folded by rank, or those of an incident in order of time.
    package var findings: [Finding]
    /// The incident that the line stands for; nil for findings that belong to none.
    package var incident: Incident?

    /// The finding of the highest rank.
    package var best: Finding { incident?.lead ?? findings[0] }
    /// The score as shown.
    package var score: Int { incident?.score ?? findings[0].score }
    /// The band of the score.
    package var severity: Severity { incident?.severity ?? findings[0].severity }
    /// Whether it stands for an incident of several findings.
    package var isJoined: Bool { incident?.isJoined ?? false }
    /// Whether it stands for several findings of one kind.
    package var isFolded: Bool { incident == nil && findings.count > 1 }
    /// What became of it since the last run; nil without a history.
    package var change: FindingChange? {
      incident.map(\.change) ?? (findings.count == 1 ? findings[0].change : nil)
    }
    /// The internal host that it is about; nil when there is none or there are several.
    package var host: IPAddress? {
      if let host = incident?.host { return host }
      guard !isFolded else { return nil }
      if best.actorIsInternal, case .address(let address) = best.actor { return address }
      return best.targets.count == 1 ? best.targets.sample.first?.address : nil
    }
  }

  /// So many findings of a kind may stand alone.
  private static let leastToFold = 4
  /// Findings from this score on are never folded.
  private static let neverFolded = 40
  /// The lines by rank of their best finding.
  package let lines: [Line]

  /// The incidents by rank, then all other findings, low ones folded.
  package init(_ report: Report) {
    let joined = Set(report.incidents.flatMap { $0.parts.map(\.id) })
    let others = FindingLines(report.findings.filter { !joined.contains($0.id) })
    let incidents = report.incidents.map { incident in
      Line(
        title: incident.title,
        findings: incident.isJoined ? incident.parts : [incident.lead],
        incident: incident
      )
    }
    lines = incidents + others.lines
  }

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
  package var folded: Int { lines.reduce(0) { $0 + ($1.isFolded ? $1.findings.count - 1 : 0) } }

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
    let probes = probesTitle(findings)
    return findings.map { finding in
      guard finding.score < neverFolded else { return nil }
      let traits = finding.rule.traits
      if let count = services[finding.actor], traits.contains(.foldsServices),
        count >= leastToFold
      {
        return Kind(rule: finding.rule, title: "Scan of \(count) services", actor: finding.actor)
      }
      if traits.contains(.foldsRareServices) {
        return Kind(rule: finding.rule, title: probes)
      }
      return Kind(rule: finding.rule, title: finding.title)
    }
  }

  /// Probes of all services are one line; a search for SSH scans must find it.
  private static func probesTitle(_ findings: [Finding]) -> String {
    let probes = findings.filter {
      $0.rule.traits.contains(.foldsRareServices) && $0.score < neverFolded
    }
    let services = Set(probes.map(\.service)).count
    let hasSSH = probes.contains { $0.service?.port == 22 }
    return "Probes of \(services) services" + (hasSSH ? ", SSH scan included" : "")
  }
}
