internal import FlowAggregation
internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import FlowReporting
internal import LogInput
internal import Synchronization
internal import SystemFiles

/// What the reading of all inputs gave.
struct ReadingResult: Sendable {
  var sources: [SourceSummary] = []
  var collectors: [FlowCollector] = []
  var skipDataWindows: Set<SkipDataWindow> = []
  /// The minutes of lines without traffic.
  var quietMinutes = CoveredMinutes()
  /// Records with log-status OK in the window, where there is one.
  var recordsInWindow: UInt64 = 0
  /// The records of an investigation's subject.
  var subject = SubjectTally()
  /// Copy of standard input for the second reading.
  var standardInputCopy: OpenFile?

  /// Leaves out the intervals that have no part in a window.
  mutating func keep(_ window: TimeWindow) {
    skipDataWindows = skipDataWindows.filter { window.overlaps(start: $0.start, end: $0.end) }
    quietMinutes.keep(window)
  }
}

/// Reads all inputs: inflates, parses, collects.
///
/// Many inputs are shared out among the workers, each of which takes one after the other from bytes to rows. A lone
/// input is inflated by one thread while another one parses and collects.
struct ReadingStage {
  private let settings: AnalysisSettings
  private let inputs: [InputList.Input]
  private let registry: InterfaceRegistry
  private let progress: ProgressMeter
  private let collectorBudget: Int
  private let window: TimeWindow?

  init(
    _ settings: AnalysisSettings,
    _ inputs: [InputList.Input],
    _ registry: InterfaceRegistry,
    _ progress: ProgressMeter,
    _ window: TimeWindow?,
    collectorBudget: Int
  ) {
    self.window = window
    self.settings = settings
    // The largest first, so that no worker is left alone with one at the end.
    self.inputs = inputs.sorted { ($1.size, $0.path) < ($0.size, $1.path) }
    self.registry = registry
    self.progress = progress
    self.collectorBudget = collectorBudget
  }

  func run() throws(SystemError) -> ReadingResult {
    let copy =
      settings.evidenceLines > 0 && inputs.contains { $0.path == "-" }
      ? try OpenFile.temporary() : nil
    let next = Atomic<Int>(0)
    let result = Mutex(ReadingResult())
    let isLone = inputs.count < settings.threads
    let workers = min(settings.threads, inputs.count)
    Workers.run(workers) { [self] _ in
      var worker = ReadingWorker(
        settings,
        registry,
        progress,
        window,
        collectorBudget: collectorBudget
      )
      while !Interruption.isRequested {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < inputs.count else { break }
        worker.read(inputs[index], copy: copy, onTwoThreads: isLone)
      }
      let done = worker.result
      result.withLock { all in
        all.sources += done.sources
        all.collectors += done.collectors
        all.skipDataWindows.formUnion(done.skipDataWindows)
        all.quietMinutes.formUnion(done.quietMinutes)
        all.recordsInWindow += done.recordsInWindow
        all.subject.add(done.subject)
      }
    }
    return result.withLock { all in
      if let window { all.keep(window) }
      all.standardInputCopy = copy
      return all
    }
  }
}

/// One worker of the reading stage.
private struct ReadingWorker {
  private let settings: AnalysisSettings
  private let progress: ProgressMeter
  private var parser: RecordParser
  private var batch = RecordBatch()
  private var collector: FlowCollector
  private var otherCollectors: [FlowCollector] = []
  private let collectorBudget: Int
  private var sources: [SourceSummary] = []
  private var skipDataWindows: Set<SkipDataWindow> = []
  private var quietMinutes = CoveredMinutes()
  private var subject: SubjectWatch?
  /// Stands for the beginning of the input's text, by which copies are known.
  private var fingerprint: UInt64 = 0
  private let window: TimeWindow?
  private var recordsInWindow: UInt64 = 0
  private static let fingerprintBytes = 8192

  init(
    _ settings: AnalysisSettings,
    _ registry: InterfaceRegistry,
    _ progress: ProgressMeter,
    _ window: TimeWindow?,
    collectorBudget: Int
  ) {
    self.settings = settings
    self.progress = progress
    self.window = window
    self.collectorBudget = collectorBudget
    collector = FlowCollector(budget: collectorBudget)
    subject = settings.subject.map { SubjectWatch($0, registry) }
    parser = RecordParser(
      wanted: .analysis,
      logFormat: settings.logFormat,
      registry: registry
    )
  }

