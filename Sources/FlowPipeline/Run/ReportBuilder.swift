internal import FlowAggregation
internal import FlowDetection
internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// Puts a report together from what the steps of a run gave.
struct ReportBuilder {
  let plan: RunPlan
  let reading: Reading
  let account: InputAccount
  let result: AggregationResult
  let detection: Detection
  let registry: InterfaceRegistry

  /// The minutes of which the log says something, be it that there was nothing.
  var covered: CoveredMinutes {
    var covered = result.covered
    covered.formUnion(reading.quiet.minutes)
    return covered
  }

  /// The report, of everything that could be read.
  var report: Report {
    var report = Report(
      command: plan.settings.command,
      input: account.summary,
      findings: detection.sifted.kept,
      tables: account.onlyKnown(result.tables),
      notices: notices,
      isInterrupted: Interruption.isRequested
    )
    report.paths = plan.settings.paths
    report.incidents = detection.incidents
    report.window = plan.window.map {
      WindowSummary(window: $0, records: reading.recordsInWindow, unopened: plan.list.unopened)
    }
    report.limitation = account.limitation
    report.suppressed = detection.sifted.suppressed
    report.unusedSuppressions = detection.sifted.unused
    report.comparison = plan.memory?.summary(
      report,
      all: detection.all,
      isWhole: plan.window == nil
    )
    report.facts = detection.facts
    addSettings(to: &report)
    addNetwork(to: &report)
    addTimes(to: &report)
    return report
  }

  private var notices: [String] {
    account.notices(result, droppedFindings: detection.dropped) + overlaps
      + plan.settings.notices + plan.settings.thresholds.notices
      + detection.sifted.expired.map(Self.notice) + detection.notices
      + (plan.window != nil && plan.memory != nil ? [Self.partIsNotRemembered] : [])
      + (registry.isFull ? [interfacesLeftOut] : [])
  }

  /// The hosts of several owners that have the same address: those that are distinguished, and those that are not.
  private var overlaps: [String] {
    let mixed = OverlappingRanges(result.own, reading.interfaces).notice(areSeparate: false)
    guard !reading.owners.isEmpty else { return mixed.map { [$0] } ?? [] }
    let separate = OverlappingRanges(result.own.plain, reading.interfaces)
      .notice(areSeparate: true)
    return [separate, mixed].compactMap(\.self)
  }

  private var interfacesLeftOut: String {
    "more than \(registry.limit - 1) interfaces: records of the others count in all tables, but their local addresses are not learned; a larger --memory raises the limit"
  }

  private static func notice(_ expired: Suppression) -> String {
    "\(expired.path):\(expired.line): the suppression of \(expired.rule) ended on \(expired.until ?? ""); the findings it hid are shown again"
  }

  private static let partIsNotRemembered =
    "this run is not recorded in the history, because a time window excludes part of the log"

  private func addSettings(to report: inout Report) {
    report.internalRanges = plan.internalRanges
    report.names = plan.settings.names
    report.thresholds = plan.settings.thresholds
    report.awsPrefixes = plan.settings.awsPrefixes.adding(result.services.services)
    report.origins = plan.settings.origins
  }

  private func addNetwork(to report: inout Report) {
    report.own = result.own.all
    report.owners = reading.owners
    report.cloud = CloudIdentity(
      plan.settings.awsPlace,
      report,
      result.own,
      registry.names,
      reading.interfaces
    )
    report.pivot = plan.settings.investigated.map {
      Pivot($0, investigated, result.investigated ?? InvestigationTraffic(), report)
    }
    report.pivot?.filter = plan.settings.investigationFilter
  }

  /// The records of the investigation target, those that were delivered twice once.
  private var investigated: InvestigationTally {
    var tally = reading.investigated
    if result.duplicates > 0, let traffic = result.investigated,
      plan.settings.investigated?.isService == true || !traffic.networks.isEmpty
    {
      tally.recount(traffic)
    }
    return tally
  }

  private func addTimes(to report: inout Report) {
    report.newest = account.span.map { span in
      min(span.upperBound, covered.usualSpan?.last ?? span.upperBound)
    }
    (report.timeline, report.slices) = (result.timeline, result.slices)
    report.gaps =
      LogGaps(covered, reading.quiet.skipDataWindows, result.aggregationInterval).all
  }

  /// The report of a run of which earlier runs have read every input, but for those that are missing.
  static func nothingNew(_ plan: RunPlan) -> Report {
    let missing = InputAccount.missing(plan.list)
    var report = Report(
      command: plan.settings.command,
      input: InputSummary(sources: missing, skipDataWindows: 0, isComplete: missing.isEmpty),
      findings: [],
      tables: Tables(),
      notices: [],
      isInterrupted: false
    )
    report.comparison = plan.memory?.summary(report, all: [], isWhole: true)
    report.comparison?.isNothingNew = true
    return report
  }
}
