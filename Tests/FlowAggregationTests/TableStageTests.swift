import FlowModel
import SpillableTable
import Synchronization
import Testing

@testable import FlowAggregation
@testable import FlowFindings

/// A table that a test declares: conversations by the server's port.
private struct PortRow: SpillableRow {
  var conversations: UInt64
  var port: UInt64

  static let table = TableKey<PortRow>(kind: 200)

  static var shape: RowShape { RowShape(Self.self, keyWords: 1, groupWords: 1) }

  mutating func absorb(_ other: Self) -> Bool {
    guard port == other.port else { return false }
    conversations += other.conversations
    return true
  }
}

private struct PortCollector: ConversationCollector {
  let rows: RowTable<PortRow>
  private var pairs: UInt64 = 0

  init(_ rows: RowTable<PortRow>) { self.rows = rows }

  func note(_ conversation: Conversation<UInt32>, _ verdict: ConversationVerdict) {
    guard let upperInitiated = verdict.upperInitiated else { return }
    rows.append(PortRow(conversations: 1, port: UInt64(conversation.port(upper: !upperInitiated))))
  }

  mutating func finishPair() { pairs += 1 }
}

private struct PortAssembler: RowAssembler {
  var ports: [UInt64: UInt64] = [:]
  mutating func take(_ row: PortRow) { ports[row.port, default: 0] += row.conversations }
  func finishPartition() {}
}

private struct PortStage: TableStage {
  final class Ports: Sendable {
    let all = Mutex<[UInt64: UInt64]>([:])
  }

  let found = Ports()
  var table: TableKey<PortRow> { PortRow.table }

  func listener(
    _ worker: StageWorker<UInt32>,
    _ phase: ConversationPhase
  ) -> ConversationListener<UInt32>? {
    ConversationListener(PortCollector(worker.tables.table(table)))
  }

  func assembler(_ worker: StageWorker<UInt32>) -> PortAssembler { PortAssembler() }

  func finish(_ assemblers: [PortAssembler], into outcome: inout FamilyOutcome<UInt32>) {
    for (port, count) in assemblers.flatMap(\.ports) {
      found.all.withLock { $0[port, default: 0] += count }
    }
  }
}

@Suite("Tables that declare themselves")
struct TableStageTests {
  private static let records = (0..<3000).flatMap { number in
    SampleRecord.conversation(
      "203.\(number % 200).113.\(number / 200)",
      from: 40_000,
      to: 1 + UInt16(number % 900),
      .greeting
    )
  }

  /// What the declared table finds, and what was spilled.
  private static func run(memory: Int, threads: Int) throws -> ([UInt64: UInt64], Int) {
    let settings = AggregationSettings(
      internalRanges: InternalRanges(),
      threads: threads,
      memory: memory
    )
    var collector = FlowCollector(budget: 1 << 30)
    try collector.add(records)
    var collectors = [collector]
    let stage = PortStage()
    var aggregation = Aggregation(settings)
    aggregation.v4Stages.append(AnyTableStage(stage))
    let (result, _) = try aggregation.run(&collectors) { _ in ObservationKeeper() }
    return (stage.found.all.withLock { $0 }, result.spilledBytes)
  }

  @Test("a row, a collector and an assembler make a table, which spills", arguments: [1, 2])
  func declared(threads: Int) throws {
    let (ports, spilledBytes) = try Self.run(memory: 1, threads: threads)
    #expect(ports.count == 900)
    #expect(ports.values.reduce(0, +) == 3000)
    #expect(spilledBytes > 0)
    #expect(try Self.run(memory: 1 << 30, threads: threads) == (ports, 0))
  }

  @Test("no two tables of a family have one number")
  func numbers() {
    let v4 = TableStages<UInt32>.all.map(\.kind)
    let v6 = TableStages<UInt128>.all.map(\.kind)
    #expect(Set(v4 + v6).count == v4.count + v6.count)
  }
}
