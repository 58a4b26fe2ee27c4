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

  /// The next row of a run, with the hash that decides its turn.
  private struct Head {
    var row: Row
    var hash: UInt64
    var cursor: SpillCursor<Row>

    init?(_ start: SpillCursor<Row>) throws(SystemError) {
      cursor = start
      guard let first = try cursor.next() else { return nil }
      row = first
      hash = first.hash
    }

    /// Goes on to the run's next row; false at its end.
    @inline(__always)
    mutating func advance() throws(SystemError) -> Bool {
      guard let next = try cursor.next() else { return false }
      row = next
      hash = next.hash
      return true
    }

    @inline(__always)
    func precedes(_ other: Row, _ otherHash: UInt64) -> Bool {
      hash != otherHash ? hash < otherHash : Row.precedes(row, other)
    }
  }

  /// Feeds the rows of a partition to the consumer, sorted, rows of one key absorbed where sums fit.
  mutating func merge<Consumer: RowConsumer>(
    _ parts: [[Row]],
    spilled: [(file: OpenFile, run: RowStore<Row>.SpilledRun)],
    into consumer: inout Consumer
  ) throws(SystemError) where Consumer.Row == Row {
    guard !spilled.isEmpty else {
      sorter.sort(parts)
      sorter.feed(&consumer)
      return
    }
    var heads: [Head] = []
    for part in spilled where part.run.count > 0 {
      let filler = try part.file.readRow(Row.self, atByte: part.run.offset)
      if let head = try Head(SpillCursor(part.file, part.run, filler: filler)) {
        heads.append(head)
      }
    }
    try Self.merge(sorter.sorted(parts), &heads, into: &consumer)
  }

  /// The k-way merge: the least of all heads, or the next row from memory, until none is left.
  private static func merge<Consumer: RowConsumer>(
    _ held: [Row],
    _ heads: inout [Head],
    into consumer: inout Consumer
  ) throws(SystemError) where Consumer.Row == Row {
    var heldIndex = 0
    var pending: Row?
    while true {
      let row: Row
      let least = leastHead(heads)
      let takesHeld =
        heldIndex < held.count
        && (least < 0 || !heads[least].precedes(held[heldIndex], held[heldIndex].hash))
      if takesHeld {
        row = held[heldIndex]
        heldIndex += 1
      } else if least >= 0 {
        row = heads[least].row
        if try !heads[least].advance() { heads.remove(at: least) }
      } else {
        break
      }
      if pending?.absorb(row) == true { continue }
      if let done = pending { consumer.take(done) }
      pending = row
    }
    if let last = pending { consumer.take(last) }
  }

  @inline(__always)
  private static func leastHead(_ heads: [Head]) -> Int {
    var least = heads.isEmpty ? -1 : 0
    for index in heads.indices.dropFirst()
    where heads[index].precedes(heads[least].row, heads[least].hash) {
      least = index
    }
    return least
  }
}
