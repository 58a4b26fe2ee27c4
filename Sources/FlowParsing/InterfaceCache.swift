import FlowModel

/// One parser's own copy of the interface numbers, so that the shared registry is asked once per interface.
///
/// An interface id has 12 or 21 bytes, so three words hold it whole; anything longer goes to the registry.
/// Open addressing, at most half full, linear probing; a lookup touches one cache line.
struct InterfaceCache {
  private struct Entry {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var number: UInt32 = 0
    /// Length of the name; 0 marks a free place.
    var length: UInt32 = 0
  }

  private let registry: InterfaceRegistry
  private var entries = [Entry](repeating: Entry(), count: 1024)
  private var count = 0

  init(registry: InterfaceRegistry) {
    self.registry = registry
  }

  /// The number of the interface whose id begins at the position, which moves behind it.
  @inline(__always)
  mutating func number(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt32 {
    let start = position
    if start &+ 21 < bytes.count, bytes[start &+ 21] <= 0x20 {
      let first = FieldScanner.word(bytes, start)
      let second = FieldScanner.word(bytes, start &+ 8)
      let third = FieldScanner.word(bytes, start &+ 13)
      if FieldScanner.blankMask(first) | FieldScanner.blankMask(second)
        | FieldScanner.blankMask(third) == 0
      {
        position = start &+ 21
        return number(first, second, third, bytes, start..<position)
      }
    }
    return otherNumber(bytes, &position)
  }

  private mutating func otherNumber(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt32 {
    let start = position
    FieldScanner.skip(bytes, &position)
    if position - start == 1, bytes[start] == UInt8(ascii: "-") { return 0 }
    guard position - start <= 64, position > start else { return 0 }
    return registry.number(Self.text(bytes, start..<position))
  }

  @inline(__always)
  private mutating func number(
    _ first: UInt64,
    _ second: UInt64,
    _ third: UInt64,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) -> UInt32 {
    let mixed = (first ^ second &* 0x9e37_79b9_7f4a_7c15 ^ third) &* 0xff51_afd7_ed55_8ccd
    var place = Int(truncatingIfNeeded: mixed >> 32) & (entries.count &- 1)
    while entries[place].length != 0 {
      let entry = entries[place]
      if entry.first == first, entry.second == second, entry.third == third { return entry.number }
      place = (place &+ 1) & (entries.count &- 1)
    }
    let account = Self.account(bytes, before: range.lowerBound)
    return insert(first, second, third, registry.number(Self.text(bytes, range), account: account))
  }

  private mutating func insert(
    _ first: UInt64,
    _ second: UInt64,
    _ third: UInt64,
    _ number: UInt32
  ) -> UInt32 {
    // Past its limit the registry numbers everything 0; then the cache must not grow either.
    guard number != 0 else { return 0 }
    if count * 2 >= entries.count { grow() }
    place(Entry(first: first, second: second, third: third, number: number, length: 21))
    count += 1
    return number
  }

  private mutating func place(_ entry: Entry) {
    let mixed =
      (entry.first ^ entry.second &* 0x9e37_79b9_7f4a_7c15 ^ entry.third) &* 0xff51_afd7_ed55_8ccd
    var place = Int(truncatingIfNeeded: mixed >> 32) & (entries.count - 1)
    while entries[place].length != 0 { place = (place + 1) & (entries.count - 1) }
    entries[place] = entry
  }

  private mutating func grow() {
    let old = entries
    entries = [Entry](repeating: Entry(), count: old.count * 2)
    for entry in old where entry.length != 0 { place(entry) }
  }

  /// The account in the column before the interface's, as version 2 has it; nil when no twelve digits stand there.
  private static func account(_ bytes: Span<UInt8>, before start: Int) -> String? {
    let digits = 12
    guard start > digits, bytes[start - 1] <= 0x20 else { return nil }
    let range = (start - 1 - digits)..<(start - 1)
    guard range.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[$0] }),
      range.lowerBound == 0 || bytes[range.lowerBound - 1] <= 0x20
    else { return nil }
    return text(bytes, range)
  }

  private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.map { bytes[$0] }, as: UTF8.self)
  }
}
