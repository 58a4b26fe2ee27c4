/// Spreads rows over the partitions of a store, a batch at a time.
///
/// Rows are the most frequent thing there is: one for each record. They lie in one flat buffer, a stretch for each
/// partition, so that writing one needs neither a look at a reference count nor a growing array; a stretch that is full
/// goes to the store as a chunk.
struct RowScatter<Row: KeyedRow>: Sendable {
  private static var stretch: Int { RowStore<Row>.chunkRows }

  /// Empty until the first row comes.
  private var buffer: [Row] = []
  private var counts = [Int](repeating: 0, count: partitionCount)

  /// Hands a batch of rows on.
  mutating func append(_ rows: borrowing [Row], to store: inout RowStore<Row>) {
    guard let filler = rows.first else { return }
    if buffer.isEmpty {
      buffer = [Row](repeating: filler, count: partitionCount * Self.stretch)
    }
    var index = 0
    while let full = fill(rows.span, &index) { seal(full, to: &store) }
  }

  /// Writes rows until a stretch is full.
  ///
  /// - Returns: the partition of the full stretch; nil when all rows are written.
  private mutating func fill(_ rows: Span<Row>, _ index: inout Int) -> Int? {
    var flat: [Row] = []
    var filled: [Int] = []
    swap(&flat, &buffer)
    swap(&filled, &counts)
    let full = Self.fill(rows, &index, &flat, &filled)
    swap(&flat, &buffer)
    swap(&filled, &counts)
    return full
  }

  private static func fill(
    _ rows: Span<Row>,
    _ index: inout Int,
    _ flat: inout [Row],
    _ filled: inout [Int]
  ) -> Int? {
    var buffer = flat.mutableSpan
    var counts = filled.mutableSpan
    while index < rows.count {
      let row = rows[index]
      index &+= 1
      let partition = Int(truncatingIfNeeded: row.hash >> 56)
      let count = counts[partition]
      buffer[partition &* stretch &+ count] = row
      counts[partition] = count &+ 1
      if count &+ 1 == stretch { return partition }
    }
    return nil
  }

  private mutating func seal(_ partition: Int, to store: inout RowStore<Row>) {
    let start = partition * Self.stretch
    store.append(chunk: Array(buffer[start..<start + counts[partition]]), to: partition)
    counts[partition] = 0
  }

  /// Hands on what is left and frees the buffer.
  mutating func finish(to store: inout RowStore<Row>) {
    for partition in counts.indices where counts[partition] > 0 { seal(partition, to: &store) }
    buffer = []
  }
}
