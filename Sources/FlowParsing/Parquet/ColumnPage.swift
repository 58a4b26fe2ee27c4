/// The different values of a page or of a chunk, to which codes point.
struct ColumnEntries {
  var values: PageValues
  /// Tells it from other entries of the chunk.
  var number: Int
  /// Whether the values stand before the pages that refer to them.
  var isDictionary = false
}

/// A decoded page: a value or none for each of its rows.
struct ColumnPage {
  /// Which rows of the row group it has.
  var rows = 0..<0
  /// One number for each row, `ValueDecoder.noNumber` where there is none; empty where values are coded.
  var numbers: [Int64] = []
  /// One code for each row, `nullCode` where there is no value; of a repeated column one for each value.
  var codes: [UInt32] = []
  /// What codes stand for; nil where values are numbers of their own.
  var entries: ColumnEntries?
  /// Whether some row has no value.
  var hasNulls = false
  /// Of a repeated column: where the values of each row begin, and where those of the last one end.
  var starts: [Int] = []

  /// The code of a row without a value: the first one that has no entry.
  var nullCode: UInt32 { UInt32(entries?.values.count ?? 0) }
}

extension ColumnPage {
  /// About how many bytes it takes.
  var memory: Int {
    let own: Int =
      switch entries?.values {
      case .texts(let table): table.bytes.count + table.count * 8
      case .numbers(let numbers): numbers.count * 8
      case .codes, nil: 0
      }
    return numbers.count * 8 + codes.count * 4 + own
  }

  /// A page of a column that has at most one value in a row.
  ///
  /// - Parameters:
  ///   - values: those that are not null.
  ///   - isPresent: which rows have one; nil for all.
  ///   - dictionary: the entries that codes stand for.
  ///   - rows: which rows they are.
  ///   - number: a number for entries of the page's own.
  /// - Throws: `ParquetFault` where codes have no entry, or values are missing.
  init(
    _ values: PageValues,
    isPresent: [Bool]?,
    dictionary: ColumnEntries?,
    rows: Range<Int>,
    number: Int
  ) throws(ParquetFault) {
    self.rows = rows
    let wanted = isPresent.map { present in present.reduce(0) { $0 + ($1 ? 1 : 0) } } ?? rows.count
    guard values.count == wanted else { throw ParquetFault("a page has too few values") }
    hasNulls = wanted < rows.count
    switch values {
    case .numbers(let own):
      numbers = Self.spread(own, isPresent, ValueDecoder.noNumber)
    case .texts(let table):
      let own = (0..<UInt32(table.count)).map(\.self)
      entries = ColumnEntries(values: values, number: number)
      codes = Self.spread(own, isPresent, nullCode)
    case .codes(let own):
      try Self.check(own, dictionary)
      entries = dictionary
      codes = Self.spread(own, isPresent, nullCode)
    }
  }

  static func check(_ codes: [UInt32], _ dictionary: ColumnEntries?) throws(ParquetFault) {
    guard let dictionary else {
      throw ParquetFault("a page refers to a dictionary that is missing")
    }
    var greatest: UInt32 = 0
    for code in codes { greatest = max(greatest, code) }
    guard codes.isEmpty || Int(greatest) < dictionary.values.count else {
      throw ParquetFault("a page refers to entries that its dictionary lacks")
    }
  }

  /// Puts values into their rows.
  private static func spread<Value>(_ values: [Value], _ isPresent: [Bool]?, _ null: Value)
    -> [Value]
  {
    guard let isPresent else { return values }
    var spread = [Value](repeating: null, count: isPresent.count)
    var next = 0
    for index in isPresent.indices where isPresent[index] {
      spread[index] = values[next]
      next &+= 1
    }
    return spread
  }
}
