internal import CRecordParser
import FlowModel

/// The parser in C, which takes regular lines many times faster than Swift code that checks every access.
///
/// The one file of this module that says `unsafe`, beside `WordScan` and `InterfaceTable`. What is fenced in: the
/// columns' memory is lent to C for the length of one call, during which nobody else observes the batch; C writes
/// only places below `capacity`, the length of every column. The safe twin is `LineParser`; both are compared by
/// `NativeParserTests`.
struct NativeParser {
  /// Whether this processor has what the parser needs.
  static let isAvailable = weir_parser_available()

  private let steps: [weir_step]
  private let fields: SlotFields
  /// Where the texts of rows stand in the block, by slot: offset in the upper half, length in the lower one.
  private var texts: [[UInt64]]

  /// What a call did.
  struct Outcome {
    var rows: Range<Int>
    /// Whether the line at the position does not fit.
    var isMisfit: Bool
    var firstStart: UInt32
    var lastEnd: UInt32
    var reversedTimes: UInt64
  }

  init(_ plan: ColumnPlan, _ fields: SlotFields) {
    steps = plan.steps.map { weir_step(kind: $0.kind.rawValue, slot: $0.slot) }
    self.fields = fields
    texts = fields.texts.map { _ in [UInt64](repeating: 0, count: RecordBatch.capacity) }
  }

  /// Parses lines until one does not fit, the batch is full or the block ends.
  mutating func parse(
    _ block: Span<UInt8>,
    _ position: inout Int,
    _ end: Int,
    _ interfaces: InterfaceTable,
    _ batch: inout RecordBatch
  ) -> Outcome {
    let before = batch.count
    var progress = weir_progress()
    progress.position = position
    progress.end = end
    progress.row = UInt32(before)
    progress.capacity = UInt32(RecordBatch.capacity)
    progress.first_start = .max
    var columns = unsafe lend(&batch)
    let isMisfit = unsafe run(block, interfaces, &columns, &progress)
    position = progress.position
    batch.count = Int(progress.row)
    return Outcome(
      rows: before..<batch.count,
      isMisfit: isMisfit,
      firstStart: progress.first_start,
      lastEnd: progress.last_end,
      reversedTimes: progress.reversed_times
    )
  }

  private func run(
    _ block: Span<UInt8>,
    _ interfaces: InterfaceTable,
    _ columns: inout weir_columns,
    _ progress: inout weir_progress
  ) -> Bool {
    unsafe block.withUnsafeBufferPointer { bytes in
      unsafe steps.withUnsafeBufferPointer { steps in
        unsafe interfaces.entries.withUnsafeBufferPointer { entries in
          var plan = unsafe weir_plan(steps: steps.baseAddress, count: Int32(steps.count))
          var table = unsafe weir_interface_table(
            entries: entries.baseAddress,
            places: entries.count
          )
          return unsafe weir_parse_lines(
            bytes.baseAddress,
            bytes.count,
            &plan,
            &table,
            &columns,
            &progress
          )
        }
      }
    }
  }

  /// Codes the texts of the rows that a call wrote.
  func encodeTexts(
    _ rows: Range<Int>,
    of block: Span<UInt8>,
    _ encoders: inout [TextEncoder],
    _ batch: inout RecordBatch
  ) {
    for slot in fields.texts.indices where !batch.absent.contains(fields.texts[slot]) {
      var column = TextColumn(capacity: 0)
      swap(&column, &batch.texts[slot])
      for row in rows {
        let place = texts[slot][row]
        let (start, count) = (Int(place >> 32), Int(place & 0xffff_ffff))
        // Where a record shows `-`, the place has no length.
        column.codes[row] = encoders[slot].code(block, at: start, count: count, in: &column)
      }
      swap(&column, &batch.texts[slot])
    }
  }
}

// MARK: Lending columns

