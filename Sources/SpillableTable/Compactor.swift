internal import SystemFiles

/// Sorts rows in memory, so many at once as its scratch memory allows, and absorbs those of one key.
///
/// A partition that a single pair, source or network fills is sorted in several parts, so that it never needs a second
/// copy of all its rows.
final class Compactor {
  let sorter = RowSorter()
  let bytesAtOnce: Int

  /// - Parameter bytesAtOnce: of rows that are sorted together.
  init(bytesAtOnce: Int) { self.bytesAtOnce = bytesAtOnce }

  /// Writes rows anew in sorted runs; the blocks that held them are freed.
  ///
  /// - Returns: the runs.
  func compact(_ parts: [Part], of table: RawTable) -> [[Part]] {
    groups(parts, table.shape).map { group in
      var packer = BlockPacker(table.shape, rowsPerBlock: table.rowsPerBlock)
      unsafe collapse(group, table) { row throws(Never) in unsafe packer.add(row) }
      BlockAllocator.shared.free(group)
      return packer.parts
    }
  }

  /// Writes rows to a file in sorted runs; the blocks that held them are freed, whatever happens.
  ///
  /// - Returns: the runs.
  /// - Throws: `SystemError` when the file takes no more.
  func write(
    _ parts: [Part],
    of table: RawTable,
    _ partition: Int,
    to writer: RunWriter
  ) throws(SystemError) -> [Run] {
    defer { BlockAllocator.shared.free(parts) }
    var runs: [Run] = []
    for group in groups(parts, table.shape) {
      var run = Run(offset: writer.begin(partition), rows: 0)
      try unsafe collapse(group, table) { row throws(SystemError) in
        unsafe try writer.write(row)
        run.rows += 1
      }
      try writer.finishRun()
      runs.append(run)
    }
    return runs
  }

  /// The parts in groups that are sorted together.
  private func groups(_ parts: [Part], _ shape: RowShape) -> [[Part]] {
    var groups: [[Part]] = []
    var bytes = Int.max / 2
    for part in parts where part.count > 0 {
      bytes += part.count * shape.stride
      if bytes > bytesAtOnce {
        groups.append([])
        bytes = part.count * shape.stride
      }
      groups[groups.count - 1].append(part)
    }
    return groups
  }

  /// Calls the body with the rows of a group in order, rows of one key absorbed.
  private func collapse<Failure: Error>(
    _ group: [Part],
    _ table: RawTable,
    _ body: (UnsafePointer<UInt64>) throws(Failure) -> Void
  ) throws(Failure) {
    let refs = unsafe sorter.sort(group.map { Piece($0) }, table.shape)
    guard var pending = unsafe refs.first?.row else { return }
    for place in 1..<refs.count {
      let row = unsafe refs[place].row
      if unsafe table.absorb(pending, row) { continue }
      unsafe try body(pending)
      unsafe pending = row
    }
    unsafe try body(pending)
  }
}

extension Piece {
  init(_ part: Part) { unsafe self.init(rows: part.block.base, count: part.count) }
}

/// Packs rows into new blocks.
struct BlockPacker {
  private(set) var parts: [Part] = []
  private let shape: RowShape
  private let rowsPerBlock: Int

  init(_ shape: RowShape, rowsPerBlock: Int) {
    (self.shape, self.rowsPerBlock) = (shape, rowsPerBlock)
  }

  mutating func add(_ row: UnsafePointer<UInt64>) {
    if parts.isEmpty || parts[parts.count - 1].count == rowsPerBlock {
      parts.append(Part(block: BlockAllocator.shared.allocate(), count: 0))
    }
    let last = parts.count - 1
    unsafe (parts[last].block.base + parts[last].count * shape.words)
      .update(from: row, count: shape.words)
    parts[last].count += 1
  }
}
