internal import FlowFindings
internal import FlowModel

/// The section of incidents: a sentence and a timeline for each.
enum MarkdownIncidents {
  private static let most = 20
  private static let mostSteps = 10
  private static let mostBytes = 12_000
  private static let longestText = 300

  /// Empty without incidents.
  static func lines(_ report: Report) -> [String] {
    guard !report.incidents.isEmpty else { return [] }
    var page = MarkdownPage(limit: mostBytes)
    page.add(["### Incidents", ""])
    let shown = report.incidents.prefix(most).enumerated().prefix { index, incident in
      page.addIfRoom(section(index + 1, incident, report))
    }.count
    let left = report.incidents.count - shown
    if left > 0 {
      page.add(["… \(TextFormat.grouped(left)) more; `weir --format json` has them all.", ""])
    }
    return page.lines
  }

  private static func section(_ number: Int, _ incident: Incident, _ report: Report) -> [String] {
    let title = prose(TextFormat.limited(incident.title, 80))
    let steps = incident.steps
    let left = steps.count - min(steps.count, mostSteps)
    let agreement = incident.agreement.map { ["", "Independent signs agree: \(prose($0))."] } ?? []
    return [
      "#### \(number). \(title) (\(incident.severity.name), \(incident.score))", "",
      prose(JSONReporter.verdict(incident, report)),
    ] + agreement + [""] + steps.prefix(mostSteps).map(step)
      + (left > 0 ? ["- … \(TextFormat.grouped(left)) more"] : []) + [""]
  }

  private static func step(_ finding: Finding) -> String {
    let time = UTCTime(finding.firstSeen)
    let text = finding.detail.isEmpty ? finding.title : "\(finding.title): \(finding.detail)"
    return "- **\(time.date) \(time.clock)** \(prose(text))"
  }

  private static func prose(_ text: String) -> String {
    MarkdownText.prose(TextFormat.limited(text, longestText))
  }
}
