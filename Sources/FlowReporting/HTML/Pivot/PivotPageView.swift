internal import FlowFindings
internal import FlowModel

/// The page of an investigation but for the finding cards, as its templates know it.
struct PivotPageView {
  var frame: PageFrame
  var alarm: Shown
  var caveat: Shown
  /// The class of the worst severity; `calm` without findings of medium severity or above.
  var mood: Shown
  /// Who it is, in how many records, and when.
  var sentence: Shown
  /// What else must be known of it and of the log, a line each.
  var remarks: [Shown]
  /// Its records over time; nothing without records.
  var traffic: ChartsView
  var ticks: Markup
  var isOneDay: Bool
  var hasFindings: Bool
  var noFindings: Shown
  var cardLimit: Shown
  /// Who talks to whom in its findings.
  var charts: ChartsView
  /// Whether there is anything to put into tables.
  var occurs: Bool
  var tablesNote = Shown(
    "Its conversations, plain sums without any judgement; sent and received as the subject sees it."
  )
  var tablesCommand = Shown("weir pivot --format json")
  var tables: [TableView]
  var quality: QualityView
  var suppressed: [PageView.Suppressed]
  var hasSuppressed: Bool
  var moreSuppressed: Shown

  init(_ pivot: Pivot, _ context: PageContext, _ findings: PivotFindingParts, top: Int?) {
    let report = context.report
    let story = PivotStory(pivot, report, context.facts)
    let worst = findings.findings.map(\.severity).max() ?? .info
    frame = PageFrame("Weir: \(pivot.subject.description)", context)
    alarm = Shown(PageFrame.alarm(report))
    caveat = Shown(Verdict(report).caveat ?? "")
    mood = Shown(worst >= .medium ? worst.name : "calm")
    sentence = Shown(
      pivot.occurs ? "\(story.headline): in \(story.presence)." : story.headline,
      longest: 1200
    )
    remarks = Self.remarks(pivot, story, report)
    traffic = ChartsView.traffic(report)
    ticks = context.axis.map(ClockLine.picture) ?? Markup("")
    isOneDay = context.words.isOneDay
    hasFindings = !findings.findings.isEmpty
    noFindings = Shown(hasFindings ? "" : Self.nothing(pivot))
    cardLimit = FindingList.limits(hasFindings)
    charts = ChartsView.contacts(context)
    occurs = pivot.occurs
    tables = pivot.occurs ? PivotTableViews(pivot, context, top).all : []
    quality = QualityView(context)
    suppressed = report.suppressed.prefix(PageLimits.listed)
      .map { PageView.suppressed($0, $1, context.words) }
    hasSuppressed = !suppressed.isEmpty
    moreSuppressed = QualityView.more(report.suppressed.count, "finding", "findings")
  }

  private static func remarks(_ pivot: Pivot, _ story: PivotStory, _ report: Report) -> [Shown] {
    let amounts = pivot.occurs ? story.amounts : []
    let gaps = PivotWords.gaps(report.gaps).map { [$0] } ?? []
    return (amounts + [PageView.read(report.input)] + TextReporter.window(report) + gaps)
      .map { Shown($0) }
  }

  private static func nothing(_ pivot: Pivot) -> String {
    pivot.concerns.isEmpty
      ? PivotWords.noFinding
      : "Only suppressed findings concern it; they stand below the data quality."
  }
}
