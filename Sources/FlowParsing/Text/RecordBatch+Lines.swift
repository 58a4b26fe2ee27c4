import FlowModel

extension RecordBatch {
  /// Writes a decoded line behind the rows that the batch holds.
  ///
  /// - Parameters:
  ///   - line: decoded for the batch's projection.
  ///   - place: the line's number in its input, and its place in the block.
  mutating func append(_ line: ParsedLine, at place: (number: UInt64, offset: Int)) {
    let row = count
    Self.write(line.source, row, &source)
    Self.write(line.destination, row, &destination)
    Self.write(line.packetSource, row, &packetSource)
    Self.write(line.packetDestination, row, &packetDestination)
    Self.write(line.sourcePort, row, &sourcePort)
    Self.write(line.destinationPort, row, &destinationPort)
    Self.write(line.protocolNumber, row, &protocolNumber)
    Self.write(line.tcpFlags, row, &tcpFlags)
    Self.write(line.trafficPath, row, &trafficPath)
    Self.write(line.action.rawValue, row, &action)
    Self.write(line.status.rawValue, row, &status)
    Self.write(line.interface, row, &interface)
    Self.write(line.packets, row, &packets)
    Self.write(line.bytes, row, &bytes)
    Self.write(line.start, row, &start)
    Self.write(line.end, row, &end)
    Self.write(place.number, row, &lineNumber)
    Self.write(UInt64(place.offset), row, &lineOffset)
    noteMissing(line, row)
    count = row + 1
  }

  private static func write<Value>(_ value: Value, _ row: Int, _ column: inout [Value]) {
    if row < column.count { column[row] = value }
  }

  private mutating func noteMissing(_ line: ParsedLine, _ row: Int) {
    var missing = line.missing
    while missing != 0 {
      let kind = ColumnStep.Kind(rawValue: UInt8(missing.trailingZeroBitCount))
      if let field = kind?.field { setMissing(field, row) }
      missing &= missing - 1
    }
  }

  /// Writes the numbers and texts of a line, which must be the next row's.
  mutating func write(
    _ line: ParsedLine,
    of bytes: Span<UInt8>,
    _ fields: SlotFields,
    _ encoders: inout [TextEncoder]
  ) {
    for (slot, value) in line.numbers.enumerated() {
      numbers[slot][count] = value ?? 0
      if value == nil, !absent.contains(fields.numbers[slot]) {
        setMissing(fields.numbers[slot], count)
      }
    }
    for (slot, range) in line.texts.enumerated() {
      texts[slot].codes[count] = encoders[slot].code(bytes.extracting(range), in: &texts[slot])
      if range.isEmpty, !absent.contains(fields.texts[slot]) {
        setMissing(fields.texts[slot], count)
      }
    }
  }
}

/// The fields of a projection that have columns of numbers and texts, by slot.
struct SlotFields {
  let numbers: [FieldName]
  let texts: [FieldName]

  init(_ projection: Projection) {
    numbers = projection.fields.filter { $0.storage == .number }
    texts = projection.fields.filter { $0.storage == .text }
  }
}
