internal import FlowFindings

/// Writes JSON text with keys in the order given.
///
/// Ours because reports must be the same bytes in every run and follow the schema's order, which Foundation's encoder
/// does not keep, and because the command must start without loading Foundation.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  /// Whether all stands on one line, as JSON Lines ask.
  private let isOneLine: Bool
  private var depth = 0
  private var needsComma = false

  init(isOneLine: Bool = false) { self.isOneLine = isOneLine }

  mutating func object(_ members: (inout JSONWriter) -> Void) { enclose("{", "}", members) }

  mutating func array(_ elements: (inout JSONWriter) -> Void) { enclose("[", "]", elements) }

  /// An array of plain values on one line.
  mutating func list(_ texts: [String]) {
    put("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { put(isOneLine ? "," : ", ") }
      quote(text)
    }
    put("]")
    needsComma = true
  }

  /// Begins a member; its value must follow.
  mutating func key(_ name: String) {
    separate()
    quote(name)
    put(isOneLine ? ":" : ": ")
    needsComma = false
  }

  /// Begins an element of an array; its value must follow.
  mutating func element() {
    separate()
    needsComma = false
  }

  mutating func value(_ text: String) {
    quote(text)
    needsComma = true
  }

  mutating func value(_ number: some BinaryInteger) {
    put(String(number))
    needsComma = true
  }

  mutating func value(_ flag: Bool) {
    put(flag ? "true" : "false")
    needsComma = true
  }

  /// A number with at most three decimals.
  mutating func value(_ number: Double) {
    put(Decimals.text(number, places: 3))
    needsComma = true
  }

  mutating func member(_ name: String, _ text: String) {
    key(name)
    value(text)
  }

  mutating func member(_ name: String, _ number: some BinaryInteger) {
    key(name)
    value(number)
  }

  mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    value(flag)
  }

  mutating func member(_ name: String, _ number: Double) {
    key(name)
    value(number)
  }

  mutating func member(_ name: String, _ texts: [String]) {
    key(name)
    list(texts)
  }

  private mutating func enclose(
    _ open: String,
    _ close: String,
    _ content: (inout JSONWriter) -> Void
  ) {
    put(open)
    depth += 1
    needsComma = false
    let start = bytes.count
    content(&self)
    depth -= 1
    if bytes.count > start { newLine() }
    put(close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { put(",") }
    newLine()
  }

  private mutating func newLine() {
    guard !isOneLine else { return }
    put("\n")
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
  }

  private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Escapes what JSON asks for, and beyond that all control characters and marks of direction, which terminals obey.
  private mutating func quote(_ text: String) {
    put("\"")
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": put("\\\"")
      case "\\": put("\\\\")
      case "\n": put("\\n")
      case "\t": put("\\t")
      case "\r": put("\\r")
      case _ where TextFormat.isControl(scalar):
        let digits = String(scalar.value, radix: 16)
        put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    put("\"")
  }
}

/// Numbers with decimals, rounded half up.
enum Decimals {
  /// At most so many decimals, trailing zeros left out.
  static func text(_ number: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    // Past what 63 bits hold there are no decimals, and sums of hostile logs do get there.
    guard abs(number) * scale < 9e18 else { return "\(number)" }
    let scaled = Int64((abs(number) * scale + 0.5).rounded(.down))
    let (whole, rest) = (scaled / Int64(scale), scaled % Int64(scale))
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard rest > 0 else { return sign + String(whole) }
    var digits = String(rest)
    digits = String(repeating: "0", count: places - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }
}
