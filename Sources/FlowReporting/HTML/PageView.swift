internal import FlowFindings
internal import FlowModel

/// The page but for the finding cards, as its templates know it.
struct PageView {
  /// The number of incidents and findings of a severity.
  struct Count {
    var severity: EscapedHTML
    var glyph: EscapedHTML
    var word: EscapedHTML
    var number: EscapedHTML
    /// How many findings the incidents consist of.
    var kinds: EscapedHTML
    var isNone: Bool
  }

  /// What changed since the last run.
  struct HistoryRun {
    var headline: EscapedHTML
    var gone: [Gone]
    var hasGone: Bool
    var moreGone: EscapedHTML
  }

  /// A finding that is no more.
  struct Gone {
    var severity: EscapedHTML
    var glyph: EscapedHTML
    var score: EscapedHTML
    var title: EscapedHTML
    var actor: EscapedHTML
    var when: EscapedHTML
  }

  /// A finding that a suppression left out.
  struct Suppressed {
    var score: EscapedHTML
    var title: EscapedHTML
    var who: EscapedHTML
    var entry: EscapedHTML
  }

  var frame: PageFrame
  var alarm: EscapedHTML
  var verdict: EscapedHTML
  var caveat: EscapedHTML
  /// The class of the worst severity; `calm` without findings of medium severity or above.
  var severityClass: EscapedHTML
  var read: EscapedHTML
  /// Which records the page is about, where not all.
  var window: EscapedHTML
  var counts: [Count]
  var suppressedCount: EscapedHTML
  var historyRun: HistoryRun?
  var ticks: Markup
  var hasFindings: Bool
  var noFindings: EscapedHTML
  /// What cards hold at most.
  var cardLimit: EscapedHTML
  var charts: ChartsView
  var facts: [EscapedHTML]
  var hasFacts: Bool
  var moreFacts: EscapedHTML
  /// What the tables hold, and the command that prints the same for programs.
  var tablesNote = EscapedHTML(
    "Exact sums over the records, without direction inference: the first 20 rows of each table."
  )
  var tablesCommand = EscapedHTML("weir --format json")
  var tables: [TableView]
  var quality: QualityView
  var suppressed: [Suppressed]
  var hasSuppressed: Bool
  var moreSuppressed: EscapedHTML
  var unusedSuppressions: [EscapedHTML]
  var hasUnused: Bool
  var isOneDay: Bool

  init(_ context: PageContext, showsSuppressed: Bool) {
    let report = context.report
    let judged = Verdict(report)
    frame = PageFrame(Self.title(report), context)
    alarm = EscapedHTML(PageFrame.alarm(report))
    verdict = EscapedHTML(judged.sentence, longest: 1200)
    caveat = EscapedHTML(judged.caveat ?? "")
    severityClass = EscapedHTML(judged.severity.map { $0 >= .medium ? $0.name : "calm" } ?? "calm")
    read = EscapedHTML(Self.read(report.input))
    window = EscapedHTML(TextReporter.window(report).joined())
    counts = Severity.allCases.reversed().map { Self.count($0, report) }
    suppressedCount = EscapedHTML(
      report.suppressed.isEmpty
        ? "" : TextFormat.plural(report.suppressed.count, "suppressed", "suppressed")
    )
    historyRun = report.comparison.map(Self.historyRun)
    ticks = context.axis.map(ClockLine.picture) ?? Markup("")
    hasFindings = !context.lines.isEmpty
    noFindings = EscapedHTML(hasFindings ? "" : Self.nothing(report))
    cardLimit = FindingList.limits(hasFindings)
    charts = ChartsView(context)
    facts = report.facts.prefix(PageLimits.listed).map { EscapedHTML($0.text) }
    hasFacts = !facts.isEmpty
    moreFacts = QualityView.more(report.facts.count, "fact", "facts")
    tables = TableViews(context.facts).all(report.tables)
    quality = QualityView(context)
    suppressed =
      showsSuppressed
      ? report.suppressed.prefix(PageLimits.listed).map { Self.suppressed($0, $1, context.words) }
      : []
    hasSuppressed = !suppressed.isEmpty
    moreSuppressed = QualityView.more(
      showsSuppressed ? report.suppressed.count : 0,
      "finding",
      "findings"
    )
    unusedSuppressions =
      showsSuppressed
      ? report.unusedSuppressions.prefix(PageLimits.listed).map {
        EscapedHTML("\($0.path):\($0.line): \($0.rule)")
      } : []
    hasUnused = !unusedSuppressions.isEmpty
    isOneDay = context.words.isOneDay
  }

