extension ParquetMetadata.RowGroup {
  init(_ reader: inout ThriftReader, fileSize: Int) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch field.id {
      case 1:
        let count = try reader.list(field, of: .structure)
        guard count <= ParquetLimits.elements else { throw ParquetFault("it has too many columns") }
        for _ in 0..<count {
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
    var compressedSize = -1
    var dataOffset = -1
    var dictionaryOffset: Int?
    var statistics = ParquetMetadata.Statistics()
    var fault: ParquetFault?
  }

  init(_ reader: inout ThriftReader, fileSize: Int) throws(ParquetFault) {
    var fields = Fields()
    var last = 0
    while let field = try reader.field(after: &last) {
      switch (field.id, field.kind) {
      case (1, .binary):
        let isHere = try reader.binary(field).isEmpty
        if !isHere { fields.fault = ParquetFault("it lies in another file") }
      case (3, .structure): try Self.read(&fields, &reader)
      case (8, .structure):
        fields.fault = ParquetFault("it is encrypted")
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    let place = Self.place(fields, fileSize: fileSize)
    self.init(
      physical: fields.physical,
      codec: fields.codec,
      bytes: place ?? 0..<0,
      fault: fields.fault
        ?? (place == nil ? ParquetFault("its place lies outside of the file") : nil),
      statistics: fields.statistics
    )
  }

  /// Where a chunk lies; nil where that is not within the file.
  private static func place(_ fields: Fields, fileSize: Int) -> Range<Int>? {
    let dictionary = fields.dictionaryOffset ?? 0
    let start = dictionary > 0 ? min(dictionary, fields.dataOffset) : fields.dataOffset
    guard start >= 4, start <= fileSize, 0...(fileSize - start) ~= fields.compressedSize else {
      return nil
    }
    return start..<start + fields.compressedSize
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
