import FlowModel

/// Turns the texts of one column into codes of the batch's dictionary.
///
/// Columns of flow logs repeat: most rows have the text of the row before, which is compared first. The table has open
/// addressing and is at most half full; its entries are codes.
struct TextEncoder {
  /// The most bytes of a text that are kept, above any real value, so that hostile texts cannot fill the memory.
  static let longest = 1024

  private var places = [UInt32](repeating: 0, count: 256)
  private var used: [Int] = []
  private var last: UInt32 = 0
  /// The bytes of the last text, where it has no more than sixteen.
  private var lastWords: (UInt64, UInt64) = (0, 0)
  private var lastCount = 0

  /// Forgets all codes, for a batch whose dictionary is empty.
  mutating func clear() {
    for place in used { places[place] = 0 }
    used.removeAll(keepingCapacity: true)
    (last, lastCount) = (0, 0)
  }

  /// The code of a text in a block, a new one at first sight; 0 for no bytes.
  @inline(__always)
  mutating func code(
    _ block: Span<UInt8>,
    at start: Int,
    count: Int,
    in column: inout TextColumn
  ) -> UInt32 {
    guard count > 0 else { return 0 }
    let count = min(count, Self.longest)
    guard count <= 16 else { return code(block.extracting(start..<start + count), in: &column) }
    let first = Self.masked(FieldScanner.word(block, start), count)
    let second = Self.masked(FieldScanner.word(block, start + 8), count - 8)
    if count == lastCount, first == lastWords.0, second == lastWords.1 { return last }
    let code = code(block.extracting(start..<start + count), in: &column)
    (lastCount, lastWords) = (count, (first, second))
    return code
  }

  /// The first bytes of a word alone.
  @inline(__always)
  private static func masked(_ word: UInt64, _ count: Int) -> UInt64 {
    count >= 8 ? word : count <= 0 ? 0 : word & (1 << UInt64(count * 8) - 1)
  }

  /// The code of a text, a new one at first sight; 0 for no bytes.
  mutating func code(_ text: Span<UInt8>, in column: inout TextColumn) -> UInt32 {
    lastCount = 0
    guard text.count > 0 else { return 0 }
    guard text.count <= Self.longest else {
      return code(text.extracting(0..<Self.longest), in: &column)
    }
    if last != 0, column.isEqual(last, text) { return last }
    var place = Self.hash(text) & (places.count - 1)
    while places[place] != 0 {
      if column.isEqual(places[place], text) {
        last = places[place]
        return last
      }
      place = (place + 1) & (places.count - 1)
    }
    last = column.append(text)
    places[place] = last
    used.append(place)
    if used.count * 2 > places.count { grow(column) }
    return last
  }

  private mutating func grow(_ column: TextColumn) {
    let codes = used.map { places[$0] }
    places = [UInt32](repeating: 0, count: places.count * 2)
    used.removeAll(keepingCapacity: true)
    for code in codes {
      let text = column.utf8(code)
      var place = Self.hash(text.span) & (places.count - 1)
      while places[place] != 0 { place = (place + 1) & (places.count - 1) }
      places[place] = code
      used.append(place)
    }
  }

  /// Eight bytes at a time; the last ones overlap.
  private static func hash(_ text: Span<UInt8>) -> Int {
    var hash = UInt64(text.count) &* 0x9e37_79b9_7f4a_7c15
    var position = 0
    while position < text.count {
      hash = (hash ^ FieldScanner.word(text, position)) &* 0xff51_afd7_ed55_8ccd
      hash ^= hash >> 32
      position += 8
    }
    return Int(truncatingIfNeeded: hash >> 1)
  }
}
