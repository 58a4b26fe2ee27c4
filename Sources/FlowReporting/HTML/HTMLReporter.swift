package import FlowFindings

/// The report as one page of HTML that needs nothing but itself: no network, no other file, and no script to be read.
///
/// It stays below two megabytes whatever was found; what does not fit is counted, with the way to all of it.
package enum HTMLReporter {
  /// All of the page, a line feed at the end.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - top: how many lines of findings are shown; nil for all that fit.
  ///   - showsSuppressed: whether suppressed findings are listed with their entries.
  /// - Returns: UTF-8.
  package static func report(
    _ report: Report,
    top: Int? = nil,
    showsSuppressed: Bool = false
  ) -> [UInt8] {
    let context = PageContext(report, top: top)
    let page = PageView(context, showsSuppressed: showsSuppressed)
    let head = PageAssets.render(page, "head")
    let tail = PageAssets.render(page, "tail")
    let room = PageLimits.bytes - head.utf8.count - tail.utf8.count
    let cards = FindingList(context, room: min(room, PageLimits.bytesOfCards))
    return Array(head.utf8) + Array(cards.markup.renderText.utf8) + Array(tail.utf8)
  }
}

/// The finding cards by rank, as many as there is room for.
struct FindingList {
  private(set) var markup = Markup("")
  /// Findings that have no card and stand in no folded line.
  private(set) var hidden = 0

  /// All of a report.
  init(_ context: PageContext, room: Int) {
    let lines = context.lines.indices
    self.init(context, lines, of: context.report.findings.count, room: room)
  }

  /// Some of the lines, which are about so many findings or would be if all were shown.
  init(_ context: PageContext, _ lines: Range<Int>, of all: Int, room: Int) {
    var text = ""
    var shown = 0
    for place in lines {
      let line = context.lines[place]
      let card = Self.card(place + 1, line, context)
      guard text.utf8.count + card.utf8.count < room else { break }
      text += card
      shown += line.findings.count
    }
    hidden = all - shown
    markup = Markup(text + Self.remark(hidden, of: all))
  }

  /// What cards hold at most; empty without cards.
  static func limits(_ hasFindings: Bool) -> EscapedHTML {
    EscapedHTML(
      hasFindings
        ? "A finding names at most \(PageLimits.addresses) addresses of a side and shows at most \(PageLimits.evidence) raw lines"
        : ""
    )
  }

  private static func card(_ number: Int, _ line: FindingLines.Line, _ context: PageContext)
    -> String
  {
    let head = FindingHead(number, line, context)
    if line.isJoined, let incident = line.incident {
      return PageAssets.render(IncidentCard(number, incident, head, context), "incident")
    }
    return line.isFolded
      ? PageAssets.render(FindingGroup(line, head, context), "group")
      : PageAssets.render(FindingCard(line.best, head, context), "card")
  }

  private static func remark(_ hidden: Int, of all: Int) -> String {
    guard hidden > 0 else { return "" }
    let view = ["hidden": EscapedHTML(hidden), "all": EscapedHTML(all)]
    return PageAssets.render(view, "more")
  }
}
