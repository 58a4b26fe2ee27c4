import FlowModel

/// Text in which other bytes than line feeds stand between records.
struct TextPieces {
  /// What stands between records.
  enum Border {
    /// Carriage returns, as old editors write them.
    case carriageReturns
    /// Tabs, as `aws logs ... --output text` writes them.
    case tabs
    /// Nothing, as Firehose writes them.
    case nothing
  }

  /// Pieces above this many bytes are no records, and are cut.
  private static let longest = 131_072

  let border: Border
  private var insights = TabbedRow()
  /// The record of a row of Logs Insights.
  var record = DocumentRecord()
  private var isSkipping = false

  init(_ border: Border) { self.border = border }

  /// Reads as far as whole pieces go.
  ///
  /// - Returns: where the next call has to begin.
  mutating func read(_ bytes: Span<UInt8>, isLast: Bool, to lines: inout LineBlock) -> Int {
    var place = 0
    while place < bytes.count {
      var end = place
      while end < bytes.count, !isBorder(bytes, end, place) { end += 1 }
      let isWhole = end < bytes.count || isLast
      guard isWhole || end - place > Self.longest else { break }
      if !isSkipping { take(bytes, place..<end, &lines) }
      isSkipping = !isWhole
      place = end + (end < bytes.count && border != .nothing ? 1 : 0)
      if border == .nothing, place < bytes.count, bytes[place] == 10 { place += 1 }
    }
    return place
  }

  private func isBorder(_ bytes: Span<UInt8>, _ place: Int, _ start: Int) -> Bool {
    let byte = bytes[place]
    switch border {
    case .carriageReturns: return byte == 13 || byte == 10
    // A line that begins with a record may hold all records of an answer.
    case .tabs:
      return byte == 10 || byte == 9 && MessageText.isRecord(bytes, start..<place)
    case .nothing:
      guard byte != 10 else { return true }
      return 48...57 ~= byte && Self.endsRecord(bytes, start..<place)
    }
  }

  private static let endings = ["OK", "NODATA", "SKIPDATA"].map { Array(" \($0)".utf8) }

  private static func endsRecord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let last = range.last,
      bytes[last] == UInt8(ascii: "K") || bytes[last] == UInt8(ascii: "A")
    else { return false }
    return endings.contains { ending in
      range.count > ending.count
        && ending.indices.allSatisfy {
          bytes[range.upperBound - ending.count + $0] == ending[$0]
        }
    }
  }

  private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>, _ lines: inout LineBlock) {
    guard border == .tabs else {
      if !range.isEmpty { MessageText.writeLine(bytes, range, to: &lines) }
      return
    }
    let cells = Self.cells(bytes, range)
    guard let first = cells.first else { return }
    if InsightsText.isRow(bytes, first, cells.count) {
      return takeInsights(bytes, cells, &lines)
    }
    let records = cells.filter { MessageText.isRecord(bytes, ValueText.trimmed(bytes, $0)) }
    for cell in records {
      MessageText.writeLine(bytes, ValueText.trimmed(bytes, cell), to: &lines)
    }
    let isNamed = InsightsText.isNote(bytes, first)
    if records.isEmpty, !isNamed, !ValueText.trimmed(bytes, range).isEmpty {
      MessageText.writeLine(bytes, range, to: &lines)
    }
  }

  private static func cells(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    var start = range.lowerBound
    for index in range where bytes[index] == UInt8(ascii: "\t") {
      cells.append(start..<index)
      start = index + 1
    }
    return cells + [start..<range.upperBound]
  }

  // MARK: Logs Insights

  /// A line for each value: `RESULTS`, the name of the field, its value; `@ptr` ends a row.
  private mutating func takeInsights(
    _ bytes: Span<UInt8>,
    _ cells: [Range<Int>],
    _ lines: inout LineBlock
  ) {
    let name = String(decoding: cells[1].prefix(200).map { bytes[$0] }, as: UTF8.self)
    if name == "@ptr" || insights.has(name) { flush(&lines) }
    if name != "@ptr" {
      insights.add(name, cells[2].map { bytes[$0] })
    }
  }

  /// Writes the row that is not ended yet.
  mutating func flush(_ lines: inout LineBlock) {
    guard !insights.isEmpty else { return }
    record.begin()
    for (number, cell) in insights.cells.enumerated() {
      guard let (slot, isWeak) = ColumnRole(cell.name).slot,
        !isWeak || ValueText.accepts(FieldName.allCases[slot], cell.value.span, cell.value.indices)
      else { continue }
      let kept = record.keep { $0 += cell.value }
      record.set(slot, Int32(number), cell.value.span, kept, isScratch: true)
    }
    let nothing: [UInt8] = []
    if case .payload = record.write(nothing.span, to: &lines) { lines.reject(.badPayload) }
    insights = TabbedRow()
  }
}

/// A row of Logs Insights of which each line of text shows one value.
private struct TabbedRow {
  private(set) var cells: [(name: String, value: [UInt8])] = []

  var isEmpty: Bool { cells.isEmpty }

  func has(_ name: String) -> Bool { cells.contains { $0.name == name } }

  mutating func add(_ name: String, _ value: [UInt8]) {
    if cells.count < 200 { cells.append((name, Array(value.prefix(65_540)))) }
  }
}

/// The names that the text output of the AWS command line puts at the beginning of lines.
enum InsightsText {
  /// Whether a line shows a value of a row of Logs Insights.
  static func isRow(_ bytes: Span<UInt8>, _ first: Range<Int>, _ cells: Int) -> Bool {
    cells == 3 && word(bytes, first) == "RESULTS"
  }

  /// Whether a line says something about the answer as a whole.
  static func isNote(_ bytes: Span<UInt8>, _ first: Range<Int>) -> Bool {
    let word = word(bytes, first)
    return notes.contains(word) || word.hasPrefix("f/") || word.hasPrefix("b/")
  }

  private static let notes: Set<String> = [
    "SEARCHEDLOGSTREAMS", "STATISTICS", "QUERYLANGUAGE", "Complete", "Running", "None", "RESULTS",
    "CWLI", "RESPONSEMETADATA",
  ]

  private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.prefix(40).map { bytes[$0] }, as: UTF8.self)
  }
}
