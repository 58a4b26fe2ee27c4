import FlowModel

/// Scans of several fields at once, for lines that are exactly as AWS writes them.
///
/// Reading field after field, each one must wait until the last one's end is known. Here the ends of several fields come
/// from one mask of all separators, and the fields are decoded side by side.
extension FieldScanner {
  /// The high bits of eight bytes as eight bits, the first byte lowest.
  @inline(__always)
  private static func gather(_ mask: UInt64) -> UInt64 {
    ((mask &>> 7) &* 0x0102_0408_1020_4080) &>> 56
  }

  /// The high bit of every byte that is a blank or control byte, exact for all eight.
  @inline(__always)
  private static func exactBlankMask(_ word: UInt64) -> UInt64 {
    ~((word & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x5f5f_5f5f_5f5f_5f5f | word) & 0x8080_8080_8080_8080
  }

  /// The place of the lowest bit, which is taken away.
  @inline(__always)
  private static func takeLowest(_ bits: inout UInt64) -> Int {
    defer { bits &= bits &- 1 }
    return bits.trailingZeroBitCount
  }

  /// Reads an IPv4 address and the blank behind it; nil, the position unchanged, for anything else.
  @inline(__always)
  static func dottedAddress(_ bytes: Span<UInt8>, _ position: inout Int) -> IPAddress? {
    let start = position
    let low = gather(nonDigitMask(word(bytes, start) ^ zone))
    var ends = low | gather(nonDigitMask(word(bytes, start &+ 8) ^ zone)) &<< 8
    let (first, second) = (takeLowest(&ends), takeLowest(&ends))
    let (third, end) = (takeLowest(&ends), takeLowest(&ends))
    guard end < 16, bytes[start &+ first] == 0x2e, bytes[start &+ second] == 0x2e,
      bytes[start &+ third] == 0x2e, bytes[start &+ end] == 0x20
    else { return nil }
    var faults: UInt64 = 0
    let a = octet(bytes, start, first, &faults)
    let b = octet(bytes, start &+ first &+ 1, second &- first &- 1, &faults)
    let c = octet(bytes, start &+ second &+ 1, third &- second &- 1, &faults)
    let d = octet(bytes, start &+ third &+ 1, end &- third &- 1, &faults)
    guard Int64(bitPattern: faults) >= 0 else { return nil }
    position = start &+ end &+ 1
    return IPAddress(
      v4: UInt32(truncatingIfNeeded: a &<< 24 | b &<< 16 | c &<< 8 | d)
    )
  }

  /// The number of a known length; the high bit of `faults` is set when it has not one to three digits, begins with a zero
  /// that says nothing, or is larger than 255.
  @inline(__always)
  private static func octet(
    _ bytes: Span<UInt8>,
    _ start: Int,
    _ length: Int,
    _ faults: inout UInt64
  ) -> UInt64 {
    let digits = word(bytes, start) ^ zone
    let aligned = (digits &<< UInt64(truncatingIfNeeded: 24 &- 8 &* length)) & 0xff_ffff
    let number =
      (aligned & 0xff) &* 100 &+ (aligned &>> 8 & 0xff) &* 10 &+ aligned &>> 16
    // Differences that are negative when something is wrong, joined without a branch.
    let long = UInt64(bitPattern: Int64(1 &- length))
    let beginsWithZero = (digits & 0xff) &- 1
    faults |= UInt64(bitPattern: Int64(length &- 1)) | UInt64(bitPattern: Int64(3 &- length))
    faults |= 255 &- number | beginsWithZero & long
    return number
  }

  /// Reads five numbers of one to seven digits and the blank behind each.
  ///
  /// - Returns: false, the position unchanged, when anything else stands there.
  @inline(__always)
  static func fiveNumbers(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ a: inout UInt64,
    _ b: inout UInt64,
    _ c: inout UInt64,
    _ d: inout UInt64,
    _ e: inout UInt64
  ) -> Bool {
    let start = position
    let low =
      gather(exactBlankMask(word(bytes, start)))
      | gather(exactBlankMask(word(bytes, start &+ 8))) &<< 8
    let high =
      gather(exactBlankMask(word(bytes, start &+ 16)))
      | gather(exactBlankMask(word(bytes, start &+ 24))) &<< 8
    var blanks = low | high &<< 16
    let (first, second) = (takeLowest(&blanks), takeLowest(&blanks))
    let (third, fourth) = (takeLowest(&blanks), takeLowest(&blanks))
    let fifth = takeLowest(&blanks)
    guard fifth < 32, bytes[start &+ fifth] == 0x20, bytes[start &+ fourth] == 0x20,
      bytes[start &+ third] == 0x20, bytes[start &+ second] == 0x20, bytes[start &+ first] == 0x20
    else { return false }
    var faults: UInt64 = 0
    a = digits(bytes, start, first, &faults)
    b = digits(bytes, start &+ first &+ 1, second &- first &- 1, &faults)
    c = digits(bytes, start &+ second &+ 1, third &- second &- 1, &faults)
    d = digits(bytes, start &+ third &+ 1, fourth &- third &- 1, &faults)
    e = digits(bytes, start &+ fourth &+ 1, fifth &- fourth &- 1, &faults)
    guard faults == 0 else { return false }
    position = start &+ fifth &+ 1
    return true
  }

  /// A number of a known length; bits of `faults` are set when it is none of one to seven digits.
  @inline(__always)
  private static func digits(
    _ bytes: Span<UInt8>,
    _ start: Int,
    _ length: Int,
    _ faults: inout UInt64
  ) -> UInt64 {
    let text = word(bytes, start) ^ zone
    let aligned = text &<< UInt64(truncatingIfNeeded: 64 &- 8 &* length)
    faults |= nonDigitMask(aligned) | (length &- 1 > 6 || length < 1 ? 1 : 0)
    return eightDigits(aligned)
  }

  /// Reads a Unix time of ten digits and the blank behind it; malformed for anything else.
  @inline(__always)
  static func time(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt64 {
    let first = word(bytes, position) ^ zone
    let tail = word(bytes, position &+ 8)
    let (tens, ones) = ((tail & 0xff) &- 48, (tail &>> 8 & 0xff) &- 48)
    guard nonDigitMask(first) == 0, tens < 10, ones < 10, tail &>> 16 & 0xff == 0x20 else {
      return malformed
    }
    position &+= 11
    return eightDigits(first) &* 100 &+ tens &* 10 &+ ones
  }
}
