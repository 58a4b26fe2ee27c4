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
    var values: Int
    /// Where its bytes lie in the file.
    var bytes: Range<Int>
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
    var last = 0
    while let field = try reader.field(after: &last) {
      switch field.id {
      case 2:
        let count = try reader.list(field, of: .structure)
        guard count <= ParquetLimits.elements else { throw ParquetFault("it has too many columns") }
        for _ in 0..<count { schema.append(try SchemaElement(&reader)) }
      case 4:
        for _ in 0..<(try reader.list(field, of: .structure)) {
          rowGroups.append(try RowGroup(&reader, fileSize: fileSize))
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
      case 10: try readLogicalType(&reader, field)
      default: try reader.skip(field)
      }
    }
  }

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
      case (6, .structure): (unit, _) = (.days, try reader.skip(type))
      case (8, .structure): try readTimestamp(&reader)
      case (10, .structure): try readInteger(&reader)
      default: try reader.skip(type)
      }
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

extension ParquetMetadata.RowGroup {
  fileprivate init(_ reader: inout ThriftReader, fileSize: Int) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch field.id {
      case 1:
        for _ in 0..<(try reader.list(field, of: .structure)) {
          chunks.append(try ParquetMetadata.Chunk(&reader, fileSize: fileSize))
        }
      case 3: rows = try reader.integer(field)
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetMetadata.Chunk {
  /// What the footer says of a chunk.
  private struct Fields {
    var physical = -1
    var codec = -1
    var values = 0
    var compressedSize = -1
    var dataOffset = -1
    var dictionaryOffset: Int?
    var statistics = ParquetMetadata.Statistics()
    var isElsewhere = false
  }

  fileprivate init(_ reader: inout ThriftReader, fileSize: Int) throws(ParquetFault) {
    var fields = Fields()
    var last = 0
    while let field = try reader.field(after: &last) {
      switch (field.id, field.kind) {
      case (1, .binary): fields.isElsewhere = try !reader.binary(field).isEmpty
      case (3, .structure): try Self.read(&fields, &reader)
      case (8, .structure): throw ParquetFault("it is encrypted")
      default: try reader.skip(field)
      }
    }
    guard !fields.isElsewhere else { throw ParquetFault("its columns lie in other files") }
    let dictionary = fields.dictionaryOffset ?? 0
    let start = dictionary > 0 ? min(dictionary, fields.dataOffset) : fields.dataOffset
    // A chunk has a page at least, so that damaged footers cannot name millions of empty ones.
    guard start >= 4, fields.compressedSize > 0 || fields.values == 0,
      fields.compressedSize <= fileSize - start
    else { throw ParquetFault("the place of a column lies outside of the file") }
    self.init(
      physical: fields.physical,
      codec: fields.codec,
      values: fields.values,
      bytes: start..<start + max(0, fields.compressedSize),
      statistics: fields.statistics
    )
  }

  private static func read(
    _ fields: inout Fields,
    _ reader: inout ThriftReader
  ) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch field.id {
      case 1: fields.physical = try reader.integer(field)
      case 4: fields.codec = try reader.integer(field)
      case 5: fields.values = try reader.integer(field)
      case 7: fields.compressedSize = try reader.integer(field)
      case 9: fields.dataOffset = try reader.integer(field)
      case 11: fields.dictionaryOffset = try reader.integer(field)
      case 12 where field.kind == .structure:
        fields.statistics = try ParquetMetadata.Statistics(&reader)
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetMetadata.Statistics {
  init(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch (field.id, field.kind) {
      // The older pair counts for numbers with a sign alone, which those of times are.
      case (1, .binary), (5, .binary): greatest = Self.number(try reader.binary(field)) ?? greatest
      case (2, .binary), (6, .binary): least = Self.number(try reader.binary(field)) ?? least
      default: try reader.skip(field)
      }
    }
  }

  /// A whole number of four or eight bytes.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch bytes.count {
    case 4: return Int64(Int32(truncatingIfNeeded: value))
    case 8: return Int64(bitPattern: value)
    default: return nil
    }
  }
}
