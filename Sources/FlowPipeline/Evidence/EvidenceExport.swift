internal import FlowFindings
internal import FlowModel

/// Collects all lines of some findings; of more than a limit the earliest.
struct EvidenceExport: BatchConsumer {
  private struct Candidate {
    var line: EvidenceChoice.Line
    var bytes: [UInt8]
    var findings: [Int]
  }

  private let index: EvidenceIndex
  private let ids: [String]
  private let limit: Int
  private var kept: [Candidate] = []
  /// Later lines are not among those that are kept.
  private var latestStart = UInt32.max
  private var matching: UInt64 = 0

  /// - Parameters:
  ///   - index: finds the findings of a record.
  ///   - ids: of the findings, in the order of the index.
  ///   - limit: so many lines are kept; one or more.
  init(_ index: EvidenceIndex, _ ids: [String], limit: Int) {
    (self.index, self.ids, self.limit) = (index, ids, limit)
  }

  var projection: Projection { .analysis }
  var wantsPlaces: Bool { true }

  /// All lines, now that everything was read.
  var lines: EvidenceLines {
    var all = self
    all.trim()
    let lines = all.kept.map { candidate in
      EvidenceLines.Line(
        path: candidate.line.evidence.path,
        number: candidate.line.evidence.line,
        bytes: candidate.bytes,
        findings: candidate.findings.map { ids[$0] }
      )
    }
    return EvidenceLines(lines, of: matching)
  }

  /// Looks at the ends of packets where records show them, as findings do.
  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    if batch.hasPacketEnds {
      look(at: batch.withPacketEnds(), place)
    } else {
      look(at: batch, place)
    }
  }

  mutating func merge(_ other: consuming EvidenceExport) {
    matching += other.matching
    kept += other.kept
    if kept.count > limit { trim() }
  }

  private mutating func look(at batch: borrowing RecordBatch, _ place: BatchPlace) {
    for number in 0..<batch.selection.count {
      let row = batch.selection[number]
      guard batch.status[row] == LogStatus.ok.rawValue, !batch.lacks(.sourceAddress, row),
        !batch.lacks(.destinationAddress, row)
      else { continue }
      let findings = findings(of: row, in: batch)
      if !findings.isEmpty { take(row, of: batch, findings, place) }
    }
  }

  private func findings(of row: Int, in batch: borrowing RecordBatch) -> [Int] {
    var places: [Int] = []
    index.forEachKey(
      batch.source[row],
      batch.destination[row],
      port: batch.destinationPort[row]
    ) { places.append($0) }
    guard !places.isEmpty else { return [] }
    var found: Set<Int> = []
    for place in places {
      for finding in index.keys.findings(at: place) where index.matches(finding, batch, row) {
        found.insert(finding)
      }
    }
    return found.sorted()
  }

  private mutating func take(
    _ row: Int,
    of batch: borrowing RecordBatch,
    _ findings: [Int],
    _ place: BatchPlace
  ) {
    matching += 1
    guard batch.start[row] <= latestStart else { return }
    let bytes = Array(place.line(batch, row))
    let evidence = Evidence(path: place.path, line: batch.lineNumber[row], text: "")
    kept.append(
      Candidate(
        line: .init(
          start: batch.start[row],
          hash: EvidenceChoice.Line.hash(bytes[...]),
          evidence: evidence
        ),
        bytes: bytes,
        findings: findings
      )
    )
    if kept.count >= 2 * limit { trim() }
  }

  private mutating func trim() {
    kept.sort { EvidenceChoice.Line.isBetter($0.line, $1.line) }
    guard kept.count >= limit else { return }
    kept.removeLast(kept.count - limit)
    latestStart = kept[limit - 1].line.start
  }
}
