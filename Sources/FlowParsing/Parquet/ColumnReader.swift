/// Reads one column of a row group, page by page.
struct ColumnReader {
  let leaf: ParquetLeaf
  private let codec: ParquetCodec
  private let inflate: PageInflater
  private let rowCount: Int
  private var chunk: ChunkBytes
  private var dictionary: ColumnEntries?
  /// Where the entries of the dictionary stand among those of a repeated column.
  private var dictionaryBase: UInt32?
  /// How many dictionaries and pages with entries of their own were read.
  private var numbers = 0
  private var nextRow = 0
  /// The page that was read last.
  private(set) var page = ColumnPage()
  /// The header of the present page, whose bytes were not read yet; nil for one that was.
  private var pending: PageHeader?
  /// The least and the greatest value of the present page, as its header tells them.
  private(set) var statistics = ParquetMetadata.Statistics()

  /// A reader of a column.
  ///
  /// - Parameters:
  ///   - leaf: the column.
  ///   - group: the row group.
  ///   - file: the file.
  ///   - inflate: inflates pages.
  /// - Throws: `ParquetFault` where the footer contradicts its schema, or pages are compressed in a way unknown.
  init(
    _ leaf: ParquetLeaf,
    of group: ParquetMetadata.RowGroup,
    in file: any RandomAccessBytes,
    _ inflate: @escaping PageInflater
  ) throws(ParquetFault) {
    guard leaf.index < group.chunks.count else { throw ParquetFault("its chunk is missing") }
    let chunk = group.chunks[leaf.index]
    if let fault = chunk.fault { throw fault }
    guard chunk.physical == leaf.physical.rawValue else {
      throw ParquetFault("its chunk has another type than the schema")
    }
    guard let codec = ParquetCodec(rawValue: chunk.codec) else {
      throw ParquetFault("its compression (\(chunk.codec)) is unknown")
    }
    (self.leaf, self.codec, self.inflate) = (leaf, codec, inflate)
    rowCount = group.rows
    self.chunk = ChunkBytes(file, chunk.bytes)
  }

  /// Makes the page that has a row the present one, without reading its values; pages before it are passed over.
  ///
  /// - Throws: `ParquetFault` where a header is damaged, or the column has fewer rows.
  mutating func advance(to row: Int) throws(ParquetFault) {
    while row >= page.rows.upperBound {
      if let pending { chunk.skip(pending.compressedSize) }
      pending = nil
      guard let header = try chunk.header() else {
        throw ParquetFault("it has fewer values than its row group has rows")
      }
      try take(header)
    }
  }

  /// Reads the values of the page that has a row.
  ///
  /// - Throws: `ParquetFault` where a page is damaged, or the column has fewer rows.
  mutating func load(_ row: Int) throws(ParquetFault) {
    if leaf.repetition > 0 { return try loadAll() }
    try advance(to: row)
    guard let header = pending else { return }
    pending = nil
    let parts = try parts(of: header)
    let isPresent = try presence(parts, header.values)
    numbers += 1
    page = try ColumnPage(
      try values(parts, Self.count(isPresent, of: header.values)),
      isPresent: isPresent,
      dictionary: dictionary,
      rows: page.rows,
      number: numbers
    )
  }

  private mutating func take(_ header: PageHeader) throws(ParquetFault) {
    switch header.kind {
    case .index: chunk.skip(header.compressedSize)
    case .dictionary: try takeDictionary(header)
    case .data, .dataV2:
      let rows = nextRow..<nextRow + header.values
      guard rows.upperBound <= rowCount else {
        throw ParquetFault("it has more values than its row group has rows")
      }
      nextRow = rows.upperBound
      (page.rows, pending, statistics) = (rows, header, header.statistics)
    }
  }

  private mutating func takeDictionary(_ header: PageHeader) throws(ParquetFault) {
    let bytes = try inflated(try chunk.take(header.compressedSize), header.size)
    // Dictionaries are plain, whichever of its two names the encoding has.
    let values = try ValueDecoder(leaf, count: header.values).decode(bytes.span, encoding: 0)
    numbers += 1
    (dictionary, dictionaryBase) = (
      ColumnEntries(values: values, number: numbers, isDictionary: true), nil
    )
  }

  private func inflated(_ bytes: [UInt8], _ size: Int) throws(ParquetFault) -> [UInt8] {
    guard codec != .uncompressed, size > 0 else { return bytes }
    guard let output = inflate(codec, bytes, size) else {
      let isKnown = [.gzip, .snappy, .zstd].contains(codec)
      throw ParquetFault(
        isKnown
          ? "a page cannot be inflated (\(codec.name))" : "compression \(codec.name) is not read"
      )
    }
    guard output.count == size else { throw ParquetFault("a page has not the size that it tells") }
    return output
  }

  // MARK: Parts of pages

  /// A page taken apart.
  private struct Parts {
    var bytes: [UInt8]
    var repetition = 0..<0
    var definition = 0..<0
    var values = 0..<0
    var encoding: Int
  }

