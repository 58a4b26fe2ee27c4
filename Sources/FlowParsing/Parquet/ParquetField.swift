import FlowModel

/// How the values of a column become those of a field in batches, many rows at once.
///
/// Every entry of a dictionary is looked at once. A value is regular where a line would show it as it is, and where the
/// parser of lines would take that line as a record with log-status OK; rows of regular values alone are copied into
/// batches, any other row becomes a line. So both ways give the same records.
struct ParquetField {
  let field: FieldName
  let isWeak: Bool
  let kind: ColumnStep.Kind
  /// Whether a record with log-status OK may lack the value.
  private let mayBeMissing: Bool
  private let hasPlainNumbers: Bool
  private let registry: InterfaceRegistry

  /// Which of the entries are regular; the last element stands for rows without a value.
  private(set) var isRegular: [Bool] = []
  /// Which of the entries show `-`; the last element stands for rows without a value.
  private(set) var isMissing: [Bool] = []
  /// The entries as addresses, for those fields.
  private(set) var addresses: [IPAddress] = []
  /// The entries as numbers, for all other fields but texts.
  private(set) var numbers: [UInt64] = []
  /// Whether every value of the page is regular, and whether some are missing.
  private(set) var isWholePageRegular = false
  private(set) var hasMissing = false
  private var entriesNumber: Int?

  init(_ leaf: ParquetLeaf, _ field: FieldName, isWeak: Bool, _ registry: InterfaceRegistry) {
    (self.field, self.isWeak, self.registry) = (field, isWeak, registry)
    kind = ColumnStep.Kind(field)
    mayBeMissing = [.tcpFlags, .trafficPath, .number, .text].contains(kind)
    hasPlainNumbers = leaf.unit == nil || [.start, .end].contains(kind) && leaf.unit != .days
  }

  /// Looks at the entries of a page.
  mutating func take(_ page: ColumnPage) {
    guard let entries = page.entries else { return takeNumbers(page) }
    if entries.number != entriesNumber { take(entries.values) }
    entriesNumber = entries.number
    isWholePageRegular =
      isRegular.dropLast().allSatisfy(\.self) && (!page.hasNulls || mayBeMissing)
    hasMissing = page.hasNulls || isMissing.dropLast().contains(true)
  }

  private mutating func take(_ values: PageValues) {
    isRegular = [Bool](repeating: false, count: values.count + 1)
    isMissing = isRegular
    numbers = [UInt64](repeating: 0, count: values.count + 1)
    let isAddress = field.storage == .address
    addresses =
      isAddress ? [IPAddress](repeating: .init(high: 0, low: 0), count: values.count + 1) : []
    (isRegular[values.count], isMissing[values.count]) = (mayBeMissing, true)
    switch values {
    case .texts(let table):
      for index in 0..<table.count { take(table.bytes.span, table.range(index), index) }
    case .numbers(let own):
      for index in own.indices {
        isMissing[index] = own[index] == ValueDecoder.noNumber
        isRegular[index] = accepts(own[index])
        numbers[index] = isRegular[index] ? number(own[index]) : 0
      }
    case .codes: break
    }
  }

  private mutating func takeNumbers(_ page: ColumnPage) {
    hasMissing = page.hasNulls
    isWholePageRegular = page.numbers.allSatisfy { accepts($0) }
    if !hasMissing { hasMissing = page.numbers.contains(ValueDecoder.noNumber) }
  }

  /// Whether a number is regular.
  @inline(__always)
  func accepts(_ value: Int64) -> Bool {
    guard value != ValueDecoder.noNumber else { return mayBeMissing }
    guard hasPlainNumbers, value >= 0 else { return false }
    return value <= greatest
  }

  private var greatest: Int64 {
    switch kind {
    case .sourcePort, .destinationPort: 0xffff
    case .protocolNumber, .tcpFlags: 0xff
    case .packets, .bytes, .trafficPath: Int64.max
    case .number: isWeak ? 99 : Int64.max
    case .start, .end: Int64(UInt32.max)
    default: -1
    }
  }

  /// What a batch holds for a regular number.
  @inline(__always)
  func number(_ value: Int64) -> UInt64 {
    if value < 0 || kind == .trafficPath && value > 15 { return 0 }
    return UInt64(value)
  }
}

extension ParquetField {
  private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>, _ index: Int) {
    guard !ValueText.isMissing(bytes, range) else {
      isMissing[index] = true
      isRegular[index] = mayBeMissing
      return
    }
    guard ValueText.isDirect(field, bytes, range),
      !isWeak || ValueText.accepts(field, bytes, range)
    else { return }
    switch kind {
    case .text: isRegular[index] = range.count <= TextEncoder.longest
    case .source, .destination, .packetSource, .packetDestination:
      guard let address = IPAddress(bytes: bytes.extracting(range)) else { return }
      (addresses[index], isRegular[index]) = (address, true)
    case .interface:
      guard range.count <= InterfaceTable.longestId else { return }
      let id = String(decoding: range.map { bytes[$0] }, as: UTF8.self)
      (numbers[index], isRegular[index]) = (UInt64(registry.number(id)), true)
    case .action: takeAction(bytes, range, index)
    case .logStatus: isRegular[index] = Self.equals(bytes, range, "OK")
    case .start, .end: takeNumber(bytes, range, index, most: 10)
    default: takeNumber(bytes, range, index, most: 18)
    }
  }

  private mutating func takeAction(_ bytes: Span<UInt8>, _ range: Range<Int>, _ index: Int) {
    for (word, action) in [("ACCEPT", FlowAction.accept), ("REJECT", .reject)]
    where Self.equals(bytes, range, word) {
      (numbers[index], isRegular[index]) = (UInt64(action.rawValue), true)
    }
  }

  private mutating func takeNumber(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    _ index: Int,
    most digits: Int
  ) {
    guard range.count <= digits, ValueText.isNumber(bytes, range) else { return }
    let value = range.reduce(Int64(0)) { $0 * 10 + Int64(bytes[$1] - 48) }
    guard value <= greatest else { return }
    (numbers[index], isRegular[index]) = (number(value), true)
  }

  private static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
    word.utf8.count == range.count && zip(range, word.utf8).allSatisfy { bytes[$0] == $1 }
  }
}

extension ParquetColumn {
  /// Whether the value of a row is regular.
  @inline(__always)
  func isRegular(_ row: Int) -> Bool {
    guard let field else { return true }
    let index = row &- page.rows.lowerBound
    return page.entries == nil
      ? field.accepts(page.numbers[index]) : field.isRegular[Int(page.codes[index])]
  }

  /// The first row of some whose value is not regular; their end where all are.
  func firstIrregular(in rows: Range<Int>) -> Int {
    guard field?.isWholePageRegular == false else { return rows.upperBound }
    return rows.first { !isRegular($0) } ?? rows.upperBound
  }
}
