internal import FlowDetection
internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import FlowReporting
internal import LogInput
internal import Synchronization
internal import SystemFiles

/// Reads the inputs a second time and keeps the raw lines that show what was found.
///
/// Each finding gets the lines that come first by start time, then by a hash of the line, so that neither the order of
/// files nor that of threads matters. Inputs whose time span cannot hold an earlier line are not opened again.
struct EvidencePass {
  private let settings: AnalysisSettings
  private let sources: [SourceSummary]
  private let standardInputCopy: OpenFile?
  private let own: Set<IPAddress>
  private let window: TimeWindow?

  init(
    _ settings: AnalysisSettings,
    _ input: InputSummary,
    _ standardInputCopy: OpenFile?,
    own: Set<IPAddress>,
    _ window: TimeWindow?
  ) {
    self.window = window
    self.settings = settings
    sources = input.sources.filter { $0.counts.records.ok > 0 }
      .sorted { ($0.counts.firstStart ?? 0, $0.path) < ($1.counts.firstStart ?? 0, $1.path) }
    self.standardInputCopy = standardInputCopy
    self.own = own
  }

  /// The lines of each finding, in the findings' order.
  func run(_ findings: [Finding]) -> [[Evidence]] {
    let index = EvidenceIndex(
      findings,
      own: own,
      internalRanges: InternalRanges(adding: settings.internalNetworks)
    )
    let chosen = Mutex(
      [EvidenceChoice](
        repeating: EvidenceChoice(most: settings.evidenceLines),
        count: findings.count
      )
    )
    let next = Atomic<Int>(0)
    Workers.run(min(settings.threads, max(1, sources.count))) { [self] _ in
      while !Interruption.isRequested {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < sources.count else { break }
        let source = sources[place]
        let known = chosen.withLock { $0 }
        guard isNeeded(source, findings, known) else { continue }
        let found = read(source, index, known)
        chosen.withLock { all in
          for (finding, choice) in found { all[finding].add(choice) }
        }
      }
    }
    return chosen.withLock { $0.map(\.evidence) }
  }

  private func isNeeded(
    _ source: SourceSummary,
    _ findings: [Finding],
    _ known: [EvidenceChoice]
  ) -> Bool {
    let first = source.counts.firstStart ?? 0
    let last = source.counts.lastEnd ?? .max
    return findings.indices.contains { index in
      let finding = findings[index]
      return finding.firstSeen <= last && finding.lastSeen >= first
        && known[index].mayImprove(startingAt: first)
    }
  }

  private func read(
    _ source: SourceSummary,
    _ index: EvidenceIndex,
    _ known: [EvidenceChoice]
  ) -> [Int: EvidenceChoice] {
    guard let stream = open(source.path) else { return [:] }
    var parser = RecordParser(
      wanted: [.analysis, .lineNumber],
      logFormat: settings.logFormat,
      registry: InterfaceRegistry()
    )
    var batch = RecordBatch()
    var block: [UInt8] = []
    var found: [Int: EvidenceChoice] = [:]
    while !Interruption.isRequested, let end = stream.nextBlock(into: &block) {
      var position = 0
      while position < end {
        batch.count = 0
        parser.parse(block.span, from: &position, to: end, into: &batch)
        if let window { batch.keep(window) }
        for row in 0..<batch.count
        where index.mayMatch(
          batch.source[row],
          batch.destination[row],
          batch.destinationPort[row]
        ) {
          for finding in index.matches(batch, row) {
            let start = batch.start[row]
            var choice = found[finding] ?? known[finding]
            guard choice.mayImprove(startingAt: start) else { continue }
            choice.offer(line(batch, row, block, source.path, parser.formats))
            found[finding] = choice
          }
        }
      }
    }
    return found
  }

  private func open(_ path: String) -> LogStream? {
    if path == "-" {
      standardInputCopy?.rewind()
      return standardInputCopy.flatMap { try? LogStream.open($0, inflater: settings.inflater) }
    }
    // A pipe given by its path can be read only once.
    guard let file = try? OpenFile.reading(path), file.size != nil else { return nil }
    return try? LogStream.open(file, inflater: settings.inflater)
  }

  private func line(
    _ batch: RecordBatch,
    _ row: Int,
    _ block: [UInt8],
    _ path: String,
    _ formats: [RecordFormat]
  ) -> EvidenceChoice.Line {
    let start = batch.lineOffset[row]
    let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) ?? block.count
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in block[start..<end] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let text = String(decoding: block[start..<end], as: UTF8.self)
    var evidence = Evidence(path: path, line: batch.lineNumber[row], text: text)
    evidence.record = EvidenceRecord(batch, row, line: text, formats: formats)
    return EvidenceChoice.Line(start: batch.start[row], hash: hash, evidence: evidence)
  }
}

/// The best lines of one finding so far.
struct EvidenceChoice: Sendable {
  struct Line: Sendable {
    var start: UInt32
    var hash: UInt64
    var evidence: Evidence

    static func isBetter(_ left: Line, _ right: Line) -> Bool {
      if left.start != right.start { return left.start < right.start }
      if left.hash != right.hash { return left.hash < right.hash }
      return (left.evidence.path, left.evidence.line) < (right.evidence.path, right.evidence.line)
    }
  }

  private let most: Int
  private var lines: [Line] = []

  /// - Parameter most: how many lines are kept; one or more.
  init(most: Int) {
    self.most = most
  }

  /// The lines in order.
  var evidence: [Evidence] { lines.map(\.evidence) }

  /// Whether a record of that start could be among the best.
  func mayImprove(startingAt start: UInt32) -> Bool {
    guard lines.count == most, let last = lines.last else { return true }
    return start <= last.start
  }

  mutating func offer(_ line: Line) {
    guard !lines.contains(where: { $0.evidence == line.evidence }) else { return }
    let place = lines.firstIndex { Line.isBetter(line, $0) } ?? lines.count
    lines.insert(line, at: place)
    if lines.count > most { lines.removeLast() }
  }

  mutating func add(_ other: EvidenceChoice) {
    for line in other.lines { offer(line) }
  }
}
