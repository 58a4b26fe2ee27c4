package import FlowModel

/// Turns blocks of whole lines into batches of records, and counts every line that is none.
///
/// One parser serves one worker; `beginInput` makes it ready for the next input. Lines as AWS writes them are taken by
/// the parser in C, other records by its twin in Swift; any other line goes to the triage, which knows headers,
/// prefixes, comments and everything that people do to logs, and costs microseconds instead of nanoseconds.
package struct RecordParser {
  /// What the lines of the present input were.
  package internal(set) var counts = LineCounts()
  /// The formats of the present input in order of appearance; empty while unknown.
  package internal(set) var formats: [RecordFormat] = []
  /// The format of the rows of the batch that was filled last, and the line from which on it holds.
  package private(set) var batchFormat: FormatBinding?

  /// Lines above this many bytes are no records.
  static let longestLine = 65_536
  /// So many formats of one input are told.
  static let formatLimit = 64
  /// Looks at the following lines cost much, and do not help after so many that found no format.
  static let mostInferences = 16
  /// The columns of the first line whose format is unknown.
  package internal(set) var unknownLine: [String] = []
  /// Looks at the following lines of the present input that found no format.
  var failedInferences = 0

  /// The fields that are decoded.
  package let projection: Projection
  let fields: SlotFields
  let hasPlaces: Bool
  private let usesNativeParser: Bool
  let givenFormat: RecordFormat?
  var lineParser: LineParser
  var line = ParsedLine()
  var encoders: [TextEncoder]
  var plan: ColumnPlan?
  var native: NativeParser?
  /// The format in force.
  var binding: FormatBinding?
  /// The number of the format that the lines' writer gave; 0 for none.
  private var givenNumber = 0
  /// Whether lines stand for documents, so that some of them are no text of the input.
  package var isOfDocuments = false
  /// Lines that were passed over: they have numbers, but count for nothing.
  package var linesLeftOut: UInt64 = 0
  /// The number of the line that was read last.
  var lineNumber: UInt64 { counts.lines &+ linesLeftOut }

  /// A parser that decodes the fields that somebody asked for.
  ///
  /// - Parameters:
  ///   - projection: fields that a consumer asked for; times, log-status and interface are decoded always.
  ///   - logFormat: the format of lines without a header, if the user gave one.
  ///   - registry: numbers the interfaces of the whole run.
  ///   - hasPlaces: whether rows must know their line and its place in the block.
  ///   - usesNativeParser: false for the parser in Swift alone, which gives the same.
  package init(
    _ projection: Projection,
    logFormat: RecordFormat? = nil,
    registry: InterfaceRegistry,
    hasPlaces: Bool = false,
    usesNativeParser: Bool = NativeParser.isAvailable
  ) {
    self.projection = projection.union(ColumnPlan.always)
    self.hasPlaces = hasPlaces
    self.usesNativeParser = usesNativeParser && NativeParser.isAvailable
    fields = SlotFields(self.projection)
    encoders = fields.texts.map { _ in TextEncoder() }
    line.numbers = fields.numbers.map { _ in nil }
    line.texts = fields.texts.map { _ in 0..<0 }
    givenFormat = logFormat
    lineParser = LineParser(registry: registry)
  }

  /// An empty batch for what the parser decodes.
  package func makeBatch() -> RecordBatch { RecordBatch(projection, hasPlaces: hasPlaces) }

  /// Forgets the last input's format and counts.
  package mutating func beginInput() {
    counts = LineCounts()
    (formats, unknownLine) = ([], [])
    (plan, native, binding, batchFormat) = (nil, nil, nil, nil)
    (failedInferences, givenNumber, isOfDocuments) = (0, 0, false)
    linesLeftOut = 0
  }

  /// Adds what another parser counted of the same input.
  package mutating func merge(_ other: LineCounts, _ otherFormats: [RecordFormat]) {
    counts.add(other)
    counts.firstRejects.merge(other.firstRejects, uniquingKeysWith: min)
    // Who saw a format first depends on the threads.
    formats = Array(Set(formats).union(otherFormats)).sorted { $0.header < $1.header }
  }

  /// Notes that the input broke off inside a line.
  package mutating func noteCutLine() {
    counts.lines += 1
    counts.reject(.cutOff, line: lineNumber)
  }

  /// Takes the format of the next lines from whoever wrote them.
  ///
  /// - Parameters:
  ///   - format: their format; nil where it must be found by their content.
  ///   - number: tells it from others; 0 for none.
  ///   - batch: receives their records.
  package mutating func use(_ format: RecordFormat?, number: Int, _ batch: inout RecordBatch) {
    guard number != givenNumber else { return }
    givenNumber = number
    guard let format else {
      (plan, native, binding) = (nil, nil, nil)
      return
    }
    bind(format, prefixColumns: 0, &batch, line: lineNumber + 1)
  }

  /// Parses lines until the batch is full or the block ends.
  ///
  /// A batch has rows of one format; one that holds rows is full where the next line has another one.
  ///
  /// - Parameters:
  ///   - block: whole lines; bytes from `end` on are not read as lines.
  ///   - position: where to begin; moves behind the last line taken.
  ///   - end: behind the last line feed of the block.
  ///   - batch: receives records behind those that it holds; one that `makeBatch` made.
  package mutating func parse(
    _ block: Span<UInt8>,
    from position: inout Int,
    to end: Int,
    into batch: inout RecordBatch
  ) {
    if batch.count == 0 { begin(&batch) }
    while position < end, !batch.isFull {
      if let plan, !plan.decodesNothing {
        parseRun(block, &position, end, plan, &batch)
      } else {
        triage(block, &position, end, &batch)
      }
    }
    batch.noteMissing()
  }

  mutating func begin(_ batch: inout RecordBatch) {
    batch.clear()
    settle(&batch)
    for slot in encoders.indices { encoders[slot].clear() }
  }

  /// Settles the format of a batch that has no rows yet.
  mutating func settle(_ batch: inout RecordBatch) {
    batch.setAbsent(plan?.absent ?? projection)
    batchFormat = binding
  }

  /// Takes lines as long as they fit the plan; the first one that does not goes to the triage.
  private mutating func parseRun(
    _ block: Span<UInt8>,
    _ position: inout Int,
    _ end: Int,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch
  ) {
    guard takeNatively(block, &position, end, plan, &batch), !batch.isFull else { return }
    let start = position
    // Comments and lines that are too long may fit the plan by chance, where columns are skipped.
    guard block[start] != UInt8(ascii: "#") else {
      return triage(block, &position, end, &batch)
    }
    line.clear()
    let fault = lineParser.parse(block, &position, plan.steps.span, into: &line)
    guard fault == nil, position - start <= Self.longestLine + 1 else {
      position = start
      return triage(block, &position, end, &batch)
    }
    counts.lines += 1
    take(block, plan, &batch, offset: start)
  }

  /// - Returns: whether the line at the position is one that the parser in C left.
  private mutating func takeNatively(
    _ block: Span<UInt8>,
    _ position: inout Int,
    _ end: Int,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch
  ) -> Bool {
    guard usesNativeParser else { return true }
    var native = self.native ?? NativeParser(plan, fields)
    self.native = nil
    let outcome = native.parse(block, &position, end, lineParser.interfaces, &batch)
    native.encodeTexts(outcome.rows, of: block, &encoders, &batch)
    self.native = native
    note(outcome, plan, &batch)
    return outcome.isMisfit
  }

  private mutating func note(
    _ outcome: NativeParser.Outcome,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch
  ) {
    guard !outcome.rows.isEmpty else { return }
    // It takes lines with log-status OK alone, and leaves the column to its caller.
    for row in outcome.rows { batch.status[row] = LogStatus.ok.rawValue }
    if hasPlaces {
      for (number, row) in outcome.rows.enumerated() {
        batch.lineNumber[row] = lineNumber + UInt64(number) + 1
      }
    }
    counts.lines += UInt64(outcome.rows.count)
    counts.records.ok += UInt64(outcome.rows.count)
    guard plan.hasTimes else { return }
    counts.reversedTimes += outcome.reversedTimes
    counts.cover(start: outcome.firstStart, end: outcome.lastEnd)
  }

  /// Takes the decoded line.
  mutating func take(
    _ bytes: Span<UInt8>,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch,
    offset: Int
  ) {
    if plan.hasTimes, !line.lacksTime {
      counts.cover(start: line.start, end: line.end)
      if line.end < line.start { counts.reversedTimes += 1 }
    }
    counts.records.count(line.status)
    batch.write(line, of: bytes, fields, &encoders)
    batch.append(line, at: (lineNumber, offset))
  }
}
