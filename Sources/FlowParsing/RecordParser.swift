package import FlowModel

/// A stretch of time in which AWS lost records of an interface.
package struct SkipDataWindow: Hashable, Sendable {
  /// The interface's number.
  package let interface: UInt32
  /// Unix seconds.
  package let start: UInt32
  /// Unix seconds.
  package let end: UInt32
}

/// A format and the line from which on it holds.
package struct FormatBinding: Sendable {
  /// The number of the header's line, or of the first line that a format without one was found by.
  package let line: UInt64
  /// The format.
  package let format: RecordFormat
  /// How many columns an exporter put before each record.
  package let prefixColumns: Int
}

/// Turns blocks of whole lines into batches of records, and counts every line that is none.
///
/// One parser serves one worker; `beginInput` makes it ready for the next input. The fast path takes a line as AWS
/// writes it; any other line goes to the triage, which knows headers, prefixes, comments and everything that people do
/// to logs, and costs microseconds instead of nanoseconds.
package struct RecordParser {
  /// What the lines of the present input were.
  package private(set) var counts = LineCounts()
  /// The formats of the present input in order of appearance; empty while unknown.
  package private(set) var formats: [RecordFormat] = []
  /// SKIPDATA windows of the present input.
  package private(set) var skipDataWindows: Set<SkipDataWindow> = []

  /// The minutes of NODATA and SKIPDATA lines of the present input.
  package private(set) var quietMinutes = CoveredMinutes()

  /// Lines above this many bytes are no records.
  static let longestLine = 65_536
  /// So many formats of one input are told.
  static let formatLimit = 64

  /// Formats since the last call of `takeBindings`; kept only where they are wanted.
  private var bindings: [FormatBinding] = []

  private let wanted: ColumnSet
  private let givenFormat: RecordFormat?
  private var lineParser: LineParser
  private var plan: ColumnPlan?

  /// A parser that decodes the wanted columns only.
  ///
  /// - Parameters:
  ///   - wanted: columns that a consumer asked for.
  ///   - logFormat: the format of lines without a header, if the user gave one.
  ///   - registry: numbers the interfaces of the whole run.
  package init(wanted: ColumnSet, logFormat: RecordFormat? = nil, registry: InterfaceRegistry) {
    self.wanted = wanted
    givenFormat = logFormat
    lineParser = LineParser(registry: registry)
  }

  /// Forgets the last input's format and counts.
  package mutating func beginInput() {
    counts = LineCounts()
    formats = []
    skipDataWindows = []
    quietMinutes = CoveredMinutes()
    plan = nil
    bindings = []
  }

  /// The formats that came into force since the last call, for consumers that asked for `bindings`.
  ///
  /// At most one for each line of the blocks between two calls.
  package mutating func takeBindings() -> [FormatBinding] {
    defer { bindings.removeAll(keepingCapacity: true) }
    return bindings
  }

  /// Notes that the input broke off inside a line.
  package mutating func noteCutLine() {
    counts.lines += 1
    counts.reject(.cutOff, line: counts.lines)
  }

  /// Parses lines until the batch is full or the block ends.
  ///
  /// - Parameters:
  ///   - block: whole lines; bytes from `end` on are not read as lines.
  ///   - position: where to begin; moves behind the last line taken.
  ///   - end: behind the last line feed of the block.
  ///   - batch: receives records with log-status OK behind those that it holds.
  package mutating func parse(
    _ block: Span<UInt8>,
    from position: inout Int,
    to end: Int,
    into batch: inout RecordBatch
  ) {
    while position < end, !batch.isFull {
      if let plan, !plan.decodesNothing {
        parseRun(block, &position, end, plan, &batch)
      } else {
        triage(block, &position, end, &batch)
      }
    }
  }

  /// The fast path: takes lines as long as they fit the plan.
  private mutating func parseRun(
    _ block: Span<UInt8>,
    _ position: inout Int,
    _ end: Int,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch
  ) {
    var writer = BatchWriter(batch)
    batch = RecordBatch.hollow
    let misfit = writer.fill(
      block,
      &position,
      end,
      plan,
      &lineParser,
      firstLine: counts.lines + 1,
      wantsLines: wanted.contains(.lineNumber),
      wantsAll: wanted.isSuperset(of: .analysis)
    )
    counts.lines += writer.lines
    counts.records.ok += writer.okRecords
    if plan.hasTimes, writer.lines > 0 {
      counts.reversedTimes += writer.reversedTimes
      counts.cover(start: writer.firstStart, end: writer.lastEnd)
    }
    for interval in writer.intervals { takeInterval(interval) }
    batch = writer.finish()
    if misfit { triage(block, &position, end, &batch) }
  }

  /// Takes a line that came by way of the triage.
  private mutating func take(_ line: ParsedLine, _ plan: ColumnPlan, _ batch: inout RecordBatch) {
    if plan.hasTimes {
      counts.cover(start: line.start, end: line.end)
      if line.end < line.start { counts.reversedTimes += 1 }
    }
    guard line.status == .ok else {
      takeInterval(line)
      return
    }
    counts.records.ok += 1
    batch.append(line)
  }

  private mutating func takeInterval(_ line: ParsedLine) {
    quietMinutes.insert(start: line.start, end: line.end)
    if line.status == .noData {
      counts.records.noData += 1
    } else {
      counts.records.skipData += 1
      // Far beyond any real log; past it a flood of such lines must not fill the memory.
      guard skipDataWindows.count < 1 << 20 else { return }
      skipDataWindows.insert(
        SkipDataWindow(interface: line.interface, start: line.start, end: line.end)
      )
    }
  }

  /// Takes one line of any kind.
  private mutating func triage(
    _ block: Span<UInt8>,
    _ position: inout Int,
    _ end: Int,
    _ batch: inout RecordBatch
  ) {
    var lineEnd = position
    while lineEnd < end, block[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
    let line = block.extracting(position..<lineEnd)
    let offset = position
    position = min(lineEnd + 1, end)
    counts.lines += 1
    guard line.count <= Self.longestLine else { return counts.reject(.tooLong, line: counts.lines) }
    let tokens = LineTokens(line)
    guard let first = tokens.words.first, !first.hasPrefix("#") else { return }
    if tokens.hasControlBytes { return counts.reject(.notText, line: counts.lines) }
    if let header = tokens.header {
      counts.headers += 1
      return bind(header, prefixColumns: 0)
    }
    if plan == nil { inferFormat(block.extracting(offset..<end), tokens) }
    guard let plan else { return counts.reject(.unknownFormat, line: counts.lines) }
    takeIrregular(tokens, plan, &batch, offset)
  }

  private mutating func takeIrregular(
    _ tokens: LineTokens,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch,
    _ offset: Int
  ) {
    let record = tokens.record
    var line = ParsedLine()
    var position = 0
    if let fault = lineParser.parse(record.span, &position, plan.steps.span, into: &line) {
      return counts.reject(refined(fault, tokens, plan), line: counts.lines)
    }
    if line.status == .ok {
      batch.lineNumber[batch.count] = counts.lines
      batch.lineOffset[batch.count] = offset
    }
    take(line, plan, &batch)
  }

  /// A line with another number of columns than the format is called that, whatever failed first.
  private func refined(
    _ fault: RejectReason,
    _ tokens: LineTokens,
    _ plan: ColumnPlan
  ) -> RejectReason {
    if tokens.words.count < plan.steps.count { return .tooFewFields }
    return tokens.words.count > plan.steps.count ? .tooManyFields : fault
  }

  private mutating func bind(_ format: RecordFormat, prefixColumns: Int) {
    // A log has one format or a few; a hostile one may change it with every line.
    if formats.count < Self.formatLimit, !formats.contains(format) { formats.append(format) }
    plan = ColumnPlan(format, prefixColumns: prefixColumns, wanted: wanted)
    guard wanted.contains(.bindings) else { return }
    bindings.append(
      FormatBinding(line: counts.lines, format: format, prefixColumns: prefixColumns)
    )
  }

  /// Settles the format from the first lines of the block that are records.
  private mutating func inferFormat(_ rest: Span<UInt8>, _ tokens: LineTokens) {
    let prefix = tokens.prefixColumns
    if let givenFormat {
      let isPrefixed = tokens.words.count == givenFormat.columns.count + prefix
      return bind(givenFormat, prefixColumns: isPrefixed ? prefix : 0)
    }
    let own = Array(tokens.words.dropFirst(prefix))
    // Foreign text has many lines and all of them come here: one look at the line itself must do.
    guard FormatInference.mayFit(own) else { return }
    let lines = Self.firstLines(of: rest).map { Array($0.words.dropFirst(prefix)) }
    let whole = lines.filter { $0.count + prefix == tokens.words.count }
    if let format = FormatInference.format(of: whole)
      ?? FormatInference.format(of: [own])
    {
      bind(format, prefixColumns: prefix)
    }
  }

  private static func firstLines(of block: Span<UInt8>) -> [LineTokens] {
    var lines: [LineTokens] = []
    var start = 0
    while start < block.count, lines.count < 200 {
      var end = start
      while end < block.count, block[end] != UInt8(ascii: "\n") { end += 1 }
      if end - start <= longestLine { lines.append(LineTokens(block.extracting(start..<end))) }
      start = end + 1
    }
    return lines
  }
}

extension RecordBatch {
  fileprivate mutating func append(_ line: ParsedLine) {
    let row = count
    source[row] = line.source
    destination[row] = line.destination
    sourcePort[row] = line.sourcePort
    destinationPort[row] = line.destinationPort
    protocolNumber[row] = line.lacksPort ? Self.unknownProtocol : line.protocolNumber
    tcpFlags[row] = line.tcpFlags
    trafficPath[row] = line.trafficPath
    action[row] = line.action.rawValue
    interface[row] = line.interface
    packets[row] = line.packets
    bytes[row] = line.bytes
    start[row] = line.start
    end[row] = line.end
    count = row &+ 1
  }
}
