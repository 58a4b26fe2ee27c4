import FlowModel

/// What to do with one column of a line.
struct ColumnStep: Equatable {
  /// The kinds; their numbers are those of the parser in C.
  enum Kind: UInt8, CaseIterable {
    case skip, interface, source, destination, packetSource, packetDestination, sourcePort
    case destinationPort, protocolNumber, packets, bytes, start, end, action, logStatus, tcpFlags
    case trafficPath, number, text
  }

  var kind: Kind
  /// For numbers and texts: which of the batch's columns.
  var slot: UInt8 = 0

  static let skip = ColumnStep(kind: .skip)
}

extension ColumnStep.Kind {
  /// The field that has the kind for itself; nil for skipped columns, numbers and texts.
  var field: FieldName? { Self.fields[Int(rawValue)] }

  private static let fields: [FieldName?] = allCases.map { kind in
    FieldName.allCases.first { ColumnStep.Kind($0) == kind && kind != .number && kind != .text }
  }

  /// The kind of a field.
  init(_ field: FieldName) {
    self =
      switch field {
      case .interfaceId: .interface
      case .sourceAddress: .source
      case .destinationAddress: .destination
      case .packetSource: .packetSource
      case .packetDestination: .packetDestination
      case .sourcePort: .sourcePort
      case .destinationPort: .destinationPort
      case .protocolNumber: .protocolNumber
      case .packets: .packets
      case .bytes: .bytes
      case .start: .start
      case .end: .end
      case .action: .action
      case .logStatus: .logStatus
      case .tcpFlags: .tcpFlags
      case .trafficPath: .trafficPath
      default: field.storage == .number ? .number : .text
      }
  }
}

/// A format bound to the fields that consumers asked for: one step per column, settled before the first record.
struct ColumnPlan {
  let steps: [ColumnStep]
  /// Fields that were asked for and that the format lacks.
  let absent: Projection
  /// Whether no column is checked, so that a header line would pass for a record.
  let decodesNothing: Bool
  /// Whether the lines say when; where they do not, no time of theirs counts.
  let hasTimes: Bool
  /// How many columns an exporter put before the record.
  let prefixColumns: Int

  /// What is decoded whatever consumers ask for: the lines are counted by it.
  static let always: Projection = [.start, .end, .logStatus, .interfaceId]

  /// - Parameters:
  ///   - format: the columns of the lines.
  ///   - prefixColumns: how many columns an exporter put before the record.
  ///   - projection: what is decoded.
  init(_ format: RecordFormat, prefixColumns: Int, projection: Projection) {
    var slots = Slots(projection)
    let own = format.columns.map { slots.step($0) }
    steps = [ColumnStep](repeating: .skip, count: prefixColumns) + own
    absent = slots.left
    decodesNothing = own.allSatisfy { [.skip, .interface, .text].contains($0.kind) }
    hasTimes = own.contains { $0.kind == .start } && own.contains { $0.kind == .end }
    self.prefixColumns = prefixColumns
  }

  /// Gives each field of a projection to the first column that has it.
  private struct Slots {
    private let projection: Projection
    /// Fields that no column had so far.
    private(set) var left: Projection

    init(_ projection: Projection) { (self.projection, left) = (projection, projection) }

    mutating func step(_ column: FormatColumn) -> ColumnStep {
      guard case .field(let field) = column, left.contains(field) else { return .skip }
      left.remove(field)
      let kind = ColumnStep.Kind(field)
      guard kind == .number || kind == .text else { return ColumnStep(kind: kind) }
      let fields = projection.fields.filter { $0.storage == field.storage }
      return ColumnStep(kind: kind, slot: UInt8(fields.firstIndex(of: field) ?? 0))
    }
  }
}
