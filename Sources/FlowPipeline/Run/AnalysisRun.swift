internal import FlowAggregation
internal import FlowDetection
package import FlowFindings
internal import FlowModel
internal import FlowReporting
internal import SystemFiles

/// A whole run: start reading here.
///
/// The way of a record: a chunk is read and inflated to a block of whole lines (LogInput); the block is parsed to a
/// batch of columns (FlowParsing); the batch is collected as rows, the rows of a pair of hosts meet and become
/// conversations, conversations become what a source did (FlowAggregation); detectors judge the sources (FlowDetection); a
/// report is put together from findings and tables (FlowReporting).
package struct AnalysisRun: Sendable {
  private let settings: AnalysisSettings
  private let registry = InterfaceRegistry()

  /// A run with the given settings.
  package init(_ settings: AnalysisSettings) {
    self.settings = settings
  }

  /// Reads, aggregates, detects, and puts the report together.
  ///
  /// - Returns: the report, of everything that could be read.
  /// - Throws: `AnalysisError` when nothing could be read or state could not be kept.
  package func run() throws(AnalysisError) -> Report { try runNight().report }

  /// The same; beside the report, what to leave in the memory once the report is safe.
  ///
  /// While the night lives, no other run has the memory.
  ///
  /// - Returns: the report, and the night; without a memory there is no night.
  /// - Throws: `AnalysisError` when nothing could be read, or state or the memory could not be kept.
  package func runNight() throws(AnalysisError) -> (report: Report, night: PendingNight?) {
    var list = InputList(settings.paths)
    if let path = list.first(among: settings.outputs) { throw .inputIsOutput(path) }
    let memory = try settings.history.map { path throws(AnalysisError) in
      try NightMemory(path: path, patience: settings.patience, onWait: settings.onWait)
    }
    if let memory, settings.readsNewOnly {
      let unread = try memory.unread(list)
      if unread.inputs.isEmpty, !list.inputs.isEmpty {
        return (nothingNew(memory, InputAccount.missing(list)), memory.emptyNight)
      }
      list = unread
    }
    let window = try WindowSearch(settings, list).window()
    if let window { list.keep(window) }
    var reading = try read(list, window)
    let account = InputAccount(settings, list, reading, window)
    if let failure = account.failure { throw failure }
    let quiet = reading.quietMinutes
    let (result, observer) = try aggregate(&reading.collectors, account, memory)
    let complete = CompleteContext(
      observer.detectors.network,
      prevalence: result.prevalence,
      quality: quality(result, account.summary, quiet)
    )
    var (findings, dropped) = observer.detectors.findings(complete)
    TargetInterfaces(result.own, registry.names).fill(in: &findings)
    memory?.compare(&findings)
    let all = findings
    var sifted = suppress(findings, account)
    try attachEvidence(to: &sifted.kept, account, reading, result)
    let notices = account.notices(result, droppedFindings: dropped)
    var report = Report(
      command: settings.command,
      input: account.summary,
      findings: sifted.kept,
      tables: account.onlyKnown(result.tables),
      notices: notices + overlaps(result) + settings.notices + settings.thresholds.notices
        + sifted.expired.map(Self.notice),
      isInterrupted: Interruption.isRequested
    )
    report.window = window.map {
      WindowSummary(window: $0, records: reading.recordsInWindow, unopened: list.unopened)
    }
    report.suppressed = sifted.suppressed
    report.unusedSuppressions = sifted.unused
    report.own = result.own.all
    report.night = memory?.summary(report, all: all, isWhole: window == nil)
    report.facts = observer.detectors.facts(complete, beside: all)
    tellSettings(to: &report)
    report.cloud = CloudIdentity(settings.awsPlace, report, result.own, registry)
    report.notices += observer.learner?.notices ?? []
    report.pivot = settings.subject.map {
      Pivot($0, reading.subject, result.subject ?? SubjectTraffic(), report)
    }
    let facts = observer.learner?.facts(without: all) ?? NightFacts()
    var covered = result.covered
    covered.formUnion(quiet)
    report.newest = account.span.map { span in
      min(span.upperBound, covered.usualSpan?.last ?? span.upperBound)
    }
    (report.timeline, report.slices) = (result.timeline, result.slices)
    report.gaps = LogGaps(covered, reading.skipDataWindows, result.aggregationInterval).all
    // Objects of which a part was read are not read to their end: such a run leaves nothing behind.
    guard window == nil else {
      if memory != nil { report.notices.append(Self.partIsNotRemembered) }
      return (report, memory?.emptyNight)
    }
    return (report, try memory?.night(report, facts, covered, list))
  }

  /// What the report must know of the settings.
  private func tellSettings(to report: inout Report) {
    report.internalRanges = InternalRanges(adding: settings.internalNetworks)
    report.names = settings.names
    report.thresholds = settings.thresholds
    report.awsPrefixes = settings.awsPrefixes
    report.origins = settings.origins
  }

  private static let partIsNotRemembered =
    "this run is not remembered, as a window of time leaves out part of the log: without --since, --until and --last it would be"

  /// The report of a night in which every input had been read before, but for those that are missing.
  private func nothingNew(_ memory: NightMemory, _ missing: [SourceSummary]) -> Report {
    var report = Report(
      command: settings.command,
      input: InputSummary(sources: missing, skipDataWindows: 0, isComplete: missing.isEmpty),
      findings: [],
      tables: Tables(),
      notices: [],
      isInterrupted: false
    )
    report.night = memory.summary(report, all: [], isWhole: true)
    report.night?.isNothingNew = true
    return report
  }

  private func suppress(_ findings: [Finding], _ input: InputAccount) -> SuppressedFindings {
    let logEnd = UTCTime(input.span?.upperBound ?? 0).date
    return SuppressedFindings(settings.suppressions, findings, logEnd: logEnd)
  }

  private static func notice(_ expired: Suppression) -> String {
    "\(expired.path):\(expired.line): the suppression of \(expired.rule) ended on \(expired.until ?? ""); what it hid is shown again"
  }

  private func overlaps(_ result: AggregationResult) -> [String] {
    OverlappingRanges(result.own, registry).notice.map { [$0] } ?? []
  }

  private var aggregationSettings: AggregationSettings {
    var aggregation = AggregationSettings(
      internalRanges: InternalRanges(adding: settings.internalNetworks),
      threads: settings.threads,
      memory: settings.memory
    )
    aggregation.loginPorts = LoginPorts(ssh: settings.sshPorts)
    aggregation.threats = settings.threats
    aggregation.keepsMemory = settings.history != nil
    aggregation.subject = settings.subject.map { SubjectWatch.query($0, registry) }
    return aggregation
  }

  private func read(
    _ list: InputList,
    _ window: TimeWindow?
  ) throws(AnalysisError) -> ReadingResult {
    let progress = ProgressMeter(
      files: list.inputs.count,
      bytes: list.inputs.reduce(0) { $0 + $1.size },
      tell: settings.onProgress
    )
    let stage = ReadingStage(
      settings,
      list.inputs,
      registry,
      progress,
      window,
      collectorBudget: aggregationSettings.collectorBudget
    )
    return try orSystemFailure { () throws(SystemError) in try stage.run() }
  }

  private func aggregate(
    _ collectors: inout [FlowCollector],
    _ input: InputAccount,
    _ memory: NightMemory?
  ) throws(AnalysisError) -> (AggregationResult, NightObserver) {
    var aggregation = Aggregation(aggregationSettings)
    let baseline = memory?.baseline
    let learns = memory != nil
    var moved: [FlowCollector] = []
    swap(&moved, &collectors)
    do throws(SystemError) {
      let (result, workers) = try aggregation.run(&moved) { result in
        NightObserver(context(result, input, baseline), learns: learns)
      }
      var observer = NightObserver(context(result, input, baseline), learns: learns)
      for worker in workers { observer.merge(worker) }
      return (result, observer)
    } catch {
      throw .system(error)
    }
  }

  private func context(
    _ result: AggregationResult,
    _ input: InputAccount,
    _ baseline: Baseline?
  ) -> NetworkContext {
    var network = NetworkContext(own: result.own.all)
    network.logStart = input.span?.lowerBound ?? 0
    network.logEnd = input.span?.upperBound ?? 0
    network.remember(baseline)
    network.threats = settings.threats.lists
    network.thresholds = settings.thresholds
    network.names = settings.names
    network.interfaces = LogInterfaces(registry, result.own).all
    network.awsPrefixes = settings.awsPrefixes
    network.origins = settings.origins
    return network
  }

  private func quality(
    _ result: AggregationResult,
    _ input: InputSummary,
    _ quiet: CoveredMinutes
  ) -> LogQuality {
    var quality = LogQuality()
    var covered = result.covered
    covered.formUnion(quiet)
    let holes = LogGaps.holes(covered, result.aggregationInterval)
    quality.holes = UInt64(holes.count)
    quality.longestHole = holes.map(\.length).max() ?? 0
    quality.records = input.counts.records.ok
    (quality.accepted, quality.rejected) = (result.accepted, result.rejected)
    quality.skipDataWindows = UInt64(input.skipDataWindows)
    quality.aggregationInterval = result.aggregationInterval
    quality.reversedTimes = input.counts.reversedTimes
    return quality
  }

  private func attachEvidence(
    to findings: inout [Finding],
    _ input: InputAccount,
    _ reading: ReadingResult,
    _ result: AggregationResult
  ) throws(AnalysisError) {
    guard settings.evidenceLines > 0, !findings.isEmpty, !Interruption.isRequested else { return }
    let pass = EvidencePass(
      settings,
      input.summary,
      reading.standardInputCopy,
      own: result.own.all,
      input.window
    )
    let evidence = pass.run(findings)
    for index in findings.indices { findings[index].evidence = evidence[index] }
    joinEvidence(of: &findings)
  }

  /// A finding that joins others shows the first line of each.
  private func joinEvidence(of findings: inout [Finding]) {
    let lines = Dictionary(
      findings.map { ($0.id, $0.evidence) },
      uniquingKeysWith: { first, _ in first }
    )
    for index in findings.indices where !findings[index].joins.isEmpty {
      findings[index].evidence = findings[index].joins.prefix(Self.joinedLines)
        .compactMap { lines[$0]?.first }
    }
  }

  /// So many lines does a finding show that joins others.
  private static let joinedLines = 8

  private func orSystemFailure<Value>(
    _ body: () throws(SystemError) -> Value
  ) throws(AnalysisError) -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .system(error)
    }
  }
}
