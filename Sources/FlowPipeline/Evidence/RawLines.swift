internal import FlowAggregation
internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// Reads the inputs and hands on the lines that concern an investigation target, as they stand.
///
/// Inputs come one after the other in the order in which they were named, files of a folder by path; so the lines come
/// in the same order in every run, and nothing is kept but a block. Before the first line, and wherever the format
/// changes, stands the format's header, so that what is printed can be read again. Columns that an exporter put before
/// a record are left out, since no header names them.
package struct RawLines {
  /// What came of it.
  package struct Outcome: Sendable {
    /// Lines handed on.
    package fileprivate(set) var printed: UInt64 = 0
    /// Lines that concern the investigation target, in what was read.
    package fileprivate(set) var matching: UInt64 = 0
    /// Whether everything was read and, as far as `--max-rejected` asks, understood.
    package fileprivate(set) var isComplete = true
    /// What a person must know.
    package fileprivate(set) var complaints: [String] = []
  }

  private let settings: AnalysisSettings
  private let limit: UInt64
  private let registry = InterfaceRegistry()

  /// Lines of the settings' investigation target, at most so many.
  package init(_ settings: AnalysisSettings, limit: Int?) {
    self.settings = settings
    self.limit = limit.map { UInt64(max(0, $0)) } ?? .max
  }

  /// Reads everything, for what is left out is counted.
  ///
  /// - Parameter print: takes whole lines, many at a time.
  /// - Returns: what came of it.
  /// - Throws: `AnalysisError` when nothing could be read.
  package func run(_ print: @escaping @Sendable ([UInt8]) -> Void) throws(AnalysisError) -> Outcome
  {
    var list = InputList(settings.paths)
    if let path = list.first(among: settings.outputs) { throw .inputIsOutput(path) }
    let window = try WindowSearch(settings, list).window()
    if let window { list.keep(window) }
    var options = RecordSource.Options(settings)
    (options.threads, options.window) = (1, window)
    let source = RecordSource(inputs: list.inputs, options: options, registry: registry)
    let (investigated, registry, limit) = (settings.investigated, registry, limit)
    let outcome = source.read { LineCollector(investigated, registry, limit: limit, print) }
    var reading = Reading()
    (reading.sources, reading.recordsInWindow) = (outcome.sources, outcome.recordsInWindow)
    let account = InputAccount(settings, list, reading, window)
    if let failure = account.failure { throw failure }
    return self.outcome(outcome.consumer.writer, account.summary)
  }

  private func outcome(_ writer: RawWriter, _ input: InputSummary) -> Outcome {
    var outcome = Outcome()
    (outcome.printed, outcome.matching) = (writer.printed, writer.matching)
    outcome.isComplete = input.isComplete
    for source in input.sources {
      if let fault = source.fault { outcome.complaints.append("\(source.path): \(fault)") }
    }
    let rejected = input.counts.rejectedTotal
    if rejected > 0 {
      outcome.complaints.append("\(rejected) lines are not records and were not searched")
    }
    let investigated = settings.investigated?.description ?? ""
    if writer.printed < writer.matching {
      outcome.complaints.append(
        "the first \(writer.printed) of \(writer.matching) lines with \(investigated); --limit left the others out"
      )
    } else if writer.matching == 0 {
      outcome.complaints.append(
        "\(investigated) does not occur in \(writer.records) \(writer.records == 1 ? "record" : "records")"
      )
    }
    return outcome
  }
}

/// Hands on the lines of an investigation target.
private struct LineCollector: BatchConsumer {
  private(set) var writer: RawWriter
  private let investigated: InvestigationTarget?
  private let registry: InterfaceRegistry
  private let print: @Sendable ([UInt8]) -> Void

  init(
    _ investigated: InvestigationTarget?,
    _ registry: InterfaceRegistry,
    limit: UInt64,
    _ print: @escaping @Sendable ([UInt8]) -> Void
  ) {
    (self.investigated, self.registry, self.print) = (investigated, registry, print)
    writer = RawWriter(limit: limit)
  }

  var projection: Projection { .analysis }
  var wantsPlaces: Bool { true }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    guard let investigated else { return }
    batch.forEachTraffic { _ in writer.records += 1 }
    InvestigationWatch.query(investigated, registry).forEach(in: batch) { row in
      writer.add(place.line(batch, row), place.format)
    }
    writer.flushIfFull(print)
  }

  mutating func end() { writer.flush(print) }

  /// Nothing: one worker reads the inputs in their order.
  mutating func merge(_ other: consuming LineCollector) {}
}

/// Gathers lines with their headers.
private struct RawWriter: Sendable {
  private static let size = 1 << 18

  private let limit: UInt64
  /// Records with log-status OK, in the window where there is one.
  var records: UInt64 = 0
  private(set) var printed: UInt64 = 0
  private(set) var matching: UInt64 = 0
  private var bytes: [UInt8] = []
  /// The columns that the last header printed names.
  private var header: String?

  init(limit: UInt64) { self.limit = limit }

  mutating func add(_ line: ArraySlice<UInt8>, _ binding: FormatBinding?) {
    matching += 1
    guard printed < limit else { return }
    if let format = binding?.format, format.header != header {
      header = format.header
      bytes += Array(format.header.utf8) + [UInt8(ascii: "\n")]
    }
    bytes += Self.behind(binding?.prefixColumns ?? 0, line)
    bytes.append(UInt8(ascii: "\n"))
    printed += 1
  }

  /// What stands behind so many columns and the blanks around them.
  private static func behind(_ columns: Int, _ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = line
    let blank = UInt8(ascii: " ")
    for _ in 0..<columns {
      rest = rest.drop { $0 <= blank }.drop { $0 > blank }
    }
    return columns > 0 ? rest.drop { $0 <= blank } : rest
  }

  mutating func flushIfFull(_ print: ([UInt8]) -> Void) {
    if bytes.count >= Self.size { flush(print) }
  }

  mutating func flush(_ print: ([UInt8]) -> Void) {
    guard !bytes.isEmpty else { return }
    print(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
