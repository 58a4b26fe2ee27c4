import FlowModel

/// One document: an object, or a row of Logs Insights.
extension JSONReader {
  /// What became of an attempt to read a document.
  private enum Result {
    case whole(end: Int)
    case incomplete
    case malformed(Int)
    /// The object is none, but holds an array of documents that begins here.
    case container(Int, depth: Int)
  }

  mutating func document(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    record.begin()
    switch object(bytes, place, isLast) {
    case .whole(let end):
      let isTooLong = end - place > Self.longestDocument
      place = end
      if isTooLong { lines.reject(.tooLong) } else { finish(bytes, &lines) }
      return true
    case .incomplete: return incomplete(isLast, bytes, &place, &lines)
    case .malformed(let damage): return resume(behind: damage, &place, &lines)
    case .container(let start, let depth):
      if kind == nil { kind = describe() }
      frames += [Frame](repeating: .object, count: depth) + [.array]
      place = start
      return true
    }
  }

  /// Reads the members of an object and of the objects in it.
  private mutating func object(_ bytes: Span<UInt8>, _ start: Int, _ isLast: Bool) -> Result {
    var parents: [Int32] = []
    var parent = PathTree.root
    var previous = PathTree.unknown
    var place = start + 1
    while true {
      place = JSONScanner.behindBlanks(bytes, place)
      guard place < bytes.count else { return .incomplete }
      switch bytes[place] {
      case UInt8(ascii: ","): place += 1
      case UInt8(ascii: "}"):
        place += 1
        guard let above = parents.popLast() else { return .whole(end: place) }
        (previous, parent) = (parent, above)
      case UInt8(ascii: "\""):
        var hasEscapes = false
        let end = JSONScanner.string(bytes, place + 1, &hasEscapes)
        guard case .at(let quote) = end else { return Self.result(end) }
        let node = path(parent, previous, bytes, place + 1..<quote, hasEscapes)
        let colon = JSONScanner.behindBlanks(bytes, quote + 1)
        guard colon < bytes.count else { return .incomplete }
        guard bytes[colon] == UInt8(ascii: ":") else { return .malformed(colon) }
        place = JSONScanner.behindBlanks(bytes, colon + 1)
        guard place < bytes.count else { return .incomplete }
        if bytes[place] == UInt8(ascii: "{"), parents.count + frames.count < Self.deepest {
          parents.append(parent)
          (parent, previous) = (node, PathTree.unknown)
          place += 1
          continue
        }
        let result = value(bytes, place, node, isLast)
        switch result {
        case .whole(let end): place = end
        case .container(let start, _): return .container(start, depth: parents.count + 1)
        case .incomplete, .malformed: return result
        }
        previous = node
      default: return .malformed(place)
      }
    }
  }

  private static func result(_ end: JSONScanner.End) -> Result {
    if case .malformed(let place) = end { .malformed(place) } else { .incomplete }
  }

  private mutating func path(
    _ parent: Int32,
    _ previous: Int32,
    _ bytes: Span<UInt8>,
    _ key: Range<Int>,
    _ hasEscapes: Bool
  ) -> Int32 {
    guard hasEscapes else { return paths.member(of: parent, behind: previous, bytes, key) }
    var name: [UInt8] = []
    JSONScanner.unescape(bytes, key, to: &name)
    return paths.member(of: parent, behind: previous, name.span, name.indices)
  }

  private mutating func value(
    _ bytes: Span<UInt8>,
    _ start: Int,
    _ node: Int32,
    _ isLast: Bool
  ) -> Result {
    switch bytes[start] {
    case UInt8(ascii: "\""):
      var hasEscapes = false
      let end = JSONScanner.string(bytes, start + 1, &hasEscapes)
      guard case .at(let quote) = end else { return Self.result(end) }
      take(node, bytes, start + 1..<quote, hasEscapes)
      return .whole(end: quote + 1)
    case UInt8(ascii: "["): return array(bytes, start, node, isLast)
    case UInt8(ascii: "{"): return whole(JSONScanner.value(bytes, start, isLast: isLast))
    default:
      let end = JSONScanner.scalar(bytes, start, isLast: false)
      guard case .at(let behind) = end else { return Self.result(end) }
      take(node, bytes, start..<behind, false)
      return .whole(end: behind)
    }
  }