  private mutating func parts(of header: PageHeader) throws(ParquetFault) -> Parts {
    let raw = try chunk.take(header.compressedSize)
    guard header.kind == .dataV2 else {
      return try partsV1(try inflated(raw, header.size), header)
    }
    let levels = header.repetitionBytes + header.definitionBytes
    var bytes = raw
    if header.isCompressed, codec != .uncompressed {
      bytes = Array(raw[..<levels]) + (try inflated(Array(raw[levels...]), header.size - levels))
    }
    return Parts(
      bytes: bytes,
      repetition: 0..<header.repetitionBytes,
      definition: header.repetitionBytes..<levels,
      values: levels..<bytes.count,
      encoding: header.encoding
    )
  }

  /// Levels stand before the values, each behind its length.
  private func partsV1(_ bytes: [UInt8], _ header: PageHeader) throws(ParquetFault) -> Parts {
    var parts = Parts(bytes: bytes, encoding: header.encoding)
    var position = 0
    func levels() throws(ParquetFault) -> Range<Int> {
      guard bytes.count - position >= 4 else {
        throw ParquetFault("the levels of a page are cut off")
      }
      let length = bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
      position += 4
      guard length <= bytes.count - position else {
        throw ParquetFault("the levels of a page are cut off")
      }
      defer { position += length }
      return position..<position + length
    }
    if leaf.repetition > 0 { parts.repetition = try levels() }
    if leaf.definition > 0 { parts.definition = try levels() }
    parts.values = position..<bytes.count
    return parts
  }

  private func values(_ parts: Parts, _ count: Int) throws(ParquetFault) -> PageValues {
    try ValueDecoder(leaf, count: count).decode(
      parts.bytes.span.extracting(parts.values),
      encoding: parts.encoding
    )
  }

  private static func count(_ isPresent: [Bool]?, of all: Int) -> Int {
    isPresent.map { present in present.reduce(0) { $0 + ($1 ? 1 : 0) } } ?? all
  }

  private static func width(of greatest: Int) -> Int { Int.bitWidth - greatest.leadingZeroBitCount }

  /// Which of the values are there; nil for all.
  private func presence(_ parts: Parts, _ count: Int) throws(ParquetFault) -> [Bool]? {
    guard leaf.definition > 0 else { return nil }
    let bytes = parts.bytes.span.extracting(parts.definition)
    let width = Self.width(of: leaf.definition)
    let greatest = UInt32(leaf.definition)
    guard !RunDecoder.isRun(of: greatest, bytes, width: width, count: count) else { return nil }
    let levels = try RunDecoder.decode(bytes, width: width, count: count)
    return levels.allSatisfy { $0 == greatest } ? nil : levels.map { $0 == greatest }
  }

  // MARK: Repeated columns

  /// Rows of a repeated column may go on in the next page, so that all of its pages are read at once.
  private mutating func loadAll() throws(ParquetFault) {
    guard page.rows.isEmpty, rowCount > 0 else { return }
    var whole = ColumnPage()
    var table = TextTable()
    while let header = try chunk.header() {
      switch header.kind {
      case .index: chunk.skip(header.compressedSize)
      case .dictionary: try takeDictionary(header)
      case .data, .dataV2: try takeRepeated(header, &whole, &table)
      }
    }
    guard whole.starts.count == rowCount else {
      throw ParquetFault("it has another number of rows than its row group")
    }
    whole.starts.append(whole.codes.count)
    whole.rows = 0..<rowCount
    whole.entries = ColumnEntries(values: .texts(table), number: 0)
    page = whole
  }

  private mutating func takeRepeated(
    _ header: PageHeader,
    _ whole: inout ColumnPage,
    _ table: inout TextTable
  ) throws(ParquetFault) {
    let parts = try parts(of: header)
    let repetition = try RunDecoder.decode(
      parts.bytes.span.extracting(parts.repetition),
      width: Self.width(of: leaf.repetition),
      count: header.values
    )
    let page = try page(parts, header.values)
    let base = try base(of: page, &table)
    for (index, level) in repetition.enumerated() {
      if level == 0 { whole.starts.append(whole.codes.count) }
      guard !whole.starts.isEmpty else { throw ParquetFault("its first row begins nowhere") }
      let code = page.codes[index]
      whole.codes.append(code == page.nullCode ? .max : base + code)
    }
    guard whole.codes.count <= ParquetLimits.repeatedValues else {
      throw ParquetFault("it has more than 16,777,216 values in a row group")
    }
  }

  /// A page of values, as if each had a row of its own.
  private func page(_ parts: Parts, _ count: Int) throws(ParquetFault) -> ColumnPage {
    let isPresent = try presence(parts, count)
    return try ColumnPage(
      try values(parts, Self.count(isPresent, of: count)),
      isPresent: isPresent,
      dictionary: dictionary,
      rows: 0..<count,
      number: 1
    )
  }

  /// Adds the entries of a page to those of its column, those of the dictionary once.
  ///
  /// - Returns: what is to be added to the codes of the page.
  private mutating func base(
    of page: ColumnPage,
    _ table: inout TextTable
  ) throws(ParquetFault) -> UInt32 {
    let isDictionary = page.entries?.isDictionary == true
    if isDictionary, let dictionaryBase { return dictionaryBase }
    guard case .texts(let own)? = page.entries?.values else {
      throw ParquetFault("lists of numbers are not read")
    }
    let base = UInt32(table.count)
    try table.append(own)
    if isDictionary { dictionaryBase = base }
    return base
  }
}
