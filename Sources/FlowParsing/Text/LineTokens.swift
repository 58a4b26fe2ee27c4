import FlowModel

/// A line that the fast path did not take, cleaned and cut into its columns.
///
/// Removes what editors, terminals and spreadsheets add: a byte order mark, color codes, carriage returns, doubled or
/// trailing blanks, tabs for blanks. The fields themselves are not touched.
struct LineTokens {
  /// The columns as text.
  let words: [String]
  /// Whether the line holds control bytes that no text has.
  let hasControlBytes: Bool

  init(_ line: Span<UInt8>) {
    var clean: [UInt8] = []
    var hasControlBytes = false
    var index = line.count >= 3 && line[0] == 0xef && line[1] == 0xbb && line[2] == 0xbf ? 3 : 0
    while index < line.count {
      let byte = line[index]
      if byte == 0x1b {
        index = Self.behindColourCode(line, index)
        continue
      }
      if byte < 0x20, byte != 9, byte != 13, byte != 10 { hasControlBytes = true }
      clean.append(byte)
      index += 1
    }
    let pieces = clean.split { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 10 }
    words = pieces.map { String(decoding: $0, as: UTF8.self) }
    self.hasControlBytes = hasControlBytes
  }

  private static func behindColourCode(_ line: Span<UInt8>, _ start: Int) -> Int {
    var index = start + 1
    guard index < line.count, line[index] == UInt8(ascii: "[") else { return index }
    index += 1
    while index < line.count, line[index] < 0x40 { index += 1 }
    return min(index + 1, line.count)
  }

  /// The columns with single blanks between them and a line feed behind them: what the fast path expects.
  var record: [UInt8] { Array(words.joined(separator: " ").utf8) + [10] }

  /// The format that the line names, if it is a header: nothing but distinct names, at least half of them known.
  var header: RecordFormat? {
    guard let first = words.first, first.first?.isLetter == true else { return nil }
    guard words.allSatisfy(Self.looksLikeName), Set(words).count == words.count else { return nil }
    let known = words.filter { FieldName(rawValue: $0) != nil || FieldName(anySpelling: $0) != nil }
    guard known.count * 2 >= words.count, known.count >= 2 else { return nil }
    let columns = words.map { word in
      (FieldName(rawValue: word) ?? FieldName(anySpelling: word)).map(FormatColumn.field)
        ?? .opaque(word)
    }
    return RecordFormat(columns: columns, origin: .header)
  }

  private static func looksLikeName(_ word: String) -> Bool {
    word.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// How many columns an exporter put before the record: an ISO time, or an ISO time and the stream's name.
  var prefixColumns: Int {
    guard let first = words.first, Self.isISOTime(first) else { return 0 }
    guard words.count > 1 else { return 1 }
    let stream = words[1]
    let isStream =
      stream.hasPrefix("eni-")
      && (stream.hasSuffix("-all") || stream.hasSuffix("-accept")
        || stream.hasSuffix("-reject"))
    return isStream ? 2 : 1
  }

  static func isISOTime(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count >= 19, bytes[10] == UInt8(ascii: "T") else { return false }
    let shape = Array("dddd-dd-ddTdd:dd:dd".utf8)
    return zip(bytes, shape).allSatisfy { byte, kind in
      kind == UInt8(ascii: "d") ? 48...57 ~= byte : byte == kind
    }
  }
}
