internal import FlowFindings

/// Text of a header: plain where it can be, else in the encoded words of RFC 2047.
enum EncodedWords {
  private static let start = "=?utf-8?Q?"
  private static let end = "?="
  /// A word has 75 characters at most; what is around them is taken off.
  private static let room = 75 - start.count - end.count
  private static let lineWidth = 76

  /// A header field, folded.
  static func field(_ name: String, _ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy(\.isASCII) && !looksEncoded(text)
    return "\(name): " + (isPlain ? folded(text, from: name.count + 2) : of(text))
  }

  /// Whether a reader would decode what was never encoded.
  static func looksEncoded(_ text: String) -> Bool { text.contains("=?") }

  /// Encoded words, each on a line of its own; the first leaves room for no long name before it.
  static func of(_ text: String) -> String {
    var words: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      let piece = encoded(scalar)
      let limit = words.isEmpty ? room - "Subject: ".count : room
      if word.count + piece.count > limit {
        words.append(start + word + end)
        word = ""
      }
      word += piece
    }
    return (words + [start + word + end]).joined(separator: "\n ")
  }

  /// Never parts of a scalar, as a word must be text by itself.
  private static func encoded(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case " ": "_"
    case "a"..."z", "A"..."Z", "0"..."9", "!", "*", "+", "-", "/": String(scalar)
    default: String(scalar).utf8.map { "=" + HexByte.text($0) }.joined()
    }
  }

  /// The text with line ends at blanks; a word too long for a line stays whole.
  private static func folded(_ text: String, from column: Int) -> String {
    var (folded, column) = ("", column)
    for (index, word) in text.split(separator: " ").enumerated() {
      let fits = index == 0 || column + 1 + word.count <= lineWidth
      folded += (index == 0 ? "" : fits ? " " : "\n ") + word
      column = (fits ? column + (index == 0 ? 0 : 1) : 1) + word.count
    }
    return folded
  }
}

/// A byte as two digits.
enum HexByte {
  static func text(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count < 2 ? "0" + digits : digits
  }
}
