internal import FlowFindings
internal import FlowModel
internal import Synchronization
internal import SystemFiles

/// Reads the inputs a second time and keeps the raw lines that show what was found.
///
/// Inputs whose time span cannot hold an earlier line are not opened again.
struct EvidencePass {
  private let settings: AnalysisSettings
  private let sources: [SourceSummary]
  private let reading: Reading
  private let registry: InterfaceRegistry
  private let own: Set<IPAddress>
  private let window: TimeWindow?

  init(
    _ settings: AnalysisSettings,
    _ input: InputSummary,
    _ reading: Reading,
    _ registry: InterfaceRegistry,
    own: Set<IPAddress>,
    _ window: TimeWindow?
  ) {
    self.window = window
    self.settings = settings
    sources = input.sources.filter { $0.counts.records.ok > 0 }
      .sorted { ($0.counts.firstStart ?? 0, $0.path) < ($1.counts.firstStart ?? 0, $1.path) }
    (self.reading, self.registry) = (reading, registry)
    self.own = own
  }

  /// The files that hold the sources, each once.
  private var inputs: [InputList.Input] {
    var seen: Set<String> = []
    return sources.compactMap { source in
      let path = source.archive ?? source.path
      guard seen.insert(path).inserted else { return nil }
      return InputList.Input(path: path, size: 0, isArchive: source.archive != nil)
    }
  }

  /// The lines of each finding, in the findings' order.
  func run(_ findings: [Finding]) -> [[Evidence]] {
    let index = index(of: findings)
    let board = EvidenceBoard(count: findings.count, most: settings.evidenceLines)
    let spans = Dictionary(
      sources.map { source in
        let first = source.counts.firstStart ?? 0
        // Records of a wrong clock end before they start.
        return (source.path, first...max(first, source.counts.lastEnd ?? .max))
      },
      uniquingKeysWith: { first, _ in first }
    )
    let registry = registry
    _ = source.read { EvidenceConsumer(index, board, spans, registry) }
    return board.evidence
  }

  /// All lines of the findings together, those that start first where there are more than the limit.
  func lines(of findings: [Finding], atMost limit: Int) -> EvidenceLines {
    let index = index(of: findings)
    let ids = findings.map(\.id)
    let outcome = source.read { EvidenceExport(index, ids, limit: limit) }
    return outcome.consumer.lines
  }

  private func index(of findings: [Finding]) -> EvidenceIndex {
    EvidenceIndex(
      findings,
      own: own,
      internalRanges: InternalRanges(adding: settings.internalNetworks)
    )
  }

  private var source: RecordSource {
    var options = RecordSource.Options(settings)
    (options.window, options.skipsPipes) = (window, true)
    (options.standardInput, options.owners) = (reading.standardInputCopy, reading.owners)
    return RecordSource(
      inputs: inputs,
      options: options,
      registry: registry
    )
  }
}

/// The best lines of all findings so far, shared by the workers.
final class EvidenceBoard: Sendable {
  private let choices: Mutex<[EvidenceChoice]>

  init(count: Int, most: Int) {
    choices = Mutex([EvidenceChoice](repeating: EvidenceChoice(most: most), count: count))
  }

  var current: [EvidenceChoice] { choices.withLock { $0 } }
  var evidence: [[Evidence]] { choices.withLock { $0.map(\.evidence) } }

  func add(_ found: [Int: EvidenceChoice]) {
    choices.withLock { all in
      for (finding, choice) in found { all[finding].add(choice) }
    }
  }
}