  var result: ReadingResult {
    ReadingResult(
      sources: sources,
      collectors: [collector] + otherCollectors,
      skipDataWindows: skipDataWindows,
      quietMinutes: quietMinutes,
      recordsInWindow: recordsInWindow,
      subject: subject?.tally ?? SubjectTally()
    )
  }

  mutating func read(_ input: InputList.Input, copy: OpenFile?, onTwoThreads: Bool) {
    do {
      let isPipe = input.path == "-"
      let file = isPipe ? OpenFile.standardInput : try OpenFile.reading(input.path)
      let stream = try LogStream.open(
        file,
        inflater: settings.inflater,
        copy: isPipe ? copy : nil
      )
      parser.beginInput()
      fingerprint = 0
      if onTwoThreads { readOnTwoThreads(stream) } else { readHere(stream) }
      if stream.lostPartialLine { parser.noteCutLine() }
      keepWindow()
      subject?.add(batch)
      collector.add(batch)
      batch.count = 0
      skipDataWindows.formUnion(parser.skipDataWindows)
      quietMinutes.formUnion(parser.quietMinutes)
      note(stream)
    } catch let error as InputError {
      noteUnreadable(input.path, error.reason)
    } catch let error as SystemError {
      noteUnreadable(input.path, error.reason)
    } catch {
      noteUnreadable(input.path, "\(error)")
    }
    progress.finishFile()
  }

  private mutating func readHere(_ stream: LogStream) {
    var block: [UInt8] = []
    var compressed = 0
    while !Interruption.isRequested, let end = stream.nextBlock(into: &block) {
      take(block, end)
      progress.add(
        compressedBytes: stream.compressedBytes - compressed,
        records: parser.counts.records.total
      )
      compressed = stream.compressedBytes
    }
  }

  /// The other thread inflates and, as far as it has time left, collects; this one parses, and collects what is left.
  private mutating func readOnTwoThreads(_ stream: LogStream) {
    let inflating = InflatingThread(stream, collectorBudget: collectorBudget)
    var compressed = 0
    while let block = inflating.nextBlock() {
      take(block.bytes, block.end) { batch, collector in
        if !inflating.handOver(&batch) { collector.add(batch) }
      }
      progress.add(
        compressedBytes: block.compressedBytes - compressed,
        records: parser.counts.records.total
      )
      compressed = block.compressedBytes
      inflating.recycle(block)
    }
    otherCollectors.append(inflating.finish())
  }

  private mutating func take(
    _ block: [UInt8],
    _ end: Int,
    collect: (inout RecordBatch, inout FlowCollector) -> Void = { $1.add($0) }
  ) {
    if fingerprint == 0 { noteBeginning(block, end) }
    var position = 0
    while position < end {
      parser.parse(block.span, from: &position, to: end, into: &batch)
      if batch.isFull {
        keepWindow()
        subject?.add(batch)
        collect(&batch, &collector)
        batch.count = 0
      }
    }
  }

  private mutating func keepWindow() {
    guard let window else { return }
    batch.keep(window)
    recordsInWindow += UInt64(batch.count)
  }

  private mutating func noteBeginning(_ block: [UInt8], _ end: Int) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in block[..<min(end, Self.fingerprintBytes)] {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    fingerprint = max(1, hash)
  }

  private mutating func note(_ stream: LogStream) {
    progress.endFile(records: parser.counts.records.total)
    sources.append(SourceSummary(stream, parser))
    sources[sources.count - 1].fingerprint = fingerprint
  }

  private mutating func noteUnreadable(_ path: String, _ reason: String) {
    sources.append(SourceSummary(unreadable: path, reason))
  }
}

extension SourceSummary {
  /// What became of an input that was read.
  init(_ stream: LogStream, _ parser: RecordParser) {
    self.init(
      path: stream.path,
      form: stream.form.rawValue,
      formats: parser.formats,
      counts: parser.counts,
      fault: stream.fault?.description,
      isTruncated: stream.fault != nil,
      compressedBytes: stream.compressedBytes,
      bytes: stream.bytes
    )
  }

  /// An input that could not be read.
  init(unreadable path: String, _ reason: String) {
    self.init(
      path: path,
      form: "unreadable",
      formats: [],
      counts: LineCounts(),
      fault: reason,
      isTruncated: false,
      compressedBytes: 0,
      bytes: 0
    )
  }
}
