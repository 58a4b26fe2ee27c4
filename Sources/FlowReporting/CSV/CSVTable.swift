internal import FlowFindings

/// A cell of a CSV file.
enum CSVCell {
  case text(String)
  case number(String)
  case flag(Bool)
  case none

  static func number(_ number: some BinaryInteger) -> CSVCell { .number(String(number)) }
  static func number(_ number: (some BinaryInteger)?) -> CSVCell {
    number.map { .number(String($0)) } ?? .none
  }
  static func text(_ text: String?) -> CSVCell { text.map { .text($0) } ?? .none }
  /// Several words that hold no blank.
  static func list(_ words: [String]) -> CSVCell { .text(words.joined(separator: " ")) }
}

/// Rows as RFC 4180 has them: a header, commas, CRLF, UTF-8 without a mark.
///
/// A row is one line whatever the texts hold: control characters are shown as what they are, as on the screen.
struct CSVTable<Row> {
  typealias Column = (name: String, cell: (Row) -> CSVCell)

  var columns: [Column]

  func bytes(_ rows: some Sequence<Row>) -> [UInt8] {
    var bytes = Self.line(columns.map(\.name))
    for row in rows { bytes += Self.line(columns.map { CSVText.of($0.cell(row)) }) }
    return bytes
  }

  private static func line(_ cells: [String]) -> [UInt8] {
    Array((cells.joined(separator: ",") + "\r\n").utf8)
  }
}

/// Cells as text.
enum CSVText {
  /// What makes a spreadsheet take a text for a formula, in the wide forms of East Asia as well.
  private static let formulaStarts = Set("=+-@\t\r＝＋－＠".unicodeScalars)
  /// What a reader may take for the end of a cell, the semicolon of other countries included.
  private static let reserved = Set("\",;\r\n\t".unicodeScalars)

  static func of(_ cell: CSVCell) -> String {
    switch cell {
    case .text(let text): quoted(guarded(TextFormat.safe(text)))
    case .number(let digits): digits
    case .flag(let flag): flag ? "true" : "false"
    case .none: ""
    }
  }

  /// A spreadsheet calculates what it takes for a formula; behind an apostrophe it does not.
  private static func guarded(_ text: String) -> String {
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
    return first.map(formulaStarts.contains) == true ? "'" + text : text
  }

  /// By scalars: a quote that carries an accent is one character to Swift, and still a quote to every reader.
  private static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let isPlain = !scalars.contains(where: reserved.contains)
    guard !isPlain || scalars.first == " " || scalars.last == " " else { return text }
    var quoted = "\""
    for scalar in scalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
