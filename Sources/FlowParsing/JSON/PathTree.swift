import FlowModel

/// The paths of members that documents have, and the role of each.
///
/// Documents of one log have the same members in the same order. So the path behind each path is remembered, and the
/// next key is compared with that one alone.
struct PathTree {
  /// The paths that are told apart; members beyond them are of no interest.
  ///
  /// A key that is new is compared with all others of its object: hostile documents must not make that long.
  static let limit = 512
  /// A path that is of no interest.
  static let unknown: Int32 = -1
  /// The documents themselves.
  static let root: Int32 = 0

  fileprivate struct Node {
    var key: Range<Int>
    /// The first eight bytes of the key.
    var word: UInt64
    var name: String
    /// The place in a record that the value has; -1 for none.
    var slot: Int32 = -1
    var isWeak = false
    var isContainer = false
    /// The path that followed last time, among the members of the same object.
    var next: Int32 = -1
    /// The first member last time.
    var first: Int32 = -1
    var sibling: Int32 = -1
    var child: Int32 = -1
  }

  private var nodes: [Node] = [Node(key: 0..<0, word: 0, name: "")]
  private var keys: [UInt8] = []

  /// The path of a member.
  ///
  /// - Parameters:
  ///   - parent: the object's path.
  ///   - previous: the path of the member before; `unknown` for the first one.
  ///   - bytes: hold the key.
  ///   - range: where the key stands.
  /// - Returns: `unknown` where too many paths were seen.
  mutating func member(
    of parent: Int32,
    behind previous: Int32,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) -> Int32 {
    guard parent >= 0 else { return Self.unknown }
    let guess = previous >= 0 ? nodes[Int(previous)].next : nodes[Int(parent)].first
    let word = Self.word(bytes, range)
    if guess >= 0, isKey(guess, word, bytes, range) { return guess }
    let found = search(parent, word, bytes, range)
    if previous >= 0 { nodes[Int(previous)].next = found } else { nodes[Int(parent)].first = found }
    return found
  }

  private mutating func search(
    _ parent: Int32,
    _ word: UInt64,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) -> Int32 {
    var child = nodes[Int(parent)].child
    while child >= 0 {
      if isKey(child, word, bytes, range) { return child }
      child = nodes[Int(child)].sibling
    }
    guard nodes.count < Self.limit, range.count <= 256 else { return Self.unknown }
    return add(parent, word, bytes, range)
  }

  private mutating func add(
    _ parent: Int32,
    _ word: UInt64,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>
  ) -> Int32 {
    let start = keys.count
    for index in range { keys.append(bytes[index]) }
    let own = String(decoding: keys[start...], as: UTF8.self)
    let above = nodes[Int(parent)].name
    var node = Node(
      key: start..<keys.count,
      word: word,
      name: above.isEmpty ? own : "\(above.suffix(256)).\(own)"
    )
    node.assign(ColumnRole(node.name), key: own.lowercased())
    node.sibling = nodes[Int(parent)].child
    nodes.append(node)
    nodes[Int(parent)].child = Int32(nodes.count - 1)
    return Int32(nodes.count - 1)
  }

  @inline(__always)
  private func isKey(_ node: Int32, _ word: UInt64, _ bytes: Span<UInt8>, _ range: Range<Int>)
    -> Bool
  {
    let key = nodes[Int(node)].key
    guard nodes[Int(node)].word == word, key.count == range.count else { return false }
    guard key.count > 8 else { return true }
    for offset in 8..<key.count
    where keys[key.lowerBound + offset] != bytes[range.lowerBound + offset] {
      return false
    }
    return true
  }

  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    let word = WordScan.word(bytes, range.lowerBound)
    return range.count >= 8 ? word : word & (1 << UInt64(range.count * 8) - 1)
  }

  /// The place in a record of a path's value, and whether only a value that fits counts; nil for a path without one.
  @inline(__always)
  func slot(_ node: Int32) -> (slot: Int, isWeak: Bool)? {
    guard node >= 0, nodes[Int(node)].slot >= 0 else { return nil }
    return (Int(nodes[Int(node)].slot), nodes[Int(node)].isWeak)
  }

  /// Whether an array at a path holds documents.
  func isContainer(_ node: Int32) -> Bool { node >= 0 && nodes[Int(node)].isContainer }

  /// All paths with dots.
  var names: Set<String> { Set(nodes.map(\.name)) }
}

extension PathTree.Node {
  fileprivate mutating func assign(_ role: ColumnRole, key: String) {
    (slot, isWeak) = role.slot.map { (Int32($0.slot), $0.isWeak) } ?? (-1, false)
    isContainer = role == .container || role == .payload
  }
}

extension ColumnRole {
  /// The place in a record that a value of the role has, and whether only a value that fits counts.
  var slot: (slot: Int, isWeak: Bool)? {
    switch self {
    case .field(let field): (field.index, false)
    case .weakField(let field): (field.index, true)
    case .message: (DocumentRecord.Extra.message.slot, false)
    case .payload: (DocumentRecord.Extra.payload.slot, false)
    case .eventTime: (DocumentRecord.Extra.eventTime.slot, false)
    case .verdict: (DocumentRecord.Extra.verdict.slot, false)
    case .boundary: (DocumentRecord.Extra.boundary.slot, false)
    case .intermediate(.sourceAddress): (DocumentRecord.Extra.sourceInterface.slot, false)
    case .intermediate: (DocumentRecord.Extra.destinationInterface.slot, false)
    case .rowField: (DocumentRecord.Extra.rowField.slot, false)
    case .rowValue: (DocumentRecord.Extra.rowValue.slot, false)
    case .container, .ignored: nil
    }
  }
}
