import FlowModel

/// Values of documents as AWS writes them in a line.
enum ValueText {
  /// A range without the blanks and control bytes at its ends.
  static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] <= 0x20 { start += 1 }
    while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
    return start..<end
  }

  /// Whether a value is nothing, `-`, or what a conversion made of that.
  static func isMissing(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch range.count {
    case 0: return true
    case 1: return bytes[range.lowerBound] == UInt8(ascii: "-")
    case 3, 4:
      let word = String(decoding: range.map { bytes[$0] | 0x20 }, as: UTF8.self)
      return ["null", "none", "nan"].contains(word)
    default: return false
    }
  }

  /// Whether a value is digits alone.
  static func isNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    for index in range where !(48...57 ~= bytes[index]) { return false }
    return true
  }

  /// Copies a value that needs no change.
  ///
  /// - Returns: false for a value that does, which was not copied.
  @inline(__always)
  static func writeDirectly(
    _ field: FieldName,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    to line: inout [UInt8]
  ) -> Bool {
    guard isDirect(field, bytes, range) else { return false }
    ByteCopy.append(bytes, range, to: &line)
    return true
  }

  static func isDirect(
    _ field: FieldName,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) -> Bool {
    switch field {
    case .sourceAddress, .destinationAddress, .packetSource, .packetDestination:
      range.count >= 2 && isAddressLike(bytes, range)
    case .accountId: range.count >= 12 && isNumber(bytes, range)
    case .action: range.count == 6 && ends(bytes, range, "T") && isPlain(bytes, range)
    case .logStatus: range.count == 2 && ends(bytes, range, "K") && isPlain(bytes, range)
    case .type: range.count == 4 && begins(bytes, range) && isPlain(bytes, range)
    case .flowDirection:
      range.count > 5 && ends(bytes, range, "s") && isPlain(bytes, range)
    default:
      field.isNumeric
        ? isNumber(bytes, range)
        : isPlain(bytes, range) && !isMissing(bytes, range)
    }
  }

  /// `IP`, the beginning of the names of both families.
  private static func begins(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    bytes[range.lowerBound] == UInt8(ascii: "I") && bytes[range.lowerBound + 1] == UInt8(ascii: "P")
  }

  private static func ends(_ bytes: Span<UInt8>, _ range: Range<Int>, _ letter: Unicode.Scalar)
    -> Bool
  {
    bytes[range.upperBound - 1] == UInt8(ascii: letter)
  }

  private static func isAddressLike(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range {
      switch bytes[index] {
      case 48...57, UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "f"):
        break
      default: return false
      }
    }
    return true
  }

  private static func isPlain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] <= 0x20 { return false }
    return true
  }

  /// Writes a value, blanks and control bytes as AWS writes them in tags.
  static func write(_ bytes: Span<UInt8>, _ range: Range<Int>, to line: inout [UInt8]) {
    let range = trimmed(bytes, range)
    guard !isMissing(bytes, range) else { return line.append(UInt8(ascii: "-")) }
    for index in range { writeByte(bytes[index], to: &line) }
  }

  private static func writeByte(_ byte: UInt8, to line: inout [UInt8]) {
    guard byte <= 0x20 else { return line.append(byte) }
    let digits = Array("0123456789ABCDEF".utf8)
    line += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// Writes a number.
  static func write(_ value: UInt64, to line: inout [UInt8]) { line += Array("\(value)".utf8) }
}

