import FlowModel

/// Reads JSON of any arrangement piece by piece and writes a line for each document in it.
///
/// A document is an object that stands alone, in an array at the top, or in an array whose name says that it holds
/// documents (`events`, `logEvents`, `results`, ...), at any depth. Values follow one another with or without line
/// feeds and commas. A document is read when all of it is there; what stands around documents is passed over piece by
/// piece, so that memory does not depend on how long the text is.
struct JSONReader {
  /// Documents above this many bytes are passed over.
  static let longestDocument = 16 << 20
  /// Keys above this many bytes are those of no documents.
  private static let longestKey = 1024
  /// Arrays and objects around documents, and objects in a document.
  static let deepest = 64

  /// What stands around the present place.
  enum Frame { case array, object }

  /// Unpacks the gzip member of a payload; nil where it is damaged or too large.
  typealias Unpack = ([UInt8]) -> [UInt8]?

  var frames: [Frame] = []
  var paths = PathTree()
  var record = DocumentRecord()
  var skipper: JSONSkipper?
  /// Looks for the next document behind damage.
  private var isResuming = false
  private var last: UInt8 = 0
  let unpack: Unpack
  /// How many payloads this text was packed in.
  let level: Int
  /// The kind of documents, from what the first ones were.
  var kind: String?

  init(level: Int = 0, unpack: @escaping Unpack) {
    (self.level, self.unpack) = (level, unpack)
  }

  /// Reads as far as whole documents go.
  ///
  /// - Returns: where the next call has to begin.
  mutating func read(_ bytes: Span<UInt8>, isLast: Bool, to lines: inout LineBlock) -> Int {
    var place = 0
    while place < bytes.count {
      let before = place
      guard step(bytes, &place, isLast, &lines) else {
        place = before
        break
      }
    }
    if place < bytes.count, bytes.count - place > Self.longestDocument {
      lines.reject(.tooLong)
      skipper = JSONSkipper()
      return read(bytes.extracting(place..<bytes.count), isLast: isLast, to: &lines) + place
    }
    return place
  }

  /// What is wrong with the end of the text, of which so many bytes were not read; nil when all is well.
  func fault(rest: Int) -> String? {
    guard rest > 0 || !frames.isEmpty || skipper != nil else { return nil }
    return
      "the JSON text ends inside \(rest > 0 || skipper != nil ? "a document" : "an array of documents")"
  }

  /// - Returns: false when more bytes are needed.
  private mutating func step(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    if skipper != nil { return pass(bytes, &place) }
    if isResuming { return resume(bytes, &place) }
    let byte = bytes[place]
    switch byte {
    case 32, 9, 10, 13, UInt8(ascii: ","), 0xef, 0xbb, 0xbf, 0: place += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      if !frames.isEmpty { frames.removeLast() }
      place += 1
    default:
      return frames.last == .object
        ? member(bytes, &place, isLast) : element(bytes, &place, isLast, &lines)
    }
    return true
  }

  private mutating func pass(_ bytes: Span<UInt8>, _ place: inout Int) -> Bool {
    if let end = skipper?.skip(bytes, from: place) {
      skipper = nil
      place = end
    } else {
      place = bytes.count
    }
    return true
  }

  // MARK: Elements

  private mutating func element(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    switch bytes[place] {
    case UInt8(ascii: "{"): return document(bytes, &place, isLast, &lines)
    case UInt8(ascii: "["): return array(bytes, &place, isLast, &lines)
    case UInt8(ascii: "\""): return text(bytes, &place, isLast, &lines)
    default:
      return frames.isEmpty
        ? line(bytes, &place, isLast, &lines) : scalar(bytes, &place, isLast, &lines)
    }
  }

  /// A row of Logs Insights is an array of objects with `field` and `value`; any other array holds documents.
  private mutating func array(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    if !frames.isEmpty {
      let inner = JSONScanner.behindBlanks(bytes, place + 1)
      let key = inner < bytes.count ? JSONScanner.behindBlanks(bytes, inner + 1) : inner
      guard key + 8 < bytes.count || isLast else { return false }
      if key + 8 < bytes.count, bytes[inner] == UInt8(ascii: "{"),
        Self.rowKeys.contains(where: { name in
          name.indices.allSatisfy { bytes[key + $0] == name[$0] }
        })
      {
        return row(bytes, &place, isLast, &lines)
      }
    }
    guard frames.count < Self.deepest else {
      lines.reject(.badJSON)
      skipper = JSONSkipper()
      return true
    }
    frames.append(.array)
    place += 1
    return true
  }

