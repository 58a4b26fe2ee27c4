internal import FlowAggregation
internal import FlowDetection
package import FlowFindings
internal import FlowModel
internal import SystemFiles

/// A whole run: start reading here.
///
/// The way of a record: a chunk is read and inflated to a block of whole lines (LogInput); the block is parsed to a
/// batch of columns (FlowParsing); the batch is collected as rows, the rows of a pair of hosts meet and become
/// conversations, conversations become what a source did (FlowAggregation); detectors judge the sources
/// (FlowDetection); a report is put together from findings and tables (FlowFindings), which reporters write
/// (FlowReporting).
package struct AnalysisRun: Sendable {
  private let settings: AnalysisSettings
  private let registry: InterfaceRegistry

  /// A run with the given settings.
  package init(_ settings: AnalysisSettings) {
    self.settings = settings
    registry = InterfaceRegistry(limit: settings.mostInterfaces)
  }

  /// Reads, aggregates, detects, and puts the report together.
  ///
  /// - Returns: the report, of everything that could be read.
  /// - Throws: `AnalysisError` when nothing could be read or state could not be kept.
  package func run() throws(AnalysisError) -> Report { try runWithHistory().report }

  /// The same; beside the report, what to leave in the history once the report is safe.
  ///
  /// As long as that is held, no other run has the history.
  ///
  /// - Returns: the report, and what to record; nil without a history.
  /// - Throws: `AnalysisError` when nothing could be read, or state or the history could not be kept.
  package func runWithHistory() throws(AnalysisError) -> (report: Report, historyRun: PendingRun?) {
    let plan = try RunPlan(settings)
    guard !plan.hasNothingNew else {
      return (ReportBuilder.nothingNew(plan), plan.memory?.emptyRun)
    }
    let builder = try builder(plan)
    let report = builder.report
    return (report, try remember(report, builder))
  }

  /// The same without a history, and all raw lines of some findings.
  ///
  /// - Parameters:
  ///   - limit: at most so many lines, the first by time.
  ///   - choose: names the findings by what the report has; none, and nothing is read a second time.
  /// - Returns: the report, and the lines.
  /// - Throws: `AnalysisError` when nothing could be read or state could not be kept.
  package func run(
    exporting limit: Int,
    of choose: (Report) -> [Finding]
  ) throws(AnalysisError) -> (report: Report, lines: EvidenceLines) {
    let builder = try builder(RunPlan(settings))
    let report = builder.report
    let findings = choose(report)
    guard !findings.isEmpty else { return (report, EvidenceLines([], of: 0)) }
    let pass = EvidencePass(
      settings,
      builder.account.summary,
      builder.reading,
      registry,
      own: builder.result.own.all,
      builder.account.window
    )
    return (report, pass.lines(of: findings, atMost: limit))
  }

  /// All that a report is made of.
  private func builder(_ plan: RunPlan) throws(AnalysisError) -> ReportBuilder {
    var reading = try scan(plan)
    let account = try InputAccount.checked(plan, reading)
    var (result, observer) = try aggregate(plan, &reading, account)
    try separateHosts(plan, &reading, account, &result, &observer)
    var detection = Detection(observer, result, LogQuality(result, account, reading.quiet.minutes))
    detection.settle(plan, TargetInterfaces(result.own, registry.names), logEnd: account.end)
    detection.attachEvidence(plan, account, reading, registry, own: result.own.all)
    return ReportBuilder(
      plan: plan,
      reading: reading,
      account: account,
      result: result,
      detection: detection,
      registry: registry
    )
  }

  private func scan(_ plan: RunPlan) throws(AnalysisError) -> Reading {
    do throws(SystemError) {
      return try Reading(plan, registry)
    } catch {
      throw .system(error)
    }
  }

  /// Brings together what the workers collected; detectors observe it on the way.
  private func aggregate(
    _ plan: RunPlan,
    _ reading: inout Reading,
    _ account: InputAccount,
    own: LocalAddresses? = nil
  ) throws(AnalysisError) -> (AggregationResult, BaselineObserver) {
    var settings = plan.aggregation(registry, reading.points)
    (settings.accounts, settings.own) = (reading.interfaces.accounts, own)
    settings.investigated?.add(interfaces: reading.investigatedInterfaces)
    var aggregation = Aggregation(settings)
    let (learns, registry) = (plan.memory != nil, registry)
    let observer: @Sendable (AggregationResult) -> BaselineObserver = { result in
      BaselineObserver(NetworkContext(plan, result, account, registry), learns: learns)
    }
    var collectors: [FlowCollector] = []
    swap(&collectors, &reading.collectors)
    do throws(SystemError) {
      let (result, workers) = try aggregation.run(&collectors, prepare: observer)
      var all = observer(result)
      for worker in workers { all.merge(worker) }
      return (result, all)
    } catch {
      throw .system(error)
    }
  }

  /// If hosts of several accounts or VPCs have the same private address, reads the inputs again to distinguish them.
  ///
  /// The tables remain sums by address. Where the inputs cannot be read again, each address remains one host.
  private func separateHosts(
    _ plan: RunPlan,
    _ reading: inout Reading,
    _ account: InputAccount,
    _ result: inout AggregationResult,
    _ observer: inout BaselineObserver
  ) throws(AnalysisError) {
    let owners = OverlappingRanges(result.own, reading.interfaces).hosts
    guard !owners.isEmpty, var again = reading.again(plan, registry, owners) else { return }
    let tables = result.tables
    (result, observer) = try aggregate(plan, &again, account, own: result.own.marked(owners))
    result.tables = tables
    reading = again
  }

  /// What the run leaves.
  ///
  /// Objects of which a part was read are not read to their end: such a run leaves nothing behind.
  private func remember(
    _ report: Report,
    _ builder: ReportBuilder
  ) throws(AnalysisError) -> PendingRun? {
    guard let memory = builder.plan.memory, builder.plan.window == nil else {
      return builder.plan.memory?.emptyRun
    }
    return try memory.historyRun(
      report,
      builder.detection.learned,
      builder.covered,
      builder.plan.list
    )
  }
}
