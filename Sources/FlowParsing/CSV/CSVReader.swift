import FlowModel

/// Reads tables with separators and quotes (RFC 4180) piece by piece and writes a line for each row.
struct CSVReader {
  /// Rows above this many bytes are none: a quote in them never ends.
  static let longestRow = 262_144
  /// The most rows that a query of Logs Insights gives.
  private static let queryLimit = 10_000

  private let separator: UInt8
  private var columns: [Column] = []
  /// The columns of the last header, as the input writes them.
  private var header: [[UInt8]] = []
  private let hasHeader: Bool
  private var row: CSVRow
  private var isSkipping = false
  private var rows = 0
  private var isInsights = false
  private(set) var kind: String?
  var record = DocumentRecord()

  /// What a column of the table is.
  private struct Column {
    var slot: Int
    var isWeak: Bool
  }

  init(separator: UInt8, hasHeader: Bool) {
    (self.separator, self.hasHeader) = (separator, hasHeader)
    row = CSVRow(separator: separator)
  }

  /// Reads as far as whole rows go.
  ///
  /// - Returns: where the next call has to begin.
  mutating func read(_ bytes: Span<UInt8>, isLast: Bool, to lines: inout LineBlock) -> Int {
    var place = 0
    while place < bytes.count {
      if isSkipping {
        skipLine(bytes, &place)
        continue
      }
      let end = row.read(bytes, place, isLast: isLast)
      if let end, end - place <= Self.longestRow {
        take(bytes, place..<end, &lines)
        place = end
      } else if end != nil || isLast || bytes.count - place > Self.longestRow {
        // A quote that never ends: the row ends with its line.
        lines.reject(.badRow)
        isSkipping = true
      } else {
        break
      }
    }
    return place
  }

  /// What the table says about itself at its end.
  mutating func finish() {
    if isInsights, rows == Self.queryLimit { record.notes.add(.queryLimit) }
  }

  private mutating func skipLine(_ bytes: Span<UInt8>, _ place: inout Int) {
    while place < bytes.count {
      place += 1
      if bytes[place - 1] == UInt8(ascii: "\n") {
        isSkipping = false
        return
      }
    }
  }

  private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>, _ lines: inout LineBlock) {
    if row.cells.count == 1, ValueText.trimmed(bytes, row.cells[0].range).isEmpty {
      return lines.skipLine()
    }
    if hasHeader, columns.isEmpty || isHeader(bytes) {
      takeHeader(bytes, &lines)
    } else if hasHeader {
      takeRow(bytes, &lines)
    } else {
      takeUnnamed(bytes, &lines)
    }
  }

  // MARK: Headers

  /// Whether the row is a header, as it stands in tables that were put one behind the other.
  private func isHeader(_ bytes: Span<UInt8>) -> Bool {
    isSameHeader(bytes) || isOtherHeader(bytes)
  }

  /// A row of names: none of its cells is a number or a record.
  private func isOtherHeader(_ bytes: Span<UInt8>) -> Bool {
    guard row.cells.count > 1, let first = row.cells.first, !first.range.isEmpty,
      bytes[first.start] | 0x20 >= UInt8(ascii: "a") || bytes[first.start] == UInt8(ascii: "@")
    else { return false }
    let isPlain = row.cells.allSatisfy { cell in
      cell.range.count < 64
        && cell.range.allSatisfy { bytes[$0] > 0x20 && !(48...57 ~= bytes[$0] && $0 == cell.start) }
    }
    guard isPlain else { return false }
    return CSVRow.isHeader(row.cells.map { cell in CSVRow.name(cell.range.map { bytes[$0] }) })
  }

  private func isSameHeader(_ bytes: Span<UInt8>) -> Bool {
    guard let first = row.cells.first, let name = header.first, first.range.count == name.count,
      row.cells.count == header.count
    else { return false }
    return zip(row.cells, header).allSatisfy { cell, name in
      cell.range.count == name.count
        && name.indices.allSatisfy { bytes[cell.start + $0] == name[$0] }
    }
  }

  private mutating func takeHeader(_ bytes: Span<UInt8>, _ lines: inout LineBlock) {
    let names = row.cells.map { cell in cell.range.map { bytes[$0] } }
    let words = names.map { CSVRow.name($0) }
    lines.note(LineBlock.header)
    // What stands before the header, such as `sep=;` or a comment, names nothing.
    guard CSVRow.isHeader(words) else { return }
    header = names
    columns = words.map { word in
      ColumnRole(word).slot.map { Column(slot: $0.slot, isWeak: $0.isWeak) }
        ?? Column(slot: -1, isWeak: false)
    }
    describe(words)
  }

  private mutating func describe(_ words: [String]) {
    isInsights = words.contains { $0.hasPrefix("@") || $0 == "srcAddr" || $0 == "dstAddr" }
    let table = separator == UInt8(ascii: "\t") ? "TSV" : "CSV"
    if isInsights {
      kind = "Logs Insights \(table)"
    } else if words.contains("message"), words.contains("timestamp") {
      kind = "CloudWatch console \(table)"
    } else {
      kind = words.contains("_raw") ? "\(table) with _raw" : "\(table) with named columns"
    }
  }

  // MARK: Rows

  private mutating func takeRow(_ bytes: Span<UInt8>, _ lines: inout LineBlock) {
    rows += 1
    guard row.fits(columns.count, bytes) else { return lines.reject(.badRow) }
    record.begin()
    for (number, column) in columns.enumerated() where column.slot >= 0 {
      let cell = row.cells[number]
      if column.isWeak, !ValueText.accepts(FieldName.allCases[column.slot], bytes, cell.range) {
        continue
      }
      if cell.isWhole {
        record.set(column.slot, Int32(number), bytes, cell.range)
      } else {
        let kept = record.keep { CSVRow.unquote(bytes, cell.range, to: &$0) }
        record.set(column.slot, Int32(number), bytes, kept, isScratch: true)
      }
    }
    if case .payload(let text) = record.write(bytes, to: &lines) {
      MessageText.writeLine(text.span, text.indices, to: &lines)
    }
  }

  /// A row of a table without a header: a record with other separators, or a time and a record.
  private mutating func takeUnnamed(_ bytes: Span<UInt8>, _ lines: inout LineBlock) {
    kind = kind ?? "CSV without a header"
    let cells = row.cells
    if cells.count <= 4, let message = cells.last(where: { MessageText.isRecord(bytes, $0.range) })
    {
      return MessageText.writeLine(bytes, ValueText.trimmed(bytes, message.range), to: &lines)
    }
    var line: [UInt8] = []
    for (number, cell) in cells.enumerated() {
      if number > 0 { line.append(UInt8(ascii: " ")) }
      ValueText.write(bytes, cell.range, to: &line)
    }
    MessageText.writeLine(line.span, line.indices, to: &lines)
  }
}
