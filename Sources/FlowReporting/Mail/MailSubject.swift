internal import FlowFindings

/// The subject of a mail: how many findings of which severity, and the worst of them.
enum MailSubject {
  private static let longest = 120
  private static let longestTitle = 60

  static func text(_ report: Report) -> String {
    let warning =
      report.isInterrupted ? "INTERRUPTED: " : report.input.isComplete ? "" : "INCOMPLETE: "
    return TextFormat.limited("weir: " + warning + TextFormat.safe(findings(report)), longest)
  }

  private static func findings(_ report: Report) -> String {
    guard let worst = FindingLines(report).lines.first else {
      if report.comparison?.isNothingNew == true { return "nothing new" }
      return report.suppressed.isEmpty
        ? "no findings" : "no findings except \(report.suppressed.count) suppressed"
    }
    let counts = SummaryLine.counts(report).joined(separator: ", ")
    let who = SummaryLine.who(worst, AddressFacts(report))
    return "\(counts); \(TextFormat.limited(worst.title, longestTitle)), \(who)"
  }
}
