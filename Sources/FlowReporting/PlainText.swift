internal import FlowFindings

/// Text for terminals and mail programs that know ASCII alone.
enum PlainText {
  /// Signs of ours; those that stand in columns have a stand-in of the same width.
  private static let standIns: [Unicode.Scalar: String] = [
    "→": ">", "…": "+", "–": "-", "±": "+-", "×": "x", "·": ".", "✖": "X", "▲": "^", "●": "*",
    "−": "-", "≥": ">=", "≤": "<=", "’": "'",
    "←": "<", "↔": "=", "▁": "1", "▂": "2", "▃": "3", "▄": "4", "▅": "5", "▆": "6", "▇": "7",
    "█": "8",
  ]

  /// The text with its signs replaced, and letters of other alphabets by their numbers.
  static func of(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    return text.unicodeScalars.map { scalar in
      if scalar.isASCII { return String(scalar) }
      return standIns[scalar] ?? "\\u{\(String(scalar.value, radix: 16))}"
    }.joined()
  }
}
