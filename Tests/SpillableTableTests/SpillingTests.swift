import FlowTestSupport
import Testing

@testable import SpillableTable

@Suite("Tables that spill")
struct SpillingTests {
  struct Case: CustomTestStringConvertible {
    var workers: Int
    var memory: Int
    var rowsPerBlock: Int
    var testDescription: String {
      "\(workers) workers, \(memory) bytes, \(rowsPerBlock) rows in a block"
    }
  }

  static let cases = [
    Case(workers: 1, memory: 1 << 30, rowsPerBlock: .max),
    Case(workers: 3, memory: 1 << 30, rowsPerBlock: 3),
    Case(workers: 1, memory: 4 << 20, rowsPerBlock: .max),
    Case(workers: 2, memory: 1 << 20, rowsPerBlock: 7),
    Case(workers: 2, memory: 1, rowsPerBlock: .max),
    Case(workers: 1, memory: 1, rowsPerBlock: 1),
  ]

  @Test("any split, budget and block size give the same rows", arguments: cases, [1, 40, 5000])
  func anySplit(_ example: Case, groups: Int) {
    let rows = SampleRow.random(6000, groups: groups, keys: 40, seed: UInt64(groups))
    let merged = SampleMerge(
      rows,
      SampleRow.table,
      workers: example.workers,
      memory: example.memory,
      rowsPerBlock: example.rowsPerBlock
    )
    #expect(merged.failure == nil)
    #expect(SampleTotals(merged.rows) == SampleTotals(rows))
    if example.memory == 1, groups == 5000 { #expect(merged.spilledBytes > 0) }
    if example.memory == 1 << 30 { #expect(merged.spilledBytes == 0) }
  }

  @Test("rows of one key that fit come out as one", arguments: cases)
  func absorbed(_ example: Case) {
    let rows = SampleRow.random(4000, groups: 30, keys: 20, seed: 5)
    let merged = SampleMerge(
      rows,
      SampleRow.table,
      workers: example.workers,
      memory: example.memory,
      rowsPerBlock: example.rowsPerBlock
    )
    // No sum of a key comes near the limit.
    let keys = Set(rows.map { SampleTotals.Key(group: $0.group, key: $0.key) })
    #expect(merged.rows.count == keys.count)
  }

  @Test("rows of one group come side by side, in the order of their keys", arguments: cases)
  func order(_ example: Case) {
    let rows = SampleRow.random(5000, groups: 300, keys: 50, seed: 9)
    let merged = SampleMerge(
      rows,
      SampleRow.table,
      workers: example.workers,
      memory: example.memory,
      rowsPerBlock: example.rowsPerBlock
    )
    var seen: Set<UInt64> = []
    for (last, row) in zip(merged.rows, merged.rows.dropFirst()) {
      if last.group == row.group {
        #expect(last.key < row.key)
      } else {
        #expect(seen.insert(last.group).inserted)
      }
    }
  }

  @Test("one group that fills a partition is merged from several parts")
  func skew() {
    // A limit of four mebibytes sorts 256 KiB at once; these rows take 2.4 MB.
    let rows = SampleRow.random(100_000, groups: 1, keys: 90_000, seed: 3)
    let merged = SampleMerge(rows, SampleRow.table, memory: 4 << 20)
    #expect(SampleTotals(merged.rows) == SampleTotals(rows))
    #expect(zip(merged.rows, merged.rows.dropFirst()).allSatisfy { $0.key < $1.key })
    #expect(merged.partitions.count { !$0.isEmpty } == 1)
  }

  @Test("one group that fills a partition is merged from many runs")
  func skewedRuns() {
    let rows = SampleRow.random(60_000, groups: 1, keys: 50_000, seed: 4)
    let merged = SampleMerge(rows, SampleRow.table, workers: 2, memory: 1 << 18, rowsPerBlock: 50)
    #expect(SampleTotals(merged.rows) == SampleTotals(rows))
    #expect(zip(merged.rows, merged.rows.dropFirst()).allSatisfy { $0.key < $1.key })
    #expect(merged.spilledBytes > 1 << 20)
  }

  @Test("a key of several words orders and groups by all of them")
  func wide() {
    var random = SplitMix(11)
    let rows = (0..<20_000).map { _ in
      WideRow(
        low: 1,
        middle: (random.next() % 50) << 32 | random.next() % 9,
        high: random.next() % 9
      )
    }
    let merged = SampleMerge(rows, WideRow.table, memory: 1 << 16)
    #expect(merged.rows.reduce(0) { $0 + $1.low } == 20_000)
    #expect(merged.rows.count == Set(rows.map { [$0.middle, $0.high] }).count)
    let groups = merged.rows.map { [$0.high, $0.middle >> 32] }
    let changes = zip(groups, groups.dropFirst()).count { $0 != $1 }
    #expect(changes + 1 == Set(groups).count)
  }

  @Test("what many equal rows hold does not grow")
  func equalRows() {
    let budget = MemoryBudget(limit: 2 << 20, workers: 1)
    let worker = WorkerTables(budget)
    let table = worker.table(SampleRow.table)
    for _ in 0..<300_000 { table.append(SampleRow(sum: 1, least: 1, key: 1, group: 1)) }
    #expect(worker.spilledBytes == 0)
    worker.finish(in: budget)
    var keeper = RowKeeper<SampleRow>()
    let reader = TableReader(SampleRow.table, [worker])
    for partition in 0..<256 { reader.read(partition, PartitionReader(budget), into: &keeper) }
    #expect(keeper.rows.reduce(0) { $0 + $1.sum } == 300_000)
    #expect(keeper.rows.count < 10)
  }
}
