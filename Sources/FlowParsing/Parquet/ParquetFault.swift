/// What is wrong with a Parquet file, or which part of the format Weir does not read.
package struct ParquetFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// What and where.
  package let description: String
  /// Whether the file is whole, but holds no flow log.
  package let isForeign: Bool

  /// Describes a fault.
  package init(_ description: String, isForeign: Bool = false) {
    (self.description, self.isForeign) = (description, isForeign)
  }
}

/// A file of which any part can be read.
package protocol RandomAccessBytes: Sendable {
  /// How many bytes it has.
  var size: Int { get }
  /// Reads a part.
  ///
  /// - Returns: all bytes of the range.
  /// - Throws: `ParquetFault` where the file cannot be read, or ends before.
  func read(_ range: Range<Int>) throws(ParquetFault) -> [UInt8]
}

/// How pages are compressed; the numbers are those of the format.
package enum ParquetCodec: Int, Sendable, CaseIterable {
  case uncompressed, snappy, gzip, lzo, brotli, lz4, zstd, lz4Raw

  /// The name that other tools show.
  package var name: String {
    switch self {
    case .uncompressed: "none"
    case .lz4Raw: "lz4"
    default: "\(self)"
    }
  }
}

/// What a hostile file can ask for at most.
enum ParquetLimits {
  /// The largest footer; real ones have some hundred bytes for each column of each row group.
  static let footer = 32 << 20
  /// The largest page, compressed or not; writers aim at 1 MiB, and none makes pages above some 10 MiB.
  static let page = 64 << 20
  /// The most values of a page; runs make millions of equal values out of a few bytes.
  static let valuesInPage = 16 << 20
  /// The most memory that the pages of all columns together may take.
  static let memory = 256 << 20
  /// The most chunks of columns of a file.
  static let chunks = 1 << 20
  /// The most values of a chunk of a repeated column, which is decoded as a whole.
  static let repeatedValues = 16 << 20
  /// The most rows of a file.
  static let rows = 1 << 48
  /// The most columns that are read for one field.
  static let columnsOfField = 8
  /// The most elements of a schema.
  static let elements = 8192
  /// How deep groups may stand in groups.
  static let depth = 32
}
