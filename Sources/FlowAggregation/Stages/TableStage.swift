internal import FlowFindings
internal import FlowModel
internal import SpillableTable
internal import SystemFiles

/// Reads the rows of a table in order, partition by partition, and creates rows of other tables, observations and sums
/// from them.
///
/// There is one for each worker.
protocol RowAssembler: RowConsumer, SendableMetatype {
  /// Ends the last group of a partition.
  mutating func finishPartition()
  /// Ends the last partition.
  mutating func finish()
}

extension RowAssembler {
  func finish() {}
}

/// One table of the analysis: its rows, the stage that fills it and the stage that reads it.
///
/// A stage is declared in its own file and listed in `TableStages`. `StageRunner` distributes its partitions among
/// workers, spills them, accounts for them and handles failures.
protocol TableStage<Address>: Sendable {
  associatedtype Address: FlowAddress
  associatedtype Assembler: RowAssembler

  /// The table.
  var table: TableKey<Assembler.Row> { get }
  /// Creates the collector that fills the table from conversations; nil if another stage fills it.
  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>?
  /// Creates the assembler that reads the table.
  func assembler(_ worker: StageWorker<Address>) -> Assembler
  /// Adds the results of the workers; there are none if the table is empty.
  func finish(_ assemblers: [Assembler], into outcome: inout FamilyOutcome<Address>)
  /// Reads the table.
  func run(_ runner: inout StageRunner<Address>) throws(SystemError)
}

extension TableStage {
  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>? { nil }

  func finish(_ assemblers: [Assembler], into outcome: inout FamilyOutcome<Address>) {}

  @inline(__always)
  func run(_ runner: inout StageRunner<Address>) throws(SystemError) {
    let assemblers = try runner.assemble(table) { assembler($0) }
    finish(assemblers, into: &runner.outcome)
  }
}

/// A type-erased stage.
///
/// Closures instead of an existential: they are compiled for the type of the addresses, unlike the methods of an
/// existential.
struct AnyTableStage<Address: FlowAddress>: Sendable {
  let kind: UInt16
  let listener:
    @Sendable (StageWorker<Address>, ConversationPhase) -> ConversationListener<Address>?
  let run: @Sendable (inout StageRunner<Address>) throws(SystemError) -> Void

  @inline(__always)
  init<Declared: TableStage<Address>>(_ stage: Declared) {
    kind = stage.table.kind
    listener = { stage.listener($0, $1) }
    run = { (runner: inout StageRunner<Address>) throws(SystemError) in try stage.run(&runner) }
  }
}

/// The results of the stages of one address family.
struct FamilyOutcome<Address: FlowAddress>: Sendable {
  var tables = Tables()
  var totals = ConversationTotals()
  var spilledBytes = 0
  /// Login-like conversations that no detector evaluates, because of the limit.
  var unjudgedLogins: UInt64 = 0
  /// The prevalence of external services.
  var prevalence = Prevalence()
  /// Host-service pairs of one source above the limit.
  var contactsLeftOut: UInt64 = 0
  /// Records that another observation point of the interface recorded as well.
  var duplicates: UInt64 = 0
  /// The traffic of the investigation target.
  var investigated = InvestigationTraffic()

  /// The fan-in of endpoints, as far as it is in memory.
  var fanIn = FanIn<Address>()
  /// Endpoints with SSH-like login attempts of many sources.
  var speaksSSH: Set<LoginEndpoint> = []
  /// External services whose users are counted.
  var watched: Set<OutsideService<Address>> = []
}

/// The resources of a stage's worker.
struct StageWorker<Address: FlowAddress> {
  let pairs: PairSettings
  let sources: SourceSettings
  /// The results of the earlier stages.
  let outcome: FamilyOutcome<Address>
  /// The tables that the worker fills.
  let tables: WorkerTables
  /// Creates the sink for observations.
  let makeSink: @Sendable () -> any ObservationSink
  private let stages: [AnyTableStage<Address>]

  init(
    pairs: PairSettings,
    sources: SourceSettings,
    outcome: FamilyOutcome<Address>,
    tables: WorkerTables,
    stages: [AnyTableStage<Address>],
    makeSink: @escaping @Sendable () -> any ObservationSink
  ) {
    (self.pairs, self.sources, self.outcome) = (pairs, sources, outcome)
    (self.tables, self.stages, self.makeSink) = (tables, stages, makeSink)
  }

  /// The collectors that fill the tables of all stages from conversations.
  func conversations(_ phase: ConversationPhase) -> ConversationBatch<Address> {
    ConversationBatch(stages.compactMap { $0.listener(self, phase) })
  }
}
