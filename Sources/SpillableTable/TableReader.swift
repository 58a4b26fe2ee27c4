internal import Synchronization

/// The rows that all workers hold of a table, handed out partition by partition.
///
/// A partition leaves memory as soon as it is read, so that a stage's rows make room for the next stage's.
@usableFromInline
package final class TableReader<Row: SpillableRow>: Sendable {
  @usableFromInline package let tables: [RawTable]

  /// Takes the tables of a kind from those who filled them and have finished.
  @usableFromInline package init(_ key: TableKey<Row>, _ workers: [WorkerTables]) {
    tables = workers.compactMap { $0.take(key.kind) }
  }

  /// Whether no row was ever kept.
  package var isEmpty: Bool { tables.allSatisfy(\.isEmpty) }
  /// Rows in memory and in files, some of which may absorb each other.
  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }

  /// Feeds a partition's rows to the consumer in order, rows of one key absorbed where sums fit.
  ///
  /// What goes wrong is in the reader's `failure`.
  @inlinable
  package func read<Consumer: RowConsumer>(
    _ partition: Int,
    _ reader: PartitionReader,
    into consumer: inout Consumer
  ) where Consumer.Row == Row {
    reader.begin(partition, tables)
    var refs = unsafe reader.next()
    guard let first = unsafe refs.first else { return }
    var pending = unsafe UnsafeRawPointer(first.row).load(as: Row.self)
    var start = 1
    while !refs.isEmpty {
      for place in start..<refs.count {
        let row = unsafe UnsafeRawPointer(refs[place].row).load(as: Row.self)
        if pending.absorb(row) { continue }
        consumer.take(pending)
        pending = row
      }
      unsafe refs = reader.next()
      start = 0
    }
    consumer.take(pending)
  }

  /// How many partitions there are to read.
  package static var partitions: Int { partitionCount }
}
