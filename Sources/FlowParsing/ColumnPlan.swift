import FlowModel

/// What to do with one column of a line.
enum ColumnStep: UInt8 {
  case skip, interface, source, destination, sourcePort, destinationPort, protocolNumber, packets
  case bytes, start, end, action, logStatus, tcpFlags, trafficPath
}

/// A format bound to the columns that consumers asked for: one step per column, settled before the first record.
struct ColumnPlan {
  let steps: [ColumnStep]
  /// Whether no column is checked, so that a header line would pass for a record.
  let decodesNothing: Bool
  /// Whether the lines say when; where they do not, no time of theirs counts.
  let hasTimes: Bool
  /// Whether lines are those of the default format, without a prefix.
  let isStandard: Bool

  /// - Parameters:
  ///   - format: the columns of the lines.
  ///   - prefixColumns: how many columns an exporter put before the record.
  ///   - wanted: what consumers asked for; log-status and times are always decoded, for the line counts.
  init(_ format: RecordFormat, prefixColumns: Int, wanted: ColumnSet) {
    let own = format.columns.map { Self.step($0, wanted) }
    steps = [ColumnStep](repeating: .skip, count: prefixColumns) + own
    isStandard = prefixColumns == 0 && format.columns == RecordFormat.standard.columns
    decodesNothing = own.allSatisfy { $0 == .skip || $0 == .interface }
    hasTimes = own.contains(.start) && own.contains(.end)
  }

  private static func step(_ column: FormatColumn, _ wanted: ColumnSet) -> ColumnStep {
    guard case .field(let field) = column else { return .skip }
    func ask(_ column: ColumnSet, _ step: ColumnStep) -> ColumnStep {
      wanted.contains(column) ? step : .skip
    }
    return switch field {
    case .interfaceId: .interface
    case .sourceAddress: ask(.addresses, .source)
    case .destinationAddress: ask(.addresses, .destination)
    case .sourcePort: ask(.ports, .sourcePort)
    case .destinationPort: ask(.ports, .destinationPort)
    case .protocolNumber: ask(.protocolNumber, .protocolNumber)
    case .packets: ask(.packets, .packets)
    case .bytes: ask(.bytes, .bytes)
    case .start: .start
    case .end: .end
    case .action: ask(.action, .action)
    case .logStatus: .logStatus
    case .tcpFlags: ask(.tcpFlags, .tcpFlags)
    case .trafficPath: ask(.trafficPath, .trafficPath)
    default: .skip
    }
  }
}

/// The decoded columns of one line.
struct ParsedLine {
  var source = RecordBatch.unspecified
  var destination = RecordBatch.unspecified
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
  var interface: UInt32 = 0
  var start: UInt32 = 0
  var end: UInt32 = 0
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var protocolNumber = RecordBatch.unknownProtocol
  var tcpFlags: UInt8 = 0
  var trafficPath: UInt8 = 0
  var action = FlowAction.unknown
  var status = LogStatus.ok
  var lacksPort = false

  /// Inlined, so that the columns of a line can stay in registers.
  @inline(__always)
  init() {}
}

/// What AWS says of the interval that a record stands for.
enum LogStatus {
  case ok, noData, skipData
}
