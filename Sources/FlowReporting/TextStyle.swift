internal import FlowFindings

/// How text is laid out for the place where it goes.
package struct TextStyle: Sendable {
  /// Columns of a line.
  package var width: Int
  /// Whether severity gets a color beside its word and glyph.
  package var usesColor: Bool
  /// How many lines of findings are shown; nil for all.
  package var top: Int?
  /// Whether what suppressions left out is listed.
  package var showsSuppressed: Bool
  /// Whether every character is one of ASCII; the replacements of symbols need a few columns.
  package var usesASCII = false {
    didSet { if usesASCII, !oldValue { width -= PlainText.reserve } }
  }

  /// Whether the arithmetic of each score and every step of an incident is shown.
  package var isExplained = false
  /// Whether it is the text of a mail, which is read where no command can be run.
  package var isMail = false
  /// Whether the first rows of the tables are shown.
  package var showsTables = false

  /// Layout for a width.
  package init(width: Int, usesColor: Bool, top: Int?, showsSuppressed: Bool = false) {
    self.showsSuppressed = showsSuppressed
    self.width = max(60, width)
    self.usesColor = usesColor
    self.top = top
  }

  /// Whether lines that are too long are broken: where there are so few columns, cutting them would cost most of what
  /// they say.
  var breaksLines: Bool { width < 120 }

  /// A line that fits, or several.
  func fitted(_ text: String) -> [String] {
    guard breaksLines else { return [TextFormat.cut(text, width)] }
    let indent = String(text.prefix { $0 == " " })
    return TextFormat.wrapped(String(text.dropFirst(indent.count)), width - indent.count)
      .map { indent + $0 }
  }

  func paint(_ text: String, _ severity: Severity) -> String {
    guard usesColor else { return text }
    let code =
      switch severity {
      case .critical: "1;97;41"
      case .high: "1;31"
      case .medium: "33"
      case .low: "36"
      case .info: "2"
      }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }

  func bold(_ text: String) -> String { usesColor ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
  func dim(_ text: String) -> String { usesColor ? "\u{1b}[2m\(text)\u{1b}[0m" : text }

  static func badge(_ severity: Severity) -> String {
    switch severity {
    case .critical: "CRIT ✖"
    case .high: "HIGH ▲"
    case .medium: "MED  ●"
    case .low: "LOW  ·"
    case .info: "INFO  "
    }
  }
}

/// Text from logs and files for a terminal.
package enum SafeText {
  /// The text with control characters shown as what they are.
  package static func of(_ text: String) -> String { TextFormat.safe(text) }

  /// Whole lines likewise; bytes that are no UTF-8 are replaced.
  package static func lines(_ bytes: [UInt8]) -> [UInt8] {
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    return Array(lines.map { TextFormat.safe(String($0)) }.joined(separator: "\n").utf8)
  }
}

/// Text fit for a terminal.
enum TextFormat {
  /// Control characters, which a terminal obeys, shown as what they are.
  static func safe(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.map { scalar in
      isControl(scalar) ? "\\x" + String(scalar.value, radix: 16) : String(scalar)
    }.joined()
  }

  /// Whether terminals obey it, or it changes what a reader observes, as marks of direction do.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff:
      true
    default: false
    }
  }

  /// Digits in groups of three.
  static func grouped(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// Bytes in binary units.
  static func size(_ bytes: some BinaryInteger) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(Decimals.text(value, places: unit == 0 || value >= 100 ? 0 : 1)) \(units[unit])"
  }

  static func plural(_ count: some BinaryInteger, _ word: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? word : many ?? word + "s")"
  }

  /// The text cut to a width at a character, with a mark where something is missing.
  static func cut(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
  }

  /// The text in lines of a width, broken at blanks; later lines are indented, words too long for a line are split.
  static func wrapped(_ text: String, _ width: Int) -> [String] {
    let indent = "  "
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = indent + word
      } else {
        line += lines.isEmpty && line.isEmpty ? String(word) : " \(word)"
      }
      while line.count > width {
        lines.append(String(line.prefix(width)))
        line = indent + line.dropFirst(width)
      }
    }
    return lines + [line]
  }

  /// The first sentences of a text; a sentence ends with a full stop and a blank.
  static func sentences(_ text: String, _ most: Int) -> String {
    let parts = text.split(separator: ". ", omittingEmptySubsequences: false)
    guard parts.count > most else { return text }
    return parts.prefix(most).joined(separator: ". ") + "."
  }

  /// The text without blanks at its end.
  static func trimmed(_ text: String) -> String {
    let kept = text.reversed().drop { $0 == " " }
    return String(kept.reversed())
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func leading(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
