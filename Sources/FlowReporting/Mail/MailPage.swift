internal import FlowFindings

/// What the template of a mail's page shows; the names are those in `mail.mustache`.
struct MailPage {
  /// Mail programs cut pages of more than 100 KiB, so that a page has no more lines than this, whatever was asked for.
  private static let mostRows = 50
  private static let longestCell = 300
  private static let longestCommand = 500

  struct Row {
    var color: String
    var badge: String
    var score: String
    var what: String
    var who: String
    var when: String
    var outcome: String
    var remarks: [String]
  }

  let subject: String
  let verdict: String
  let caveat: String?
  let changes: String?
  let color: String
  let summary: String
  let rows: [Row]
  let more: String?
  let quality: [String]
  let version = Report.version
  let command: String

  init(_ report: Report, _ verdict: Verdict, subject: String, top: Int?) {
    let lines = FindingLines(report)
    let shown = lines.lines.prefix(min(top ?? TextReporter.rows(lines, report), Self.mostRows))
    let style = TextStyle(width: 120, usesColor: false, top: nil)
    self.subject = subject
    self.verdict = verdict.sentence
    caveat = verdict.caveat
    changes = report.comparison?.isNothingNew == true ? nil : report.comparison?.headline
    color = Self.color(verdict.severity ?? .info)
    summary =
      lines.lines.isEmpty ? TextReporter.nothing(report) : TextReporter.summary(report, lines)
    rows = FindingTable(style, AddressFacts(report)).cells(Array(shown)).map(Self.row)
    let left = lines.lines.count - shown.count
    more =
      left > 0 ? "… \(left) more; weir --format text or html on the same logs shows them." : nil
    quality =
      (TextReporter.head(report.input) + TextReporter.window(report)
      + TextReporter.warnings(report)).map(Self.cut)
    command = TextFormat.limited(
      TextFormat.safe(report.command.joined(separator: " ")),
      Self.longestCommand
    )
  }

  private static func cut(_ text: String) -> String { TextFormat.limited(text, longestCell) }

  private static func row(_ cells: FindingCells) -> Row {
    Row(
      color: color(cells.severity),
      badge: TextStyle.badge(cells.severity),
      score: cells.score,
      what: cut(TextFormat.safe(cells.what)),
      who: cut(TextFormat.safe(cells.who.first ?? "")),
      when: cells.when,
      outcome: cut(TextFormat.safe(cells.outcome)),
      remarks: (cells.steps + cells.remarks).map { cut(TextFormat.safe($0)) }
    )
  }

  /// Dark enough for white text on it.
  private static func color(_ severity: Severity) -> String {
    switch severity {
    case .critical: "#9b1c1c"
    case .high: "#b54708"
    case .medium: "#8a5a00"
    case .low: "#1f5f8b"
    case .info: "#4a5565"
    }
  }
}
