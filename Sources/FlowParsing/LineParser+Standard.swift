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
    let interfaceStart = next
    line.interface = interfaces.number(bytes, &next)
    guard next > interfaceStart, bytes[next] == 0x20 else { return false }
    next &+= 1
    guard let source = FieldScanner.dottedAddress(bytes, &next),
      let destination = FieldScanner.dottedAddress(bytes, &next)
    else { return false }
    var (sourcePort, destinationPort, protocolNumber) = (UInt64(0), UInt64(0), UInt64(0))
    guard
      FieldScanner.fiveNumbers(
        bytes,
        &next,
        &sourcePort,
        &destinationPort,
        &protocolNumber,
        &line.packets,
        &line.bytes
      )
    else { return false }
    let start = FieldScanner.time(bytes, &next)
    let end = FieldScanner.time(bytes, &next)
    // Malformed is the largest number there is, so one comparison of the union finds it in either time.
    guard sourcePort | destinationPort <= 0xffff, protocolNumber <= 0xff,
      start | end <= 0xffff_ffff
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
