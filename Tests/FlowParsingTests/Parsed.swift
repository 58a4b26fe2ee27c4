import FlowModel
import FlowParsing
import FlowTestSupport

/// One row of a batch, as values that can be compared.
struct Row: Equatable, Sendable {
  var source = RecordBatch.unspecified
  var destination = RecordBatch.unspecified
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var protocolNumber = RecordBatch.unknownProtocol
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
  var start: UInt32 = 0
  var end: UInt32 = 0
  var action = FlowAction.unknown
  var tcpFlags: UInt8 = 0
  var trafficPath: UInt8 = 0
  var interface = "-"
  var line: UInt64 = 0

  init() {}

  init(_ batch: RecordBatch, _ row: Int, _ names: [String]) {
    (source, destination) = (batch.source[row], batch.destination[row])
    (sourcePort, destinationPort) = (batch.sourcePort[row], batch.destinationPort[row])
    protocolNumber = batch.protocolNumber[row]
    (packets, bytes) = (batch.packets[row], batch.bytes[row])
    (start, end) = (batch.start[row], batch.end[row])
    action = FlowAction(rawValue: batch.action[row]) ?? .unknown
    tcpFlags = batch.tcpFlags[row]
    trafficPath = batch.trafficPath[row]
    interface = names[Int(batch.interface[row])]
    line = batch.lineNumber[row]
  }
}

/// What becomes of an input.
struct Parsed {
  private(set) var rows: [Row] = []
  let counts: LineCounts
  let formats: [RecordFormat]
  let windows: Set<SkipDataWindow>
  let names: [String]

  /// Every column, line numbers included.
  static let all: ColumnSet = ColumnSet.analysis.union(.lineNumber)

  /// Parses blocks of whole lines with one parser.
  init(blocks: [[UInt8]], wanted: ColumnSet = all, logFormat: RecordFormat? = nil) {
    let registry = InterfaceRegistry()
    var parser = RecordParser(wanted: wanted, logFormat: logFormat, registry: registry)
    var batch = RecordBatch()
    parser.beginInput()
    func flush(_ rows: inout [Row]) {
      let names = registry.names
      rows += (0..<batch.count).map { Row(batch, $0, names) }
      batch.count = 0
    }
    for block in blocks {
      var position = 0
      while position < block.count {
        parser.parse(block.span, from: &position, to: block.count, into: &batch)
        if batch.isFull { flush(&rows) }
      }
    }
    flush(&rows)
    (counts, formats, windows) = (parser.counts, parser.formats, parser.skipDataWindows)
    names = registry.names
  }

  /// Parses lines, each of which gets a line feed.
  init(_ lines: [String], wanted: ColumnSet = all, logFormat: RecordFormat? = nil) {
    self.init(blocks: [Self.bytes(lines)], wanted: wanted, logFormat: logFormat)
  }

  static func bytes(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [10] } }

  /// A line of the default format in which some fields have values of their own.
  static func line(_ values: [FieldName: String] = [:]) -> String { RecordLine(values).text() }
}
