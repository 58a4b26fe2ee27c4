import FlowModel
import FlowParsing
import FlowTestSupport

/// One row of a batch, as values that can be compared; what was not asked for is 0.
struct Row: Equatable, Sendable {
  var source = IPAddress(high: 0, low: 0)
  var destination = IPAddress(high: 0, low: 0)
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var protocolNumber: UInt8 = 0
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
  var start: UInt32 = 0
  var end: UInt32 = 0
  var action = FlowAction.unknown
  var tcpFlags: UInt8 = 0
  var trafficPath: UInt8 = 0
  var interface = "-"
  var line: UInt64 = 0
  /// The fields of the format that show `-`, those without a value here left out.
  var missing: Set<FieldName> = []

  private static let unseen: Projection = [
    .packetSource, .packetDestination, .pktDstAwsService, .tgwAttachmentId,
  ]

  init() {}

  init(_ batch: RecordBatch, _ row: Int, _ names: [String]) {
    func value<Value>(_ column: [Value], _ otherwise: Value) -> Value {
      row < column.count ? column[row] : otherwise
    }
    let nowhere = IPAddress(high: 0, low: 0)
    (source, destination) = (value(batch.source, nowhere), value(batch.destination, nowhere))
    (sourcePort, destinationPort) = (value(batch.sourcePort, 0), value(batch.destinationPort, 0))
    protocolNumber = value(batch.protocolNumber, 0)
    (packets, bytes) = (value(batch.packets, 0), value(batch.bytes, 0))
    (start, end) = (batch.start[row], batch.end[row])
    action = FlowAction(rawValue: value(batch.action, 0)) ?? .unknown
    tcpFlags = value(batch.tcpFlags, 0)
    trafficPath = value(batch.trafficPath, 0)
    interface = names[Int(batch.interface[row])]
    line = value(batch.lineNumber, 0)
    missing = Set(
      batch.projection.subtracting(Self.unseen).fields
        .filter { !batch.absent.contains($0) && batch.lacks($0, row) }
    )
  }
}

/// What becomes of an input.
struct Parsed {
  /// The rows with log-status OK.
  private(set) var rows: [Row] = []
  /// The fields of all rows that have no column of their own, as text; nil where the record shows none.
  private(set) var texts: [[FieldName: String]] = []
  private(set) var windows: Set<SkipDataWindow> = []
  private(set) var counts = LineCounts()
  private(set) var formats: [RecordFormat] = []
  private(set) var names: [String] = []
  /// What broke a file off.
  var faults: [String] = []

  /// Parses blocks of whole lines with one parser.
  init(
    blocks: [[UInt8]],
    wanted: Projection = .analysis,
    logFormat: RecordFormat? = nil,
    isNative: Bool = true
  ) {
    let registry = InterfaceRegistry()
    var parser = RecordParser(
      wanted,
      logFormat: logFormat,
      registry: registry,
      hasPlaces: true,
      usesNativeParser: isNative
    )
    var batch = parser.makeBatch()
    parser.beginInput()
    for block in blocks {
      var position = 0
      while position < block.count {
        parser.parse(block.span, from: &position, to: block.count, into: &batch)
        if batch.isFull { flush(&batch, registry.names) }
      }
    }
    flush(&batch, registry.names)
    take(parser, registry)
  }

  mutating func take(_ parser: RecordParser, _ registry: InterfaceRegistry) {
    (counts, formats) = (parser.counts, parser.formats)
    names = registry.names
  }

  mutating func flush(_ batch: inout RecordBatch, _ names: [String]) {
    for row in 0..<batch.count {
      switch LogStatus(rawValue: batch.status[row]) {
      case .ok:
        rows.append(Row(batch, row, names))
        texts.append(Self.texts(batch, row))
      case .skipData:
        windows.insert(
          SkipDataWindow(
            interface: batch.interface[row],
            start: batch.start[row],
            end: batch.end[row]
          )
        )
      default: break
      }
    }
    batch.clear()
  }

  private static func texts(_ batch: RecordBatch, _ row: Int) -> [FieldName: String] {
    var texts: [FieldName: String] = [:]
    for field in batch.projection.fields {
      if field.storage == .text { texts[field] = batch.texts(field)[row] }
      if field.storage == .number, !batch.lacks(field, row) {
        texts[field] = "\(batch.numbers(field)[row])"
      }
    }
    return texts
  }

  /// Parses lines, each of which gets a line feed.
  init(_ lines: [String], wanted: Projection = .analysis, logFormat: RecordFormat? = nil) {
    self.init(blocks: [Self.bytes(lines)], wanted: wanted, logFormat: logFormat)
  }

  static func bytes(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [10] } }

  /// A line of the default format in which some fields have values of their own.
  static func line(_ values: [FieldName: String] = [:]) -> String { RecordLine(values).text() }
}
