internal import FlowAggregation
internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// What the reading of all inputs gave.
struct Reading: Sendable {
  var sources: [SourceSummary] = []
  var collectors: [FlowCollector] = []
  /// The intervals of records without traffic.
  var quiet = QuietIntervals()
  /// The accounts by interface number.
  var accounts: [UInt32: String] = [:]
  /// Records with log-status OK in the window, where there is one.
  var recordsInWindow: UInt64 = 0
  /// The records of an investigation target.
  var investigated = InvestigationTally()
  /// The interfaces of the instances among the investigation targets.
  var investigatedInterfaces: Set<UInt32> = []
  /// Copy of standard input for the second reading.
  var standardInputCopy: OpenFile?
}

extension Reading {
  /// Reads the inputs of a run for the analysis.
  ///
  /// - Throws: `SystemError` when standard input cannot be copied.
  init(
    _ plan: RunPlan,
    _ registry: InterfaceRegistry,
    points: ObservationPoints
  ) throws(SystemError) {
    let settings = plan.settings
    var options = RecordSource.Options(settings)
    options.window = plan.window
    if settings.evidenceLines > 0, plan.list.inputs.contains(where: { $0.path == "-" }) {
      options.copy = try OpenFile.temporary()
    }
    let source = RecordSource(
      inputs: plan.list.largestFirst,
      options: options,
      registry: registry,
      progress: ProgressMeter(plan.list, tell: settings.onProgress)
    )
    let outcome = source.read { AnalysisConsumer(plan, registry, points) }
    self.init(outcome, plan.window)
    standardInputCopy = sources.contains { $0.copyFault != nil } ? nil : options.copy
  }

  private init(_ outcome: RecordSource.Outcome<AnalysisConsumer>, _ window: TimeWindow?) {
    let consumer = outcome.consumer
    (sources, recordsInWindow) = (outcome.sources, outcome.recordsInWindow)
    (collectors, accounts) = (consumer.collectors, consumer.owners.accounts)
    (quiet, investigated) = (consumer.quiet, consumer.investigated)
    investigatedInterfaces = consumer.investigatedInterfaces
    if let window { quiet.keep(window) }
  }
}

extension ProgressMeter {
  /// Counts how far the reading of a list has come.
  convenience init(_ list: InputList, tell: (@Sendable (Progress) -> Void)?) {
    self.init(
      files: list.inputs.count,
      bytes: list.inputs.reduce(0) { $0 + $1.size },
      tell: tell
    )
  }
}
