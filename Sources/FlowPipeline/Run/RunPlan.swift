internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// What a run will read, and what it knows before it begins.
struct RunPlan: Sendable {
  let settings: AnalysisSettings
  /// The inputs, those that the history knows left out where only new ones are wanted.
  private(set) var list: InputList
  /// What earlier runs left; nil without a history.
  let memory: RunHistory?
  /// Which records count; nil for all.
  let window: TimeWindow?
  /// Whether there are inputs, and earlier runs have read all of them.
  let hasNothingNew: Bool
  /// The flow logs that delivered the inputs.
  let flowLogs: FlowLogNames

  /// Settles what is read.
  ///
  /// - Throws: `AnalysisError` when an input is an output, or the history cannot be used.
  init(_ settings: AnalysisSettings) throws(AnalysisError) {
    var list = InputList(settings.paths)
    if let path = list.first(among: settings.outputs) { throw .inputIsOutput(path) }
    let memory = try settings.history.map { path throws(AnalysisError) in
      try RunHistory(path: path, lockTimeout: settings.lockTimeout, onWait: settings.onWait)
    }
    let hadInputs = !list.inputs.isEmpty
    if let memory, settings.readsNewOnly { list = try memory.unread(list) }
    hasNothingNew = hadInputs && list.inputs.isEmpty
    window = hasNothingNew ? nil : try WindowSearch(settings, list).window()
    if let window { list.keep(window) }
    flowLogs = FlowLogNames(list.inputs.map(\.path))
    (self.settings, self.list, self.memory) = (settings, list, memory)
  }

  /// How the state of the run is brought together.
  func aggregation(
    _ registry: InterfaceRegistry,
    _ points: ObservationPoints
  ) -> AggregationSettings {
    var aggregation = AggregationSettings(
      internalRanges: internalRanges,
      threads: settings.threads,
      memory: settings.memory
    )
    aggregation.loginPorts = LoginPorts(ssh: settings.sshPorts)
    aggregation.threats = settings.threats
    aggregation.points = points
    aggregation.keepsHistory = settings.history != nil
    aggregation.investigated = InvestigationWatch.query(settings, registry)
    return aggregation
  }

  var internalRanges: InternalRanges { InternalRanges(adding: settings.internalNetworks) }
}
