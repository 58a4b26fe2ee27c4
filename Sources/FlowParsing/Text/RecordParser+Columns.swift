import FlowModel

/// Records whose values stand in columns, not in lines.
extension RecordParser {
  /// Copies rows of regular values into a batch, which must have room for them.
  ///
  /// - Parameters:
  ///   - rows: rows of the row group.
  ///   - columns: those of all fields that are decoded.
  ///   - batch: one that `makeBatch` made.
  mutating func take(
    _ rows: Range<Int>,
    of columns: [ParquetColumn],
    into batch: inout RecordBatch
  ) {
    if batch.count == 0 { begin(&batch) }
    let row = batch.count
    for column in columns {
      guard let field = column.field else { continue }
      let run = ColumnRun(page: column.page, field: field, rows: rows)
      run.write(to: &batch, row)
      if field.kind == .text { encode(run, &batch, row) }
    }
    for place in row..<row + rows.count { batch.status[place] = LogStatus.ok.rawValue }
    if hasPlaces {
      for place in 0..<rows.count {
        batch.lineNumber[row + place] = lineNumber &+ UInt64(place) &+ 1
      }
    }
    count(batch, row..<row + rows.count)
    batch.count = row + rows.count
  }

  private mutating func count(_ batch: RecordBatch, _ rows: Range<Int>) {
    counts.lines += UInt64(rows.count)
    counts.records.ok += UInt64(rows.count)
    var (first, last): (UInt32, UInt32) = (.max, 0)
    for row in rows {
      first = min(first, batch.start[row])
      last = max(last, batch.end[row])
      if batch.end[row] < batch.start[row] { counts.reversedTimes += 1 }
    }
    counts.cover(start: first, end: last)
  }

  /// Codes the texts of rows; each entry of the column once for each batch.
  private mutating func encode(_ run: ColumnRun, _ batch: inout RecordBatch, _ row: Int) {
    guard let slot = fields.texts.firstIndex(of: run.field.field) else { return }
    guard case .texts(let table)? = run.page.entries?.values else {
      // Regular values of a column of numbers are those that are missing.
      for place in row..<row + run.rows.count { batch.texts[slot].codes[place] = 0 }
      return
    }
    var column = TextColumn(capacity: 0)
    swap(&column, &batch.texts[slot])
    var (last, lastCode) = (run.page.nullCode, UInt32(0))
    for offset in 0..<run.rows.count {
      let code = run.page.codes[run.start + offset]
      if code != last {
        last = code
        lastCode =
          run.field.isMissing[Int(code)]
          ? 0
          : encoders[slot].code(table.bytes.span.extracting(table.range(Int(code))), in: &column)
      }
      column.codes[row + offset] = lastCode
    }
    swap(&column, &batch.texts[slot])
  }
}

/// Some rows of a column.
struct ColumnRun {
  let page: ColumnPage
  let field: ParquetField
  let rows: Range<Int>

  /// Where the rows begin in the page.
  var start: Int { rows.lowerBound - page.rows.lowerBound }

  /// Writes the values into a batch, texts left out.
  func write(to batch: inout RecordBatch, _ row: Int) {
    switch field.kind {
    case .source: writeAddresses(to: &batch.source, row)
    case .destination: writeAddresses(to: &batch.destination, row)
    case .packetSource: writeAddresses(to: &batch.packetSource, row)
    case .packetDestination: writeAddresses(to: &batch.packetDestination, row)
    case .sourcePort: writeNumbers(to: &batch.sourcePort, row)
    case .destinationPort: writeNumbers(to: &batch.destinationPort, row)
    case .protocolNumber: writeNumbers(to: &batch.protocolNumber, row)
    case .packets: writeNumbers(to: &batch.packets, row)
    case .bytes: writeNumbers(to: &batch.bytes, row)
    case .start: writeNumbers(to: &batch.start, row)
    case .end: writeNumbers(to: &batch.end, row)
    case .action: writeNumbers(to: &batch.action, row)
    case .tcpFlags: writeNumbers(to: &batch.tcpFlags, row)
    case .trafficPath: writeNumbers(to: &batch.trafficPath, row)
    case .interface: writeNumbers(to: &batch.interface, row)
    case .number:
      if let slot = batch.slot(of: field.field) { writeNumbers(to: &batch.numbers[slot], row) }
    case .logStatus, .text, .skip: break
    }
    if field.hasMissing { noteMissing(&batch, row) }
  }

  private func writeAddresses(to column: inout [IPAddress], _ row: Int) {
    guard !column.isEmpty else { return }
    for offset in 0..<rows.count {
      column[row &+ offset] = field.addresses[Int(page.codes[start &+ offset])]
    }
  }

  private func writeNumbers<Value: FixedWidthInteger>(to column: inout [Value], _ row: Int) {
    guard !column.isEmpty else { return }
    guard page.entries == nil else {
      for offset in 0..<rows.count {
        let number = field.numbers[Int(page.codes[start &+ offset])]
        column[row &+ offset] = Value(truncatingIfNeeded: number)
      }
      return
    }
    for offset in 0..<rows.count {
      let number = field.number(page.numbers[start &+ offset])
      column[row &+ offset] = Value(truncatingIfNeeded: number)
    }
  }

  private func noteMissing(_ batch: inout RecordBatch, _ row: Int) {
    for offset in 0..<rows.count where isMissing(start + offset) {
      batch.setMissing(field.field, row + offset)
    }
  }

  private func isMissing(_ index: Int) -> Bool {
    page.entries == nil
      ? page.numbers[index] == ValueDecoder.noNumber : field.isMissing[Int(page.codes[index])]
  }
}
