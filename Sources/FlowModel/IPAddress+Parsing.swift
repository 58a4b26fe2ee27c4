extension IPAddress {
  /// Reads an address in any spelling of RFC 4291, IPv4, mapped IPv4 or with a `%zone`, which is dropped.
  ///
  /// - Returns: nil when the text is no address. Leading zeros in IPv4 parts are refused, because some
  ///   systems read them as octal.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    self.init(bytes: bytes.span)
  }

  /// Reads an address from ASCII bytes; see `init(_:)`.
  public init?(bytes: Span<UInt8>) {
    var end = bytes.count
    var hasColon = false
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: ":") { hasColon = true }
      if bytes[index] == UInt8(ascii: "%"), hasColon {
        end = index
        break
      }
    }
    let address = bytes.extracting(0..<end)
    if hasColon {
      guard let bits = Self.parseV6(address) else { return nil }
      self.init(bits: bits)
    } else {
      guard let v4 = Self.parseV4(address, 0..<address.count) else { return nil }
      self.init(v4: v4)
    }
  }

  private static func parseV4(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
    var value: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in range {
      let byte = bytes[index]
      if byte == UInt8(ascii: ".") {
        guard digits > 0, dots < 3 else { return nil }
        value = value << 8 | part
        (part, digits, dots) = (0, 0, dots + 1)
      } else {
        let digit = UInt32(byte) &- 48
        guard digit < 10, !(digits > 0 && part == 0) else { return nil }
        part = part * 10 + digit
        digits += 1
        guard part <= 255 else { return nil }
      }
    }
    return dots == 3 && digits > 0 ? value << 8 | part : nil
  }

  private static func parseV6(_ bytes: Span<UInt8>) -> UInt128? {
    var groups: [UInt16] = []
    var gapAt: Int?
    var index = 0
    if bytes.count >= 2, bytes[0] == UInt8(ascii: ":") {
      guard bytes[1] == UInt8(ascii: ":") else { return nil }
      (gapAt, index) = (0, 2)
    }
    while index < bytes.count {
      let start = index
      while index < bytes.count, bytes[index] != UInt8(ascii: ":") { index += 1 }
      if let v4 = parseV4(bytes, start..<index) {
        guard index == bytes.count else { return nil }
        groups += [UInt16(v4 >> 16), UInt16(v4 & 0xffff)]
        break
      }
      guard let group = parseGroup(bytes, start..<index) else { return nil }
      groups.append(group)
      guard index < bytes.count else { break }
      index += 1
      guard index < bytes.count else { return nil }
      if bytes[index] == UInt8(ascii: ":") {
        guard gapAt == nil else { return nil }
        gapAt = groups.count
        index += 1
      }
    }
    return assemble(groups, gapAt: gapAt)
  }

  private static func parseGroup(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16? {
    guard 1...4 ~= range.count else { return nil }
    var value: UInt16 = 0
    for index in range {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - 55)
      default: return nil
      }
    }
    return value
  }

  private static func assemble(_ groups: [UInt16], gapAt: Int?) -> UInt128? {
    var all = groups
    if let gapAt {
      guard groups.count < 8 else { return nil }
      all.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gapAt)
    }
    guard all.count == 8 else { return nil }
    return all.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
  }
}