  private static let rowKeys = [Array("\"field\"".utf8), Array("\"value\"".utf8)]

  /// A string is a record as text.
  private mutating func text(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    var hasEscapes = false
    switch JSONScanner.string(bytes, place + 1, &hasEscapes) {
    case .incomplete: return incomplete(isLast, bytes, &place, &lines)
    case .malformed(let damage): return resume(behind: damage, &place, &lines)
    case .at(let end):
      record.begin()
      set(DocumentRecord.Extra.message.slot, 0, bytes, place + 1..<end, hasEscapes)
      place = end + 1
      finish(bytes, &lines)
      return true
    }
  }

  /// At the top, what is no JSON is a line of text.
  private mutating func line(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    var end = place
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    guard end < bytes.count || isLast else { return false }
    MessageText.writeLine(bytes, ValueText.trimmed(bytes, place..<end), to: &lines)
    place = end
    return true
  }

  private mutating func scalar(
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ isLast: Bool,
    _ lines: inout LineBlock
  ) -> Bool {
    switch JSONScanner.scalar(bytes, place, isLast: isLast) {
    case .incomplete: return false
    case .malformed: place += 1
    case .at(let end): place = end
    }
    lines.reject(.noFlowFields)
    return true
  }

  // MARK: Members of objects around documents

  private mutating func member(_ bytes: Span<UInt8>, _ place: inout Int, _ isLast: Bool) -> Bool {
    guard bytes[place] == UInt8(ascii: "\"") else {
      place += 1
      return true
    }
    var hasEscapes = false
    guard case .at(let end) = JSONScanner.string(bytes, place + 1, &hasEscapes),
      end - place <= Self.longestKey
    else {
      guard isLast || bytes.count - place > Self.longestKey else { return false }
      skipper = JSONSkipper()
      return true
    }
    let colon = JSONScanner.behindBlanks(bytes, end + 1)
    let value = colon < bytes.count ? JSONScanner.behindBlanks(bytes, colon + 1) : colon
    guard value < bytes.count else { return isLast ? pass(rest: bytes, &place) : false }
    guard bytes[colon] == UInt8(ascii: ":") else {
      place = colon
      return true
    }
    let node = paths.member(of: PathTree.root, behind: PathTree.unknown, bytes, place + 1..<end)
    place = value
    if bytes[value] == UInt8(ascii: "["), paths.isContainer(node), frames.count < Self.deepest {
      frames.append(.array)
      place += 1
    } else {
      skipper = JSONSkipper()
    }
    return true
  }

  private func pass(rest bytes: Span<UInt8>, _ place: inout Int) -> Bool {
    place = bytes.count
    return true
  }

  // MARK: Damage

  /// Counts a damaged document and looks for the next one.
  mutating func resume(behind damage: Int, _ place: inout Int, _ lines: inout LineBlock) -> Bool {
    lines.reject(.badJSON)
    isResuming = true
    last = 0
    place = damage
    return true
  }

  /// A document begins at a brace that begins a line, or follows a comma, a bracket or another document.
  private mutating func resume(_ bytes: Span<UInt8>, _ place: inout Int) -> Bool {
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "{"),
        [10, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "[")].contains(last)
      {
        isResuming = false
        return true
      }
      if byte == 10 || !JSONScanner.isBlank(byte) { last = byte }
      place += 1
    }
    return true
  }

  /// The last document of a text that was cut off.
  func incomplete(
    _ isLast: Bool,
    _ bytes: Span<UInt8>,
    _ place: inout Int,
    _ lines: inout LineBlock
  ) -> Bool {
    guard isLast else { return false }
    lines.reject(.cutOff)
    return false
  }

  // MARK: Values

  mutating func set(
    _ slot: Int,
    _ node: Int32,
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    _ hasEscapes: Bool
  ) {
    guard hasEscapes else { return record.set(slot, node, bytes, range) }
    let kept = record.keep { JSONScanner.unescape(bytes, range, to: &$0) }
    record.set(slot, node, bytes, kept, isScratch: true)
  }

  /// Writes the document that was read.
  mutating func finish(_ bytes: Span<UInt8>, _ lines: inout LineBlock) {
    if kind == nil { kind = describe() ?? "JSON" }
    guard case .payload(let payload) = record.write(bytes, to: &lines) else { return }
    unpackPayload(payload, &lines)
  }
}
