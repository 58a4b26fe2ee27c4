internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import LogInput
internal import SystemFiles

/// One worker of the read loop.
struct RecordReader<Consumer: BatchConsumer> {
  let source: RecordSource
  let make: @Sendable () -> Consumer
  private let hasOwners: Bool
  var consumer: Consumer
  var parser: RecordParser
  var batch: RecordBatch
  var place = BatchPlace(path: "")
  var sources: [SourceSummary] = []
  var recordsInWindow: UInt64 = 0
  var fingerprint = TextFingerprint()
  /// Takes documents apart, where the input is no plain lines.
  private var documents: DocumentReader?
  /// Whether the first block is the whole input.
  private var isShort = false
  var lines = LineBlock()

  init(_ source: RecordSource, _ make: @escaping @Sendable () -> Consumer) {
    (self.source, self.make) = (source, make)
    hasOwners = !source.options.owners.isEmpty
    consumer = make()
    parser = RecordParser(
      consumer.projection,
      logFormat: source.options.logFormat,
      registry: source.registry,
      hasPlaces: consumer.wantsPlaces
    )
    batch = parser.makeBatch()
  }

  var options: RecordSource.Options { source.options }
  var progress: ProgressMeter? { source.progress }

  var outcome: RecordSource.Outcome<Consumer> {
    RecordSource.Outcome(consumer: consumer, sources: sources, recordsInWindow: recordsInWindow)
  }

  /// Reads one input from its beginning to its end.
  mutating func read(_ input: InputList.Input, onTwoThreads: Bool) {
    guard input.isArchive || consumer.begin(input.path) else { return }
    do {
      if let stream = try open(input.path) {
        let head = stream.beginning(Envelope.headSize, isEnough: Envelope.isEnough)
        if TarArchive.isArchive(head) {
          readArchive(stream)
        } else {
          read(stream, head, onTwoThreads: onTwoThreads)
        }
      }
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

  /// Reads text, or the documents in it.
  private mutating func read(
    _ stream: LogStream,
    _ head: [UInt8],
    onTwoThreads: Bool,
    archive: String? = nil
  ) {
    parser.beginInput()
    (fingerprint, place.path) = (TextFingerprint(), stream.path)
    guard stream.form != .parquet else {
      return readParquet(stream, onTwoThreads: onTwoThreads, archive: archive)
    }
    recognize(stream, head)
    if onTwoThreads, Workers.canStart { readOnTwoThreads(stream) } else { readHere(stream) }
    if stream.lostPartialLine { parser.noteCutLine() }
    finishDocuments(stream)
    flush()
    note(stream, archive)
  }

  /// Reads the files of an archive, each as an input of its own.
  private mutating func readArchive(_ stream: LogStream) {
    let archive = TarArchive(stream, inflater: options.inflater)
    while !Interruption.isRequested {
      do {
        guard let member = try archive.next() else { break }
        guard consumer.begin(member.path) else { continue }
        let head = member.beginning(Envelope.headSize)
        read(member, head, onTwoThreads: false, archive: stream.path)
      } catch {
        sources.append(SourceSummary(unreadable: error.path, error.reason))
      }
    }
    guard let fault = archive.fault else { return }
    var source = SourceSummary(unreadable: stream.path, fault.description)
    source.form = "tar"
    sources.append(source)
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

  /// Finds out whether records stand in documents; decided once for each input.
  private mutating func recognize(_ stream: LogStream, _ head: [UInt8]) {
    isShort = stream.isWholeBeginning
    documents = Envelope(head.span).map { envelope in
      DocumentReader(envelope) { GzipMembers.inflate($0, limit: 32 << 20) }
    }
    stream.handsOutPieces = documents != nil
    parser.isOfDocuments = documents != nil
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

  /// Parses the lines that the documents of a piece of the input become.
  private mutating func takeDocuments(
    _ piece: [UInt8],
    _ count: Int,
    _ inflating: InflatingThread<Consumer>?
  ) {
    lines.clear()
    documents?.read(piece.span.extracting(0..<count), into: &lines)
    parseLines(inflating)
  }

  private mutating func finishDocuments(_ stream: LogStream) {
    // Of an input whose beginning alone is read, the last document may go on behind it.
    guard documents != nil, options.blocksPerInput == nil || isShort else { return }
    lines.clear()
    documents?.finish(isDamaged: stream.fault != nil, into: &lines)
    parseLines(nil)
  }

  mutating func parseLines(_ inflating: InflatingThread<Consumer>? = nil) {
    guard !lines.bytes.isEmpty else { return }
    fingerprint.note(lines.bytes, lines.bytes.count)
    if consumer.wantsPlaces { place.block = lines.bytes }
    let bytes = lines.bytes
    var position = 0
    for segment in lines.segments {
      parser.use(segment.format, number: segment.formatNumber, &batch)
      while position < segment.end {
        parser.parse(bytes.span, from: &position, to: segment.end, into: &batch)
        if batch.isFull { flush(inflating) }
      }
    }
    if consumer.wantsPlaces { flush() }
  }

  /// Parses a block.
  ///
  /// Where rows must be found again in it, the last batch ends with it.
  private mutating func take(
    _ block: inout [UInt8],
    _ end: Int,
    _ inflating: InflatingThread<Consumer>? = nil
  ) {
    if documents != nil { return takeDocuments(block, end, inflating) }
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
  mutating func flush(_ inflating: InflatingThread<Consumer>? = nil) {
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

  private mutating func note(_ stream: LogStream, _ archive: String?) {
    progress?.endFile(records: parser.counts.records.total)
    var source = SourceSummary(stream, parser)
    source.fingerprint = fingerprint.value
    source.copyFault = stream.copyFault
    source.archive = archive
    source.describe(documents)
    source.unknownColumns = ColumnGuess.words(parser.unknownLine)
    sources.append(source)
  }
}
