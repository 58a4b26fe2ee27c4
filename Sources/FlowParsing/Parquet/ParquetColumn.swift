import FlowModel

/// A column that says something about records.
struct ParquetColumn {
  var reader: ColumnReader
  /// The place in a record that its values have.
  let slot: Int
  /// Whether only a value that fits counts.
  let isWeak: Bool
  /// How its values go into batches at once; nil where they do not.
  var field: ParquetField?
  /// The rows whose values were read.
  private var loadedRows = 0..<0

  init(reader: ColumnReader, slot: Int, isWeak: Bool, field: ParquetField? = nil) {
    (self.reader, self.slot, self.isWeak, self.field) = (reader, slot, isWeak, field)
  }

  var page: ColumnPage { reader.page }

  /// Makes sure that a row can be read.
  ///
  /// - Throws: `ParquetFault`, which names the column.
  mutating func load(_ row: Int) throws(ParquetFault) {
    guard loadedRows.upperBound <= row else { return }
    try named { column throws(ParquetFault) in try column.reader.load(row) }
    loadedRows = page.rows
    field?.take(reader.page)
  }

  /// Finds the page of a row, without reading its values.
  ///
  /// - Returns: behind the last row of the page.
  /// - Throws: `ParquetFault`, which names the column.
  mutating func advance(to row: Int) throws(ParquetFault) -> Int {
    try named { column throws(ParquetFault) in try column.reader.advance(to: row) }
    return page.rows.upperBound
  }

  private mutating func named(
    _ body: (inout ParquetColumn) throws(ParquetFault) -> Void
  ) throws(ParquetFault) {
    do throws(ParquetFault) {
      try body(&self)
    } catch {
      throw ParquetFault("column \(reader.leaf.path): \(error.description)")
    }
  }

  /// Writes the value of a row as text; nothing where it has none.
  func write(_ row: Int, to bytes: inout [UInt8]) {
    let page = reader.page
    let index = row - page.rows.lowerBound
    guard reader.leaf.repetition == 0 else {
      // The first value of a list.
      guard page.starts[index] < page.starts[index + 1] else { return }
      return write(page.codes[page.starts[index]], to: &bytes)
    }
    guard page.entries != nil else { return write(page.numbers[index], to: &bytes) }
    write(page.codes[index], to: &bytes)
  }

  /// Writes an entry; nothing for a code that has none.
  func write(_ code: UInt32, to bytes: inout [UInt8]) {
    guard let values = reader.page.entries?.values, code < values.count else { return }
    switch values {
    case .texts(let table): ByteCopy.append(table.bytes.span, table.range(Int(code)), to: &bytes)
    case .numbers(let numbers): write(numbers[Int(code)], to: &bytes)
    case .codes: break
    }
  }

  private func write(_ number: Int64, to bytes: inout [UInt8]) {
    guard number != ValueDecoder.noNumber else { return }
    if reader.leaf.unit == .days, 0...49_709 ~= number {
      bytes += Array(UTCTime(UInt32(number) * 86_400).date.utf8)
    } else if reader.leaf.isUnsigned {
      bytes += Array("\(UInt64(bitPattern: number))".utf8)
    } else {
      bytes += Array("\(number)".utf8)
    }
  }
}

/// A map of texts, whose names are those of fields.
struct ParquetMap {
  var keys: ParquetColumn
  var values: ParquetColumn
  let path: String
  /// The places in a record that values have, by the code of their name.
  private var slots: [UInt32: Int] = [:]

  /// About how many bytes it takes.
  var memory: Int { keys.page.memory + values.page.memory }

  init(keys: ParquetColumn, values: ParquetColumn, path: String) {
    (self.keys, self.values, self.path) = (keys, values, path)
  }

  mutating func load(_ row: Int) throws(ParquetFault) {
    guard row >= keys.page.rows.upperBound else { return }
    try keys.load(row)
    try values.load(row)
    slots = [:]
    guard keys.page.starts == values.page.starts else {
      throw ParquetFault("column \(path): it has more names than values")
    }
  }

  /// The members of a row that are parts of records: the place of each in a record, and the place of its value.
  mutating func members(_ row: Int) -> [(slot: Int, value: UInt32)] {
    let index = row - keys.page.rows.lowerBound
    return (keys.page.starts[index]..<keys.page.starts[index + 1]).compactMap { place in
      let slot = slot(keys.page.codes[place])
      return slot < 0 ? nil : (slot, values.page.codes[place])
    }
  }

  private mutating func slot(_ key: UInt32) -> Int {
    if let known = slots[key] { return known }
    var name: [UInt8] = []
    keys.write(key, to: &name)
    let role = ColumnRole("\(path).\(String(decoding: name.prefix(256), as: UTF8.self))")
    let slot = role.slot?.slot ?? -1
    // Each value may have an entry of its own.
    if slots.count < PathTree.limit { slots[key] = slot }
    return slot
  }
}
