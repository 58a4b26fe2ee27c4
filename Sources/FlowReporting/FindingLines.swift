public import FlowDetection

/// The findings as lines of a screen: scanners that got nothing are folded, so that what matters stays in sight.
public struct FindingLines: Sendable {
  /// One line.
  public struct Line: Sendable {
    /// The findings behind it by rank; more than one when folded.
    public var findings: [Finding]
  }

  /// So many findings of a kind may stand alone.
  private static let leastToFold = 4
  /// Findings from this score on are never folded.
  private static let neverFolded = 40

  /// The lines by rank of their best finding.
  public let lines: [Line]

  /// Folds findings of one rule and title that score below 40 and are many by nature.
  public init(_ findings: [Finding]) {
    var groups: [String: [Finding]] = [:]
    for finding in findings where Self.mayFold(finding) {
      groups[Self.key(finding), default: []].append(finding)
    }
    var lines: [Line] = []
    for finding in findings {
      let key = Self.key(finding)
      guard Self.mayFold(finding), let group = groups[key], group.count >= Self.leastToFold else {
        lines.append(Line(findings: [finding]))
        continue
      }
      // The group stands where its best finding stands.
      if group[0].id == finding.id { lines.append(Line(findings: group)) }
    }
    self.lines = lines
  }

  /// How many lines folding saved.
  public var folded: Int { lines.reduce(0) { $0 + $1.findings.count - 1 } }

  private static func mayFold(_ finding: Finding) -> Bool {
    finding.score < neverFolded && (finding.outcome.isFailure || isManyByNature(finding.rule))
  }

  /// Guessers come by the dozen, and one open group shows at every host behind it.
  private static func isManyByNature(_ rule: String) -> Bool {
    rule.hasSuffix(".bruteforce") || rule == "exposure.probed" || rule == "sg.too-open"
  }

  private static func key(_ finding: Finding) -> String {
    "\(finding.rule)\u{1f}\(finding.title)"
  }
}
