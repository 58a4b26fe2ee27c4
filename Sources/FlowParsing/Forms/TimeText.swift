import FlowModel

/// Reads times as exports write them.
enum TimeText {
  /// What a text says.
  enum Reading: Equatable {
    /// Unix seconds.
    case seconds(UInt64)
    /// A day without a clock, or a number of which a spreadsheet kept the first digits.
    case imprecise
    case unreadable
  }

  /// Reads a number of seconds, milliseconds, microseconds or nanoseconds, or a date with a clock.
  static func read(_ text: [UInt8]) -> Reading {
    let isDate = text.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }
    let isNumber = text.allSatisfy {
      48...57 ~= $0 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "+")
        || $0 | 0x20 == UInt8(ascii: "e")
    }
    if isNumber, !isDate { return number(text) }
    return date(text)
  }

  private static func number(_ text: [UInt8]) -> Reading {
    switch NumberText.read(text) {
    case .whole(let value): .seconds(seconds(value))
    // A spreadsheet that keeps five digits of thirteen keeps no hour.
    case .rounded(let value, let unit):
      value / max(1, seconds(value)) * 600 < unit ? .imprecise : .seconds(seconds(value))
    case .fraction(let value): .seconds(seconds(value))
    case .unreadable: .unreadable
    }
  }

  /// Seconds of a number in any of the units that are in use.
  static func seconds(_ value: UInt64) -> UInt64 {
    switch value {
    case 100_000_000_000_000_000...: value / 1_000_000_000
    case 100_000_000_000_000...: value / 1_000_000
    case 100_000_000_000...: value / 1000
    default: value
    }
  }

  /// `2026-01-05T10:00:00.123Z`, `2026-01-05 10:00:00`, with an offset or without (UTC); `01/05/2026` is a day alone.
  private static func date(_ text: [UInt8]) -> Reading {
    guard text.count >= 19 else {
      return text.count >= 8 && text.count <= 10 ? .imprecise : .unreadable
    }
    guard let year = digits(text, 0, 4), let month = digits(text, 5, 2),
      let day = digits(text, 8, 2),
      let hour = digits(text, 11, 2), let minute = digits(text, 14, 2),
      let second = digits(text, 17, 2), hour < 24, minute < 60, second < 61,
      let start = CivilDay(year: year, month: month, day: day)?.start,
      let offset = offset(text[19...])
    else { return .unreadable }
    let time = Int(start) + hour * 3600 + minute * 60 + second - offset
    return time >= 0 ? .seconds(UInt64(time)) : .unreadable
  }

  private static func digits(_ text: [UInt8], _ start: Int, _ count: Int) -> Int? {
    var value = 0
    for byte in text[start..<start + count] {
      guard 48...57 ~= byte else { return nil }
      value = value * 10 + Int(byte) - 48
    }
    return value
  }

  /// Seconds east of Greenwich behind a fraction of a second.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
    var rest = text
    if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
      rest = rest.dropFirst().drop { 48...57 ~= $0 }
    }
    rest = rest.drop { $0 == UInt8(ascii: " ") }
    guard let sign = rest.first, sign != UInt8(ascii: "Z"), sign != UInt8(ascii: "z") else {
      return 0
    }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return rest.elementsEqual("UTC".utf8) ? 0 : nil
    }
    let numbers = Array(rest.dropFirst().filter { 48...57 ~= $0 })
    guard numbers.count == 4, let hours = digits(numbers, 0, 2), let minutes = digits(numbers, 2, 2)
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

/// Reads numbers as exports write them: `6`, `6.0`, `1.7284E+12`.
enum NumberText {
  /// What a text says.
  enum Reading: Equatable {
    /// A whole number.
    case whole(UInt64)
    /// A whole number of which digits are lost, and the value of the last digit that was kept.
    case rounded(UInt64, unit: UInt64)
    /// The whole part of a number that is none.
    case fraction(UInt64)
    case unreadable
  }

  static func read(_ text: [UInt8]) -> Reading {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) {
      $0 | 0x20 == UInt8(ascii: "e")
    }
    guard let mantissa = parts.first else { return .unreadable }
    let exponent = parts.count > 1 ? exponent(parts[1]) : 0
    guard let exponent, 0...20 ~= exponent else { return .unreadable }
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
    let whole = Array(mantissa[..<point])
    let behind = Array(mantissa[point...].dropFirst())
    guard !whole.isEmpty, (whole + behind).allSatisfy({ 48...57 ~= $0 }) else { return .unreadable }
    return value(whole, behind, exponent, hasExponent: parts.count > 1)
  }

  private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
    Int(String(decoding: text.first == UInt8(ascii: "+") ? text.dropFirst() : text, as: UTF8.self))
  }

  private static func value(
    _ whole: [UInt8],
    _ behind: [UInt8],
    _ exponent: Int,
    hasExponent: Bool
  ) -> Reading {
    let shifted = behind.prefix(exponent)
    let zeros = exponent - shifted.count
    let digits = whole + shifted + [UInt8](repeating: 48, count: zeros)
    guard let value = UInt64(String(decoding: digits, as: UTF8.self)) else { return .unreadable }
    let isWhole = behind.dropFirst(exponent).allSatisfy { $0 == 48 }
    if !isWhole { return .fraction(value) }
    guard hasExponent, zeros > 0, value > 0 else { return .whole(value) }
    return .rounded(value, unit: (0..<zeros).reduce(1) { unit, _ in unit &* 10 })
  }
}
