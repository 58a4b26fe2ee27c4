internal import FlowFindings
internal import FlowModel

/// Keeps the best raw lines of every finding.
///
/// For each key the latest start that can still improve one of its findings is known: a record that comes later, as
/// most do once the first inputs were read, costs one comparison.
struct EvidenceConsumer: BatchConsumer {
  private let index: EvidenceIndex
  private let board: EvidenceBoard
  private let spans: [String: ClosedRange<UInt32>]
  private let registry: InterfaceRegistry
  /// What is known of every finding, from all workers up to the beginning of this input.
  private var choices: [EvidenceChoice] = []
  /// The starts that can improve a finding of a key, by the key's place.
  private var useful: [ClosedRange<UInt32>?] = []
  private var improved: Set<Int> = []

  init(
    _ index: EvidenceIndex,
    _ board: EvidenceBoard,
    _ spans: [String: ClosedRange<UInt32>],
    _ registry: InterfaceRegistry
  ) {
    (self.index, self.board, self.spans, self.registry) = (index, board, spans, registry)
  }

  var projection: Projection {
    Projection.analysis.union([.region, .azId, .vpcId, .subnetId, .instanceId])
  }

  var wantsPlaces: Bool { true }

  mutating func begin(_ path: String) -> Bool {
    choices = board.current
    useful = (0..<index.keys.count).map(usefulStarts(ofKey:))
    guard let span = spans[path] else { return false }
    return choices.indices.contains { finding in
      guard let starts = usefulStarts(ofFinding: finding) else { return false }
      return starts.lowerBound <= span.upperBound && span.lowerBound <= starts.upperBound
    }
  }

  /// Looks at the ends of packets where records show them, as findings do.
  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    if batch.hasPacketEnds {
      look(at: batch.withPacketEnds(), place)
    } else {
      look(at: batch, place)
    }
  }

  private mutating func look(at batch: borrowing RecordBatch, _ place: BatchPlace) {
    let (sources, destinations) = (batch.source.span, batch.destination.span)
    let ports = batch.destinationPort.span
    let statuses = batch.status.span
    let mayLack = batch.mayLack(.sourceAddress) || batch.mayLack(.destinationAddress)
    for number in 0..<batch.selection.count {
      let row = batch.selection[number]
      guard statuses[row] == LogStatus.ok.rawValue, !mayLack || !lacksAddress(batch, row)
      else { continue }
      index.forEachKey(sources[row], destinations[row], port: ports[row]) { key in
        if useful[key]?.contains(batch.start[row]) == true { take(batch, row, key, place) }
      }
    }
  }

  private func lacksAddress(_ batch: borrowing RecordBatch, _ row: Int) -> Bool {
    batch.lacks(.sourceAddress, row) || batch.lacks(.destinationAddress, row)
  }

  mutating func end() {
    board.add(
      Dictionary(uniqueKeysWithValues: improved.map { ($0, choices[$0]) })
    )
    improved = []
  }

  /// Nothing: workers share the board.
  mutating func merge(_ other: consuming EvidenceConsumer) {}

  private mutating func take(
    _ batch: borrowing RecordBatch,
    _ row: Int,
    _ key: Int,
    _ place: BatchPlace
  ) {
    for finding in index.keys.findings(at: key)
    where batch.start[row] <= choices[finding].latestStart && index.matches(finding, batch, row) {
      let before = choices[finding].latestStart
      choices[finding].offer(line(batch, row, place))
      improved.insert(finding)
      guard choices[finding].latestStart < before else { continue }
      for place in index.keyPlaces[finding] { useful[place] = usefulStarts(ofKey: place) }
    }
  }

  /// The starts that can improve a finding; nil when none can.
  private func usefulStarts(ofFinding finding: Int) -> ClosedRange<UInt32>? {
    let (first, last) = (index.times[finding].lowerBound, index.times[finding].upperBound)
    let latest = min(last, choices[finding].latestStart)
    return first <= latest ? first...latest : nil
  }

  private func usefulStarts(ofKey place: Int) -> ClosedRange<UInt32>? {
    var all: ClosedRange<UInt32>?
    for finding in index.keys.findings(at: place) {
      guard let starts = usefulStarts(ofFinding: finding) else { continue }
      let known = all ?? starts
      all = min(known.lowerBound, starts.lowerBound)...max(known.upperBound, starts.upperBound)
    }
    return all
  }

  private func line(
    _ batch: borrowing RecordBatch,
    _ row: Int,
    _ place: BatchPlace
  ) -> EvidenceChoice.Line {
    let bytes = place.line(batch, row)
    var evidence = Evidence(
      path: place.path,
      line: batch.lineNumber[row],
      text: String(decoding: bytes, as: UTF8.self)
    )
    evidence.record = EvidenceRecord(batch, row, registry)
    return EvidenceChoice.Line(
      start: batch.start[row],
      hash: EvidenceChoice.Line.hash(bytes),
      evidence: evidence
    )
  }
}
