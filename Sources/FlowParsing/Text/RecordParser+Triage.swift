import FlowModel

/// Lines that are no plain records: headers, comments, records that somebody changed, and everything else.
extension RecordParser {
  /// Takes one line of any kind.
  mutating func triage(
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
    guard line.count <= Self.longestLine else { return counts.reject(.tooLong, line: lineNumber) }
    if isOfDocuments, line.count == 2, line[0] == LineBlock.mark { return note(line) }
    let tokens = LineTokens(line)
    guard let first = tokens.words.first, !first.hasPrefix("#") else { return }
    if tokens.hasControlBytes { return counts.reject(.notText, line: lineNumber) }
    if let header = tokens.header {
      counts.headers += 1
      return bind(header, prefixColumns: 0, &batch)
    }
    if plan == nil {
      inferFormat(block.extracting(offset..<end), tokens, &batch)
      if batch.isClosed {
        // The line belongs to the next batch, and is read again for that.
        (position, counts.lines) = (offset, counts.lines - 1)
        return
      }
    }
    guard let plan else {
      if unknownLine.isEmpty { unknownLine = Array(tokens.words.prefix(64)) }
      return counts.reject(.unknownFormat, line: lineNumber)
    }
    guard !takeIrregular(tokens, plan, &batch, offset) else { return }
    if !changeFormat(tokens, &batch) {
      reject(tokens, plan)
    } else if batch.isClosed {
      (position, counts.lines) = (offset, counts.lines - 1)
    } else if let other = self.plan, !takeIrregular(tokens, other, &batch, offset) {
      reject(tokens, other)
    }
  }

  /// Counts a document without a record.
  private mutating func note(_ line: Span<UInt8>) {
    if line[1] == LineBlock.header {
      counts.headers += 1
    } else if let reason = LineBlock.rejectReason(line) {
      counts.reject(reason, line: lineNumber)
    }
  }

  /// - Returns: false for a line that does not fit the format.
  private mutating func takeIrregular(
    _ tokens: LineTokens,
    _ plan: ColumnPlan,
    _ batch: inout RecordBatch,
    _ offset: Int
  ) -> Bool {
    let record = tokens.record
    line.clear()
    var position = 0
    guard lineParser.parse(record.span, &position, plan.steps.span, into: &line) == nil else {
      return false
    }
    take(record.span, plan, &batch, offset: offset)
    return true
  }

  private mutating func reject(_ tokens: LineTokens, _ plan: ColumnPlan) {
    let record = tokens.record
    line.clear()
    var position = 0
    let fault = lineParser.parse(record.span, &position, plan.steps.span, into: &line)
    counts.reject(refined(fault ?? .tooFewFields, tokens, plan), line: lineNumber)
  }

  /// Lines of several formats may stand in one input: VPC and transit gateway logs, or versions of one log.
  ///
  /// - Returns: whether the line fits another format, one of the input's or one that is known, and it alone.
  private mutating func changeFormat(_ tokens: LineTokens, _ batch: inout RecordBatch) -> Bool {
    let prefix = tokens.prefixColumns
    let own = Array(tokens.words.dropFirst(prefix))
    guard let format = FormatInference.format(of: own, among: formats),
      format.header != binding?.format.header || prefix != binding?.prefixColumns
    else { return false }
    bind(format, prefixColumns: prefix, &batch)
    return true
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

  mutating func bind(
    _ format: RecordFormat,
    prefixColumns: Int,
    _ batch: inout RecordBatch,
    line: UInt64? = nil
  ) {
    // A log has one format or a few; a hostile one may change it with every line.
    if formats.count < Self.formatLimit, !formats.contains(format) { formats.append(format) }
    binding = FormatBinding(
      line: line ?? lineNumber,
      format: format,
      prefixColumns: prefixColumns
    )
    let plan = ColumnPlan(format, prefixColumns: prefixColumns, projection: projection)
    let isSame =
      plan.steps == self.plan?.steps && (!hasPlaces || format == batchFormat?.format)
    self.plan = plan
    if batch.count == 0 { settle(&batch) }
    guard !isSame else { return }
    native = nil
    if batch.count > 0 { batch.isClosed = true }
  }

  /// Settles the format from the first lines of the block that are records.
  private mutating func inferFormat(
    _ rest: Span<UInt8>,
    _ tokens: LineTokens,
    _ batch: inout RecordBatch
  ) {
    let prefix = tokens.prefixColumns
    if let givenFormat {
      let isPrefixed = tokens.words.count == givenFormat.columns.count + prefix
      return bind(givenFormat, prefixColumns: isPrefixed ? prefix : 0, &batch)
    }
    let own = Array(tokens.words.dropFirst(prefix))
    // Foreign text has many lines and all of them come here: one look at the line itself must do.
    guard FormatInference.mayFit(own) else { return }
    guard failedInferences < Self.mostInferences else {
      if let format = FormatInference.format(of: [own]) {
        bind(format, prefixColumns: prefix, &batch)
      }
      return
    }
    let lines = Self.firstLines(of: rest).map { Array($0.words.dropFirst(prefix)) }
    let whole = lines.filter { $0.count + prefix == tokens.words.count }
    if let format = FormatInference.format(of: whole)
      ?? FormatInference.format(of: [own])
    {
      bind(format, prefixColumns: prefix, &batch)
    } else {
      failedInferences += 1
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
