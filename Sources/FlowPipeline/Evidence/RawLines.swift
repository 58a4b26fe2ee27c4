internal import FlowAggregation
internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import FlowReporting
internal import LogInput
internal import SystemFiles

/// Reads the inputs and hands on the lines that concern a subject, as they stand.
///
/// Inputs come one after the other in the order in which they were named, files of a folder by path; so the lines come in the
/// same order in every run, and nothing is kept but a block. Before the first line, and wherever the format changes, stands
/// the format's header, so that what is printed can be read again. Columns that an exporter put before a record are left
/// out, since no header names them.
package struct RawLines {
  /// What came of it.
  package struct Outcome: Sendable {
    /// Lines handed on.
    package fileprivate(set) var printed: UInt64 = 0
    /// Lines that concern the subject, in what was read.
    package fileprivate(set) var matching: UInt64 = 0
    /// Whether everything was read and, as far as `--max-rejected` asks, understood.
    package fileprivate(set) var isComplete = true
    /// What a person must know.
    package fileprivate(set) var complaints: [String] = []
  }

  private let settings: AnalysisSettings
  private let limit: UInt64
  private let registry = InterfaceRegistry()

  /// Lines of the settings' subject, at most so many.
  package init(_ settings: AnalysisSettings, limit: Int?) {
    self.settings = settings
    self.limit = limit.map { UInt64(max(0, $0)) } ?? .max
  }

  /// Reads everything, for what is left out is counted.
  ///
  /// - Parameter print: takes whole lines, many at a time.
  /// - Returns: what came of it.
  /// - Throws: `AnalysisError` when nothing could be read.
  package func run(_ print: ([UInt8]) -> Void) throws(AnalysisError) -> Outcome {
    var list = InputList(settings.paths)
    if let path = list.first(among: settings.outputs) { throw .inputIsOutput(path) }
    let window = try WindowSearch(settings, list).window()
    if let window { list.keep(window) }
    var reading = ReadingResult()
    var writer = RawWriter(window: window, limit: limit)
    for input in list.inputs where !Interruption.isRequested {
      reading.sources.append(read(input.path, &writer, print))
    }
    writer.flush(print)
    reading.recordsInWindow = writer.records
    let account = InputAccount(settings, list, reading, window)
    if let failure = account.failure { throw failure }
    return outcome(writer, account.summary)
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
      outcome.complaints.append("\(rejected) lines are no records and were not looked at")
    }
    let subject = settings.subject?.description ?? ""
    if writer.printed < writer.matching {
      outcome.complaints.append(
        "the first \(writer.printed) of \(writer.matching) lines with \(subject); --limit left the others out"
      )
    } else if writer.matching == 0 {
      outcome.complaints.append(
        "\(subject) does not occur in \(writer.records) \(writer.records == 1 ? "record" : "records")"
      )
    }
    return outcome
  }

  private func read(
    _ path: String,
    _ writer: inout RawWriter,
    _ print: ([UInt8]) -> Void
  ) -> SourceSummary {
    var parser = RecordParser(
      wanted: [.analysis, .lineNumber, .bindings],
      logFormat: settings.logFormat,
      registry: registry
    )
    do {
      let file = path == "-" ? OpenFile.standardInput : try OpenFile.reading(path)
      let stream = try LogStream.open(file, inflater: settings.inflater)
      parse(stream, &parser, &writer, print)
      if stream.lostPartialLine { parser.noteCutLine() }
      return SourceSummary(stream, parser)
    } catch let error as InputError {
      return SourceSummary(unreadable: path, error.reason)
    } catch let error as SystemError {
      return SourceSummary(unreadable: path, error.reason)
    } catch {
      return SourceSummary(unreadable: path, "\(error)")
    }
  }

  private func parse(
    _ stream: LogStream,
    _ parser: inout RecordParser,
    _ writer: inout RawWriter,
    _ print: ([UInt8]) -> Void
  ) {
    guard let subject = settings.subject else { return }
    var batch = RecordBatch()
    var block: [UInt8] = []
    writer.beginInput()
    while !Interruption.isRequested, let end = stream.nextBlock(into: &block) {
      var position = 0
      while position < end {
        batch.count = 0
        parser.parse(block.span, from: &position, to: end, into: &batch)
        writer.note(parser.takeBindings())
        writer.keepWindow(&batch)
        SubjectWatch.query(subject, registry).forEach(in: batch) { row in
          writer.add(block, batch.lineOffset[row], batch.lineNumber[row])
        }
        writer.flushIfFull(print)
      }
    }
  }
}

/// Gathers lines with their headers.
private struct RawWriter {
  private static let size = 1 << 18

  private let window: TimeWindow?
  private let limit: UInt64
  /// Records with log-status OK, in the window where there is one.
  private(set) var records: UInt64 = 0
  private(set) var printed: UInt64 = 0
  private(set) var matching: UInt64 = 0
  private var bytes: [UInt8] = []
  /// The columns that the last header printed names.
  private var header: String?
  /// The format in force, and those that come into force at later lines.
  private var current: FormatBinding?
  private var coming: [FormatBinding] = []

  init(window: TimeWindow?, limit: UInt64) { (self.window, self.limit) = (window, limit) }

  mutating func keepWindow(_ batch: inout RecordBatch) {
    if let window { batch.keep(window) }
    records += UInt64(batch.count)
  }

  mutating func beginInput() { (current, coming) = (nil, []) }

  mutating func note(_ bindings: [FormatBinding]) {
    // What was left over came into force before the first of the new lines.
    current = coming.last ?? current
    coming = bindings
  }

  mutating func add(_ block: [UInt8], _ start: Int, _ line: UInt64) {
    matching += 1
    guard printed < limit else { return }
    while let next = coming.first, next.line <= line {
      current = next
      coming.removeFirst()
    }
    if let format = current?.format, format.header != header {
      header = format.header
      bytes += Array(format.header.utf8) + [UInt8(ascii: "\n")]
    }
    let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) ?? block.count
    bytes += block[Self.behind(current?.prefixColumns ?? 0, block, start, end)..<end]
    bytes.append(UInt8(ascii: "\n"))
    printed += 1
  }

  /// The place behind so many columns and the blanks around them.
  private static func behind(_ columns: Int, _ block: [UInt8], _ start: Int, _ end: Int) -> Int {
    var place = start
    for _ in 0..<columns {
      while place < end, block[place] <= UInt8(ascii: " ") { place += 1 }
      while place < end, block[place] > UInt8(ascii: " ") { place += 1 }
    }
    while columns > 0, place < end, block[place] <= UInt8(ascii: " ") { place += 1 }
    return place
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
