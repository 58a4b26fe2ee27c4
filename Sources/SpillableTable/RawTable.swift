internal import Synchronization
internal import SystemFiles

/// Absorbs the second row into the first one, as the row's type does.
@usableFromInline
package typealias RowAbsorber =
  @Sendable (UnsafeMutablePointer<UInt64>, UnsafePointer<UInt64>) -> Bool

/// Where the next row of a partition goes.
@safe
@usableFromInline
package struct RowCursor {
  @usableFromInline var next: UnsafeMutablePointer<UInt64>?
  @usableFromInline var end: UnsafeMutablePointer<UInt64>?
  var base: UnsafeMutablePointer<UInt64>?
}

/// One worker's rows of a table, partitioned by hash: all that can be done without knowing the type of the rows.
///
/// Rows are appended as they come. When the worker's tables hold too much, all rows of one of them are sorted and rows
/// of one key absorbed; if that frees too little, the sorted rows go to an unlinked temporary file as runs. Nothing is
/// lost and nothing is estimated: `PartitionReader` brings the parts of all workers together again.
///
/// Unchecked because the compiler cannot see that one worker appends, and that others read once it has finished.
@safe
@usableFromInline
package final class RawTable: @unchecked Sendable {
  @usableFromInline let cursors: UnsafeMutablePointer<RowCursor>
  let kind: UInt16
  let shape: RowShape
  let absorb: RowAbsorber
  let rowsPerBlock: Int
  private(set) var blocksHeld = 0
  /// What went wrong while all rows were looked at, if anything did.
  private(set) var readFailure: SystemError?
  private weak var worker: WorkerTables?
  private var parts = [[Part]](repeating: [], count: partitionCount)
  private var runs = [[Run]](repeating: [], count: partitionCount)
  private let reading = Mutex(())
  private var writer: RunWriter?
  private var source: RunSource?

  /// - Parameters:
  ///   - kind: the number of the table.
  ///   - shape: how its rows lie.
  ///   - worker: whose table it is; keeps it.
  ///   - rowsPerBlock: fewer than fit, for tests.
  ///   - absorb: absorbs one row into another one.
  init(
    kind: UInt16,
    _ shape: RowShape,
    of worker: WorkerTables,
    rowsPerBlock: Int = .max,
    absorb: @escaping RowAbsorber
  ) {
    (self.kind, self.shape) = (kind, shape)
    unsafe self.absorb = unsafe absorb
    self.worker = worker
    self.rowsPerBlock = min(rowsPerBlock, BlockAllocator.blockBytes / shape.stride)
    unsafe cursors = .allocate(capacity: partitionCount)
    unsafe cursors.initialize(repeating: RowCursor(), count: partitionCount)
  }

  deinit {
    dropRows()
    unsafe cursors.deallocate()
  }

  /// Whether no row was ever kept.
  var isEmpty: Bool { source == nil && parts.allSatisfy(\.isEmpty) }
  /// Rows in memory and in the file, once the worker has finished.
  var rows: Int {
    parts.joined().reduce(0) { $0 + $1.count } + runs.joined().reduce(0) { $0 + $1.rows }
  }
  /// Bytes written to the temporary file.
  var spilledBytes: Int { writer?.bytes ?? 0 }

  /// Makes room for the next rows of a partition.
  @usableFromInline
  @inline(never)
  package func grow(_ partition: Int) {
    close(partition)
    worker?.makeRoom()
    let block = BlockAllocator.shared.allocate()
    blocksHeld += 1
    parts[partition].append(Part(block: block, count: 0))
    unsafe cursors[partition] = RowCursor(
      next: block.base,
      end: block.base + rowsPerBlock * shape.words,
      base: block.base
    )
  }

  /// Notes how many rows the open block holds.
  private func close(_ partition: Int) {
    let cursor = unsafe cursors[partition]
    guard let base = unsafe cursor.base, let next = unsafe cursor.next,
      let last = parts[partition].indices.last
    else { return }
    parts[partition][last].count = unsafe (next - base) / shape.words
    unsafe cursors[partition] = RowCursor()
  }

  /// Hands over the rows of a partition that are in memory.
  func takeParts(_ partition: Int) -> [Part] {
    close(partition)
    var taken: [Part] = []
    swap(&taken, &parts[partition])
    return taken
  }

  /// Hands over the rows of a partition to one of several workers.
  func takeFinished(_ partition: Int) -> [Part] { reading.withLock { _ in takeParts(partition) } }

  /// The runs of a partition.
  func spilled(_ partition: Int) -> (source: RunSource, runs: [Run])? {
    guard let source, !runs[partition].isEmpty else { return nil }
    return (source, runs[partition])
  }

  /// Calls the body with all rows, a block of them at a time and in no order; what was appended stays.
  ///
  /// - Returns: what went wrong, if anything did; then some rows are missing.
  @usableFromInline
  package func forEachBlock(_ body: (UnsafeMutablePointer<UInt64>, Int) -> Void) -> Bool {
    for partition in 0..<partitionCount {
      for part in parts[partition] { unsafe body(part.block.base, part.count) }
    }
    do throws(SystemError) {
      try unsafe forEachSpilledBlock(body)
    } catch {
      readFailure = error
    }
    return readFailure == nil
  }

  private func forEachSpilledBlock(
    _ body: (UnsafeMutablePointer<UInt64>, Int) -> Void
  ) throws(SystemError) {
    let part = Part(block: BlockAllocator.shared.allocate(), count: 0)
    defer { BlockAllocator.shared.free([part]) }
    for partition in 0..<partitionCount {
      guard let (source, runs) = spilled(partition) else { continue }
      for run in runs {
        var reader = RunReader(source, run, partition, bytesAhead: 256 << 10)
        while case let count = unsafe try reader.next(into: part.block.base), count > 0 {
          unsafe body(part.block.base, count)
        }
      }
    }
  }

  /// Drops all that is in memory, for a run that has failed.
  func dropRows() {
    for partition in 0..<partitionCount { BlockAllocator.shared.free(takeParts(partition)) }
    blocksHeld = 0
  }
}

