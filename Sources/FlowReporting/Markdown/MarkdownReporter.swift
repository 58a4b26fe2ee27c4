package import FlowFindings
internal import FlowModel

/// The report for issues, merge requests and wikis: GitHub, GitLab and Jira take it as it is.
///
/// It stays below what GitHub allows in one comment; what is left out for that is counted.
package enum MarkdownReporter {
  /// So many findings stand in the table.
  static let mostRows = 100
  /// GitHub's limit is 65,536 characters.
  private static let mostBytes = 60_000
  private static let mostBytesOfRows = 30_000
  private static let longestNote = 300
  private static let mostBytesOfNotes = 15_000
  /// Findings from this score on have a section of their own.
  private static let explainedFrom = 40

  /// All of the report, a line feed at the end.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - top: how many findings the table shows, at most 100.
  /// - Returns: UTF-8.
  package static func report(_ report: Report, top: Int? = nil) -> [UInt8] {
    let quality = quality(report)
    var text = MarkdownPage(limit: mostBytes)
    text.add(head(report))
    text.add(MarkdownIncidents.lines(report))
    text.add(table(report, top: min(top ?? mostRows, mostRows)))
    text.reserve(quality)
    addDetails(report, &text)
    text.add(quality)
    return Array(text.lines.map { $0 + "\n" }.joined().utf8)
  }

  // MARK: Head

  private static func head(_ report: Report) -> [String] {
    let verdict = Verdict(report)
    let summary =
      report.findings.isEmpty
      ? TextReporter.nothing(report) : TextReporter.summary(report, FindingLines([Finding]()))
    let historyRun = report.comparison.map { [$0.headline, ""] } ?? []
    return ["## \(MarkdownText.prose(verdict.sentence))", ""]
      + (verdict.caveat.map { ["**\(MarkdownText.prose($0))**", ""] } ?? [])
      + (historyRun + [summary, ""]).map(MarkdownText.prose)
  }

  // MARK: Findings

  private static func table(_ report: Report, top: Int) -> [String] {
    let findings = report.findings
    guard !findings.isEmpty, top > 0 else { return [] }
    var page = MarkdownPage(limit: mostBytesOfRows)
    page.add([
      "### Findings", "",
      "| # | Severity | Score | Finding | Source → target | Time (UTC) | Outcome |",
      "| --: | --- | --: | --- | --- | --- | --- |",
    ])
    let shown = rows(report, findings.prefix(top)).prefix { page.addIfRoom([$0]) }.count
    let left = findings.count - shown
    let more = "… \(TextFormat.grouped(left)) more; `weir --format csv` has them all."
    page.add(left > 0 ? ["", more, ""] : [""])
    return page.lines
  }

  private static func rows(_ report: Report, _ findings: some Sequence<Finding>) -> [String] {
    let style = TextStyle(width: 120, usesColor: false, top: nil)
    let lines = findings.map { FindingLines.Line(title: $0.title, findings: [$0]) }
    return FindingTable(style, AddressFacts(report)).cells(lines).map { cells in
      let texts = [
        TextFormat.limited(cells.what, 60), TextFormat.limited(cells.who.first ?? "", 150),
        cells.when,
        TextFormat.limited(cells.outcome, 150),
      ]
      let parts =
        [cells.number, TextStyle.badge(cells.severity), cells.score]
        + texts.map(MarkdownText.prose)
      return "| \(parts.joined(separator: " | ")) |"
    }
  }

  private static func addDetails(_ report: Report, _ page: inout MarkdownPage) {
    let facts = AddressFacts(report)
    let explained = report.findings.enumerated().filter { $0.element.score >= explainedFrom }
    let shown = explained.prefix { index, finding in
      page.addIfRoom(MarkdownDetails.lines(index + 1, finding, facts))
    }.count
    guard shown < explained.count else { return }
    let left = TextFormat.grouped(explained.count - shown)
    page.add(["… \(left) more; `weir --format jsonl` explains them all.", ""])
  }

  // MARK: Data quality

  private static func quality(_ report: Report) -> [String] {
    // The marks of the screen would become lists of lists.
    let warnings = TextReporter.warnings(report).map { line in
      line.hasPrefix("! ") || line.hasPrefix("* ") ? String(line.dropFirst(2)) : line
    }
    let notes = TextReporter.head(report.input) + TextReporter.window(report) + warnings
    var page = MarkdownPage(limit: mostBytesOfNotes)
    page.add(["### Log coverage", ""])
    let shown = notes.prefix { note in
      page.addIfRoom(["- " + MarkdownText.prose(TextFormat.limited(note, longestNote))])
    }.count
    if shown < notes.count { page.add(["- … \(TextFormat.grouped(notes.count - shown)) more"]) }
    return page.lines
  }
}