  // MARK: Head

  private static func title(_ report: Report) -> String {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count =
        report.incidents.isEmpty ? report.count(severity) : report.countIncidents(severity)
      return count > 0 && severity >= .medium
        ? "\(TextFormat.grouped(count)) \(severity.name)" : nil
    }
    guard report.input.counts.records.total > 0 else { return "Weir: no records were read" }
    let date = report.input.counts.firstStart.map { " – \(UTCTime($0).date)" } ?? ""
    return
      "Weir: \(counts.isEmpty ? "nothing that needs attention" : counts.joined(separator: ", "))\(date)"
  }

  static func read(_ input: InputSummary) -> String {
    let files = TextFormat.plural(input.sources.count { $0.form != "unreadable" }, "file")
    return "\(TextFormat.plural(input.counts.records.total, "record")) in \(files)"
  }

  private static func count(_ severity: Severity, _ report: Report) -> Count {
    let findings = report.findings.count { $0.severity == severity }
    let incidents = report.countIncidents(severity)
    let isJoined = severity >= .medium && !report.incidents.isEmpty
    return Count(
      severity: EscapedHTML(severity.name),
      glyph: EscapedHTML(severity.glyph),
      word: EscapedHTML(severity.word),
      number: EscapedHTML(isJoined ? incidents : findings),
      kinds: EscapedHTML(
        isJoined && findings > 0 ? TextFormat.plural(findings, "finding") : ""
      ),
      isNone: findings == 0 && incidents == 0
    )
  }

  private static func nothing(_ report: Report) -> String {
    let only = (report.comparison?.only ?? []).map(\.rawValue).sorted().joined(separator: " or ")
    return only.isEmpty ? "No findings." : "No findings that are \(only)."
  }

  // MARK: Runs

  private static func historyRun(_ historyRun: BaselineSummary) -> HistoryRun {
    let gone = historyRun.only.isEmpty || historyRun.only.contains(.gone) ? historyRun.gone : []
    return HistoryRun(
      headline: EscapedHTML(historyRun.headline),
      gone: gone.prefix(PageLimits.listed).map { finding in
        let severity = Severity(score: finding.score)
        let (from, to) = (UTCTime(finding.since).date, UTCTime(finding.lastSeen).date)
        return Gone(
          severity: EscapedHTML(severity.name),
          glyph: EscapedHTML(severity.glyph),
          score: EscapedHTML("\(finding.score)"),
          title: EscapedHTML(finding.title, longest: PageLimits.bytesOfLabel),
          actor: EscapedHTML(finding.actor, longest: PageLimits.bytesOfLabel),
          when: EscapedHTML(from == to ? from : "\(from) to \(to)")
        )
      },
      hasGone: !gone.isEmpty,
      moreGone: QualityView.more(gone.count, "finding", "findings")
    )
  }

  // MARK: End

  static func suppressed(_ finding: Finding, _ entry: Suppression, _ words: FindingPhrases)
    -> Suppressed
  {
    let owner = entry.owner.map { ", \($0)" } ?? ""
    let whom = words.whom(finding)
    return Suppressed(
      score: EscapedHTML("\(finding.score)"),
      title: EscapedHTML(finding.title, longest: PageLimits.bytesOfLabel),
      who: EscapedHTML(words.who(finding) + (whom.isEmpty ? "" : " → \(whom)")),
      entry: EscapedHTML("\(entry.path):\(entry.line): \(entry.reason)\(owner)")
    )
  }
}