// MARK: Making room

extension RawTable {
  /// Sorts and absorbs all rows in memory; spills them if that leaves more than half of them.
  func makeRoom(_ compactor: Compactor) throws(SystemError) {
    let held = blocksHeld
    var (seen, kept) = (0, 0)
    for partition in 0..<partitionCount {
      let taken = takeParts(partition)
      seen += taken.reduce(0) { $0 + $1.count }
      let left = compactor.compact(taken, of: self).flatMap { $0 }
      blocksHeld += left.count - taken.count
      kept += left.reduce(0) { $0 + $1.count }
      parts[partition] = left
      // A sixteenth of all rows shows whether absorbing them helps.
      if kept * 2 > seen, seen * shape.stride > held * BlockAllocator.blockBytes / 16 { break }
    }
    if blocksHeld * 2 > held { try spill(compactor) }
  }

  private func spill(_ compactor: Compactor) throws(SystemError) {
    let writer: RunWriter
    if let known = self.writer { writer = known } else { writer = try makeWriter() }
    for partition in 0..<partitionCount {
      let taken = takeParts(partition)
      blocksHeld -= taken.count
      runs[partition] += try compactor.write(taken, of: self, partition, to: writer)
    }
    try writer.flush()
  }

  private func makeWriter() throws(SystemError) -> RunWriter {
    let file = try OpenFile.temporary()
    let header = TableHeader(kind: kind, shape: shape, settings: 0)
    let writer = try RunWriter(file, header, rowsPerFrame: rowsPerBlock)
    self.writer = writer
    source = RunSource(file: file, shape: shape, rowsPerFrame: rowsPerBlock)
    return writer
  }

  /// Ends the appending: what is in memory waits for the next stage.
  func finish(in budget: MemoryBudget) {
    for partition in 0..<partitionCount { close(partition) }
    worker = nil
    budget.hold(blocksHeld * BlockAllocator.blockBytes)
  }
}
