internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// What the analysis reads of every record.
struct AnalysisConsumer: BatchConsumer {
  /// The rows of all workers.
  var collectors: [FlowCollector]
  private(set) var quiet = QuietIntervals()
  private(set) var owners = InterfaceOwners()
  private var watch: InvestigationWatch?
  private let flowLogs: FlowLogNames

  /// - Parameters:
  ///   - plan: what the run reads.
  ///   - registry: numbers the interfaces of the run.
  ///   - points: numbers its observation points.
  ///   - hasOwners: whether addresses may have owners.
  init(
    _ plan: RunPlan,
    _ registry: InterfaceRegistry,
    _ points: ObservationPoints,
    hasOwners: Bool
  ) {
    let budget = plan.aggregation(registry, points).collectorBudget
    collectors = [FlowCollector(budget: budget, points: points, hasOwners: hasOwners)]
    watch = plan.settings.investigated.map { InvestigationWatch($0, registry) }
    flowLogs = plan.flowLogs
  }

  /// The records of an investigation target.
  var investigated: InvestigationTally { watch?.tally ?? InvestigationTally() }

  var projection: Projection { .analysis }

  mutating func begin(_ path: String) -> Bool {
    collectors[0].begin(flowLog: flowLogs(path))
    return true
  }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    addQuiet(batch)
    owners.add(batch)
    watch?.add(batch)
    collectors[0].add(batch)
  }

  /// A record that shows `-` as its times says nothing about any minute.
  private mutating func addQuiet(_ batch: borrowing RecordBatch) {
    guard batch.missingFields.contains(.start) else { return quiet.add(batch) }
    var timed = copy batch
    timed.keepTimed()
    quiet.add(timed)
  }

  mutating func merge(_ other: consuming AnalysisConsumer) {
    quiet.merge(other.quiet)
    owners.merge(other.owners)
    watch?.merge(other.investigated)
    collectors += other.collectors
  }
}

/// Looks at every batch for records of the investigation target.
struct InvestigationWatch: Sendable {
  private(set) var tally = InvestigationTally()
  private let investigated: InvestigationTarget
  private let registry: InterfaceRegistry
  /// nil while no record of the interface was seen.
  private var query: InvestigationQuery?

  init(_ investigated: InvestigationTarget, _ registry: InterfaceRegistry) {
    self.investigated = investigated
    self.registry = registry
  }

  /// The investigation target as the stages ask for it; an interface has a number from its first record on.
  static func query(_ investigated: InvestigationTarget, _ registry: InterfaceRegistry)
    -> InvestigationQuery
  {
    switch investigated {
    case .network(let network): InvestigationQuery(network)
    case .interface(let name): InvestigationQuery(interface: registry.known(name))
    }
  }

  mutating func add(_ batch: borrowing RecordBatch) {
    if query == nil {
      if case .interface(let name) = investigated, registry.known(name) == nil { return }
      query = Self.query(investigated, registry)
    }
    if let query { tally.add(batch, query) }
  }

  mutating func merge(_ other: InvestigationTally) { tally.add(other) }
}
