internal import Synchronization
internal import SystemFiles

/// The rows that all workers hold of a table, handed out partition by partition.
///
/// A partition leaves memory as soon as it is taken, so that a stage's rows make room for the next stage's.
final class SharedStores<Row: KeyedRow>: Sendable {
  private let stores: Mutex<[RowStore<Row>]>

  init(_ stores: [RowStore<Row>]) {
    self.stores = Mutex(stores)
  }

  /// Whether no row was ever kept.
  var isEmpty: Bool { stores.withLock { $0.allSatisfy(\.isEmpty) } }

  private func take(
    _ partition: Int
  ) -> (parts: [[Row]], spilled: [(file: OpenFile, run: RowStore<Row>.SpilledRun)]) {
    stores.withLock { stores in
      var parts: [[Row]] = []
      var spilled: [(file: OpenFile, run: RowStore<Row>.SpilledRun)] = []
      for index in stores.indices {
        parts += stores[index].takeRows(partition)
        if let file = stores[index].spillFile {
          spilled += stores[index].runs[partition].map { (file, $0) }
        }
      }
      return (parts, spilled)
    }
  }

  /// Feeds a partition's rows to the consumer in order.
  func merge<Consumer: RowConsumer>(
    _ partition: Int,
    _ merge: inout RowMerge<Row>,
    into consumer: inout Consumer
  ) throws(SystemError) where Consumer.Row == Row {
    let (parts, spilled) = take(partition)
    try merge.merge(parts, spilled: spilled, into: &consumer)
  }
}
