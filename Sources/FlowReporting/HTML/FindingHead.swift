internal import FlowFindings
internal import FlowModel

/// The line of the list that stands for a finding, or for several that are folded.
struct FindingHead {
  /// Its number, by rank; the card's anchor.
  var number: EscapedHTML
  /// The name of the severity, which is the name of a class as well.
  var severity: EscapedHTML
  var word: EscapedHTML
  var glyph: EscapedHTML
  var score: EscapedHTML
  var title: EscapedHTML
  var who: EscapedHTML
  var whom: EscapedHTML
  /// How far it got.
  var detail: EscapedHTML
  var when: EscapedHTML
  /// What became of it since the last run.
  var change: EscapedHTML
  var strip: Markup
  /// Whether the card stands open.
  var isOpen: Bool

  init(_ number: Int, _ line: FindingLines.Line, _ context: PageContext) {
    let (best, words) = (line.best, context.words)
    self.number = EscapedHTML("\(number)")
    severity = EscapedHTML(line.severity.name)
    (word, glyph) = (EscapedHTML(line.severity.word), EscapedHTML(line.severity.glyph))
    score = EscapedHTML("\(line.score)")
    title = EscapedHTML(line.title, longest: PageLimits.bytesOfLabel)
    who = EscapedHTML(Self.who(line, words), longest: 2 * PageLimits.bytesOfLabel)
    let isOne = line.findings.count == 1
    whom = EscapedHTML(isOne ? words.whom(best) : "", longest: 2 * PageLimits.bytesOfLabel)
    detail = EscapedHTML(Self.detail(line, words), longest: 2 * PageLimits.bytesOfLabel)
    let shown = line.incident?.steps ?? line.findings
    when = EscapedHTML(words.when(shown))
    change = EscapedHTML(line.change?.state == .new ? "new" : "")
    strip = context.axis.map { ActivityChart.picture(shown, $0) } ?? Markup("")
    isOpen = line.severity >= .medium && number <= PageContext.mostOpen
  }

  /// The head of a part of an incident, below that of the incident.
  init(_ number: String, _ part: Finding, _ context: PageContext) {
    self.init(0, FindingLines.Line(title: part.title, findings: [part]), context)
    self.number = EscapedHTML(number)
    isOpen = false
  }

  private static func who(_ line: FindingLines.Line, _ words: FindingPhrases) -> String {
    if line.isFolded { return TextFormat.plural(line.findings.count, "finding") }
    return line.isJoined ? RowWords(words.facts).who(line, .country) : words.who(line.best)
  }

  private static func detail(_ line: FindingLines.Line, _ words: FindingPhrases) -> String {
    if line.isFolded { return words.outcome(ofAll: line.findings) }
    return line.isJoined ? TextFormat.plural(line.findings.count, "finding") : line.best.detail
  }
}

/// Several low findings of one kind, as the template of folded ones knows them.
struct FindingGroup {
  /// One finding in a row.
  struct Row {
    var score: EscapedHTML
    var title: EscapedHTML
    var who: EscapedHTML
    var whom: EscapedHTML
    var when: EscapedHTML
    var detail: EscapedHTML
  }

  var head: FindingHead
  var rows: [Row]
  /// How many rows are left out, and where they are.
  var more: EscapedHTML
  var next: EscapedHTML
  var rule: EscapedHTML

  init(_ line: FindingLines.Line, _ head: FindingHead, _ context: PageContext) {
    self.head = head
    let words = context.words
    rows = line.findings.prefix(PageLimits.foldedFindings).map { finding in
      Row(
        score: EscapedHTML("\(finding.score)"),
        title: EscapedHTML(finding.title, longest: PageLimits.bytesOfLabel),
        who: EscapedHTML(words.who(finding), longest: 2 * PageLimits.bytesOfLabel),
        whom: EscapedHTML(words.whom(finding), longest: 2 * PageLimits.bytesOfLabel),
        when: EscapedHTML(words.when([finding])),
        detail: EscapedHTML(finding.detail, longest: 2 * PageLimits.bytesOfLabel)
      )
    }
    let hidden = line.findings.count - rows.count
    more = EscapedHTML(
      hidden > 0
        ? "\(TextFormat.plural(hidden, "more finding")) of this kind: weir --format json" : ""
    )
    next = EscapedHTML(line.findings[0].next, longest: 1500)
    rule = EscapedHTML(line.findings[0].rule.rawValue, longest: PageLimits.bytesOfLabel)
  }
}

/// What all parts of a page share.
struct PageContext {
  /// So many cards stand open; the list below them must stay in sight.
  static let mostOpen = 1

  let report: Report
  let facts: AddressFacts
  let words: FindingPhrases
  let axis: TimeAxis?
  /// The lines of findings that the page may show.
  let lines: [FindingLines.Line]
  /// The card of each finding that has one, alone or folded.
  let cards: [String: Int]
  /// The cards of findings that a chain joins.
  let joined: [String: (number: String, title: String)]

  init(_ report: Report, top: Int? = nil) {
    let most = min(top ?? .max, PageLimits.lines)
    self.init(report, lines: Array(FindingLines(report).lines.prefix(most)))
  }

  init(_ report: Report, lines: [FindingLines.Line]) {
    self.report = report
    self.lines = lines
    facts = AddressFacts(report)
    axis = TimeAxis(report)
    let ends = (report.input.counts.firstStart, report.input.counts.lastEnd)
    words = FindingPhrases(
      facts,
      isOneDay: ends.0.map { UTCTime($0).date } == ends.1.map { UTCTime($0).date }
    )
    let named = Set(report.findings.flatMap(\.joins))
    var cards: [String: Int] = [:]
    var joined: [String: (number: String, title: String)] = [:]
    for (place, line) in lines.enumerated() {
      for (part, finding) in line.findings.enumerated() {
        cards[finding.id] = place + 1
        let number = line.isJoined ? "\(place + 1).\(part + 1)" : "\(place + 1)"
        if named.contains(finding.id) { joined[finding.id] = (number, finding.title) }
      }
    }
    (self.cards, self.joined) = (cards, joined)
  }
}
