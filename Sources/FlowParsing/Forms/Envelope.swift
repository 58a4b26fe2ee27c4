import FlowModel

/// What stands around the records of an input, where they are not plain lines.
package struct Envelope {
  enum Kind: Equatable {
    case json
    case table(separator: UInt8, hasHeader: Bool)
    case pieces(TextPieces.Border)
  }

  let kind: Kind

  /// So many bytes of an input suffice to know.
  package static let headSize = 65_536

  /// Recognizes an envelope by the beginning of the text; nil for plain lines.
  ///
  /// - Parameter head: the first `headSize` bytes, or all there are.
  package init?(_ head: Span<UInt8>) {
    var start = head.count >= 3 && head[0] == 0xef && head[1] == 0xbb && head[2] == 0xbf ? 3 : 0
    while start < head.count, JSONScanner.isBlank(head[start]) || head[start] == 0 { start += 1 }
    guard start < head.count else { return nil }
    guard let kind = Self.jsonKind(head, start) ?? Self.textKind(head, start) else { return nil }
    self.kind = kind
  }

  /// The header of a tar archive has so many bytes.
  private static let leastHead = 512

  /// Whether what is recognized cannot change with more of the text.
  ///
  /// A document can be longer than any beginning, and is recognized by its first bytes alone.
  ///
  /// - Parameter head: the beginning of the text.
  /// - Returns: whether it holds two whole lines that are no JSON.
  package static func isEnough(_ head: Span<UInt8>) -> Bool {
    guard head.count >= leastHead else { return false }
    var lines = 0
    var isBlank = true
    for index in 0..<head.count {
      let byte = head[index]
      if isBlank, lines == 0, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        return false
      }
      if byte == UInt8(ascii: "\n") {
        lines += isBlank ? 0 : 1
        isBlank = true
        if lines == 2 { return true }
      } else if !JSONScanner.isBlank(byte), byte != 0 {
        isBlank = false
      }
    }
    return false
  }

  private static func jsonKind(_ head: Span<UInt8>, _ start: Int) -> Kind? {
    if head[start] == UInt8(ascii: "{") { return .json }
    guard head[start] == UInt8(ascii: "[") else { return nil }
    let next = JSONScanner.behindBlanks(head, start + 1)
    guard next < head.count else { return .json }
    let begins = [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "]")]
    return begins.contains(head[next]) ? .json : nil
  }

  private static func textKind(_ head: Span<UInt8>, _ start: Int) -> Kind? {
    var line = firstLine(head, start)
    if isPreamble(head, line) {
      let next = JSONScanner.behindBlanks(head, line.upperBound)
      guard next < head.count else { return nil }
      line = firstLine(head, next)
    }
    let hasLineFeed = line.upperBound < head.count
    if let kind = returnsKind(head, line) ?? tableKind(head, line) { return kind }
    return glued(head, line, hasLineFeed: hasLineFeed) ? .pieces(.nothing) : nil
  }

  private static func firstLine(_ head: Span<UInt8>, _ start: Int) -> Range<Int> {
    var end = start
    while end < head.count, head[end] != UInt8(ascii: "\n") { end += 1 }
    return start..<end
  }

  /// A comment, or what a spreadsheet writes above a table.
  private static func isPreamble(_ head: Span<UInt8>, _ line: Range<Int>) -> Bool {
    let word = String(decoding: line.prefix(4).map { head[$0] }, as: UTF8.self).lowercased()
    return word.hasPrefix("#") || word == "sep="
  }

  private static func returnsKind(_ head: Span<UInt8>, _ line: Range<Int>) -> Kind? {
    let inner = line.dropLast()
    for index in inner
    where head[index] == UInt8(ascii: "\r") && head[index + 1] != UInt8(ascii: "\r") {
      return .pieces(.carriageReturns)
    }
    return nil
  }

  private static func tableKind(_ head: Span<UInt8>, _ line: Range<Int>) -> Kind? {
    var row = CSVRow(separator: UInt8(ascii: "\t"))
    if line.contains(where: { head[$0] == UInt8(ascii: "\t") }) {
      let words = words(&row, head, line)
      if words.count > 2, CSVRow.isHeader(words) {
        return .table(separator: UInt8(ascii: "\t"), hasHeader: true)
      }
      let isTabbed =
        row.cells.contains { MessageText.isRecord(head, ValueText.trimmed(head, $0.range)) }
        || row.cells.first.map { InsightsText.isNote(head, $0.range) } == true
      return isTabbed && row.cells.count > 1 ? .pieces(.tabs) : nil
    }
    let separators =
      head[line.lowerBound] == UInt8(ascii: "\"") ? ",;| " : ",;|"
    for separator in separators.utf8 where line.contains(where: { head[$0] == separator }) {
      row = CSVRow(separator: separator)
      let words = words(&row, head, line)
      if words.count > 1, CSVRow.isHeader(words) {
        return .table(separator: separator, hasHeader: true)
      }
      if isData(words, head, row) { return .table(separator: separator, hasHeader: false) }
    }
    let word = words(&row, head, line)
    return word.count == 1 && isLoneColumn(word[0])
      ? .table(separator: UInt8(ascii: ","), hasHeader: true) : nil
  }

  /// A query for the message alone gives a table of one column.
  private static func isLoneColumn(_ name: String) -> Bool {
    ["@message", "message", "_raw"].contains(name)
  }

  private static func words(
    _ row: inout CSVRow,
    _ head: Span<UInt8>,
    _ line: Range<Int>
  ) -> [String] {
    _ = row.read(head.extracting(0..<line.upperBound), line.lowerBound, isLast: true)
    return row.cells.map { cell in CSVRow.name(cell.range.map { head[$0] }) }
  }

  /// Whether a row without a header is a record: one that stands in a cell, or one cell for each field.
  private static func isData(_ words: [String], _ head: Span<UInt8>, _ row: CSVRow) -> Bool {
    if (2...4).contains(words.count) {
      return row.cells.contains { MessageText.isRecord(head, ValueText.trimmed(head, $0.range)) }
    }
    return words.count >= 6 && FormatInference.mayFit(words.map { $0.isEmpty ? "-" : $0 })
  }

  private static func glued(_ head: Span<UInt8>, _ line: Range<Int>, hasLineFeed: Bool) -> Bool {
    guard line.count > 150, MessageText.isRecord(head, line) else { return false }
    var pieces = TextPieces(.nothing)
    var lines = LineBlock()
    _ = pieces.read(head.extracting(line), isLast: true, to: &lines)
    return lines.lines > 1
  }
}
