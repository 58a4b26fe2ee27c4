package import SystemFiles

/// Brings the rows that all workers hold of a partition together, in order; one for each worker.
///
/// A partition that fits into the memory for sorting is read back and sorted as a whole. One that does not fit is
/// sorted in parts, and these and the runs in files are merged by a heap: the cost of a row grows with the logarithm of
/// the number of runs.
@safe
@usableFromInline
package final class PartitionReader {
  private static let refsAtOnce = 512

  private let budget: MemoryBudget
  private let compactor: Compactor
  private let refs = UnsafeMutableBufferPointer<RowRef>.allocate(capacity: refsAtOnce)
  /// What is sorted and was not given out yet.
  private var sorted = unsafe UnsafeMutableBufferPointer<RowRef>(start: nil, count: 0)
  private var held: [Part] = []
  private var merge: RunMerge?
  /// What went wrong, if anything did; what was read after that is not all.
  package private(set) var failure: SystemError?

  /// - Parameter budget: what the rows that are read are freed from.
  package init(_ budget: MemoryBudget) {
    self.budget = budget
    compactor = Compactor(bytesAtOnce: budget.sortBytes)
  }

  deinit { unsafe refs.deallocate() }

  /// Begins a partition of the tables, all of one kind; its rows in memory leave the tables.
  @usableFromInline
  package func begin(_ partition: Int, _ tables: [RawTable]) {
    end()
    guard let table = tables.first, failure == nil else { return }
    do throws(SystemError) {
      try begin(partition, tables, table)
    } catch {
      end()
      failure = error
    }
  }

  private func begin(
    _ partition: Int,
    _ tables: [RawTable],
    _ table: RawTable
  ) throws(SystemError) {
    let parts = tables.flatMap { $0.takeFinished(partition) }
    budget.release(parts.count * BlockAllocator.blockBytes)
    let spilled = tables.compactMap { $0.spilled(partition) }
    let rows =
      parts.reduce(0) { $0 + $1.count }
      + spilled.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.rows } }
    if rows * table.shape.stride <= compactor.bytesAtOnce {
      held = parts
      for (source, runs) in spilled {
        for run in runs { try load(RunReader(source, run, partition, bytesAhead: 256 << 10)) }
      }
      unsafe sorted = compactor.sorter.sort(held.map { Piece($0) }, table.shape)
    } else {
      try beginMerge(partition, parts, spilled, table)
    }
  }

  private func load(_ reader: RunReader) throws(SystemError) {
    var reader = reader
    while true {
      held.append(Part(block: BlockAllocator.shared.allocate(), count: 0))
      let last = held.count - 1
      held[last].count = unsafe try reader.next(into: held[last].block.base)
      if held[last].count == 0 { return }
    }
  }

  private func beginMerge(
    _ partition: Int,
    _ parts: [Part],
    _ spilled: [(source: RunSource, runs: [Run])],
    _ table: RawTable
  ) throws(SystemError) {
    var sources = compactor.compact(parts, of: table).map { SortedSource($0, table.shape) }
    let runs = spilled.reduce(0) { $0 + $1.runs.count }
    let bytesAhead = min(256 << 10, compactor.bytesAtOnce / max(1, runs))
    for (source, runs) in spilled {
      for run in runs {
        sources.append(SortedSource(RunReader(source, run, partition, bytesAhead: bytesAhead)))
      }
    }
    merge = try RunMerge(sources, table.shape)
  }

  /// The next rows in order, valid until the next call; none at the end.
  @usableFromInline
  package func next() -> UnsafeMutableBufferPointer<RowRef> {
    if let merge { return unsafe next(merge) }
    let rows = unsafe sorted
    unsafe sorted = .init(start: nil, count: 0)
    if rows.isEmpty { end() }
    return unsafe rows
  }

  private func next(_ merge: RunMerge) -> UnsafeMutableBufferPointer<RowRef> {
    var count = 0
    do throws(SystemError) {
      count = unsafe try merge.next(refs)
    } catch {
      failure = error
    }
    if count == 0 { end() }
    return unsafe .init(rebasing: refs[..<count])
  }

  private func end() {
    BlockAllocator.shared.free(held)
    held = []
    merge = nil
    unsafe sorted = .init(start: nil, count: 0)
  }
}
