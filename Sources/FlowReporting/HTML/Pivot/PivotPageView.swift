internal import FlowFindings
internal import FlowModel

/// The page of an investigation but for the finding cards, as its templates know it.
struct PivotPageView {
  var frame: PageFrame
  var alarm: EscapedHTML
  var caveat: EscapedHTML
  /// The class of the worst severity; `calm` without findings of medium severity or above.
  var severityClass: EscapedHTML
  /// Who it is, in how many records, and when.
  var sentence: EscapedHTML
  /// What else must be known of it and of the log, a line each.
  var remarks: [EscapedHTML]
  /// Its records over time; nothing without records.
  var traffic: ChartsView
  var ticks: Markup
  var isOneDay: Bool
  var hasFindings: Bool
  var noFindings: EscapedHTML
  var cardLimit: EscapedHTML
  /// Who communicates with whom in its findings.
  var charts: ChartsView
  /// Whether there is anything to put into tables.
  var occurs: Bool
  var tablesNote = EscapedHTML(
    "Exact sums over its conversations; sent and received from the point of view of the investigation target."
  )
  var tablesCommand = EscapedHTML("weir pivot --format json")
  var tables: [TableView]
  var quality: QualityView
  var suppressed: [PageView.Suppressed]
  var hasSuppressed: Bool
  var moreSuppressed: EscapedHTML

  init(_ pivot: Pivot, _ context: PageContext, _ findings: PivotFindingParts, top: Int?) {
    let report = context.report
    let story = PivotStory(pivot, report, context.facts)
    let worst = findings.findings.map(\.severity).max() ?? .info
    frame = PageFrame("Weir: \(pivot.investigated.description)", context)
    alarm = EscapedHTML(PageFrame.alarm(report))
    caveat = EscapedHTML(Verdict(report).caveat ?? "")
    severityClass = EscapedHTML(worst >= .medium ? worst.name : "calm")
    sentence = EscapedHTML(
      pivot.hasTraffic ? "\(story.headline): in \(story.presence)." : story.headline,
      longest: 1200
    )
    remarks = Self.remarks(pivot, story, report)
    traffic = ChartsView.traffic(report)
    ticks = context.axis.map(ClockLine.picture) ?? Markup("")
    isOneDay = context.words.isOneDay
    hasFindings = !findings.findings.isEmpty
    noFindings = EscapedHTML(hasFindings ? "" : Self.nothing(pivot))
    cardLimit = FindingList.limits(hasFindings)
    charts = ChartsView.servicePairs(context)
    occurs = pivot.hasTraffic
    tables = pivot.hasTraffic ? PivotTableViews(pivot, context, top).all : []
    quality = QualityView(context)
    suppressed = report.suppressed.prefix(PageLimits.listed)
      .map { PageView.suppressed($0, $1, context.words) }
    hasSuppressed = !suppressed.isEmpty
    moreSuppressed = QualityView.more(report.suppressed.count, "finding", "findings")
  }

  private static func remarks(_ pivot: Pivot, _ story: PivotStory, _ report: Report)
    -> [EscapedHTML]
  {
    let amounts = pivot.hasTraffic ? story.amounts + story.closing : []
    let gaps = PivotPhrases.gaps(report.gaps).map { [$0] } ?? []
    let changes = InvestigationChanges(pivot.traffic).map { [PivotStory.changes($0)] } ?? []
    return
      (amounts + (pivot.hasTraffic ? changes : []) + [PageView.read(report.input)]
      + TextReporter.window(report) + gaps)
      .map { EscapedHTML($0) }
  }

  private static func nothing(_ pivot: Pivot) -> String {
    pivot.concerns.isEmpty
      ? PivotPhrases.noFinding
      : "All findings that concern it are suppressed; they are listed below the log coverage."
  }
}
