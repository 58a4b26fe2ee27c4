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
  ///
  /// - Returns: nil also for the form of an IPv4 address with an owner, which no log contains.
  public init?(bytes: Span<UInt8>) {
    guard let address = Self.parsed(bytes), address.owner == 0 else { return nil }
    self = address
  }

  static func parsed(_ bytes: Span<UInt8>) -> IPAddress? {
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
    guard hasColon else {
      guard let v4 = Self.parseV4(address, 0..<address.count) else { return nil }
      return IPAddress(v4: v4)
    }
    guard let bits = Self.parseV6(address) else { return nil }
    return IPAddress(bits: bits)
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
    var groups = Groups()
    var index = 0
    if bytes.count >= 2, bytes[0] == UInt8(ascii: ":") {
      guard bytes[1] == UInt8(ascii: ":") else { return nil }
      groups.gapAt = 0
      index = 2
    }
    while index < bytes.count {
      let start = index
      while index < bytes.count, bytes[index] != UInt8(ascii: ":") { index += 1 }
      if index == bytes.count, let v4 = parseV4(bytes, start..<index) {
        groups.append(UInt16(truncatingIfNeeded: v4 >> 16))
        groups.append(UInt16(truncatingIfNeeded: v4))
        break
      }
      guard let group = parseGroup(bytes, start..<index) else { return nil }
      groups.append(group)
      guard index < bytes.count else { break }
      index += 1
      guard index < bytes.count else { return nil }
      if bytes[index] == UInt8(ascii: ":") {
        guard groups.gapAt == nil else { return nil }
        groups.gapAt = groups.count
        index += 1
      }
    }
    return groups.bits
  }

  /// The groups read so far as one number: no array, for one in fifty addresses is IPv6.
  private struct Groups {
    private var value: UInt128 = 0
    private(set) var count = 0
    /// How many groups stand before `::`.
    var gapAt: Int?

    mutating func append(_ group: UInt16) {
      // More than eight are refused in the end; until then only their number matters.
      value = count < 8 ? value << 16 | UInt128(group) : value
      count += 1
    }

    /// The address; nil when there are too many groups or too few.
    var bits: UInt128? {
      guard let gapAt else { return count == 8 ? value : nil }
      guard count < 8 else { return nil }
      let behind = UInt128(16 * (count - gapAt))
      let tail = value & ((1 << behind) - 1)
      return gapAt == 0 ? tail : (value >> behind) << UInt128(16 * (8 - gapAt)) | tail
    }
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
}
