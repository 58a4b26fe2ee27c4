/// Loads of eight bytes at once, unchecked by the compiler.
///
/// What is fenced in: the guard, one comparison of unsigned numbers, is the bounds check of the load behind it, and
/// eight bytes of any content are a `UInt64`. The safe twin below compiles to the same load, but behind ten comparisons
/// instead of one, for thirty words of every line. Both are compared by `WordScanTests`.
enum WordScan {
  /// The eight bytes from a position on as a little-endian word; zero-padded where the bytes end.
  ///
  /// - Precondition: `position` is not negative.
  @inline(__always)
  static func word(_ bytes: Span<UInt8>, _ position: Int) -> UInt64 {
    // A negative position is a huge one here.
    guard UInt(bitPattern: position) &+ 8 <= UInt(bitPattern: bytes.count) else {
      return paddedWord(bytes, position)
    }
    let word = unsafe bytes.bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: position,
      as: UInt64.self
    )
    return UInt64(littleEndian: word)
  }

  /// The safe twin of `word`, byte by byte.
  static func paddedWord(_ bytes: Span<UInt8>, _ position: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in position..<max(position, min(position + 8, bytes.count)) {
      word |= UInt64(bytes[index]) << UInt64(8 * (index - position))
    }
    return word
  }
}