extension ValueText {
  /// A trimmed value as AWS writes it; what it does not know stays, for the parser to reject.
  static func canonical(
    _ field: FieldName,
    _ text: [UInt8],
    _ notes: inout DocumentNotes
  ) -> [UInt8] {
    guard !isMissing(text.span, text.indices) else { return [UInt8(ascii: "-")] }
    let word = String(decoding: text.prefix(40), as: UTF8.self)
    let changed: String? =
      switch field {
      case .protocolNumber: protocols[word.lowercased()] ?? number(text, &notes)
      case .action: actions[word.lowercased()]
      case .logStatus: word.uppercased()
      case .flowDirection: directions[word.lowercased()]
      case .type: types[word.lowercased()]
      case .accountId: account(text, &notes)
      default: field.isNumeric ? number(text, &notes) : nil
      }
    if let changed, !changed.utf8.contains(where: { $0 <= 0x20 }), !changed.isEmpty {
      return Array(changed.utf8)
    }
    var line: [UInt8] = []
    write(text.span, text.indices, to: &line)
    return line
  }

  private static func number(_ text: [UInt8], _ notes: inout DocumentNotes) -> String? {
    switch NumberText.read(text) {
    case .whole(let value): return "\(value)"
    case .rounded(let value, _):
      notes.add(.roundedNumber)
      return "\(value)"
    case .fraction, .unreadable: return nil
    }
  }

  /// An account has twelve digits, of which a spreadsheet drops zeros in front.
  private static func account(_ text: [UInt8], _ notes: inout DocumentNotes) -> String? {
    switch NumberText.read(text) {
    case .whole(let value):
      let digits = "\(value)"
      return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    case .rounded:
      notes.add(.roundedAccount)
      return "-"
    case .fraction, .unreadable: return nil
    }
  }

  /// Whether a value under a name that other things have, too, can be one of the field.
  static func accepts(_ field: FieldName, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let range = trimmed(bytes, range)
    guard !isMissing(bytes, range), range.count < 64 else { return false }
    if isDirect(field, bytes, range), [.type, .logStatus, .action].contains(field) { return true }
    let word = String(decoding: range.map { bytes[$0] }, as: UTF8.self).lowercased()
    return switch field {
    case .type: types[word] != nil
    case .logStatus: ["ok", "nodata", "skipdata", "incompletedata"].contains(word)
    case .version: UInt8(word).map { $0 < 100 } ?? false
    case .accountId: word == "unknown" || isNumber(bytes, range)
    case .interfaceId: word.hasPrefix("eni-")
    case .instanceId: word.hasPrefix("i-")
    case .vpcId: word.hasPrefix("vpc-")
    case .subnetId: word.hasPrefix("subnet-")
    case .action: actions[word] != nil
    case .sourceAddress, .destinationAddress: IPAddress(word) != nil
    default: true
    }
  }

  private static let protocols = [
    "icmp": "1", "igmp": "2", "tcp": "6", "udp": "17", "gre": "47", "esp": "50", "ah": "51",
    "icmpv6": "58", "ipv6-icmp": "58", "sctp": "132", "hopopt": "0", "ipv6": "41", "ipip": "4",
  ]

  private static let actions = [
    "accept": "ACCEPT", "accepted": "ACCEPT", "allow": "ACCEPT", "allowed": "ACCEPT",
    "success": "ACCEPT", "reject": "REJECT", "rejected": "REJECT", "deny": "REJECT",
    "denied": "REJECT", "blocked": "REJECT", "block": "REJECT", "failure": "REJECT",
    "unknown": "-", "other": "-",
  ]

  private static let directions = [
    "ingress": "ingress", "inbound": "ingress", "receive": "ingress", "1": "ingress",
    "egress": "egress", "outbound": "egress", "transmit": "egress", "2": "egress",
    "0": "-", "99": "-", "unknown": "-", "other": "-",
  ]

  private static let types = ["ipv4": "IPv4", "ipv6": "IPv6", "efa": "EFA", "-": "-"]
}

extension FieldName {
  /// Whether the values are numbers.
  var isNumeric: Bool {
    switch self {
    case .version, .sourcePort, .destinationPort, .protocolNumber, .packets, .bytes, .tcpFlags,
      .trafficPath, .encryptionStatus, .packetsLostNoRoute, .packetsLostBlackhole,
      .packetsLostMtuExceeded, .packetsLostTtlExpired:
      true
    default: false
    }
  }
}
