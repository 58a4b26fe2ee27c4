/// The header of a page, which stands before its bytes.
struct PageHeader {
  /// What a page holds.
  enum Kind: Int {
    case data, index, dictionary, dataV2
  }

  var kind = Kind.index
  var size = 0
  var compressedSize = 0
  var values = 0
  var encoding = 0
  var statistics = ParquetMetadata.Statistics()
  /// Of a page of version 2: how many bytes the levels have, which are never compressed.
  var definitionBytes = 0
  var repetitionBytes = 0
  var isCompressed = true
  /// How many bytes the header itself has.
  private(set) var headerBytes = 0

  /// Reads the header that begins at a place.
  ///
  /// - Throws: `ParquetFault` when it is damaged, or goes on behind the bytes.
  init(_ bytes: [UInt8], at start: Int) throws(ParquetFault) {
    var reader = ThriftReader(bytes, at: start)
    var last = 0
    while let field = try reader.field(after: &last) {
      switch (field.id, field.kind) {
      case (1, _): kind = Kind(rawValue: try reader.integer(field)) ?? .index
      case (2, _): size = try reader.integer(field)
      case (3, _): compressedSize = try reader.integer(field)
      case (5, .structure), (7, .structure): try readPage(&reader)
      case (8, .structure): try readPageV2(&reader)
      default: try reader.skip(field)
      }
    }
    headerBytes = reader.position - start
    try check()
  }

  private mutating func readPage(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch (field.id, field.kind) {
      case (1, _): values = try reader.integer(field)
      case (2, _): encoding = try reader.integer(field)
      case (5, .structure): statistics = try ParquetMetadata.Statistics(&reader)
      default: try reader.skip(field)
      }
    }
  }

  private mutating func readPageV2(_ reader: inout ThriftReader) throws(ParquetFault) {
    var last = 0
    while let field = try reader.field(after: &last) {
      switch (field.id, field.kind) {
      case (1, _): values = try reader.integer(field)
      case (4, _): encoding = try reader.integer(field)
      case (5, _): definitionBytes = try reader.integer(field)
      case (6, _): repetitionBytes = try reader.integer(field)
      case (7, _): isCompressed = try reader.boolean(field)
      case (8, .structure): statistics = try ParquetMetadata.Statistics(&reader)
      default: try reader.skip(field)
      }
    }
  }

  private func check() throws(ParquetFault) {
    guard size >= 0, compressedSize >= 0, values >= 0, definitionBytes >= 0, repetitionBytes >= 0,
      definitionBytes <= size, repetitionBytes <= size - definitionBytes,
      definitionBytes + repetitionBytes <= compressedSize
    else { throw ParquetFault("the header of a page is damaged") }
    guard size <= ParquetLimits.page, compressedSize <= ParquetLimits.page else {
      throw ParquetFault("a page has more than 64 MiB")
    }
    guard values <= ParquetLimits.valuesInPage else {
      throw ParquetFault("a page has more than 16,777,216 values")
    }
  }
}
