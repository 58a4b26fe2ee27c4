import FlowTestSupport
import SystemFiles

@testable import SpillableTable

/// A row with a group, a key within the group and two sums.
struct SampleRow: SpillableRow, Hashable {
  /// Stays below a million, so that full rows occur.
  static let limit: UInt64 = 1_000_000

  var sum: UInt64
  var least: UInt32
  var key: UInt32
  var group: UInt64

  static let table = TableKey<SampleRow>(kind: 77)

  static var shape: RowShape { RowShape(Self.self, keyWords: 2, groupWords: 1) }

  mutating func absorb(_ other: Self) -> Bool {
    guard group == other.group, key == other.key, sum + other.sum < Self.limit else {
      return false
    }
    sum += other.sum
    least = min(least, other.least)
    return true
  }
}

/// A row that is ordered and grouped by two words.
struct WideRow: SpillableRow, Hashable {
  var low: UInt64
  var middle: UInt64
  var high: UInt64
  var count: UInt64 { low }

  static let table = TableKey<WideRow>(kind: 78)

  static var shape: RowShape {
    RowShape(Self.self, keyWords: 2, groupWords: 2, groupMask: 0xffff_ffff_0000_0000)
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard high == other.high, middle == other.middle else { return false }
    low += other.low
    return true
  }
}

/// Keeps what it is given, and whether it came in order.
struct RowKeeper<Row: SpillableRow & Hashable>: RowConsumer {
  var rows: [Row] = []
  mutating func take(_ row: Row) { rows.append(row) }
}

/// What a table of sample rows comes to: for each key the sum and the least value.
struct SampleTotals: Equatable {
  struct Key: Hashable {
    var group: UInt64
    var key: UInt32
  }

  private var sums: [Key: UInt64] = [:]
  private var least: [Key: UInt32] = [:]

  init(_ rows: [SampleRow]) {
    for row in rows {
      let key = Key(group: row.group, key: row.key)
      sums[key, default: 0] += row.sum
      least[key] = min(least[key] ?? .max, row.least)
    }
  }
}

extension SampleRow {
  /// Rows in which so many groups and keys recur.
  static func random(
    _ count: Int,
    groups: Int,
    keys: Int,
    seed: UInt64
  ) -> [SampleRow] {
    var random = SplitMix(seed)
    return (0..<count).map { _ in
      SampleRow(
        sum: random.next() % 1000,
        least: UInt32(truncatingIfNeeded: random.next()),
        key: UInt32(random.next() % UInt64(keys)),
        group: (random.next() % UInt64(groups)) &* 0x1234_5678_9abc_def1
      )
    }
  }
}

/// What is read back after rows were shared out among some workers.
struct SampleMerge<Row: SpillableRow & Hashable> {
  var partitions: [[Row]] = []
  var spilledBytes = 0
  var failure: SystemError?

  var rows: [Row] { partitions.flatMap { $0 } }

  init(
    _ rows: [Row],
    _ key: TableKey<Row>,
    workers: Int = 1,
    memory: Int,
    rowsPerBlock: Int = .max
  ) {
    let budget = MemoryBudget(limit: memory, workers: workers)
    let all = (0..<workers).map { _ in WorkerTables(budget, rowsPerBlock: rowsPerBlock) }
    let tables = all.map { $0.table(key) }
    for (index, row) in rows.enumerated() { tables[index % workers].append(row) }
    for worker in all { worker.finish(in: budget) }
    spilledBytes = all.reduce(0) { $0 + $1.spilledBytes }
    failure = all.compactMap(\.failure).first
    read(TableReader(key, all), budget)
  }

  private mutating func read(_ table: TableReader<Row>, _ budget: MemoryBudget) {
    let reader = PartitionReader(budget)
    for partition in 0..<TableReader<Row>.partitions {
      var keeper = RowKeeper<Row>()
      table.read(partition, reader, into: &keeper)
      partitions.append(keeper.rows)
    }
    failure = failure ?? reader.failure
  }
}
