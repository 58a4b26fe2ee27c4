internal import FlowAggregation
internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// Reads the inputs and hands on the lines that concern an investigation target, as they stand, by start time.
///
/// Lines of one start come in the order in which inputs were named, files of a folder by path; so the lines come in the
/// same order in every run. Before the first line, and wherever the format changes, stands the format's header, so that
/// what is printed can be read again. Columns that an exporter put before a record are left out, since no header names
/// them.
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
    let (settings, registry) = (settings, registry)
    let outcome = source.read { LineCollector(settings, registry) }
    var reading = Reading()
    (reading.sources, reading.recordsInWindow) = (outcome.sources, outcome.recordsInWindow)
    let account = InputAccount(settings, list, reading, window)
    if let failure = account.failure { throw failure }
    do throws(SystemError) {
      return self.outcome(try outcome.consumer.print(atMost: limit, print), account.summary)
    } catch {
      throw .system(error)
    }
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

/// Gathers the lines of an investigation target.
private struct LineCollector: BatchConsumer {
  private var sorter: LineSorter
  private var formats: [RecordFormat] = []
  /// Records with log-status OK, in the window where there is one.
  private var records: UInt64 = 0
  private var matching: UInt64 = 0
  private let settings: AnalysisSettings
  private let registry: InterfaceRegistry

  init(_ settings: AnalysisSettings, _ registry: InterfaceRegistry) {
    (self.settings, self.registry) = (settings, registry)
    sorter = LineSorter(budget: settings.memory / 4)
  }

  var projection: Projection {
    settings.investigated?.instances.isEmpty == false
      ? Projection.analysis.union([.instanceId]) : .analysis
  }

  var wantsPlaces: Bool { true }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    batch.forEachTraffic { _ in records += 1 }
    guard let format = place.format, let query = InvestigationWatch.query(settings, registry)
    else { return }
    let number = number(of: format.format)
    query.forEach(in: batch) { row in
      matching += 1
      sorter.add(
        Self.behind(format.prefixColumns, place.line(batch, row)),
        start: batch.start[row],
        format: number
      )
    }
  }

  /// Nothing: one worker reads the inputs in their order.
  mutating func merge(_ other: consuming LineCollector) {}

  private mutating func number(of format: RecordFormat) -> UInt32 {
    if let known = formats.firstIndex(where: { $0.header == format.header }) {
      return UInt32(known)
    }
    formats.append(format)
    return UInt32(formats.count - 1)
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

  /// Hands the lines on in order, with their headers.
  ///
  /// - Throws: `SystemError` when temporary files had no room.
  consuming func print(
    atMost limit: UInt64,
    _ print: ([UInt8]) -> Void
  ) throws(SystemError) -> RawWriter {
    var writer = RawWriter(limit: limit, records: records, matching: matching)
    let headers = formats.map(\.header)
    if limit > 0 {
      try sorter.forEach { line, format in
        writer.add(line, headers[Int(format)])
        writer.flushIfFull(print)
        return writer.printed < limit
      }
    }
    writer.flush(print)
    return writer
  }
}

/// Writes lines with their headers.
private struct RawWriter: Sendable {
  private static let size = 1 << 18

  private let limit: UInt64
  let records: UInt64
  let matching: UInt64
  private(set) var printed: UInt64 = 0
  private var bytes: [UInt8] = []
  /// The columns that the last header printed names.
  private var header: String?

  init(limit: UInt64, records: UInt64, matching: UInt64) {
    (self.limit, self.records, self.matching) = (limit, records, matching)
  }

  mutating func add(_ line: ArraySlice<UInt8>, _ columns: String) {
    if columns != header {
      header = columns
      bytes += Array(columns.utf8) + [UInt8(ascii: "\n")]
    }
    bytes += line
    bytes.append(UInt8(ascii: "\n"))
    printed += 1
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
