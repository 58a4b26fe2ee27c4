package import FlowFindings

/// An investigation as one page of HTML, in the style of the report's page and with the same promises: it needs nothing
/// but itself and stays below two megabytes.
package enum PivotHTMLReporter {
  /// All of the page, a line feed at the end.
  ///
  /// Shape: who it is, its records over time, the findings that concern it, and its conversations as tables. Who does
  /// not occur gets a page that says so and how good the log is.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the investigation target.
  ///   - report: the run.
  ///   - top: so many rows of each table and lines of findings; nil for all that fit.
  /// - Returns: UTF-8.
  package static func report(_ pivot: Pivot, _ report: Report, top: Int? = nil) -> [UInt8] {
    let findings = PivotFindingParts(pivot, top)
    let context = PageContext(findings.report(report), lines: findings.lines)
    let page = PivotPageView(pivot, context, findings, top: top)
    let head = PageAssets.render(page, "pivot-head")
    let tail = PageAssets.render(page, "pivot-tail")
    let room = PageLimits.bytes - head.utf8.count - tail.utf8.count
    let cards = findings.markup(context, room: min(room, PageLimits.bytesOfCards))
    return Array((head + cards + tail).utf8)
  }
}

/// The findings of an investigation by the investigation target's part in them, each part by rank.
struct PivotFindingParts {
  /// The findings in which the investigation target has the same part.
  struct Part {
    var title: EscapedHTML
    /// What holds for some of them; empty for nothing.
    var note: EscapedHTML
    /// How many findings there are, shown or not.
    var count: Int
    /// The lines of its findings among the lines of the page.
    var lines: Range<Int>
  }

  private(set) var parts: [Part] = []
  private(set) var findings: [Finding] = []
  /// The lines of all parts.
  private(set) var lines: [FindingLines.Line] = []
  private let pivot: Pivot

  /// At most `top` lines of each part; nil for all that a page may have.
  init(_ pivot: Pivot, _ top: Int?) {
    self.pivot = pivot
    let most = min(top ?? .max, PageLimits.lines)
    for role in Pivot.Role.allCases {
      let concerns = pivot.concerns.filter { $0.role == role && $0.suppression == nil }
      let title = PivotPhrases.heading(role, concerns.count)
      add(title, PivotPhrases.byTraffic(concerns) ?? "", concerns.map(\.finding), most)
    }
    add(PivotPhrases.afterwards, "", pivot.afterwards, most)
  }

  private mutating func add(_ title: String, _ note: String, _ findings: [Finding], _ most: Int) {
    guard !findings.isEmpty else { return }
    let first = lines.count
    lines += FindingLines(findings).lines.prefix(most)
    self.findings += findings
    parts.append(
      Part(
        title: EscapedHTML(title),
        note: EscapedHTML(note),
        count: findings.count,
        lines: first..<lines.count
      )
    )
  }

  /// A report that is about the investigation target alone, from which pictures are drawn and the data's quality is
  /// told.
  func report(_ report: Report) -> Report {
    var report = report
    report.findings = findings
    report.timeline = pivot.timeline
    report.suppressed = pivot.concerns.compactMap { concern in
      concern.suppression.map { (concern.finding, $0) }
    }
    return report
  }

  /// Every part with its cards, as many as there is room for.
  func markup(_ context: PageContext, room: Int) -> String {
    parts.reduce(into: "") { text, part in
      let head = PageAssets.render(part, "pivot-part")
      let left = room - text.utf8.count - head.utf8.count
      text += head + FindingList(context, part.lines, of: part.count, room: left).markup.renderText
    }
  }
}
