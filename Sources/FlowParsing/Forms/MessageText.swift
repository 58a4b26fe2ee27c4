import FlowModel

/// Records that stand whole in a member or column of a document.
enum MessageText {
  /// Whether a text can be a record: several columns, the first of which is a number or `-`.
  static func isRecord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let first = range.first, bytes[first] == UInt8(ascii: "-") || 48...57 ~= bytes[first]
    else { return false }
    var blanks = 0
    for index in range where bytes[index] == UInt8(ascii: " ") {
      blanks += 1
      if blanks == 4 { return true }
    }
    return false
  }

  /// Writes a message as the lines that it holds.
  ///
  /// - Returns: a payload where the message is no line, but holds documents.
  static func write(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    to lines: inout LineBlock
  ) -> DocumentRecord.Outcome {
    let range = ValueText.trimmed(bytes, range)
    if let first = range.first, bytes[first] == UInt8(ascii: "{") || isPacked(bytes, range) {
      return .payload(range.map { bytes[$0] })
    }
    writeLines(bytes, range, to: &lines)
    return .written
  }

  /// Whether a text is gzip in base64.
  private static func isPacked(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count > 20 && bytes[range.lowerBound] == UInt8(ascii: "H")
      && bytes[range.lowerBound + 1] == UInt8(ascii: "4")
      && bytes[range.lowerBound + 2] == UInt8(ascii: "s")
      && bytes[range.lowerBound + 3] == UInt8(ascii: "I")
  }

  /// Writes lines, each of which is a document; what CloudWatch sends to test a subscription is none.
  static func writeLines(_ bytes: Span<UInt8>, _ range: Range<Int>, to lines: inout LineBlock) {
    var start = range.lowerBound
    var wrote = false
    for index in range
    where bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r") {
      if index > start {
        writeLine(bytes, start..<index, to: &lines)
        wrote = true
      }
      start = index + 1
    }
    if start < range.upperBound {
      writeLine(bytes, start..<range.upperBound, to: &lines)
    } else if !wrote {
      lines.reject(.noFlowFields)
    }
  }

  private static let longest = 65_540

  static func writeLine(_ bytes: Span<UInt8>, _ range: Range<Int>, to lines: inout LineBlock) {
    guard !range.isEmpty else { return lines.reject(.noFlowFields) }
    guard !isControl(bytes, range) else { return }
    let begin = lines.bytes.count
    lines.append(bytes, range.lowerBound..<min(range.upperBound, range.lowerBound + longest))
    if bytes[range.lowerBound] == LineBlock.mark { lines.bytes[begin] = 2 }
    lines.endLine(nil, number: 0)
  }

  private static let control = Array("CWL CONTROL MESSAGE".utf8)

  private static func isControl(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count > control.count, bytes[range.lowerBound] == control[0] else { return false }
    for (place, byte) in control.enumerated() where bytes[range.lowerBound + place] != byte {
      return false
    }
    return true
  }
}
