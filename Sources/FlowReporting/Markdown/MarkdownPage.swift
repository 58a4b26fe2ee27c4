internal import FlowFindings

/// Lines that together stay below a number of bytes.
struct MarkdownPage {
  private(set) var lines: [String] = []
  private var room: Int

  init(limit: Int) { room = limit }

  /// Adds what must be there.
  mutating func add(_ block: [String]) {
    lines += block
    room -= Self.bytes(block)
  }

  /// Adds lines all together, or not at all.
  mutating func addIfRoom(_ block: [String]) -> Bool {
    guard Self.bytes(block) <= room else { return false }
    add(block)
    return true
  }

  /// Keeps room for what is added later.
  mutating func reserve(_ block: [String]) { room -= Self.bytes(block) }

  private static func bytes(_ block: [String]) -> Int {
    block.reduce(0) { $0 + $1.utf8.count + 1 }
  }
}