extension NativeParser {
  /// The addresses of the batch's columns; they hold until somebody changes the batch.
  private mutating func lend(_ batch: inout RecordBatch) -> weir_columns {
    var columns = unsafe weir_columns()
    unsafe columns.source = unsafe Self.words(&batch.source)
    unsafe columns.destination = unsafe Self.words(&batch.destination)
    unsafe columns.packet_source = unsafe Self.words(&batch.packetSource)
    unsafe columns.packet_destination = unsafe Self.words(&batch.packetDestination)
    unsafe columns.packets = unsafe Self.values(&batch.packets)
    unsafe columns.bytes = unsafe Self.values(&batch.bytes)
    unsafe columns.start = unsafe Self.values(&batch.start)
    unsafe columns.end = unsafe Self.values(&batch.end)
    unsafe columns.interface_number = unsafe Self.values(&batch.interface)
    unsafe columns.source_port = unsafe Self.values(&batch.sourcePort)
    unsafe columns.destination_port = unsafe Self.values(&batch.destinationPort)
    unsafe columns.protocol = unsafe Self.values(&batch.protocolNumber)
    unsafe columns.action = unsafe Self.values(&batch.action)
    unsafe columns.tcp_flags = unsafe Self.values(&batch.tcpFlags)
    unsafe columns.traffic_path = unsafe Self.values(&batch.trafficPath)
    unsafe columns.line_offset = unsafe Self.values(&batch.lineOffset)
    unsafe lendSlots(&batch, &columns)
    unsafe lendMasks(&batch, &columns)
    return unsafe columns
  }

  private mutating func lendSlots(_ batch: inout RecordBatch, _ columns: inout weir_columns) {
    for slot in batch.numbers.indices {
      let values = unsafe Self.values(&batch.numbers[slot])
      unsafe Self.set(values, at: slot, in: &columns.number)
    }
    for slot in texts.indices {
      let places = unsafe Self.values(&texts[slot])
      unsafe Self.set(places, at: slot, in: &columns.text)
    }
  }

  private func lendMasks(_ batch: inout RecordBatch, _ columns: inout weir_columns) {
    guard let base = unsafe Self.values(&batch.missingWords) else { return }
    let places = batch.maskPlaces
    func mask(_ field: FieldName) -> UnsafeMutablePointer<UInt64>? {
      places[field.index] < 0 ? nil : unsafe base + places[field.index]
    }
    unsafe columns.interface_missing = unsafe mask(.interfaceId)
    unsafe columns.source_missing = unsafe mask(.sourceAddress)
    unsafe columns.destination_missing = unsafe mask(.destinationAddress)
    unsafe columns.packet_source_missing = unsafe mask(.packetSource)
    unsafe columns.packet_destination_missing = unsafe mask(.packetDestination)
    unsafe columns.source_port_missing = unsafe mask(.sourcePort)
    unsafe columns.destination_port_missing = unsafe mask(.destinationPort)
    unsafe columns.protocol_missing = unsafe mask(.protocolNumber)
    unsafe columns.packets_missing = unsafe mask(.packets)
    unsafe columns.bytes_missing = unsafe mask(.bytes)
    unsafe columns.action_missing = unsafe mask(.action)
    unsafe columns.tcp_flags_missing = unsafe mask(.tcpFlags)
    unsafe columns.traffic_path_missing = unsafe mask(.trafficPath)
    for (slot, field) in fields.numbers.enumerated() {
      unsafe Self.set(mask(field), at: slot, in: &columns.number_missing)
    }
    for (slot, field) in fields.texts.enumerated() {
      unsafe Self.set(mask(field), at: slot, in: &columns.text_missing)
    }
  }

  private static func values<Value>(_ column: inout [Value]) -> UnsafeMutablePointer<Value>? {
    unsafe column.isEmpty ? nil : column.withUnsafeMutableBufferPointer { $0.baseAddress }
  }

  /// An address is two words, the high half first.
  private static func words(_ column: inout [IPAddress]) -> UnsafeMutablePointer<UInt64>? {
    unsafe values(&column).map { UnsafeMutableRawPointer($0) }?
      .assumingMemoryBound(to: UInt64.self)
  }

  /// Sets one of the pointers that C keeps in an array, which is a tuple here.
  private static func set<Slots>(
    _ pointer: UnsafeMutablePointer<UInt64>?,
    at slot: Int,
    in slots: inout Slots
  ) {
    unsafe withUnsafeMutableBytes(of: &slots) { bytes in
      unsafe bytes.bindMemory(to: UnsafeMutablePointer<UInt64>?.self)[slot] = unsafe pointer
    }
  }
}
