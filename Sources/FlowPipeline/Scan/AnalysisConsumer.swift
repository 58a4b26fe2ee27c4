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
    watch = plan.settings.investigated.map { _ in InvestigationWatch(plan.settings, registry) }
    flowLogs = plan.flowLogs
  }

  /// The records of an investigation target.
  var investigated: InvestigationTally { watch?.tally ?? InvestigationTally() }

  /// The interfaces of the instances among the investigation targets.
  var investigatedInterfaces: Set<UInt32> { watch?.interfaces ?? [] }

  /// Formats with subnets and instances name what hosts belong to.
  var projection: Projection { Projection.analysis.union([.subnetId, .instanceId]) }

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
    if let watch = other.watch { self.watch?.merge(watch) }
    collectors += other.collectors
  }
}

/// Looks at every batch for records of the investigation target.
struct InvestigationWatch: Sendable {
  private(set) var tally = InvestigationTally()
  /// The interfaces of the instances among the targets.
  private(set) var interfaces: Set<UInt32> = []
  private let settings: AnalysisSettings
  private let registry: InterfaceRegistry
  private let hasInstances: Bool
  /// Changes as long as interfaces are missing that no record has shown.
  private var query: InvestigationQuery?
  private var isWhole = false

  /// - Parameters:
  ///   - settings: of the run; they have an investigation target.
  ///   - registry: numbers the interfaces of the run.
  init(_ settings: AnalysisSettings, _ registry: InterfaceRegistry) {
    (self.settings, self.registry) = (settings, registry)
    hasInstances = settings.investigated?.instances.isEmpty == false
  }

  /// The investigation target as the stages ask for it; nil without one.
  ///
  /// An interface has a number from its first record on.
  static func query(
    _ settings: AnalysisSettings,
    _ registry: InterfaceRegistry
  ) -> InvestigationQuery? {
    settings.investigated.map {
      var query = InvestigationQuery($0, settings.investigationFilter, number: registry.known)
      query.since = settings.changesSince
      return query
    }
  }

  mutating func add(_ batch: borrowing RecordBatch) {
    if !isWhole {
      isWhole = settings.investigated?.interfaces.allSatisfy { registry.known($0) != nil } ?? true
      query = Self.query(settings, registry)
    }
    guard let query else { return }
    tally.add(batch, query)
    if hasInstances { interfaces.formUnion(query.instanceInterfaces(in: batch)) }
  }

  mutating func merge(_ other: InvestigationWatch) {
    tally.add(other.tally)
    interfaces.formUnion(other.interfaces)
  }
}
