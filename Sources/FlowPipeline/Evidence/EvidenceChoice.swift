internal import FlowFindings

/// The best lines of one finding so far: those that come first by start time, then by a hash of the line, so that
/// neither the order of files nor that of threads matters.
struct EvidenceChoice: Sendable {
  struct Line: Sendable {
    var start: UInt32
    var hash: UInt64
    var evidence: Evidence

    /// The same for equal lines.
    static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
      bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    static func isBetter(_ left: Line, _ right: Line) -> Bool {
      if left.start != right.start { return left.start < right.start }
      if left.hash != right.hash { return left.hash < right.hash }
      return (left.evidence.path, left.evidence.line) < (right.evidence.path, right.evidence.line)
    }
  }

  private let most: Int
  private var lines: [Line] = []
  /// The latest start that a line may have to be among the best.
  private(set) var latestStart = UInt32.max

  /// - Parameter most: how many lines are kept; one or more.
  init(most: Int) {
    self.most = most
  }

  /// The lines in order.
  var evidence: [Evidence] { lines.map(\.evidence) }

  mutating func offer(_ line: Line) {
    guard !lines.contains(where: { $0.evidence == line.evidence }) else { return }
    let place = lines.firstIndex { Line.isBetter(line, $0) } ?? lines.count
    lines.insert(line, at: place)
    if lines.count > most { lines.removeLast() }
    if lines.count == most { latestStart = lines[most - 1].start }
  }

  mutating func add(_ other: EvidenceChoice) {
    for line in other.lines { offer(line) }
  }
}
