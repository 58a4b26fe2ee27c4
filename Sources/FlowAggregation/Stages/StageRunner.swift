internal import FlowModel
internal import SpillableTable
internal import Synchronization
internal import SystemFiles

/// Runs stages: distributes the partitions of a table among the workers, accounts for spilling and stops at the first
/// failure.
struct StageRunner<Address: FlowAddress> {
  let settings: AggregationSettings
  let budget: MemoryBudget
  var outcome = FamilyOutcome<Address>()
  private let pairs: PairSettings
  private let stages: [AnyTableStage<Address>]
  private let makeSink: @Sendable () -> any ObservationSink
  /// The tables that were filled and not read yet.
  private var waiting: [WorkerTables]

  init(
    _ settings: AggregationSettings,
    _ pairs: PairSettings,
    _ budget: MemoryBudget,
    stages: [AnyTableStage<Address>],
    makeSink: @escaping @Sendable () -> any ObservationSink,
    reading waiting: [WorkerTables]
  ) {
    (self.settings, self.pairs, self.budget) = (settings, pairs, budget)
    (self.stages, self.makeSink, self.waiting) = (stages, makeSink, waiting)
  }

  /// Runs all stages.
  ///
  /// The rows of each one are released as it reads them.
  mutating func run() throws(SystemError) -> FamilyOutcome<Address> {
    for stage in stages { try stage.run(&self) }
    return outcome
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - key: identifies the table.
  ///   - make: creates the assembler of one worker.
  /// - Returns: the assemblers of all workers; none if the table is empty.
  /// - Throws: the first error of a worker.
  mutating func assemble<Assembler: RowAssembler>(
    _ key: TableKey<Assembler.Row>,
    _ make: @escaping @Sendable (StageWorker<Address>) -> Assembler
  ) throws(SystemError) -> [Assembler] {
    try assemble(
      reader(key),
      partitions: 0..<TableReader<Assembler.Row>.partitions,
      make
    )
  }

  /// Takes a table for reading.
  func reader<Row: SpillableRow>(_ key: TableKey<Row>) -> TableReader<Row> {
    TableReader(key, waiting)
  }

  /// Reads some partitions of a table that was taken.
  mutating func assemble<Assembler: RowAssembler>(
    _ reader: TableReader<Assembler.Row>,
    partitions: Range<Int>,
    _ make: @escaping @Sendable (StageWorker<Address>) -> Assembler
  ) throws(SystemError) -> [Assembler] {
    guard !reader.isEmpty else { return [] }
    let shared = SharedWork<Assembler>()
    let (worker, budget) = (worker, budget)
    Workers.run(settings.threads) { _ in
      let tables = WorkerTables(budget)
      var assembler = make(worker(tables))
      Self.work(reader, partitions, shared, tables, &assembler)
      shared.finish(assembler, tables)
    }
    let (assemblers, tables) = try shared.result()
    outcome.spilledBytes += tables.reduce(0) { $0 + $1.spilledBytes }
    waiting += tables
    return assemblers
  }

  /// Creates the resources of a worker.
  private var worker: @Sendable (WorkerTables) -> StageWorker<Address> {
    let (pairs, outcome, stages, makeSink) = (pairs, outcome, stages, makeSink)
    let sources = SourceSettings(
      perimeter: pairs.perimeter,
      threats: settings.threats,
      tellsAll: pairs.tellsAll,
      marksAnswers: !pairs.translations.areAny
    )
    return { tables in
      StageWorker(
        pairs: pairs,
        sources: sources,
        outcome: outcome,
        tables: tables,
        stages: stages,
        makeSink: makeSink
      )
    }
  }

  private static func work<Assembler: RowAssembler>(
    _ table: TableReader<Assembler.Row>,
    _ partitions: Range<Int>,
    _ shared: SharedWork<Assembler>,
    _ tables: WorkerTables,
    _ assembler: inout Assembler
  ) {
    let reader = PartitionReader(tables.budget)
    while let partition = shared.next(in: partitions) {
      table.read(partition, reader, into: &assembler)
      assembler.finishPartition()
      if let failure = reader.failure ?? tables.failure { return shared.fail(failure) }
    }
    assembler.finish()
    tables.finish(in: tables.budget)
    if let failure = tables.failure { shared.fail(failure) }
  }
}

/// The shared state of the workers of one stage.
///
/// Unchecked, because the compiler cannot verify that a joined thread has released its state. `Workers.run` joins all
/// threads before the state is read.
private final class SharedWork<Assembler>: @unchecked Sendable {
  private let started = Atomic<Int>(0)
  private let state = Mutex<State>(State())

  private struct State: @unchecked Sendable {
    var failure: SystemError?
    var assemblers: [Assembler] = []
    var tables: [WorkerTables] = []
  }

  /// The next partition without a worker; nil if there is none left, or after a failure.
  func next(in partitions: Range<Int>) -> Int? {
    let partition = partitions.lowerBound + started.wrappingAdd(1, ordering: .relaxed).oldValue
    guard partition < partitions.upperBound, state.withLock({ $0.failure == nil }) else {
      return nil
    }
    return partition
  }

  func fail(_ failure: SystemError) { state.withLock { $0.failure = $0.failure ?? failure } }

  func finish(_ assembler: Assembler, _ tables: WorkerTables) {
    let done = State(failure: nil, assemblers: [assembler], tables: [tables])
    state.withLock {
      $0.assemblers += done.assemblers
      $0.tables += done.tables
    }
  }

  func result() throws(SystemError) -> ([Assembler], [WorkerTables]) {
    let done = state.withLock { $0 }
    if let failure = done.failure { throw failure }
    return (done.assemblers, done.tables)
  }
}
