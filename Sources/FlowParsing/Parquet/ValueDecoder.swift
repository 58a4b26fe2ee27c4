/// The values of a page or of a dictionary, without those that are null.
enum PageValues {
  case numbers([Int64])
  case texts(TextTable)
  /// Places in the dictionary of the chunk.
  case codes([UInt32])

  var count: Int {
    switch self {
    case .numbers(let numbers): numbers.count
    case .texts(let table): table.count
    case .codes(let codes): codes.count
    }
  }
}

/// Texts, one behind the other.
struct TextTable {
  private(set) var bytes: [UInt8] = []
  /// Where each text begins, and where the last one ends.
  private var starts: [Int] = [0]

  var count: Int { starts.count - 1 }

  func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// Adds a text.
  ///
  /// - Throws: `ParquetFault` when the texts become too many bytes.
  mutating func append(_ source: Span<UInt8>, _ range: Range<Int>) throws(ParquetFault) {
    ByteCopy.append(source, range, to: &bytes)
    try endText()
  }

  /// Adds a text that begins as the last one does.
  mutating func append(
    prefix: Int,
    _ source: Span<UInt8>,
    _ range: Range<Int>
  ) throws(ParquetFault) {
    let last = count > 0 ? self.range(count - 1) : 0..<0
    guard prefix <= last.count else { throw ParquetFault("the texts of a page are damaged") }
    // A slice would share the bytes, so that they were copied with every text.
    for index in last.lowerBound..<last.lowerBound + prefix { bytes.append(bytes[index]) }
    try append(source, range)
  }

  /// Adds all texts of another table.
  mutating func append(_ other: TextTable) throws(ParquetFault) {
    for index in 0..<other.count { try append(other.bytes.span, other.range(index)) }
  }

  private mutating func endText() throws(ParquetFault) {
    guard bytes.count <= ParquetLimits.page else {
      throw ParquetFault("a page has more than 64 MiB of text")
    }
    starts.append(bytes.count)
  }
}

/// Decodes the values of a page.
///
/// Source: Apache Parquet, "Parquet encoding definitions".
struct ValueDecoder {
  private let leaf: ParquetLeaf
  private let count: Int

  /// A decoder of so many values of a column.
  init(_ leaf: ParquetLeaf, count: Int) { (self.leaf, self.count) = (leaf, count) }

  private static let damaged = ParquetFault("the values of a page are damaged")

  /// Decodes values.
  ///
  /// - Parameters:
  ///   - bytes: the values and nothing before them.
  ///   - encoding: its number in the format.
  /// - Returns: so many values as the decoder is made for, or fewer where the page has not more.
  /// - Throws: `ParquetFault` when the bytes end before, or the encoding is none that Weir reads.
  func decode(_ bytes: Span<UInt8>, encoding: Int) throws(ParquetFault) -> PageValues {
    let values = try rawValues(bytes, encoding)
    guard leaf.scale != nil, case .texts(let table) = values else { return values }
    return .numbers((0..<table.count).map { decimal(table.bytes[table.range($0)]) })
  }

  /// A decimal number of any length, the highest byte first.
  private func decimal(_ bytes: ArraySlice<UInt8>) -> Int64 {
    let isNegative = bytes.first.map { $0 >= 0x80 } ?? false
    let extra = bytes.dropLast(8)
    let value = bytes.suffix(8).reduce(isNegative ? Int64(-1) : 0) { $0 << 8 | Int64($1) }
    guard extra.allSatisfy({ $0 == (isNegative ? 0xff : 0) }), (value < 0) == isNegative else {
      return Self.fraction
    }
    return meaning(value)
  }

  private func rawValues(_ bytes: Span<UInt8>, _ encoding: Int) throws(ParquetFault) -> PageValues {
    var position = 0
    switch (encoding, leaf.physical) {
    case (0, .byteArray): return .texts(try plainTexts(bytes))
    case (0, .fixedByteArray): return .texts(try fixedTexts(bytes))
    case (0, .boolean): return .numbers(try booleans(bytes))
    case (0, _): return .numbers(try plainNumbers(bytes))
    case (2, _), (8, _): return .codes(try codes(bytes))
    case (3, .boolean): return .numbers(try runsOfBooleans(bytes))
    case (5, .int32), (5, .int64):
      let numbers = try DeltaDecoder.decode(bytes, &position, most: count)
      return .numbers(numbers.map { number(UInt64(bitPattern: $0)) })
    case (6, .byteArray): return .texts(try texts(behindLengths: bytes))
    case (7, .byteArray), (7, .fixedByteArray): return .texts(try texts(behindPrefixes: bytes))
    case (9, .int32), (9, .int64), (9, .float), (9, .double):
      return .numbers(try splitNumbers(bytes))
    default: throw ParquetFault("encoding \(encoding) of \(leaf.physical) values is not read")
    }
  }

  private func codes(_ bytes: Span<UInt8>) throws(ParquetFault) -> [UInt32] {
    guard count > 0 else { return [] }
    guard bytes.count > 0 else { throw Self.damaged }
    return try RunDecoder.decode(
      bytes.extracting(1..<bytes.count),
      width: Int(bytes[0]),
      count: count
    )
  }

  private func booleans(_ bytes: Span<UInt8>) throws(ParquetFault) -> [Int64] {
    guard bytes.count >= (count + 7) / 8 else { throw Self.damaged }
    return (0..<count).map { Int64(bytes[$0 >> 3] >> UInt8($0 & 7) & 1) }
  }

