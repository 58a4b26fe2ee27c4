internal import FlowModel
internal import SpillableTable

/// A flow row, ordered by time.
struct TimedRow<Address: FlowAddress>: SpillableRow {
  var row: FlowRow<Address>
  private var pad = Address.pad
  private var last: UInt32
  private var first: UInt32

  static var table: TableKey<Self> { TableKey(kind: 13 | Address.kinds) }

  @inline(__always) static var shape: RowShape {
    RowShape(Self.self, keyWords: 1, groupWords: 1, groupMask: 0)
  }

  init(_ row: FlowRow<Address>) { (self.row, first, last) = (row, row.first, row.last) }

  func absorb(_ other: Self) -> Bool { false }
}

/// The rows of a 5-tuple that are too many for memory.
///
/// They are summed up, stored in a table and read back in the order of time.
struct LongTuple<Address: FlowAddress> {
  private(set) var lower = TupleSums()
  private(set) var upper = TupleSums()
  /// Rejected records of the sender's own interface.
  private(set) var lowerRejectedAtSource: UInt64 = 0
  private(set) var upperRejectedAtSource: UInt64 = 0
  private let tables: WorkerTables
  private let rows: RowTable<TimedRow<Address>>

  /// - Parameter budget: the budget, of which a sixteenth is used.
  init(_ budget: MemoryBudget) {
    tables = WorkerTables(MemoryBudget(share: budget.limit / 16))
    rows = tables.table(TimedRow.table)
  }

  /// Adds rows.
  mutating func add(
    _ tuple: [FlowRow<Address>],
    selected: ConversationRows<Address>,
    _ own: LocalAddresses
  ) {
    for row in selected.select(tuple) { rows.append(TimedRow(row)) }
    for row in tuple where row.isForSums {
      let atSource = row.isRejectedAtSource(own) ? UInt64(row.records) : 0
      if row.sentByUpper {
        upper.add(row)
        upperRejectedAtSource += atSource
      } else {
        lower.add(row)
        lowerRejectedAtSource += atSource
      }
    }
  }

  /// Reads all rows in order.
  ///
  /// - Parameters:
  ///   - consumer: receives the rows.
  ///   - worker: is informed of the spilled bytes and errors.
  func read(into consumer: inout some RowConsumer<TimedRow<Address>>, _ worker: WorkerTables) {
    tables.finish(in: tables.budget)
    worker.account(for: tables)
    let reader = PartitionReader(tables.budget)
    let table = TableReader(TimedRow<Address>.table, [tables])
    for partition in 0..<TableReader<TimedRow<Address>>.partitions {
      table.read(partition, reader, into: &consumer)
    }
    worker.account(for: reader)
  }
}

extension FlowRow {
  /// Whether the sender's own interface blocked it.
  func isRejectedAtSource(_ own: LocalAddresses) -> Bool {
    isRejected && own.has((sentByUpper ? upper : lower).ipAddress, interface: interface)
  }
}
