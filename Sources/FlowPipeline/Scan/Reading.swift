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
  /// The accounts and VPCs of interfaces.
  var interfaces = InterfaceOwners()
  /// The owners of hosts with the same address, as the collectors have them.
  var owners = HostOwners()
  /// The numbers of observation points in the collectors.
  var points = ObservationPoints()
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
  init(_ plan: RunPlan, _ registry: InterfaceRegistry) throws(SystemError) {
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
    let points = ObservationPoints()
    let outcome = source.read { AnalysisConsumer(plan, registry, points, hasOwners: false) }
    self.init(outcome, plan.window)
    self.points = points
    standardInputCopy = sources.contains { $0.copyFault != nil } ? nil : options.copy
  }

  /// Reads the inputs again, so that hosts of several owners that have the same address are different hosts.
  ///
  /// - Returns: nil if the inputs cannot be read again, or are no longer the same.
  func again(
    _ plan: RunPlan,
    _ registry: InterfaceRegistry,
    _ owners: HostOwners
  ) -> Reading? {
    guard canBeRepeated(plan.list) else { return nil }
    var options = RecordSource.Options(plan.settings)
    (options.window, options.standardInput) = (plan.window, standardInputCopy)
    options.owners = owners
    let source = RecordSource(inputs: plan.list.largestFirst, options: options, registry: registry)
    let points = ObservationPoints()
    let outcome = source.read { AnalysisConsumer(plan, registry, points, hasOwners: true) }
    guard Self.records(outcome.sources) == Self.records(sources), !Interruption.isRequested else {
      return nil
    }
    var again = self
    (again.owners, again.points) = (owners, points)
    again.collectors = outcome.consumer.collectors
    return again
  }

  private func canBeRepeated(_ list: InputList) -> Bool {
    !Interruption.isRequested
      && list.inputs.allSatisfy { input in
        input.path == "-" ? standardInputCopy != nil : !Folders.isPipe(input.path)
      }
  }

  /// The numbers of records; the copy of standard input has another path.
  private static func records(_ sources: [SourceSummary]) -> [UInt64] {
    sources.map(\.counts.records.total).sorted()
  }

  private init(_ outcome: RecordSource.Outcome<AnalysisConsumer>, _ window: TimeWindow?) {
    let consumer = outcome.consumer
    (sources, recordsInWindow) = (outcome.sources, outcome.recordsInWindow)
    (collectors, interfaces) = (consumer.collectors, consumer.owners)
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
