import FlowModel
internal import Synchronization

/// Rows as lines: for rows that are no regular records, and for those of which somebody asks for the line.
extension ParquetReader {
  /// All values stand in the record's own bytes.
  private static let nothing: [UInt8] = []
  private static let ends = [
    DocumentRecord.Extra.sourceInterface.slot, DocumentRecord.Extra.destinationInterface.slot,
  ]

  /// Writes one row of the file as a line.
  ///
  /// Rows in ascending order cost the least: pages are read in the order of the file.
  ///
  /// - Parameter number: the number of the row in the file, from 1.
  /// - Returns: the line without its line feed; none where it cannot be read.
  mutating func line(_ number: UInt64) -> [UInt8] {
    let row = Int(clamping: number) - 1
    guard let group = firstRows.lastIndex(where: { $0 <= row }) else { return [] }
    let place = row - firstRows[group]
    guard place < metadata.rowGroups[group].rows else { return [] }
    do throws(ParquetFault) {
      if lineGroup != group || columns.contains(where: { place < $0.page.rows.lowerBound }) {
        (lineGroup, columns, maps) = (group, [], [])
        try openColumns(metadata.rowGroups[group])
      }
      try loadPages(place)
    } catch {
      lineGroup = nil
      return []
    }
    lines.clear()
    write(place)
    return Array(lines.bytes.dropLast())
  }

  /// Writes a row of the row group as a line.
  mutating func write(_ row: Int) {
    record.begin()
    for (node, column) in columns.enumerated() {
      let range = record.keep { column.write(row, to: &$0) }
      set(column.slot, Int32(node), range, isWeak: column.isWeak)
    }
    for index in maps.indices {
      for (slot, value) in maps[index].members(row) {
        let values = maps[index].values
        let range = record.keep { values.write(value, to: &$0) }
        set(slot, Int32(columns.count + index), range, isWeak: false)
      }
    }
    if case .payload(let text) = record.write(Self.nothing.span, to: &lines) {
      MessageText.writeLine(text.span, text.indices, to: &lines)
    }
  }

  /// Notes a value that stands in the record's own bytes; none where there is nothing.
  ///
  /// An endpoint of OCSF without addresses in between has the address of the packet and of the interface alike.
  private mutating func set(_ slot: Int, _ node: Int32, _ range: Range<Int>, isWeak: Bool) {
    guard !range.isEmpty || Self.ends.contains(slot) else { return }
    if isWeak, slot < FieldName.allCases.count,
      !ValueText.accepts(FieldName.allCases[slot], record.scratch.span, range)
    {
      return
    }
    record.set(slot, node, Self.nothing.span, range, isScratch: true)
  }
}

/// Writes rows of a Parquet file as lines, for those of which somebody asks for the line.
package final class ParquetLines: LineSource {
  private let reader: Mutex<ParquetReader>

  /// Takes the file of another reader.
  package init(_ reader: ParquetReader) { self.reader = Mutex(reader.ofLines()) }

  package func line(_ number: UInt64) -> [UInt8] { reader.withLock { $0.line(number) } }
}