  private func whole(_ end: JSONScanner.End) -> Result {
    if case .at(let place) = end { .whole(end: place) } else { Self.result(end) }
  }

  /// An array of documents, or one around a single value.
  private mutating func array(
    _ bytes: Span<UInt8>,
    _ start: Int,
    _ node: Int32,
    _ isLast: Bool
  ) -> Result {
    let first = JSONScanner.behindBlanks(bytes, start + 1)
    guard first < bytes.count else { return .incomplete }
    if paths.isContainer(node), frames.count + 2 < Self.deepest, !record.hasValues {
      return .container(start + 1, depth: 0)
    }
    let byte = bytes[first]
    if paths.slot(node) != nil, byte != UInt8(ascii: "{"), byte != UInt8(ascii: "["),
      byte != UInt8(ascii: "]")
    {
      let result = value(bytes, first, node, isLast)
      guard case .whole = result else { return result }
    }
    return whole(JSONScanner.value(bytes, start, isLast: isLast))
  }

  private mutating func take(
    _ node: Int32,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    _ hasEscapes: Bool
  ) {
    guard let (slot, isWeak) = paths.slot(node) else { return }
    if isWeak {
      let field = FieldName.allCases[slot]
      guard ValueText.accepts(field, bytes, range) else { return }
    }
    set(slot, node, bytes, range, hasEscapes)
  }

  // MARK: Logs Insights

  /// Reads a row: an array of objects, each of which has the name of a field and its value.
  mutating func row(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    guard case .at(let end) = JSONScanner.value(bytes, place, isLast: isLast) else {
      return incomplete(isLast, bytes, &place, &lines)
    }
    var row = InsightsRow()
    guard row.read(bytes, place + 1..<end - 1) else {
      return resume(behind: end, &place, &lines)
    }
    record.begin()
    for cell in row.cells {
      let node = path(PathTree.root, PathTree.unknown, bytes, cell.name, cell.nameHasEscapes)
      take(node, bytes, cell.value, cell.valueHasEscapes)
    }
    place = end
    kind = kind ?? "Logs Insights results"
    finish(bytes, &lines)
    return true
  }
}

/// The cells of a row of Logs Insights.
struct InsightsRow {
  struct Cell {
    var name = 0..<0
    var nameHasEscapes = false
    var value = 0..<0
    var valueHasEscapes = false
  }

  private(set) var cells: [Cell] = []

  /// Reads the objects of a row, whose brackets are known to match.
  ///
  /// - Returns: false for a row that is no JSON.
  mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var place = range.lowerBound
    var cell = Cell()
    while place < range.upperBound {
      switch bytes[place] {
      case UInt8(ascii: "{"): cell = Cell()
      case UInt8(ascii: "}"): cells.append(cell)
      case UInt8(ascii: "\""):
        guard let end = pair(bytes, place, &cell) else { return false }
        place = end
        continue
      default: break
      }
      place += 1
    }
    return true
  }

  /// Reads a key and its value.
  private func pair(_ bytes: Span<UInt8>, _ start: Int, _ cell: inout Cell) -> Int? {
    var keyHasEscapes = false
    guard case .at(let quote) = JSONScanner.string(bytes, start + 1, &keyHasEscapes) else {
      return nil
    }
    let colon = JSONScanner.behindBlanks(bytes, quote + 1)
    guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return nil }
    let first = JSONScanner.behindBlanks(bytes, colon + 1)
    guard first < bytes.count else { return nil }
    let isName = quote - start == 6 && bytes[start + 1] == UInt8(ascii: "f")
    var hasEscapes = false
    let value: Range<Int>
    let end: Int
    if bytes[first] == UInt8(ascii: "\"") {
      guard case .at(let close) = JSONScanner.string(bytes, first + 1, &hasEscapes) else {
        return nil
      }
      (value, end) = (first + 1..<close, close + 1)
    } else {
      guard case .at(let behind) = JSONScanner.value(bytes, first, isLast: false) else {
        return nil
      }
      (value, end) = (first..<behind, behind)
    }
    if isName {
      (cell.name, cell.nameHasEscapes) = (value, hasEscapes)
    } else {
      (cell.value, cell.valueHasEscapes) = (value, hasEscapes)
    }
    return end
  }
}
