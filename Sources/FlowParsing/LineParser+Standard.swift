import FlowModel

/// The beginning of a standard line, version and account, as it stood on the last one.
struct StandardPrefix {
  /// `2 123456789012 `: one digit, a blank, twelve bytes, a blank.
  static let length = 15

  var first: UInt64 = 0
  /// The last eight of the fifteen bytes.
  var last: UInt64 = 0
}

extension LineParser {
  /// Decodes a line of the default format with log-status OK, the most frequent line by far, in a third of the time.
  ///
  /// Only what is exactly as AWS writes it is taken; anything else, though it may be a good record, is left to `parse`,
  /// which gives the same columns for the lines that both take. All columns are decoded, which costs less than asking.
  ///
  /// - Returns: whether the line was taken; the position stays where it was if not.
  @inline(__always)
  mutating func parseStandard(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    into line: inout ParsedLine
  ) -> Bool {
    guard FieldScanner.word(bytes, position) == prefix.first,
      FieldScanner.word(bytes, position &+ 7) == prefix.last
    else { return false }
    var next = position &+ StandardPrefix.length
    line.interface = interfaces.number(bytes, &next)
    guard FieldScanner.passBlank(bytes, &next),
      let source = FieldScanner.address(bytes, &next), FieldScanner.passBlank(bytes, &next),
      let destination = FieldScanner.address(bytes, &next), FieldScanner.passBlank(bytes, &next)
    else { return false }
    let sourcePort = FieldScanner.shortNumber(bytes, &next)
    let destinationPort = FieldScanner.shortNumber(bytes, &next)
    let protocolNumber = FieldScanner.shortNumber(bytes, &next)
    let packets = FieldScanner.shortNumber(bytes, &next)
    let byteCount = FieldScanner.shortNumber(bytes, &next)
    let start = FieldScanner.time(bytes, &next)
    let end = FieldScanner.time(bytes, &next)
    // Malformed is the largest number there is, so one comparison of the union finds it in any of them.
    guard sourcePort | destinationPort <= 0xffff, protocolNumber <= 0xff,
      packets | byteCount < FieldScanner.missing, start | end <= 0xffff_ffff
    else { return false }
    switch FieldScanner.word(bytes, next) & 0xff_ffff_ffff_ffff {
    case Self.acceptAndBlank: line.action = .accept
    case Self.rejectAndBlank: line.action = .reject
    default: return false
    }
    guard FieldScanner.word(bytes, next &+ 7) & 0xff_ffff == Self.okAndLineFeed else {
      return false
    }
    (line.source, line.destination) = (source, destination)
    line.sourcePort = UInt16(truncatingIfNeeded: sourcePort)
    line.destinationPort = UInt16(truncatingIfNeeded: destinationPort)
    line.protocolNumber = UInt8(truncatingIfNeeded: protocolNumber)
    (line.packets, line.bytes) = (packets, byteCount)
    line.start = UInt32(truncatingIfNeeded: start)
    line.end = UInt32(truncatingIfNeeded: end)
    position = next &+ 10
    return true
  }

  /// Learns the prefix of a line that `parse` took.
  mutating func learnPrefix(_ bytes: Span<UInt8>, _ lineStart: Int) {
    let last = lineStart + StandardPrefix.length - 1
    guard last < bytes.count, bytes[lineStart + 1] == 0x20, bytes[last] == 0x20,
      (lineStart + 2..<last).allSatisfy({ bytes[$0] > 0x20 })
    else { return }
    prefix.first = FieldScanner.word(bytes, lineStart)
    prefix.last = FieldScanner.word(bytes, lineStart + 7)
  }

  private static let acceptAndBlank = letters("ACCEPT ")
  private static let rejectAndBlank = letters("REJECT ")
  private static let okAndLineFeed = letters("OK\n")
}

extension FieldScanner {
  /// Moves over one blank, if that is what stands there.
  @inline(__always)
  static func passBlank(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
    guard bytes[position] == 0x20 else { return false }
    position &+= 1
    return true
  }

  /// Reads a number of one to seven digits and the blank behind it; malformed for anything else.
  @inline(__always)
  static func shortNumber(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt64 {
    let text = word(bytes, position)
    let digits = text ^ zone
    let bits = nonDigitMask(digits).trailingZeroBitCount & 0x78
    guard bits &- 8 <= 48, bits >= 8, text &>> UInt64(bits) & 0xff == 0x20 else { return malformed }
    position &+= (bits >> 3) &+ 1
    return eightDigits(digits &<< UInt64(64 &- bits))
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
