package import FlowModel

/// Reads the rows of a Parquet file.
///
/// Rows of regular values are copied into batches column by column. Any other row becomes a line, as the documents of
/// other forms do, and every row does where somebody asks for lines. Memory: a page of each column that is read.
package struct ParquetReader: Sendable {
  let file: any RandomAccessBytes
  private let inflate: PageInflater
  let metadata: ParquetMetadata
  private var binding: ParquetBinding
  private let leaves: [ParquetLeaf]
  /// The first row of each row group.
  let firstRows: [Int]
  /// The columns of the row group that is read.
  var columns: [ParquetColumn] = []
  var maps: [ParquetMap] = []
  private var row = 0
  private var rowCount = 0
  var record = DocumentRecord()
  var lines = LineBlock()
  private var linePosition = 0
  private var rowsOutsideOfWindow = 0
  /// The row group of the row that was written last by its number.
  var lineGroup: Int?

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - inflate: inflates its pages.
  ///   - projection: the fields that are decoded; nil where every column is to stand in the lines.
  ///   - registry: numbers the interfaces of the whole run.
  ///   - window: rows that certainly lie outside of it are not read; nil for all.
  /// - Throws: `ParquetFault` when it has no readable footer, or no column of a flow log.
  package init(
    _ file: any RandomAccessBytes,
    _ inflate: @escaping PageInflater,
    projection: Projection?,
    registry: InterfaceRegistry,
    window: TimeWindow? = nil
  ) throws(ParquetFault) {
    (self.file, self.inflate) = (file, inflate)
    metadata = try ParquetMetadata(file)
    var before = 0
    firstRows = metadata.rowGroups.map { group in
      defer { before += group.rows }
      return before
    }
    leaves = try ParquetLeaf.leaves(of: metadata.schema)
    binding = ParquetBinding(
      leaves,
      projection: projection,
      registry: registry,
      window: window
    )
    guard binding.hasRecords else {
      throw ParquetFault(
        "it has no columns of a flow log (srcaddr and dstaddr, or a record as text)",
        isForeign: true
      )
    }
    record.shape.add(binding.fields)
  }

  /// A reader of the same file, every column of which stands in its lines.
  ///
  /// - Returns: a reader that has read nothing.
  func ofLines() -> ParquetReader {
    var other = self
    other.binding = ParquetBinding(leaves, projection: nil, registry: InterfaceRegistry())
    (other.columns, other.maps) = ([], [])
    return other
  }

  /// What the file is, in words.
  package var kind: String {
    let codecs = Set(metadata.rowGroups.prefix(1).flatMap { $0.chunks.map(\.codec) })
    let names = codecs.sorted().compactMap { ParquetCodec(rawValue: $0)?.name }
    let schema = binding.isOCSF ? "OCSF Parquet" : "Parquet"
    return names.isEmpty ? schema : "\(schema) (\(names.joined(separator: ", ")))"
  }

  /// What is to be said about the input as a whole.
  package var notes: [String] {
    let left = rowsOutsideOfWindow
    return record.notes.texts
      + (left > 0 ? ["\(left) rows lie outside of the time window and were not read"] : [])
  }

  /// Adds what another reader of the same file saw.
  package mutating func merge(_ other: ParquetReader) {
    record.notes.formUnion(other.record.notes)
    rowsOutsideOfWindow += other.rowsOutsideOfWindow
  }

  /// Whether rows go into batches without lines, as far as they are regular.
  package var isDirect: Bool { binding.isDirect }

  /// How many row groups the file has.
  package var groupCount: Int { metadata.rowGroups.count }

  /// Moves to a row group.
  ///
  /// - Parameters:
  ///   - number: below `groupCount`.
  ///   - parser: will count its rows.
  /// - Throws: `ParquetFault` where the row group cannot be read.
  package mutating func open(group number: Int, _ parser: inout RecordParser) throws(ParquetFault) {
    let own = metadata.rowGroups[number]
    let before = firstRows[number]
    (row, rowCount, columns, maps) = (0, own.rows, [], [])
    lines.clear()
    linePosition = 0
    parser.linesLeftOut = UInt64(truncatingIfNeeded: before) &- parser.counts.lines
    guard !binding.excludes(own) else {
      row = rowCount
      rowsOutsideOfWindow += rowCount
      return
    }
    // Some writers give the columns of no rows no place.
    if own.rows > 0 { try openColumns(own) }
  }

  mutating func openColumns(_ own: ParquetMetadata.RowGroup) throws(ParquetFault) {
    columns = try binding.columns(of: own, in: file, inflate)
    maps = try binding.maps(of: own, in: file, inflate)
  }

  /// Which rows of the row group are not read yet.
  package var rest: Range<Int> { row..<rowCount }

  // MARK: Batches

  /// Reads rows into a batch.
  ///
  /// - Parameters:
  ///   - batch: one that the parser made, and that is not full.
  ///   - parser: counts the rows, and reads those that become lines.
  /// - Returns: false at the end of the row group.
  /// - Throws: `ParquetFault` where a page is damaged; the rows before it were read.
  package mutating func read(
    into batch: inout RecordBatch,
    _ parser: inout RecordParser
  ) throws(ParquetFault) -> Bool {
    if linePosition < lines.bytes.count { return parseLines(into: &batch, &parser) }
    guard row < rowCount else { return false }
    let end = try loadStep(limit: RecordBatch.capacity - batch.count, &parser)
    guard row < end else { return row < rowCount }
    let regularEnd = binding.isDirect ? firstIrregular(in: row..<end) : row
    guard regularEnd > row else {
      lines.clear()
      linePosition = 0
      let lineEnd = binding.isDirect ? firstRegular(in: row..<end) : end
      for row in row..<lineEnd { write(row) }
      row = lineEnd
      return parseLines(into: &batch, &parser)
    }
    parser.use(record.shape.timed, number: record.shape.timedNumber, &batch)
    // The rows before have another format, and a batch has one alone.
    guard !batch.isClosed else { return true }
    parser.take(row..<regularEnd, of: columns, into: &batch)
    row = regularEnd
    return true
  }

  private mutating func parseLines(
    into batch: inout RecordBatch,
    _ parser: inout RecordParser
  ) -> Bool {
    let bytes = lines.bytes
    for segment in lines.segments where linePosition < segment.end {
      parser.use(segment.format, number: segment.formatNumber, &batch)
      guard !batch.isClosed else { return true }
      parser.parse(bytes.span, from: &linePosition, to: segment.end, into: &batch)
      if linePosition < segment.end { return true }
    }
    return true
  }

  /// Loads the pages of the next rows.
  ///
  /// - Returns: behind the last row for which all of them are there, so many rows at most.
  private mutating func loadStep(
    limit: Int,
    _ parser: inout RecordParser
  ) throws(ParquetFault) -> Int {
    try passOver(&parser)
    var end = min(rowCount, row + limit)
    guard row < end else { return row }
    try loadPages(row)
    for column in columns { end = min(end, column.page.rows.upperBound) }
    return end
  }

  /// Makes sure that a row can be read.
  ///
  /// - Throws: `ParquetFault` where a page is damaged, or all of them together are too large.
  mutating func loadPages(_ row: Int) throws(ParquetFault) {
    var memory = 0
    for index in columns.indices {
      try columns[index].load(row)
      memory += columns[index].page.memory
      guard memory <= ParquetLimits.memory else { throw Self.tooLarge }
    }
    for index in maps.indices {
      try maps[index].load(row)
      memory += maps[index].memory
      guard memory <= ParquetLimits.memory else { throw Self.tooLarge }
    }
  }

  private static let tooLarge = ParquetFault("its pages take more than 256 MiB of memory")

  /// Passes over rows whose pages say that they lie outside of the time window.
  private mutating func passOver(_ parser: inout RecordParser) throws(ParquetFault) {
    guard let times = binding.timeColumns else { return }
    while row < rowCount {
      let end = min(
        try columns[times.start].advance(to: row),
        try columns[times.end].advance(to: row)
      )
      let statistics = (
        columns[times.start].reader.statistics, columns[times.end].reader.statistics
      )
      guard binding.excludes(statistics.0, statistics.1) else { return }
      rowsOutsideOfWindow += end - row
      parser.linesLeftOut &+= UInt64(end - row)
      row = end
    }
  }

  private func firstIrregular(in rows: Range<Int>) -> Int {
    var end = rows.upperBound
    for column in columns { end = column.firstIrregular(in: rows.lowerBound..<end) }
    return end
  }

  private func firstRegular(in rows: Range<Int>) -> Int {
    rows.first { row in columns.allSatisfy { $0.isRegular(row) } } ?? rows.upperBound
  }

  // MARK: Lines

  /// Writes the next rows as lines.
  ///
  /// - Parameters:
  ///   - block: receives a line for each row, some thousand of them.
  ///   - parser: will parse the lines.
  /// - Returns: false at the end of the row group.
  /// - Throws: `ParquetFault` where a page is damaged; the rows before it were written.
  package mutating func read(
    into block: inout LineBlock,
    _ parser: inout RecordParser
  ) throws(ParquetFault) -> Bool {
    guard row < rowCount else { return false }
    let end = try loadStep(limit: RecordBatch.capacity, &parser)
    swap(&block, &lines)
    defer { swap(&block, &lines) }
    for row in row..<end { write(row) }
    row = end
    return true
  }
}
