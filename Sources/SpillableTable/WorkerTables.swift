package import SystemFiles

/// The tables that one worker fills in one stage: keeps them within the worker's share of the budget, and knows what
/// they wrote to files and what went wrong.
///
/// Unchecked because the compiler cannot see that one worker uses it, and is joined before anybody else does.
@usableFromInline
package final class WorkerTables: @unchecked Sendable {
  /// What all workers share.
  package let budget: MemoryBudget
  private let rowsPerBlock: Int
  private var tables: [RawTable] = []
  private var compactor: Compactor?
  private var spilledElsewhere = 0
  /// What ended the spilling, if anything did; rows appended after that are lost, so the run must fail.
  package private(set) var failure: SystemError?

  /// - Parameters:
  ///   - budget: what all workers share.
  ///   - rowsPerBlock: fewer than fit, for tests of what happens when much is spilled.
  package init(_ budget: MemoryBudget, rowsPerBlock: Int = .max) {
    self.budget = budget
    self.rowsPerBlock = rowsPerBlock
  }

  /// Bytes written to temporary files.
  package var spilledBytes: Int { tables.reduce(spilledElsewhere) { $0 + $1.spilledBytes } }

  /// Takes over what became of tables that a worker used for itself.
  package func account(for others: WorkerTables) {
    failure = failure ?? others.failure
    spilledElsewhere += others.spilledBytes
  }

  /// Takes over that something could not be read back.
  package func account(for reader: PartitionReader) { failure = failure ?? reader.failure }

  /// Gives the memory of rows back to the system, if there are no rows any more.
  package static func releaseMemory() { BlockAllocator.shared.trim() }

  /// The table of a kind, made when it is asked for the first time.
  @inlinable
  package func table<Row: SpillableRow>(_ key: TableKey<Row>) -> RowTable<Row> {
    let raw = unsafe raw(key.kind, Row.shape) { left, right in
      unsafe UnsafeMutableRawPointer(left).assumingMemoryBound(to: Row.self).pointee
        .absorb(UnsafeRawPointer(right).assumingMemoryBound(to: Row.self).pointee)
    }
    return RowTable(raw)
  }

  @usableFromInline
  package func raw(_ kind: UInt16, _ shape: RowShape, absorb: @escaping RowAbsorber) -> RawTable {
    if let known = tables.first(where: { $0.kind == kind }) { return known }
    let table = unsafe RawTable(
      kind: kind,
      shape,
      of: self,
      rowsPerBlock: rowsPerBlock,
      absorb: absorb
    )
    tables.append(table)
    return table
  }

  /// Absorbs and spills rows of the largest tables until all of them are within the share.
  func makeRoom() {
    guard failure == nil else { return tables.forEach { $0.dropRows() } }
    let compactor = compactor ?? Compactor(bytesAtOnce: budget.sortBytes)
    self.compactor = compactor
    while tables.reduce(0, { $0 + $1.blocksHeld }) * BlockAllocator.blockBytes >= budget.share,
      let largest = tables.max(by: { $0.blocksHeld < $1.blocksHeld }), largest.blocksHeld > 0
    {
      do throws(SystemError) {
        try largest.makeRoom(compactor)
      } catch {
        failure = error
        return tables.forEach { $0.dropRows() }
      }
    }
  }

  /// Ends the appending: what the tables hold waits for the next stage.
  ///
  /// - Parameter budget: what counts it from now on.
  package func finish(in budget: MemoryBudget) {
    for table in tables { table.finish(in: budget) }
    compactor = nil
  }

  /// Hands over the table of a kind.
  func take(_ kind: UInt16) -> RawTable? {
    guard let index = tables.firstIndex(where: { $0.kind == kind }) else { return nil }
    return tables.remove(at: index)
  }
}

/// One worker's rows of a table.
@usableFromInline
package struct RowTable<Row: SpillableRow>: Sendable {
  @usableFromInline package let raw: RawTable

  @usableFromInline
  init(_ raw: RawTable) { self.raw = raw }

  /// Adds a row.
  @inlinable
  @inline(__always)
  package func append(_ row: Row) {
    let partition = Int(truncatingIfNeeded: row.hash >> 56)
    let cursor = unsafe raw.cursors + partition
    if unsafe cursor.pointee.next == cursor.pointee.end { raw.grow(partition) }
    guard let next = unsafe cursor.pointee.next else { return }
    unsafe UnsafeMutableRawPointer(next).storeBytes(of: row, as: Row.self)
    unsafe cursor.pointee.next = next + Row.shape.words
  }

  /// Calls the body with every row, in no order, once the worker has finished; rows of one key may come apart.
  ///
  /// - Returns: false when something could not be read; `failure` tells what.
  @inlinable
  package func forEach(_ body: (Row) -> Void) -> Bool {
    unsafe raw.forEachBlock { rows, count in
      for place in 0..<count {
        unsafe body(UnsafeRawPointer(rows + place &* Row.shape.words).load(as: Row.self))
      }
    }
  }

  /// What went wrong while all rows were looked at, if anything did.
  package var failure: SystemError? { raw.readFailure }
}
