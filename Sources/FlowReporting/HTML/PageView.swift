internal import FlowFindings
internal import FlowModel

/// The page but for the finding cards, as its templates know it.
struct PageView {
  /// The number of findings of a severity.
  struct Count {
    var severity: Shown
    var glyph: Shown
    var word: Shown
    var number: Shown
    /// Of how many kinds they are.
    var kinds: Shown
    var isNone: Bool
  }

  /// What changed since the last run.
  struct Night {
    var headline: Shown
    var gone: [Gone]
    var hasGone: Bool
    var moreGone: Shown
  }

  /// A finding that is no more.
  struct Gone {
    var severity: Shown
    var glyph: Shown
    var score: Shown
    var title: Shown
    var actor: Shown
    var when: Shown
  }

  /// A finding that a suppression left out.
  struct Suppressed {
    var score: Shown
    var title: Shown
    var who: Shown
    var entry: Shown
  }

  var frame: PageFrame
  var alarm: Shown
  var verdict: Shown
  var caveat: Shown
  /// The class of the worst severity; `calm` without findings of medium severity or above.
  var mood: Shown
  var read: Shown
  /// Which records the page is about, where not all.
  var window: Shown
  var counts: [Count]
  var suppressedCount: Shown
  var night: Night?
  var ticks: Markup
  var hasFindings: Bool
  var noFindings: Shown
  /// What cards hold at most.
  var cardLimit: Shown
  var charts: ChartsView
  var facts: [Shown]
  var hasFacts: Bool
  var moreFacts: Shown
  /// What the tables hold, and the command that prints the same for programs.
  var tablesNote = Shown(
    "Plain sums over the records, without any judgement: the first 20 rows of each, exact."
  )
  var tablesCommand = Shown("weir --format json")
  var tables: [TableView]
  var quality: QualityView
  var suppressed: [Suppressed]
  var hasSuppressed: Bool
  var moreSuppressed: Shown
  var unusedSuppressions: [Shown]
  var hasUnused: Bool
  var isOneDay: Bool

  init(_ context: PageContext, showsSuppressed: Bool) {
    let report = context.report
    let judged = Verdict(report)
    frame = PageFrame(Self.title(report), context)
    alarm = Shown(PageFrame.alarm(report))
    verdict = Shown(judged.sentence, longest: 1200)
    caveat = Shown(judged.caveat ?? "")
    mood = Shown(judged.severity.map { $0 >= .medium ? $0.name : "calm" } ?? "calm")
    read = Shown(Self.read(report.input))
    window = Shown(TextReporter.window(report).joined())
    counts = Severity.allCases.reversed().map { Self.count($0, report) }
    suppressedCount = Shown(
      report.suppressed.isEmpty
        ? "" : Words.plural(report.suppressed.count, "suppressed", "suppressed")
    )
    night = report.night.map(Self.night)
    ticks = context.axis.map(ClockLine.picture) ?? Markup("")
    hasFindings = !report.findings.isEmpty
    noFindings = Shown(hasFindings ? "" : Self.nothing(report))
    cardLimit = FindingList.limits(hasFindings)
    charts = ChartsView(context)
    facts = report.facts.prefix(PageLimits.listed).map { Shown($0.text) }
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
        Shown("\($0.path):\($0.line): \($0.rule)")
      } : []
    hasUnused = !unusedSuppressions.isEmpty
    isOneDay = context.words.isOneDay
  }

  // MARK: Head

  private static func title(_ report: Report) -> String {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = report.count(severity)
      return count > 0 && severity >= .medium ? "\(Words.grouped(count)) \(severity.name)" : nil
    }
    guard report.input.counts.records.total > 0 else { return "Weir: no records were read" }
    let date = report.input.counts.firstStart.map { " – \(UTCTime($0).date)" } ?? ""
    return
      "Weir: \(counts.isEmpty ? "nothing that needs attention" : counts.joined(separator: ", "))\(date)"
  }

  static func read(_ input: InputSummary) -> String {
    let files = Words.plural(input.sources.count { $0.form != "unreadable" }, "file")
    return "\(Words.plural(input.counts.records.total, "record")) in \(files)"
  }

  private static func count(_ severity: Severity, _ report: Report) -> Count {
    let findings = report.findings.filter { $0.severity == severity }
    let kinds = Set(findings.map(\.rule)).count
    return Count(
      severity: Shown(severity.name),
      glyph: Shown(severity.glyph),
      word: Shown(severity.word),
      number: Shown(findings.count),
      kinds: Shown(findings.count > 1 ? "of \(Words.plural(kinds, "kind"))" : ""),
      isNone: findings.isEmpty
    )
  }

  private static func nothing(_ report: Report) -> String {
    let only = (report.night?.only ?? []).map(\.rawValue).sorted().joined(separator: " or ")
    return only.isEmpty ? "No findings." : "No findings that are \(only)."
  }

  // MARK: Nights

  private static func night(_ night: NightSummary) -> Night {
    let gone = night.only.isEmpty || night.only.contains(.gone) ? night.gone : []
    return Night(
      headline: Shown(night.headline),
      gone: gone.prefix(PageLimits.listed).map { finding in
        let severity = Severity(score: finding.score)
        let (from, to) = (UTCTime(finding.since).date, UTCTime(finding.lastSeen).date)
        return Gone(
          severity: Shown(severity.name),
          glyph: Shown(severity.glyph),
          score: Shown("\(finding.score)"),
          title: Shown(finding.title, longest: PageLimits.bytesOfLabel),
          actor: Shown(finding.actor, longest: PageLimits.bytesOfLabel),
          when: Shown(from == to ? from : "\(from) to \(to)")
        )
      },
      hasGone: !gone.isEmpty,
      moreGone: QualityView.more(gone.count, "finding", "findings")
    )
  }

  // MARK: End

  static func suppressed(_ finding: Finding, _ entry: Suppression, _ words: FindingWords)
    -> Suppressed
  {
    let owner = entry.owner.map { ", \($0)" } ?? ""
    let whom = words.whom(finding)
    return Suppressed(
      score: Shown("\(finding.score)"),
      title: Shown(finding.title, longest: PageLimits.bytesOfLabel),
      who: Shown(words.who(finding) + (whom.isEmpty ? "" : " → \(whom)")),
      entry: Shown("\(entry.path):\(entry.line): \(entry.reason)\(owner)")
    )
  }
}
