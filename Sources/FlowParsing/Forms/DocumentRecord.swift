import FlowModel

/// The values of one document, row or event, and how they become a line.
///
/// A value is a place in the bytes of the input, or in `scratch` where the input writes it with escapes. The fields of
/// all documents so far make the format of the lines, in the order of the documentation; a document that lacks one
/// shows `-`. So exports of one log give the same lines, whatever the order of their columns.
struct DocumentRecord {
  /// Where a value stands.
  struct Value {
    var start = 0
    var end = 0
    /// Which name gave the value.
    var node: Int32 = -1
    /// The document that has it.
    var document: UInt32 = 0
    var isScratch = false

    var range: Range<Int> { start..<end }
  }

  /// Places of values that are no fields.
  enum Extra: Int, CaseIterable {
    case message, payload, eventTime, verdict, boundary, sourceInterface, destinationInterface
    case rowField, rowValue

    /// Behind the fields.
    var slot: Int { FieldName.allCases.count + rawValue }
  }

  static let slots = FieldName.allCases.count + Extra.allCases.count

  /// What became of a document.
  enum Outcome {
    /// It is a line.
    case written
    /// It holds other documents or lines, which stand in these bytes.
    case payload([UInt8])
  }

  var values = [Value](repeating: Value(), count: slots)
  private(set) var scratch: [UInt8] = []
  private var document: UInt32 = 1
  private(set) var touched = FieldSet()
  var shape = RecordShape()
  var notes = DocumentNotes()

  /// Forgets the values of the last document.
  mutating func begin() {
    scratch.removeAll(keepingCapacity: true)
    touched = FieldSet()
    document &+= 1
    guard document == 0 else { return }
    values = [Value](repeating: Value(), count: Self.slots)
    document = 1
  }

  func has(_ slot: Int) -> Bool { values[slot].document == document }
  func has(_ extra: Extra) -> Bool { has(extra.slot) }

  /// Notes a value; of several names for one field the first one that says something counts, of one name the last
  /// value.
  mutating func set(
    _ slot: Int,
    _ node: Int32,
    _ source: Span<UInt8>,
    _ range: Range<Int>,
    isScratch: Bool = false
  ) {
    let old = values[slot]
    if old.document == document, old.node != node {
      let isText =
        isScratch ? MessageText.isRecord(scratch.span, range) : MessageText.isRecord(source, range)
      guard slot == Extra.message.slot ? isText && !hasRecord(source) : isMissing(slot, source)
      else { return }
    }
    values[slot] = Value(
      start: range.lowerBound,
      end: range.upperBound,
      node: node,
      document: document,
      isScratch: isScratch
    )
    if slot < FieldName.allCases.count { touched.insert(slot) }
  }

  /// Makes a field one that the document has.
  mutating func touch(_ field: FieldName) {
    values[field.index].document = document
    touched.insert(field.index)
  }

  /// Takes bytes that the input writes with escapes.
  ///
  /// - Returns: where they stand now.
  mutating func keep(_ write: (inout [UInt8]) -> Void) -> Range<Int> {
    let start = scratch.count
    write(&scratch)
    return start..<scratch.count
  }

  /// Calls a body with the bytes that hold a value.
  func withBytes<Result>(
    _ slot: Int,
    _ source: Span<UInt8>,
    _ body: (Span<UInt8>, Range<Int>) -> Result
  ) -> Result {
    let value = values[slot]
    return value.isScratch ? body(scratch.span, value.range) : body(source, value.range)
  }

  /// The bytes of a value without blanks and control bytes around them; none where there is no value.
  func bytes(_ slot: Int, _ source: Span<UInt8>) -> [UInt8] {
    guard has(slot) else { return [] }
    return withBytes(slot, source) { bytes, range in
      let range = ValueText.trimmed(bytes, range)
      return range.map { bytes[$0] }
    }
  }

  /// Whether a value is one of the spellings of `-`.
  func isMissing(_ slot: Int, _ source: Span<UInt8>) -> Bool {
    !has(slot)
      || withBytes(slot, source) { ValueText.isMissing($0, ValueText.trimmed($0, $1)) }
  }

  /// Whether there is a whole record as text.
  private func hasRecord(_ source: Span<UInt8>) -> Bool {
    has(.message)
      && withBytes(Extra.message.slot, source) { MessageText.isRecord($0, $1) }
  }
}

extension DocumentRecord {
  /// Writes the document as a line.
  mutating func write(_ source: Span<UInt8>, to lines: inout LineBlock) -> Outcome {
    if hasRecord(source) { return writeMessage(source, to: &lines) }
    if hasFlow {
      writeColumns(source, to: &lines)
      return .written
    }
    if has(.message) { return writeMessage(source, to: &lines) }
    if has(.payload) { return .payload(bytes(Extra.payload.slot, source)) }
    lines.reject(.noFlowFields)
    return .written
  }

  /// Whether anything of a record was seen.
  var hasValues: Bool { has(.message) || touched != FieldSet() }

  /// Whether the values are those of a record: both ends, or an interface of which nothing was recorded.
  private var hasFlow: Bool {
    let hasEnds =
      touched.contains(FieldName.sourceAddress.index)
      && touched.contains(FieldName.destinationAddress.index)
    return hasEnds
      || touched.contains(FieldName.interfaceId.index)
        && touched.contains(FieldName.logStatus.index)
  }

  private func writeMessage(_ source: Span<UInt8>, to lines: inout LineBlock) -> Outcome {
    withBytes(Extra.message.slot, source) { bytes, range in
      MessageText.write(bytes, range, to: &lines)
    }
  }
}

/// A set of fields by index.
struct FieldSet: Equatable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  func contains(_ index: Int) -> Bool {
    index < 64 ? low >> UInt64(index) & 1 == 1 : high >> UInt64(index - 64) & 1 == 1
  }

  mutating func insert(_ index: Int) {
    if index < 64 { low |= 1 << UInt64(index) } else { high |= 1 << UInt64(index - 64) }
  }

  func isSubset(of other: FieldSet) -> Bool { low & ~other.low == 0 && high & ~other.high == 0 }

  mutating func formUnion(_ other: FieldSet) { (low, high) = (low | other.low, high | other.high) }
}

/// The columns of the lines that documents become.
struct RecordShape {
  private(set) var fields = FieldSet()
  /// The columns, in the order of the documentation.
  private(set) var columns: [FieldName] = []
  private(set) var timed = RecordFormat(columns: [], origin: .fieldNames)
  private(set) var timeless = RecordFormat(columns: [], origin: .fieldNames)
  /// Changes with every new column.
  private(set) var version = 0
  /// Tell the formats of lines with and without times from those of other shapes.
  var timedNumber: Int { version * 2 + 1 }
  var timelessNumber: Int { version * 2 + 2 }

  /// Makes sure that there is a column for each of some fields.
  mutating func add(_ more: FieldSet) {
    guard !more.isSubset(of: fields) else { return }
    fields.formUnion(more)
    columns = FieldName.allCases.filter { fields.contains($0.index) }
    timed = RecordFormat(columns: columns.map(FormatColumn.field), origin: .fieldNames)
    timeless = RecordFormat(
      columns: columns.filter { $0 != .start && $0 != .end }.map(FormatColumn.field),
      origin: .fieldNames
    )
    version += 1
  }
}
