internal import SystemFiles

/// Brings lines into the order of their start, those of one start in the order in which they came.
///
/// What does not fit into memory goes to temporary files as sorted runs, which are merged at the end.
struct LineSorter: Sendable {
  /// A line in memory.
  private struct Entry {
    var start: UInt32
    var format: UInt32
    var range: Range<Int>
  }

  private let budget: Int
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  private var runs: [OpenFile] = []
  /// Why a run could not be written; the lines after it are lost.
  private var fault: SystemError?

  /// - Parameter budget: so many bytes of lines stay in memory.
  init(budget: Int) { self.budget = budget }

  /// Takes a line.
  ///
  /// - Parameters:
  ///   - line: its bytes.
  ///   - start: the time that it has its place by.
  ///   - format: whatever is to come back with it.
  mutating func add(_ line: ArraySlice<UInt8>, start: UInt32, format: UInt32) {
    guard fault == nil else { return }
    let first = bytes.count
    bytes += line
    entries.append(Entry(start: start, format: format, range: first..<bytes.count))
    if bytes.count + entries.count * MemoryLayout<Entry>.stride > budget { spill() }
  }

  /// Hands every line on, in order.
  ///
  /// - Parameter body: takes a line and its format; false stops.
  /// - Throws: `SystemError` when temporary files had no room or cannot be read.
  consuming func forEach(_ body: (ArraySlice<UInt8>, UInt32) -> Bool) throws(SystemError) {
    if !runs.isEmpty, !entries.isEmpty { spill() }
    if let fault { throw fault }
    guard runs.isEmpty else { return try Self.merge(runs, body) }
    sort()
    for entry in entries where !body(bytes[entry.range], entry.format) { return }
  }

  private mutating func sort() {
    // Places in memory are in the order in which lines came.
    entries.sort { ($0.start, $0.range.lowerBound) < ($1.start, $1.range.lowerBound) }
  }

  private mutating func spill() {
    sort()
    do throws(SystemError) {
      let run = try OpenFile.temporary()
      var buffer: [UInt8] = []
      for entry in entries {
        for word in [entry.start, entry.format, UInt32(entry.range.count)] {
          for shift in stride(from: 0, to: 32, by: 8) {
            buffer.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
          }
        }
        buffer += bytes[entry.range]
        if buffer.count >= LineRun.size {
          try run.write(buffer.span)
          buffer.removeAll(keepingCapacity: true)
        }
      }
      try run.write(buffer.span)
      run.rewind()
      runs.append(run)
    } catch {
      fault = error
    }
    bytes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }

  private static func merge(
    _ files: [OpenFile],
    _ body: (ArraySlice<UInt8>, UInt32) -> Bool
  ) throws(SystemError) {
    var runs: [LineRun] = []
    for file in files {
      var run = LineRun(file)
      if try run.advance() { runs.append(run) }
    }
    // Of equal starts the earlier run comes first, as its lines did.
    while let least = runs.indices.min(by: { (runs[$0].start, $0) < (runs[$1].start, $1) }) {
      guard body(runs[least].line, runs[least].format) else { return }
      if try !runs[least].advance() { runs.remove(at: least) }
    }
  }
}

/// A sorted run, read from its file line by line.
private struct LineRun {
  static let size = 1 << 18
  private static let headSize = 12

  private let file: OpenFile
  private var buffer: [UInt8] = []
  private var place = 0
  private(set) var start: UInt32 = 0
  private(set) var format: UInt32 = 0
  private var range = 0..<0

  init(_ file: OpenFile) { self.file = file }

  var line: ArraySlice<UInt8> { buffer[range] }

  /// Goes to the next line.
  ///
  /// - Returns: false at the end.
  mutating func advance() throws(SystemError) -> Bool {
    guard try fill(Self.headSize) else { return false }
    (start, format) = (word(0), word(4))
    let count = Int(word(8))
    place += Self.headSize
    guard try fill(count) else { return false }
    range = place..<place + count
    place += count
    return true
  }

  private func word(_ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(buffer[place + offset + $1]) << UInt32(8 * $1) }
  }

  /// Makes sure that so many bytes are in the buffer.
  private mutating func fill(_ count: Int) throws(SystemError) -> Bool {
    while buffer.count - place < count {
      buffer.removeFirst(place)
      place = 0
      var more = [UInt8](repeating: 0, count: max(Self.size, count))
      let got = try file.read(into: &more)
      guard got > 0 else { return false }
      buffer += more[..<got]
    }
    return true
  }
}
