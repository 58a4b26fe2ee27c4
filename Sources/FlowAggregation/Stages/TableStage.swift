internal import FlowFindings
internal import FlowModel
internal import SpillableTable
internal import SystemFiles

/// Reads the rows of a table in order, partition by partition, and makes of them rows of other tables, observations and
/// sums; one for each worker.
protocol RowAssembler: RowConsumer, SendableMetatype {
  /// Ends the last group of a partition.
  mutating func finishPartition()
  /// Ends the last partition.
  mutating func finish()
}

extension RowAssembler {
  func finish() {}
}

/// One table of the analysis: which rows it holds, who fills it and who reads it.
///
/// A stage is declared in a file of its own and named in `TableStages`; what it takes to share its partitions out among
/// workers, to spill them, to account for them and to fail lies in `StageRunner`.
protocol TableStage<Address>: Sendable {
  associatedtype Address: FlowAddress
  associatedtype Assembler: RowAssembler

  /// The table.
  var table: TableKey<Assembler.Row> { get }
  /// Makes what fills the table from conversations; nil where something else fills it.
  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>?
  /// Makes what reads the table.
  func assembler(_ worker: StageWorker<Address>) -> Assembler
  /// Adds what the workers found; they are none when the table is empty.
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

/// A stage of any type.
///
/// Closures and not an existential: they are compiled for the type of the addresses, the methods of an existential are
/// not.
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

/// What the stages of one address family give.
struct FamilyOutcome<Address: FlowAddress>: Sendable {
  var tables = Tables()
  var totals = ConversationTotals()
  var spilledBytes = 0
  /// Login-like conversations that no detector saw, for want of room.
  var unjudgedLogins: UInt64 = 0
  /// How common outside services are.
  var prevalence = Prevalence()
  /// Contacts beyond what is told of one source.
  var contactsLeftOut: UInt64 = 0
  /// What the subject of an investigation did.
  var investigated = InvestigationTraffic()

  /// The fan-in of endpoints, as far as it is in memory.
  var fanIn = FanIn<Address>()
  /// Endpoints at which many sources guess as at an SSH server.
  var speaksSSH: Set<LoginEndpoint> = []
  /// Outside services whose users must be counted.
  var watched: Set<OutsideService<Address>> = []
}

/// What a stage's worker has at hand.
struct StageWorker<Address: FlowAddress> {
  let pairs: PairSettings
  let sources: SourceSettings
  /// What the stages before found.
  let outcome: FamilyOutcome<Address>
  /// The tables that the worker fills.
  let tables: WorkerTables
  /// Makes what takes observations.
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

  /// What fills the tables of all stages from conversations.
  func conversations(_ phase: ConversationPhase) -> ConversationBatch<Address> {
    ConversationBatch(stages.compactMap { $0.listener(self, phase) })
  }
}
