/// The footer of a Parquet file: its schema, and where the chunks of its columns lie.
///
/// Source: Apache Parquet, parquet-format, `parquet.thrift`.
struct ParquetMetadata {
  var schema: [SchemaElement] = []
  var rowGroups: [RowGroup] = []

  /// A column, or a group of columns.
  struct SchemaElement {
    var physical: PhysicalType?
    var width = 0
    var repetition = Repetition.required
    var name = ""
    var children = 0
    var converted: Int?
    var unit: TimeUnit?
    var isUnsigned = false
    /// How many of a decimal number's digits stand behind the point; nil for other values.
    var scale: Int?
  }

  /// How often a value may occur.
  enum Repetition: Int {
    case required, optional, repeated
  }

  /// What values are made of; the numbers are those of the format.
  enum PhysicalType: Int {
    case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray
  }

  /// In what a time is counted.
  enum TimeUnit {
    case days, milliseconds, microseconds, nanoseconds
  }

  /// Rows that stand together.
  struct RowGroup {
    var rows = 0
    var chunks: [Chunk] = []
  }

  /// The values of one column in a row group.
  struct Chunk {
    var physical: Int
    var codec: Int
    /// Where its bytes lie in the file.
    var bytes: Range<Int>
    /// Why it cannot be read; nil where it can.
    var fault: ParquetFault?
    var statistics = Statistics()
  }

  /// The least and the greatest value, as the format writes them; nil where they are not told.
  struct Statistics {
    var least: Int64?
    var greatest: Int64?
  }
}

extension ParquetMetadata {
  /// Reads the footer of a file.
  ///
  /// - Throws: `ParquetFault` when it is missing, damaged, encrypted or too long.
  init(_ file: some RandomAccessBytes) throws(ParquetFault) {
    guard file.size >= 12 else { throw ParquetFault("the file is cut off: it has no footer") }
    let tail = try file.read(file.size - 8..<file.size)
    guard tail[4...].elementsEqual("PAR1".utf8) else {
      guard !tail[4...].elementsEqual("PARE".utf8) else { throw ParquetFault("it is encrypted") }
      throw ParquetFault("the file is cut off: it does not end with a footer")
    }
    let length = tail[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.size - 12 else { throw ParquetFault("the footer is damaged") }
    guard length <= ParquetLimits.footer else { throw ParquetFault("the footer is too long") }
    let end = file.size - 8
    var reader = ThriftReader(try file.read(end - length..<end))
    try read(&reader, fileSize: file.size)
  }

  private mutating func read(_ reader: inout ThriftReader, fileSize: Int) throws(ParquetFault) {
    var (last, chunks, bytes) = (0, 0, 0)
    while let field = try reader.field(after: &last) {
      switch field.id {
      case 2:
        let count = try reader.list(field, of: .structure)
        guard count <= ParquetLimits.elements else { throw ParquetFault("it has too many columns") }
        for _ in 0..<count { schema.append(try SchemaElement(&reader)) }
      case 4:
        for _ in 0..<(try reader.list(field, of: .structure)) {
          rowGroups.append(try RowGroup(&reader, fileSize: fileSize))
          try count(rowGroups[rowGroups.count - 1], &chunks, &bytes, fileSize: fileSize)
        }
      default: try reader.skip(field)
      }
    }
    var all = 0
    for group in rowGroups {
      guard 0...ParquetLimits.rows ~= group.rows, all <= ParquetLimits.rows else {
        throw ParquetFault("the footer is damaged: it claims an impossible number of rows")
      }
      all += group.rows
    }
  }
}

extension ParquetMetadata {
  /// Makes sure that a short footer does not name more than there can be, or the same bytes twice.
  private func count(
    _ group: RowGroup,
    _ chunks: inout Int,
    _ bytes: inout Int,
    fileSize: Int
  ) throws(ParquetFault) {
    chunks += group.chunks.count
    bytes += group.chunks.reduce(0) { $0 + $1.bytes.count }
    guard chunks <= ParquetLimits.chunks else {
      throw ParquetFault("it has more than 1,048,576 column chunks")
    }
    guard bytes <= fileSize else {
      throw ParquetFault("the footer is damaged: columns have more bytes than the file")
    }
  }
}

extension ParquetMetadata.SchemaElement {
  fileprivate init(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch field.id {
      case 1: physical = ParquetMetadata.PhysicalType(rawValue: try reader.integer(field))
      case 2: width = try reader.integer(field)
      case 3: repetition = .init(rawValue: try reader.integer(field)) ?? .required
      case 4: name = String(try reader.text(field).prefix(256))
      case 5: children = try reader.integer(field)
      case 6: take(converted: try reader.integer(field))
      case 7: scale = try reader.integer(field)
      case 10: try readLogicalType(&reader, field)
      default: try reader.skip(field)
      }
    }
    if converted != Self.decimal { scale = nil }
  }

  private static let decimal = 5

  private mutating func take(converted type: Int) {
    converted = type
    switch type {
    case 6: unit = .days
    case 9: unit = .milliseconds
    case 10: unit = .microseconds
    case 11...14: isUnsigned = true
    default: break
    }
  }

  private mutating func readLogicalType(
    _ reader: inout ThriftReader,
    _ field: ThriftReader.Field
  ) throws(ParquetFault) {
    guard field.kind == .structure else { return try reader.skip(field) }
    var last = 0
    while let type = try reader.field(after: &last) {
      switch (type.id, type.kind) {
      case (2, .structure): (converted, _) = (1, try reader.skip(type))
      case (3, .structure): (converted, _) = (3, try reader.skip(type))
      case (5, .structure):
        converted = Self.decimal
        try readDecimal(&reader)
      case (6, .structure): (unit, _) = (.days, try reader.skip(type))
      case (8, .structure): try readTimestamp(&reader)
      case (10, .structure): try readInteger(&reader)
      default: try reader.skip(type)
      }
    }
  }

  private mutating func readDecimal(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      if field.id == 1 { scale = try reader.integer(field) } else { try reader.skip(field) }
    }
  }

  private mutating func readTimestamp(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      guard field.id == 2, field.kind == .structure else {
        try reader.skip(field)
        continue
      }
      var lastUnit = 0
      while let choice = try reader.field(after: &lastUnit) {
        unit = choice.id == 1 ? .milliseconds : choice.id == 2 ? .microseconds : .nanoseconds
        try reader.skip(choice)
      }
    }
  }

  private mutating func readInteger(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      if field.id == 2 { isUnsigned = try !reader.boolean(field) } else { try reader.skip(field) }
    }
  }
}
