import FlowModel

/// The cells of one row.
struct CSVRow {
  struct Cell {
    var start: Int
    var end: Int
    /// Whether no quote is doubled in it.
    var isWhole: Bool

    var range: Range<Int> { start..<end }
  }

  let separator: UInt8
  private(set) var cells: [Cell] = []

  init(separator: UInt8) { self.separator = separator }

  /// Cuts the row that begins at a place.
  ///
  /// - Returns: behind its line feed; nil where the bytes end before it.
  mutating func read(_ bytes: Span<UInt8>, _ start: Int, isLast: Bool) -> Int? {
    cells.removeAll(keepingCapacity: true)
    var place = start
    while true {
      guard place < bytes.count else {
        guard isLast else { return nil }
        cells.append(Cell(start: place, end: place, isWhole: true))
        return place
      }
      if bytes[place] == UInt8(ascii: "\"") {
        guard quoted(bytes, &place, isLast: isLast) else { return nil }
      } else {
        let begin = place
        place = end(bytes, place)
        cells.append(Cell(start: begin, end: place, isWhole: true))
      }
      guard place < bytes.count else { return isLast ? place : nil }
      let byte = bytes[place]
      place += 1
      guard byte == separator else {
        dropCarriageReturn(bytes)
        return place
      }
    }
  }

  /// The separator or line feed behind a plain cell.
  private func end(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    let pattern = UInt64(separator) &* 0x0101_0101_0101_0101
    let ones: UInt64 = 0x0101_0101_0101_0101
    var place = start
    while place < bytes.count {
      let word = WordScan.word(bytes, place)
      let (first, second) = (word ^ pattern, word ^ 0x0a0a_0a0a_0a0a_0a0a)
      let found =
        ((first &- ones) & ~first | (second &- ones) & ~second) & 0x8080_8080_8080_8080
      if found != 0 { return min(bytes.count, place + found.trailingZeroBitCount >> 3) }
      place += 8
    }
    return bytes.count
  }

  private mutating func quoted(_ bytes: Span<UInt8>, _ place: inout Int, isLast: Bool) -> Bool {
    let start = place + 1
    var isWhole = true
    place = start
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "\"") else {
        place += 1
        continue
      }
      guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") else {
        guard place + 1 < bytes.count || isLast else { return false }
        cells.append(Cell(start: start, end: place, isWhole: isWhole))
        // What stands between the quote and the separator counts for nothing.
        place = end(bytes, place + 1)
        return true
      }
      isWhole = false
      place += 2
    }
    return false
  }

  private mutating func dropCarriageReturn(_ bytes: Span<UInt8>) {
    guard let last = cells.indices.last, cells[last].end > cells[last].start,
      bytes[cells[last].end - 1] == UInt8(ascii: "\r")
    else { return }
    cells[last].end -= 1
  }

  /// Whether the row has so many cells; empty ones behind them are what spreadsheets add.
  func fits(_ count: Int, _ bytes: Span<UInt8>) -> Bool {
    cells.count >= count
      && cells[count...].allSatisfy { ValueText.trimmed(bytes, $0.range).isEmpty }
  }

  static func unquote(_ bytes: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]) {
    var place = range.lowerBound
    while place < range.upperBound {
      text.append(bytes[place])
      let isQuote = bytes[place] == UInt8(ascii: "\"")
      place += isQuote ? 2 : 1
    }
  }

  /// The name in a cell of a header.
  static func name(_ bytes: [UInt8]) -> String {
    let bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
    let range = ValueText.trimmed(bytes.span, bytes.indices)
    return String(decoding: bytes[range].filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
  }

  /// Whether names are those of a table from which records can be read.
  static func isHeader(_ words: [String]) -> Bool {
    let roles = words.prefix(512).map { ColumnRole($0) }
    func has(_ field: FieldName) -> Bool {
      roles.contains(.field(field)) || roles.contains(.weakField(field))
    }
    return roles.contains(.message) || has(.sourceAddress) && has(.destinationAddress)
      || has(.interfaceId) && has(.logStatus)
  }
}
