internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import LogInput
internal import SystemFiles

/// One worker of the read loop.
struct RecordReader<Consumer: BatchConsumer> {
  private let options: RecordSource.Options
  private let progress: ProgressMeter?
  private let make: @Sendable () -> Consumer
  private let hasOwners: Bool
  private var consumer: Consumer
  private var parser: RecordParser
  private var batch: RecordBatch
  private var place = BatchPlace(path: "")
  private var sources: [SourceSummary] = []
  private var recordsInWindow: UInt64 = 0
  private var fingerprint = TextFingerprint()

  init(_ source: RecordSource, _ make: @escaping @Sendable () -> Consumer) {
    (options, progress, self.make) = (source.options, source.progress, make)
    hasOwners = !source.options.owners.isEmpty
    consumer = make()
    parser = RecordParser(
      consumer.projection,
      logFormat: options.logFormat,
      registry: source.registry,
      hasPlaces: consumer.wantsPlaces
    )
    batch = parser.makeBatch()
  }

  var outcome: RecordSource.Outcome<Consumer> {
    RecordSource.Outcome(consumer: consumer, sources: sources, recordsInWindow: recordsInWindow)
  }

  /// Reads one input from its beginning to its end.
  mutating func read(_ input: InputList.Input, onTwoThreads: Bool) {
    guard consumer.begin(input.path) else { return }
    do {
      guard let stream = try open(input.path) else { return }
      parser.beginInput()
      (fingerprint, place.path) = (TextFingerprint(), input.path)
      if onTwoThreads, Workers.canStart { readOnTwoThreads(stream) } else { readHere(stream) }
      if stream.lostPartialLine { parser.noteCutLine() }
      flush()
      note(stream)
    } catch let error as InputError {
      sources.append(SourceSummary(unreadable: input.path, error.reason))
    } catch let error as SystemError {
      sources.append(SourceSummary(unreadable: input.path, error.reason))
    } catch {
      sources.append(SourceSummary(unreadable: input.path, "\(error)"))
    }
    consumer.end()
    progress?.finishFile()
  }

  /// The stream of an input; nil for a pipe that is left out.
  private func open(_ path: String) throws -> LogStream? {
    guard path == "-" else {
      let file = try OpenFile.reading(path)
      if options.skipsPipes, file.size == nil { return nil }
      return try LogStream.open(file, inflater: options.inflater)
    }
    guard let known = options.standardInput else {
      guard !options.skipsPipes else { return nil }
      return try LogStream.open(.standardInput, inflater: options.inflater, copy: options.copy)
    }
    known.rewind()
    return try LogStream.open(known, inflater: options.inflater)
  }

  private mutating func readHere(_ stream: LogStream) {
    var block: [UInt8] = []
    var (compressed, blocks) = (0, 0)
    while !Interruption.isRequested, blocks < options.blocksPerInput ?? .max,
      let end = stream.nextBlock(into: &block)
    {
      take(&block, end)
      tell(stream.compressedBytes - compressed)
      (compressed, blocks) = (stream.compressedBytes, blocks + 1)
    }
  }

  /// The other thread inflates and, as far as it has time left, consumes; this one parses, and consumes what is left.
  private mutating func readOnTwoThreads(_ stream: LogStream) {
    let path = place.path
    let inflating = InflatingThread(stream, isAlone: consumer.wantsPlaces) { [make] in
      var other = make()
      _ = other.begin(path)
      return other
    }
    var (compressed, blocks) = (0, 0)
    while blocks < options.blocksPerInput ?? .max, var block = inflating.nextBlock() {
      take(&block.bytes, block.end, inflating)
      tell(block.compressedBytes - compressed)
      (compressed, blocks) = (block.compressedBytes, blocks + 1)
      inflating.recycle(block)
    }
    consumer.merge(inflating.finish())
  }

  private func tell(_ compressedBytes: Int) {
    progress?.add(compressedBytes: compressedBytes, records: parser.counts.records.total)
  }

  /// Parses a block.
  ///
  /// Where rows must be found again in it, the last batch ends with it.
  private mutating func take(
    _ block: inout [UInt8],
    _ end: Int,
    _ inflating: InflatingThread<Consumer>? = nil
  ) {
    fingerprint.note(block, end)
    if consumer.wantsPlaces { swap(&place.block, &block) }
    defer { if consumer.wantsPlaces { swap(&place.block, &block) } }
    var position = 0
    while position < end {
      let bytes = consumer.wantsPlaces ? place.block : block
      parser.parse(bytes.span, from: &position, to: end, into: &batch)
      if batch.isFull { flush(inflating) }
    }
    if consumer.wantsPlaces { flush() }
  }

  /// Hands the batch to the consumer, or to the other thread where it has time.
  private mutating func flush(_ inflating: InflatingThread<Consumer>? = nil) {
    guard batch.count > 0 else { return }
    keepWindow()
    if hasOwners { options.owners.mark(&batch) }
    place.format = parser.batchFormat
    if inflating?.handOver(&batch, place) != true { consumer.consume(batch, at: place) }
    batch.clear()
  }

  private mutating func keepWindow() {
    guard let window = options.window else { return }
    batch.keep(window)
    var records: UInt64 = 0
    batch.forEachTraffic { _ in records += 1 }
    recordsInWindow += records
  }

  private mutating func note(_ stream: LogStream) {
    progress?.endFile(records: parser.counts.records.total)
    var source = SourceSummary(stream, parser)
    source.fingerprint = fingerprint.value
    source.copyFault = stream.copyFault
    sources.append(source)
  }
}

/// Stands for the beginning of an input's text, by which copies are known.
struct TextFingerprint {
  private static let bytes = 8192

  /// 0 while no text was seen.
  private(set) var value: UInt64 = 0

  /// Takes the first block into account, and no other one.
  mutating func note(_ block: [UInt8], _ end: Int) {
    guard value == 0 else { return }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in block[..<min(end, Self.bytes)] {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    value = max(1, hash)
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
