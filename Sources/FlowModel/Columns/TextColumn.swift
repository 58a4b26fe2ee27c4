/// A dictionary-coded column of text.
///
/// Shape: one code for each row; the distinct texts of the batch stand once in a dictionary, in the order of first
/// sight. Code 0 is a row without text: the record shows `-`, or its format lacks the field. A comparison that looks at
/// every distinct text once, and then at codes, costs as much as one on numbers.
public struct TextColumn: Sendable {
  /// The code of each row.
  public package(set) var codes: [UInt32]
  /// All distinct texts, one behind the other, UTF-8.
  private var bytes: [UInt8] = []
  /// Where each text ends in `bytes`; the first entry is that of code 0, and empty.
  private var ends: [Int] = [0]

  /// A column without texts.
  public init(capacity: Int = RecordBatch.capacity) {
    codes = [UInt32](repeating: 0, count: capacity)
  }

  /// How many codes there are, that of missing text included: codes are below it.
  public var codeCount: Int { ends.count }

  /// The text of a code; nil for code 0.
  public func text(_ code: UInt32) -> String? {
    code == 0 ? nil : String(decoding: bytes[range(code)], as: UTF8.self)
  }

  /// The text of a row; nil where there is none.
  public subscript(row: Int) -> String? { text(codes[row]) }

  /// The bytes of a code's text; none for code 0.
  public func utf8(_ code: UInt32) -> ArraySlice<UInt8> { bytes[range(code)] }

  private func range(_ code: UInt32) -> Range<Int> {
    (code == 0 ? 0 : ends[Int(code) - 1])..<ends[Int(code)]
  }

  /// Adds a text to the dictionary, which must not hold it yet.
  package mutating func append(_ text: Span<UInt8>) -> UInt32 {
    for index in text.indices { bytes.append(text[index]) }
    ends.append(bytes.count)
    return UInt32(ends.count - 1)
  }

  /// Whether a code stands for exactly these bytes.
  package func isEqual(_ code: UInt32, _ text: Span<UInt8>) -> Bool {
    let range = range(code)
    guard range.count == text.count else { return false }
    let own = bytes.span
    for index in text.indices where own[range.lowerBound &+ index] != text[index] { return false }
    return true
  }

  /// Forgets all texts; the codes of rows mean nothing until they are written again.
  package mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeSubrange(1...)
  }
}
