internal import SystemFiles

/// Reads a spilled run back, some thousand rows at a time.
struct SpillCursor<Row: KeyedRow> {
  private static var bufferRows: Int { 2048 }

  private let file: OpenFile
  private var offset: Int
  private var left: Int
  private var buffer: [Row]
  private var position = 0

  /// Reads a run; the filler is any row, to make the buffer of.
  init(_ file: OpenFile, _ run: RowStore<Row>.SpilledRun, filler: Row) {
    self.file = file
    offset = run.offset
    left = run.count
    buffer = Array(repeating: filler, count: min(Self.bufferRows, run.count))
    position = buffer.count
  }

  /// The next rows of the run; nil at its end.
  mutating func nextPart() throws(SystemError) -> [Row]? {
    guard left > 0 else { return nil }
    if buffer.count > left { buffer.removeLast(buffer.count - left) }
    let count = try file.read(rowsInto: &buffer, atByte: offset)
    guard count == buffer.count else {
      throw SystemError(operation: "read back", path: file.path, code: 5)
    }
    offset += count * MemoryLayout<Row>.stride
    left -= count
    return buffer
  }

  /// The next row of the run; nil at its end.
  mutating func next() throws(SystemError) -> Row? {
    if position == buffer.count {
      guard try nextPart() != nil else { return nil }
      position = 0
    }
    defer { position += 1 }
    return buffer[position]
  }
}

/// Brings the rows that all workers hold of a partition together, in order.
struct RowMerge<Row: KeyedRow> {
  private var sorter = RowSorter<Row>()

  /// Feeds the rows of a partition to the consumer, sorted, rows of one key absorbed where sums fit.
  mutating func merge<Consumer: RowConsumer>(
    _ parts: [[Row]],
    spilled: [(file: OpenFile, run: RowStore<Row>.SpilledRun)],
    into consumer: inout Consumer
  ) throws(SystemError) where Consumer.Row == Row {
    if spilled.isEmpty {
      sorter.sort(parts)
      sorter.feed(&consumer)
      return
    }
    var pending: Row?
    func offer(_ row: Row) {
      if pending?.absorb(row) == true { return }
      if let done = pending { consumer.take(done) }
      pending = row
    }
    try mergeRuns(sorter.sorted(parts), spilled, offer)
    if let last = pending { consumer.take(last) }
  }

  private func mergeRuns(
    _ held: [Row],
    _ spilled: [(file: OpenFile, run: RowStore<Row>.SpilledRun)],
    _ offer: (Row) -> Void
  ) throws(SystemError) {
    var heldIndex = 0
    var cursors: [SpillCursor<Row>] = []
    var heads: [Row] = []
    for part in spilled where part.run.count > 0 {
      let filler = try part.file.readRow(Row.self, atByte: part.run.offset)
      var cursor = SpillCursor(part.file, part.run, filler: filler)
      if let row = try cursor.next() {
        cursors.append(cursor)
        heads.append(row)
      }
    }
    while true {
      var least = -1
      for index in heads.indices where least < 0 || Self.precedes(heads[index], heads[least]) {
        least = index
      }
      let takesHeld =
        heldIndex < held.count && (least < 0 || !Self.precedes(heads[least], held[heldIndex]))
      if takesHeld {
        offer(held[heldIndex])
        heldIndex += 1
      } else if least >= 0 {
        offer(heads[least])
        if let row = try cursors[least].next() {
          heads[least] = row
        } else {
          heads.remove(at: least)
          cursors.remove(at: least)
        }
      } else {
        return
      }
    }
  }

  @inline(__always)
  private static func precedes(_ left: Row, _ right: Row) -> Bool {
    let (leftHash, rightHash) = (left.hash, right.hash)
    return leftHash != rightHash ? leftHash < rightHash : Row.precedes(left, right)
  }
}
