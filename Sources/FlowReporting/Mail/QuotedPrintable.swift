internal import FlowFindings

/// The transfer encoding of RFC 2045 that leaves plain text readable.
enum QuotedPrintable {
  private static let lineWidth = 76
  private static let lineFeed = UInt8(ascii: "\n")

  /// The text in lines of 76 bytes at most, a line feed at the end.
  static func of(_ text: String) -> String {
    let lines = Array(text.utf8).split(separator: lineFeed, omittingEmptySubsequences: false)
    let isEnded = lines.last?.isEmpty == true
    return lines.map(line).joined(separator: "\n") + (isEnded ? "" : "\n")
  }

  private static func line(_ bytes: ArraySlice<UInt8>) -> String {
    var (lines, column) = ("", 0)
    for (index, byte) in bytes.enumerated() {
      let isLast = index == bytes.count - 1
      // The mark at the end of a broken line takes a column.
      let limit = isLast ? lineWidth : lineWidth - 1
      if column + encoded(byte, isLast: isLast, isFirst: column == 0).count > limit {
        lines += "=\n"
        column = 0
      }
      let piece = encoded(byte, isLast: isLast, isFirst: column == 0)
      lines += piece
      column += piece.count
    }
    return lines
  }

  private static func encoded(_ byte: UInt8, isLast: Bool, isFirst: Bool) -> String {
    switch byte {
    case UInt8(ascii: "="): code(byte)
    case UInt8(ascii: " ") where isLast: code(byte)
    // A line that is one dot ends the mail for sendmail, one that begins with "From " begins another mail in a mailbox.
    case UInt8(ascii: ".") where isFirst, UInt8(ascii: "F") where isFirst: code(byte)
    case 0x20...0x7e: String(UnicodeScalar(byte))
    default: code(byte)
    }
  }

  private static func code(_ byte: UInt8) -> String { "=" + HexByte.text(byte) }
}