  private func runsOfBooleans(_ bytes: Span<UInt8>) throws(ParquetFault) -> [Int64] {
    guard bytes.count >= 4 else { throw Self.damaged }
    let runs = bytes.extracting(4..<bytes.count)
    return try RunDecoder.decode(runs, width: 1, count: count).map { Int64($0) }
  }

  // MARK: Numbers

  private func plainNumbers(_ bytes: Span<UInt8>) throws(ParquetFault) -> [Int64] {
    let width = numberWidth
    guard bytes.count >= count * width else { throw Self.damaged }
    var numbers = [Int64](repeating: 0, count: count)
    if leaf.physical == .int96 {
      for index in 0..<count { numbers[index] = Self.seconds96(bytes, index * 12) }
      return numbers
    }
    for index in 0..<count { numbers[index] = number(WordScan.word(bytes, index &* width)) }
    return numbers
  }

  /// The bytes of all numbers, the lowest ones first, then the next ones.
  private func splitNumbers(_ bytes: Span<UInt8>) throws(ParquetFault) -> [Int64] {
    let width = numberWidth
    guard bytes.count >= count * width else { throw Self.damaged }
    return (0..<count).map { index in
      var word: UInt64 = 0
      for place in 0..<width { word |= UInt64(bytes[place * count + index]) << UInt64(place * 8) }
      return number(word)
    }
  }

  private var numberWidth: Int {
    switch leaf.physical {
    case .int32, .float: 4
    case .int96: 12
    default: 8
    }
  }

  /// A number out of its bytes, which may be followed by others.
  @inline(__always)
  private func number(_ word: UInt64) -> Int64 {
    switch leaf.physical {
    case .int32:
      leaf.isUnsigned
        ? Int64(word & 0xffff_ffff) : meaning(Int64(Int32(truncatingIfNeeded: word)))
    case .float: Self.whole(Double(Float(bitPattern: UInt32(truncatingIfNeeded: word))))
    case .double: Self.whole(Double(bitPattern: word))
    default: meaning(Int64(bitPattern: word))
    }
  }

  /// Stands for no value.
  static let noNumber = Int64.min
  /// Stands for a fraction, which no field is.
  static let fraction = Int64.min + 1

  /// Columns with nulls become fractions in some tools, whole ones nevertheless.
  private static func whole(_ value: Double) -> Int64 {
    value.isNaN ? noNumber : Int64(exactly: value) ?? fraction
  }

  @inline(__always)
  private func meaning(_ value: Int64) -> Int64 { leaf.meaning(value) }

  /// Nanoseconds of a day and the number of the day, as Spark and Hive wrote times.
  private static func seconds96(_ bytes: Span<UInt8>, _ place: Int) -> Int64 {
    let nanoseconds = Int64(bitPattern: WordScan.word(bytes, place))
    let day = Int64(UInt32(truncatingIfNeeded: WordScan.word(bytes, place + 8)))
    return (day - 2_440_588) * 86_400 + ParquetLeaf.seconds(nanoseconds, 1_000_000_000)
  }

  // MARK: Texts

  private func plainTexts(_ bytes: Span<UInt8>) throws(ParquetFault) -> TextTable {
    var table = TextTable()
    var position = 0
    for _ in 0..<count {
      guard bytes.count - position >= 4 else { throw Self.damaged }
      let length = Int(WordScan.word(bytes, position) & 0xffff_ffff)
      position += 4
      guard length <= bytes.count - position else { throw Self.damaged }
      try table.append(bytes, position..<position + length)
      position += length
    }
    return table
  }

  private func fixedTexts(_ bytes: Span<UInt8>) throws(ParquetFault) -> TextTable {
    guard leaf.width > 0, leaf.width <= 65_536, bytes.count / leaf.width >= count else {
      throw Self.damaged
    }
    var table = TextTable()
    for index in 0..<count {
      try table.append(bytes, index * leaf.width..<(index + 1) * leaf.width)
    }
    return table
  }

  private func texts(behindLengths bytes: Span<UInt8>) throws(ParquetFault) -> TextTable {
    var position = 0
    var table = TextTable()
    for length in try lengths(bytes, &position) {
      guard length <= bytes.count - position else { throw Self.damaged }
      try table.append(bytes, position..<position + length)
      position += length
    }
    return table
  }

  private func texts(behindPrefixes bytes: Span<UInt8>) throws(ParquetFault) -> TextTable {
    var position = 0
    let prefixes = try lengths(bytes, &position)
    let suffixes = try lengths(bytes, &position)
    guard prefixes.count == suffixes.count else { throw Self.damaged }
    var table = TextTable()
    for (prefix, length) in zip(prefixes, suffixes) {
      guard length <= bytes.count - position else { throw Self.damaged }
      try table.append(prefix: prefix, bytes, position..<position + length)
      position += length
    }
    return table
  }

  private func lengths(_ bytes: Span<UInt8>, _ position: inout Int) throws(ParquetFault) -> [Int] {
    let lengths = try DeltaDecoder.decode(bytes, &position, most: count)
    guard lengths.allSatisfy({ 0...Int64(ParquetLimits.page) ~= $0 }) else { throw Self.damaged }
    return lengths.map { Int($0) }
  }
}
