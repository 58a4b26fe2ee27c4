/// Copies runs of bytes, unchecked by the compiler.
///
/// What is fenced in: the range is checked once against the bounds of the source; the array itself makes the room and
/// copies the run at once. The safe twin copies byte by byte. Both are compared by `ByteCopyTests`.
enum ByteCopy {
  /// Appends a part of some bytes.
  @inline(__always)
  static func append(_ source: Span<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]) {
    guard range.count > 8 else { return appendSlowly(source, range, to: &bytes) }
    unsafe source.extracting(range).withUnsafeBufferPointer { part in
      unsafe bytes.append(contentsOf: part)
    }
  }

  /// The safe twin of `append`, byte by byte.
  static func appendSlowly(_ source: Span<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]) {
    for index in range { bytes.append(source[index]) }
  }
}
