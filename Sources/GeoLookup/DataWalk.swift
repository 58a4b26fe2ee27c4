/// Walks over values of a data section and checks that they are whole, before the C library observes them.
///
/// The library checks where values end, but not how deep they lie nor how often pointers lead to the same ones, and a
/// small file can be built to exhaust stack or time by either.
struct DataWalk {
  /// Maps and arrays within each other, pointers included; real records have four.
  private static let deepest = 32
  /// Values left to look at; real records have a few hundred.
  private var budget = 1 << 16

  /// The types of the format that matter here.
  private enum Kind {
    static let extended: UInt8 = 0
    static let pointer: UInt8 = 1
    static let text: UInt8 = 2
    static let map: UInt8 = 7
    static let array: UInt8 = 11
    static let boolean: UInt8 = 14
  }

  /// The start of a value: what it is and where its content lies.
  private struct Head {
    var kind: UInt8
    /// Bytes of content; entries of a map or array; for pointers the place that is meant.
    var size: Int
    /// Where the content begins.
    var content: Int
  }

  /// Checks the value at an offset, with everything below it.
  ///
  /// - Returns: the offset of what follows; nil when it is damaged.
  mutating func end(_ bytes: Span<UInt8>, at offset: Int, depth: Int = 0) -> Int? {
    budget -= 1
    guard budget > 0, depth < Self.deepest, let head = Self.head(bytes, at: offset) else {
      return nil
    }
    switch head.kind {
    case Kind.pointer:
      // The format forbids a pointer to a pointer.
      guard let target = Self.head(bytes, at: head.size), target.kind != Kind.pointer,
        end(bytes, at: head.size, depth: depth + 1) != nil
      else { return nil }
      return head.content
    case Kind.map: return members(bytes, head, depth)
    case Kind.array: return elements(bytes, head, depth)
    case Kind.boolean: return head.content
    default: return head.content + head.size <= bytes.count ? head.content + head.size : nil
    }
  }

  private mutating func members(_ bytes: Span<UInt8>, _ map: Head, _ depth: Int) -> Int? {
    var offset = map.content
    for _ in 0..<map.size {
      guard Self.key(bytes, at: offset) != nil,
        let value = end(bytes, at: offset, depth: depth + 1),
        let next = end(bytes, at: value, depth: depth + 1)
      else { return nil }
      offset = next
    }
    return offset
  }

  private mutating func elements(_ bytes: Span<UInt8>, _ array: Head, _ depth: Int) -> Int? {
    var offset = array.content
    for _ in 0..<array.size {
      guard let next = end(bytes, at: offset, depth: depth + 1) else { return nil }
      offset = next
    }
    return offset
  }

  /// A number of the map at the start of a section.
  ///
  /// - Returns: nil when there is none of that name, or something is damaged before it.
  static func number(_ name: String, _ bytes: Span<UInt8>) -> UInt64? {
    guard let map = head(bytes, at: 0), map.kind == Kind.map else { return nil }
    var (walk, offset) = (DataWalk(), map.content)
    for _ in 0..<map.size {
      guard let key = key(bytes, at: offset), let value = walk.end(bytes, at: offset),
        let head = head(bytes, at: value), let next = walk.end(bytes, at: value)
      else { return nil }
      if text(bytes, key) == name { return number(bytes, head) }
      offset = next
    }
    return nil
  }

  private static func number(_ bytes: Span<UInt8>, _ head: Head) -> UInt64? {
    guard [5, 6, 9].contains(head.kind), head.size <= 8 else { return nil }
    return (0..<head.size).reduce(0) { $0 << 8 | UInt64(bytes[head.content + $1]) }
  }

  private static func text(_ bytes: Span<UInt8>, _ head: Head) -> String {
    let content = (head.content..<head.content + head.size).map { bytes[$0] }
    return String(decoding: content, as: UTF8.self)
  }

  /// The text that is a key, be it there or elsewhere.
  private static func key(_ bytes: Span<UInt8>, at offset: Int) -> Head? {
    guard var head = head(bytes, at: offset) else { return nil }
    if head.kind == Kind.pointer {
      guard let target = self.head(bytes, at: head.size) else { return nil }
      head = target
    }
    return head.kind == Kind.text && head.content + head.size <= bytes.count ? head : nil
  }

  /// Reads what a value begins with: a byte of type and size, for some types and sizes more.
  private static func head(_ bytes: Span<UInt8>, at offset: Int) -> Head? {
    guard offset < bytes.count else { return nil }
    let first = bytes[offset]
    var head = Head(kind: first >> 5, size: Int(first & 31), content: offset + 1)
    if head.kind == Kind.pointer { return pointer(bytes, head) }
    if head.kind == Kind.extended {
      guard head.content < bytes.count, 1...8 ~= bytes[head.content] else { return nil }
      head.kind = bytes[head.content] + 7
      head.content += 1
    }
    guard head.size >= 29 else { return head }
    let base = [29, 285, 65_821][head.size - 29]
    return big(bytes, head.content, count: head.size - 28).map { more in
      Head(kind: head.kind, size: base + more.value, content: more.next)
    }
  }

  private static func pointer(_ bytes: Span<UInt8>, _ head: Head) -> Head? {
    let count = head.size >> 3 + 1
    let base = [0, 2048, 526_336, 0][count - 1]
    return big(bytes, head.content, count: count).map { low in
      let high = count == 4 ? 0 : (head.size & 7) << (8 * count)
      return Head(kind: head.kind, size: base + high + low.value, content: low.next)
    }
  }

  /// A number of some bytes, the highest first.
  private static func big(
    _ bytes: Span<UInt8>,
    _ offset: Int,
    count: Int
  ) -> (value: Int, next: Int)? {
    guard offset + count <= bytes.count else { return nil }
    return ((0..<count).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }, offset + count)
  }
}
