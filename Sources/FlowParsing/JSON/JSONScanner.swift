/// Finds the ends of JSON tokens; nothing is decoded here.
///
/// Invalid UTF-8 and control bytes inside strings are passed over, except the line feed: no writer leaves one in a
/// string, and where one stands the string was cut.
enum JSONScanner {
  /// Where a token ends.
  enum End: Equatable {
    /// Its last byte, or the byte behind it.
    case at(Int)
    /// The bytes end inside the token.
    case incomplete
    case malformed(Int)
  }

  /// Finds the closing quote of a string.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - start: behind the opening quote.
  ///   - hasEscapes: set where a backslash stands in the string.
  /// - Returns: where the quote stands.
  static func string(_ bytes: Span<UInt8>, _ start: Int, _ hasEscapes: inout Bool) -> End {
    var place = start
    let count = bytes.count
    while place < count {
      let stops = stopMask(WordScan.word(bytes, place))
      if stops == 0 {
        place &+= 8
        continue
      }
      place &+= stops.trailingZeroBitCount >> 3
      guard place < count else { return .incomplete }
      switch bytes[place] {
      case UInt8(ascii: "\""): return .at(place)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        place &+= 2
      case UInt8(ascii: "\n"): return .malformed(place)
      default: place &+= 1
      }
    }
    return .incomplete
  }

  /// The high bit of the first byte that is a quote, a backslash or a control byte, and of none before it.
  @inline(__always)
  private static func stopMask(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ 0x2222_2222_2222_2222
    let backslash = word ^ 0x5c5c_5c5c_5c5c_5c5c
    let found =
      (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
      | (word &- 0x2020_2020_2020_2020) & ~word
    return found & 0x8080_8080_8080_8080
  }

  /// The first byte from a place on that is no blank; the count where there is none.
  @inline(__always)
  static func behindBlanks(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var place = start
    while place < bytes.count, isBlank(bytes[place]) { place &+= 1 }
    return place
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 10 || byte == 13 || byte == 9
  }

  /// The byte behind a number or word.
  static func scalar(_ bytes: Span<UInt8>, _ start: Int, isLast: Bool) -> End {
    var place = start
    while place < bytes.count, !endsScalar(bytes[place]) { place &+= 1 }
    guard place < bytes.count || isLast else { return .incomplete }
    return place > start ? .at(place) : .malformed(start)
  }

  @inline(__always)
  private static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"),
      UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["):
      true
    default: isBlank(byte)
    }
  }

  /// The byte behind a value of any kind.
  static func value(_ bytes: Span<UInt8>, _ start: Int, isLast: Bool) -> End {
    var skipper = JSONSkipper()
    let end = skipper.skip(bytes, from: start)
    if let end { return .at(end) }
    return isLast && skipper.isInScalar ? .at(bytes.count) : .incomplete
  }

  /// Decodes a string with escapes; what is no escape stays as it is.
  static func unescape(_ bytes: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]) {
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      place += 1
      guard byte == UInt8(ascii: "\\"), place < range.upperBound else {
        text.append(byte)
        continue
      }
      let escape = bytes[place]
      place += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u"): place = unescapeUnit(bytes, place, range.upperBound, to: &text)
      default: text.append(escape)
      }
    }
  }

  /// Decodes the number behind `\u`, and the second one of a pair.
  private static func unescapeUnit(
    _ bytes: Span<UInt8>,
    _ start: Int,
    _ end: Int,
    to text: inout [UInt8]
  ) -> Int {
    guard let unit = hexadecimal(bytes, start, end) else {
      text += Array("\u{fffd}".utf8)
      return start
    }
    var (place, scalar) = (start + 4, unit)
    if 0xd800..<0xdc00 ~= unit, place + 1 < end, bytes[place] == UInt8(ascii: "\\"),
      bytes[place + 1] == UInt8(ascii: "u"), let low = hexadecimal(bytes, place + 2, end),
      0xdc00..<0xe000 ~= low
    {
      scalar = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
      place += 6
    }
    text += Array(String(Character(Unicode.Scalar(scalar) ?? "\u{fffd}")).utf8)
    return place
  }

  private static func hexadecimal(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    return UInt32(String(decoding: (start..<start + 4).map { bytes[$0] }, as: UTF8.self), radix: 16)
  }
}

/// Passes over a value of any size and depth, piece by piece.
struct JSONSkipper {
  private var depth = 0
  private var isInString = false
  private var isBehindBackslash = false
  private(set) var isInScalar = false

  /// Goes on.
  ///
  /// - Returns: behind the value; nil when the bytes end before it.
  mutating func skip(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    var place = start
    while place < bytes.count {
      let byte = bytes[place]
      if isInString {
        takeInString(byte)
        place += 1
        if !isInString, depth == 0 { return place }
        continue
      }
      if isInScalar, !isOfScalar(byte) { return place }
      if take(byte) { return place + 1 }
      place += 1
    }
    return nil
  }

  private mutating func takeInString(_ byte: UInt8) {
    if isBehindBackslash {
      isBehindBackslash = false
    } else if byte == UInt8(ascii: "\\") {
      isBehindBackslash = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
    }
  }

  private func isOfScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 32, 9, 10, 13: false
    default: true
    }
  }

  /// - Returns: whether the value ends with the byte.
  private mutating func take(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      return depth <= 0
    default:
      if depth == 0, !JSONScanner.isBlank(byte) { isInScalar = true }
    }
    return false
  }
}
