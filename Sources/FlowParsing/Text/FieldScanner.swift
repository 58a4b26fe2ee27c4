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
    var blanks = blankMask(word(bytes, position))
    while blanks == 0, position &+ 8 < bytes.count {
      position &+= 8
      blanks = blankMask(word(bytes, position))
    }
    position &+= blanks.trailingZeroBitCount >> 3
  }

  /// The high bit of every byte up to and including the first one that is a blank or control byte; bits above it mean
  /// nothing.
  @inline(__always)
  static func blankMask(_ word: UInt64) -> UInt64 {
    (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
  }

  /// The high bit of every byte that is no digit, the digits' own bits given without their zone (`0` as 0).
  @inline(__always)
  static func nonDigitMask(_ digits: UInt64) -> UInt64 {
    ((digits & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
  }

  /// The number of eight digits, the first one in the lowest byte: pairs, then fours, then all.
  @inline(__always)
  static func eightDigits(_ digits: UInt64) -> UInt64 {
    let pairs = (digits &* 2561) &>> 8 & 0x00ff_00ff_00ff_00ff
    let fours = (pairs &* 6_553_601) &>> 16 & 0x0000_ffff_0000_ffff
    return (fours &* 42_949_672_960_001) &>> 32
  }

  static let zone: UInt64 = 0x3030_3030_3030_3030

  /// Reads an unsigned decimal number.
  ///
  /// Eight digits at a time and without a branch on their number: lengths vary from line to line, and a mispredicted
  /// branch costs more than the arithmetic.
  @inline(__always)
  static func number(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt64 {
    let start = position
    let first = word(bytes, position) ^ zone
    let ends = nonDigitMask(first)
    guard ends == 0 else {
      let bits = ends.trailingZeroBitCount & 0x78
      guard bits > 0, (first ^ zone) &>> UInt64(bits) & 0xff <= 0x20 else {
        return irregular(bytes, &position, start)
      }
      position &+= bits >> 3
      return eightDigits(first &<< UInt64(64 &- bits))
    }
    let second = word(bytes, position &+ 8) ^ zone
    let secondEnds = nonDigitMask(second)
    let bits = secondEnds.trailingZeroBitCount & 0x78
    guard secondEnds != 0, (second ^ zone) &>> UInt64(bits) & 0xff <= 0x20 else {
      return irregular(bytes, &position, start)
    }
    position &+= 8 &+ bits >> 3
    guard bits > 0 else { return eightDigits(first) }
    return eightDigits(first) &* powersOfTen(bits >> 3)
      &+ eightDigits(second &<< UInt64(64 &- bits))
  }

  @inline(__always)
  private static func powersOfTen(_ exponent: Int) -> UInt64 {
    // Timestamps have ten digits: the first case is the one that matters.
    if exponent == 2 { return 100 }
    var power: UInt64 = 1
    for _ in 0..<exponent { power &*= 10 }
    return power
  }

  /// A dash, a number of nineteen digits or more, or no number.
  private static func irregular(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ start: Int
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

  /// What stands in the column of an address.
  enum Address {
    case address(IPAddress)
    /// The record shows `-`.
    case missing
    case malformed
  }

  /// Reads an address.
  static func address(_ bytes: Span<UInt8>, _ position: inout Int) -> Address {
    let start = position
    skip(bytes, &position)
    if position - start == 1, bytes[start] == UInt8(ascii: "-") { return .missing }
    return IPAddress(bytes: bytes.extracting(start..<position)).map(Address.address) ?? .malformed
  }

  /// Eight bytes as one little-endian word; zero-padded where the bytes end.
  @inline(__always)
  static func word(_ bytes: Span<UInt8>, _ position: Int) -> UInt64 {
    WordScan.word(bytes, position)
  }
}
