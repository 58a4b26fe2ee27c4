internal import FlowFindings

/// Text for terminals and mail programs that support ASCII only.
enum PlainText {
  /// Replacements of the symbols that Weir prints.
  private static let replacements: [Unicode.Scalar: String] = [
    "→": "->", "←": "<-", "↔": "<->", "…": "...", "–": "-", "±": "+-", "×": "x", "·": ".", "✖": "X",
    "▲": "^", "●": "*", "−": "-", "≥": ">=", "≤": "<=", "’": "'", "▁": "1", "▂": "2", "▃": "3",
    "▄": "4", "▅": "5", "▆": "6", "▇": "7", "█": "8",
  ]

  /// The columns that a line may need more than before.
  static let reserve = 4

  /// The text with its symbols replaced, and letters of other alphabets by their numbers; columns stay aligned.
  static func of(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(line)
      .joined(separator: "\n")
  }

  private static func line(_ text: Substring) -> String {
    var line = ""
    // Columns that longer replacements took; the next gap between two columns gives them back.
    var excess = 0
    var spaces = 0
    // Characters since the last space or escape sequence.
    var plain = 0
    var isEscape = false
    for scalar in text.unicodeScalars {
      if scalar == " " {
        spaces += 1
        plain = 0
        continue
      }
      let kept = spaces < 2 ? spaces : max(1, spaces - excess)
      excess -= spaces - kept
      line += String(repeating: " ", count: kept)
      if scalar.isASCII {
        line.unicodeScalars.append(scalar)
        let isEnd = isEscape && scalar == "m"
        isEscape = scalar == "\u{1b}" || isEscape && !isEnd
        plain = isEscape || isEnd ? 0 : plain + 1
      } else if scalar == "…", plain >= 2 {
        // A text that was cut gives up two more characters.
        line.removeLast(2)
        line += "..."
      } else {
        let replacement = replacements[scalar] ?? "\\u{\(String(scalar.value, radix: 16))}"
        line += replacement
        if replacements[scalar] != nil { excess += replacement.count - 1 }
      }
      spaces = 0
    }
    return line + String(repeating: " ", count: spaces)
  }
}
