import FlowModel

/// Reads single fields from bytes; each function leaves the position on the byte behind the field.
///
/// Lines end with a line feed, which ends every field, so that no scan can run past its line.
enum FieldScanner {
  /// A field that shows `-`.
  static let missing = UInt64.max - 1
  /// A field that is no number of 64 bits.
  static let malformed = UInt64.max

  /// Moves behind a field of any content.
  @inline(__always)
  static func skip(_ bytes: Span<UInt8>, _ position: inout Int) {
    while bytes[position] > 0x20 { position &+= 1 }
  }

  /// Reads an unsigned decimal number.
  @inline(__always)
  static func number(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var digit = UInt64(bytes[position]) &- 48
    while digit < 10 {
      value = value &* 10 &+ digit
      position &+= 1
      digit = UInt64(bytes[position]) &- 48
    }
    let digits = position &- start
    if bytes[position] <= 0x20, digits > 0, digits < 19 { return value }
    return irregular(bytes, &position, start)
  }

  /// A dash, a number of nineteen digits or more, or no number.
  private static func irregular(
    _ bytes: Span<UInt8>, _ position: inout Int, _ start: Int
  ) -> UInt64 {
    position = start
    skip(bytes, &position)
    if position - start == 1, bytes[start] == UInt8(ascii: "-") { return missing }
    guard position > start, position - start < 40 else { return malformed }
    var value: UInt64 = 0
    for index in start..<position {
      let digit = UInt64(bytes[index]) &- 48
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tens.addingReportingOverflow(digit)
      guard digit < 10, !overflowed, !carried else { return malformed }
      value = sum
    }
    return value < missing ? value : malformed
  }

  /// Reads an address.
  ///
  /// - Returns: `RecordBatch.unspecified` for `-`; nil when the field is no address.
  @inline(__always)
  static func address(_ bytes: Span<UInt8>, _ position: inout Int) -> IPAddress? {
    let start = position
    var value: UInt32 = 0
    var dots = 0
    while true {
      let first = position
      var part: UInt32 = 0
      var digit = UInt32(bytes[position]) &- 48
      while digit < 10, position &- first < 3 {
        part = part &* 10 &+ digit
        position &+= 1
        digit = UInt32(bytes[position]) &- 48
      }
      let length = position &- first
      guard length > 0, part < 256, length == 1 || bytes[first] != 48 else { break }
      value = value &<< 8 | part
      if dots == 3 {
        if bytes[position] <= 0x20 { return IPAddress(v4: value) }
        break
      }
      guard bytes[position] == UInt8(ascii: ".") else { break }
      position &+= 1
      dots &+= 1
    }
    return otherAddress(bytes, &position, start)
  }

  /// IPv6, a dash, or no address.
  private static func otherAddress(
    _ bytes: Span<UInt8>, _ position: inout Int, _ start: Int
  ) -> IPAddress? {
    position = start
    skip(bytes, &position)
    if position - start == 1, bytes[start] == UInt8(ascii: "-") { return RecordBatch.unspecified }
    return IPAddress(bytes: bytes.extracting(start..<position))
  }

  /// Eight bytes as one little-endian word; zero-padded where the bytes end.
  @inline(__always)
  static func word(_ bytes: Span<UInt8>, _ position: Int) -> UInt64 {
    guard position &+ 8 <= bytes.count else { return shortWord(bytes, position) }
    let eight = bytes.extracting(position..<position &+ 8)
    return UInt64(eight[0]) | UInt64(eight[1]) &<< 8 | UInt64(eight[2]) &<< 16
      | UInt64(eight[3]) &<< 24 | UInt64(eight[4]) &<< 32 | UInt64(eight[5]) &<< 40
      | UInt64(eight[6]) &<< 48 | UInt64(eight[7]) &<< 56
  }

  private static func shortWord(_ bytes: Span<UInt8>, _ position: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in position..<max(position, bytes.count) {
      word |= UInt64(bytes[index]) << UInt64(8 * (index - position))
    }
    return word
  }
}
