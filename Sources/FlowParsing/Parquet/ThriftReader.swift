/// Reads values of Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages.
///
/// Every length is checked against the bytes that are there. Source: Apache Thrift, "Thrift compact protocol encoding".
struct ThriftReader {
  /// The types of values.
  enum Kind: UInt8 {
    case yes = 1
    case no, int8, int16, int32, int64, double, binary, list, set, map, structure
  }

  /// A field of a structure, whose value follows.
  struct Field {
    var id: Int
    var kind: Kind
  }

  private let bytes: [UInt8]
  /// Behind what was read.
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) { (self.bytes, self.position) = (bytes, position) }

  private static let damaged = ParquetFault("a header is damaged")

  /// Reads the head of the next field of a structure.
  ///
  /// - Parameter last: the number of the field before, 0 at first.
  /// - Returns: nil at the end of the structure.
  /// - Throws: `ParquetFault` where it is damaged.
  mutating func field(after last: inout Int) throws(ParquetFault) -> Field? {
    let byte = try byte()
    guard byte & 15 != 0 else { return nil }
    guard let kind = Kind(rawValue: byte & 15) else { throw Self.damaged }
    last = byte >> 4 == 0 ? try zigzag() : last &+ Int(byte >> 4)
    return Field(id: last, kind: kind)
  }

  /// The value of a field that is a whole number.
  mutating func integer(_ field: Field) throws(ParquetFault) -> Int {
    switch field.kind {
    case .int8: return Int(Int8(bitPattern: try byte()))
    case .int16, .int32, .int64: return try zigzag()
    default: throw Self.damaged
    }
  }

  /// The value of a field that is true or false.
  func boolean(_ field: Field) throws(ParquetFault) -> Bool {
    switch field.kind {
    case .yes: true
    case .no: false
    default: throw Self.damaged
    }
  }

  /// The value of a field of bytes.
  mutating func binary(_ field: Field) throws(ParquetFault) -> ArraySlice<UInt8> {
    guard field.kind == .binary else { throw Self.damaged }
    return try binary()
  }

  /// The value of a field of text.
  mutating func text(_ field: Field) throws(ParquetFault) -> String {
    String(decoding: try binary(field), as: UTF8.self)
  }

  /// The number of elements of a list, which follow.
  mutating func list(_ field: Field, of kind: Kind) throws(ParquetFault) -> Int {
    guard field.kind == .list else { throw Self.damaged }
    let (count, own) = try listHead()
    guard own == kind || count == 0 else { throw Self.damaged }
    return count
  }

  /// Passes over the value of a field.
  mutating func skip(_ field: Field) throws(ParquetFault) { try skip(field.kind, depth: 0) }

  // MARK: Parts of values

  private mutating func byte() throws(ParquetFault) -> UInt8 {
    guard position < bytes.count else { throw Self.damaged }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() throws(ParquetFault) -> UInt64 {
    var next = position
    guard let value = VariableLength.read(bytes.span, &next) else { throw Self.damaged }
    position = next
    return value
  }

  private mutating func zigzag() throws(ParquetFault) -> Int {
    Int(VariableLength.signed(try varint()))
  }

  private mutating func binary() throws(ParquetFault) -> ArraySlice<UInt8> {
    let count = try varint()
    guard count <= UInt64(bytes.count - position) else { throw Self.damaged }
    defer { position += Int(count) }
    return bytes[position..<position + Int(count)]
  }

  private mutating func listHead() throws(ParquetFault) -> (count: Int, kind: Kind) {
    let head = try byte()
    let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
    // Each element has a byte at least.
    guard count <= UInt64(bytes.count - position) else { throw Self.damaged }
    guard let kind = Kind(rawValue: head & 15) else {
      guard count == 0 else { throw Self.damaged }
      return (0, .yes)
    }
    return (Int(count), kind)
  }

  private mutating func skip(_ kind: Kind, depth: Int) throws(ParquetFault) {
    guard depth < ParquetLimits.depth else { throw Self.damaged }
    switch kind {
    case .yes, .no: break
    case .int8: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double: for _ in 0..<8 { _ = try byte() }
    case .binary: _ = try binary()
    case .list, .set: try skipList(depth: depth)
    case .map: try skipMap(depth: depth)
    case .structure:
      var last = 0
      while let field = try field(after: &last) { try skip(field.kind, depth: depth + 1) }
    }
  }

  private mutating func skipList(depth: Int) throws(ParquetFault) {
    let (count, kind) = try listHead()
    for _ in 0..<count { try skipElement(kind, depth: depth + 1) }
  }

  private mutating func skipMap(depth: Int) throws(ParquetFault) {
    let count = try varint()
    guard count > 0 else { return }
    guard count <= UInt64(bytes.count - position) else { throw Self.damaged }
    let kinds = try byte()
    guard let key = Kind(rawValue: kinds >> 4), let value = Kind(rawValue: kinds & 15) else {
      throw Self.damaged
    }
    for _ in 0..<count {
      try skipElement(key, depth: depth + 1)
      try skipElement(value, depth: depth + 1)
    }
  }

  /// In lists and maps, true and false have a byte of their own.
  private mutating func skipElement(_ kind: Kind, depth: Int) throws(ParquetFault) {
    if kind == .yes || kind == .no { _ = try byte() } else { try skip(kind, depth: depth) }
  }
}
