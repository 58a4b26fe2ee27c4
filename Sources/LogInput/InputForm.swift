/// What the first bytes of a stream say that it is.
enum Magic: Equatable {
  case gzip
  case zstd
  /// Columns; the place of everything is told at the end of the file.
  case parquet
  case text
  /// A form that Weir cannot read; the words say which, and what to do.
  case unsupported(String)

  /// Judges by content, never by name.
  init(_ head: ArraySlice<UInt8>) {
    func begins(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    // A lone first byte of the mark is no text either: a gzip stream that was cut off at once.
    if begins([0x1f, 0x8b]) || head.elementsEqual([0x1f]) {
      self = .gzip
    } else if begins(Array("PAR1".utf8)) || begins(Array("PARE".utf8)) {
      self = .parquet
    } else if begins([0x28, 0xb5, 0x2f, 0xfd]) {
      #if Zstd
      self = .zstd
      #else
      self = .unsupported("zstd data; decompress it first: zstd -dc FILE | weir")
      #endif
    } else if begins(Array("BZh".utf8)) {
      self = .unsupported("bzip2 data; decompress it first: bzip2 -dc FILE | weir")
    } else if begins([0xff, 0xfe]) || begins([0xfe, 0xff]) {
      self = .unsupported("UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE | weir")
    } else if begins(Array("PK\u{3}\u{4}".utf8)) {
      self = .unsupported(
        "a ZIP archive or an Excel workbook; unpack it first (unzip -p FILE | weir), or save the workbook as CSV"
      )
    } else {
      self = .text
    }
  }
}

/// The layers around the lines of an input.
package enum InputForm: String, Sendable {
  /// Plain text.
  case text
  /// Text in gzip.
  case gzip
  /// Text in gzip in gzip.
  case gzipInGzip = "gzip in gzip"
  /// Text in zstd, or gzip in zstd.
  case zstd
  /// Columns, compressed page by page.
  case parquet
}
