internal import FlowDetection
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
  /// Lines for each finding.
  static let linesPerFinding = 3

  private let settings: AnalysisSettings
  private let sources: [SourceSummary]
  private let standardInputCopy: OpenFile?
  private let own: Set<IPAddress>

  init(
    _ settings: AnalysisSettings,
    _ input: InputSummary,
    _ standardInputCopy: OpenFile?,
    own: Set<IPAddress>
  ) {
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
    let chosen = Mutex([EvidenceChoice](repeating: EvidenceChoice(), count: findings.count))
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
            choice.offer(line(batch, row, block, source.path))
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
    _ path: String
  ) -> EvidenceChoice.Line {
    let start = batch.lineOffset[row]
    let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) ?? block.count
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in block[start..<end] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return EvidenceChoice.Line(
      start: batch.start[row],
      hash: hash,
      evidence: Evidence(
        path: path,
        line: batch.lineNumber[row],
        text: String(decoding: block[start..<end], as: UTF8.self)
      )
    )
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

  private var lines: [Line] = []

  /// The lines in order.
  var evidence: [Evidence] { lines.map(\.evidence) }

  /// Whether a record of that start could be among the best.
  func mayImprove(startingAt start: UInt32) -> Bool {
    guard lines.count == EvidencePass.linesPerFinding, let last = lines.last else { return true }
    return start <= last.start
  }

  mutating func offer(_ line: Line) {
    guard !lines.contains(where: { $0.evidence == line.evidence }) else { return }
    let place = lines.firstIndex { Line.isBetter(line, $0) } ?? lines.count
    lines.insert(line, at: place)
    if lines.count > EvidencePass.linesPerFinding { lines.removeLast() }
  }

  mutating func add(_ other: EvidenceChoice) {
    for line in other.lines { offer(line) }
  }
}

/// Finds the findings for which a record is evidence.
///
/// A bitmap of source addresses and one of ports turn nearly every record away before any lookup.
struct EvidenceIndex: Sendable {
  private var queries: [EvidenceQuery]
  private var times: [ClosedRange<UInt32>]
  private var bySource: [IPAddress: [Int]] = [:]
  private var byNeighbourhood: [IPAddress: [Int]] = [:]
  private var byDestination: [IPAddress: [Int]] = [:]
  private var byPort: [UInt16: [Int]] = [:]
  private var ports = [Bool](repeating: false, count: 65_536)
  private var sourceBits = [UInt64](repeating: 0, count: 4096)
  private var destinationBits = [UInt64](repeating: 0, count: 4096)
  private var neighbourhoodBits = [UInt64](repeating: 0, count: 4096)
  private let own: Set<IPAddress>
  private let internalRanges: InternalRanges

  init(_ findings: [Finding], own: Set<IPAddress>, internalRanges: InternalRanges) {
    queries = findings.map(\.evidenceQuery)
    times = findings.map { $0.firstSeen...max($0.firstSeen, $0.lastSeen) }
    self.own = own
    self.internalRanges = internalRanges
    for (index, query) in queries.enumerated() {
      if let network = query.source {
        if network.prefixLength == (network.base.isV4 ? 32 : 128) {
          addSource(network.base, index)
          if query.includesReplies, let destination = query.destination {
            addSource(destination, index)
          }
        } else {
          byNeighbourhood[network.base, default: []].append(index)
          Self.set(network.base, in: &neighbourhoodBits)
        }
      } else if !query.members.isEmpty, query.members.count <= 64 {
        for member in query.members { addSource(member, index) }
      } else if let destination = query.destination {
        byDestination[destination, default: []].append(index)
        Self.set(destination, in: &destinationBits)
      } else if let port = query.port {
        byPort[port, default: []].append(index)
        ports[Int(port)] = true
      }
    }
  }

  private mutating func addSource(_ address: IPAddress, _ index: Int) {
    bySource[address, default: []].append(index)
    Self.set(address, in: &sourceBits)
  }

  /// Whether the record may be evidence of anything; false for nearly all of them.
  @inline(__always)
  func mayMatch(_ source: IPAddress, _ destination: IPAddress, _ port: UInt16) -> Bool {
    ports[Int(port)] || Self.isSet(destination, in: destinationBits)
      || Self.isSet(source, in: sourceBits)
      || Self.isSet(Self.neighbourhood(source), in: neighbourhoodBits)
  }

  /// The findings' places.
  func matches(_ batch: RecordBatch, _ row: Int) -> [Int] {
    let source = batch.source[row]
    var candidates = bySource[source] ?? []
    candidates += byNeighbourhood[Self.neighbourhood(source)] ?? []
    candidates += byDestination[batch.destination[row]] ?? []
    candidates += byPort[batch.destinationPort[row]] ?? []
    return candidates.filter { candidate in
      let query = queries[candidate]
      return times[candidate].contains(batch.start[row]) && batch.packets[row] >= query.leastPackets
        && (matches(query, batch, row) || query.includesReplies && isReply(query, batch, row))
    }
  }

  /// Whether the record is the destination's answer to the source.
  private func isReply(_ query: EvidenceQuery, _ batch: RecordBatch, _ row: Int) -> Bool {
    guard let source = query.source, batch.source[row] == query.destination else { return false }
    return source.contains(batch.destination[row]) && query.port == batch.sourcePort[row]
  }

  private func matches(_ query: EvidenceQuery, _ batch: RecordBatch, _ row: Int) -> Bool {
    let destination = batch.destination[row]
    if !query.protocols.isEmpty, !query.protocols.contains(batch.protocolNumber[row]) {
      return false
    }
    if let port = query.port, port != batch.destinationPort[row] { return false }
    if query.isRejected, batch.action[row] != FlowAction.reject.rawValue { return false }
    let source = batch.source[row]
    if !query.members.isEmpty {
      if !query.members.contains(source) { return false }
    } else if query.source == nil {
      if own.contains(source) || internalRanges.contains(source) { return false }
    }
    if let wanted = query.destination { return wanted == destination }
    let isInside = own.contains(destination) || internalRanges.contains(destination)
    return isInside != query.isOutward
  }

  private static func neighbourhood(_ address: IPAddress) -> IPAddress {
    address.isV4
      ? IPAddress(v4: address.v4 & 0xffff_ff00)
      : IPAddress(high: address.high & 0xffff_ffff_ffff_0000, low: 0)
  }

  private static func place(_ address: IPAddress) -> (word: Int, bit: UInt64) {
    let mixed = (address.high ^ address.low &* 0x9e37_79b9_7f4a_7c15) &* 0xff51_afd7_ed55_8ccd
    return (Int(mixed >> 52), UInt64(1) << (mixed >> 46 & 63))
  }

  private static func set(_ address: IPAddress, in bits: inout [UInt64]) {
    let (word, bit) = place(address)
    bits[word] |= bit
  }

  private static func isSet(_ address: IPAddress, in bits: [UInt64]) -> Bool {
    let (word, bit) = place(address)
    return bits[word] & bit != 0
  }
}
