/// The unit of work above the parser: the decoded columns of some thousand records.
///
/// Shape: every column has `capacity` places of which the first `count` hold values; a column that the projection does
/// not name has none. Rows of every log-status stand in it, those of NODATA and SKIPDATA too. All rows have one format.
///
/// A value that is missing is no value: where a record shows `-` the field's bit in `missing` is set and the column
/// holds a zero; a field that the format lacks stands in `absent`, and its column holds zeros alone.
public struct RecordBatch: Sendable {
  /// How many records fit.
  public static let capacity = 4096

  /// The value of an address that is not known, where addresses are kept without a mask: `::`, which no host has.
  public static let unspecified = IPAddress(high: 0, low: 0)

  /// The fields that are decoded.
  public let projection: Projection
  /// How many rows the batch holds.
  public var count = 0 {
    didSet { selection = RowSelection(all: count) }
  }
  /// The rows that count; all of them unless a filter left some out.
  public var selection = RowSelection(all: 0)
  /// Fields of the projection that the format of these rows lacks; their columns hold zeros alone.
  public private(set) var absent = Projection()
  /// Fields whose columns hold zeros alone, because no rows were written since.
  private var zeroed: Projection
  /// Whether the next line has another format, so that no more rows belong here.
  public package(set) var isClosed = false

  /// `srcaddr`.
  public var source: [IPAddress]
  /// `dstaddr`.
  public var destination: [IPAddress]
  /// `pkt-srcaddr`.
  public var packetSource: [IPAddress]
  /// `pkt-dstaddr`.
  public var packetDestination: [IPAddress]
  /// `srcport`.
  public var sourcePort: [UInt16]
  /// `dstport`.
  public var destinationPort: [UInt16]
  /// `protocol`, IANA number.
  public var protocolNumber: [UInt8]
  /// `tcp-flags`, the low eight bits.
  public var tcpFlags: [UInt8]
  /// `traffic-path`, 1 to 15; 0 for a path that AWS added later.
  public var trafficPath: [UInt8]
  /// `action`, raw value of `FlowAction`.
  public var action: [UInt8]
  /// `log-status`, raw value of `LogStatus`.
  public var status: [UInt8]
  /// `interface-id` as a number of the run's registry; 0 where the record shows none.
  public var interface: [UInt32]
  /// `packets`.
  public var packets: [UInt64]
  /// `bytes`.
  public var bytes: [UInt64]
  /// `start`, Unix seconds; 0 where a record without traffic shows none.
  public var start: [UInt32]
  /// `end`, Unix seconds; 0 where `start` is missing; may lie before `start` when a clock was off.
  public var end: [UInt32]
  /// The columns of all other fields, numbers and texts, each in the order of the projection's fields.
  package var numbers: [[UInt64]]
  package var texts: [TextColumn]
  /// The number of each row's line in its input, from 1; empty unless places are asked for.
  public package(set) var lineNumber: [UInt64]
  /// Where each row's line begins in its block; empty unless places are asked for.
  public package(set) var lineOffset: [UInt64]

  /// The fields of which some row shows `-`.
  public package(set) var missingFields = Projection()
  /// The masks of all fields by index, `RowMask.wordCount` words for each field of the projection.
  package var missingWords: [UInt64]
  /// Where the words of each field begin, by the field's index; -1 for a field that is not decoded.
  package let maskPlaces: [Int]
  /// The place of each field among those of its storage, by the field's index; -1 for a field that is not decoded.
  let slots: [Int]
  /// Each field of the projection alone, in the order of the masks.
  let singleFields: [Projection]

  /// An empty batch.
  ///
  /// - Parameters:
  ///   - projection: the fields that are decoded.
  ///   - hasPlaces: whether rows know their line and its place in the block.
  public init(_ projection: Projection = .analysis, hasPlaces: Bool = false) {
    self.projection = projection
    zeroed = projection
    func column<Value>(_ field: FieldName, _ zero: Value) -> [Value] {
      projection.contains(field) ? [Value](repeating: zero, count: Self.capacity) : []
    }
    let nowhere = IPAddress(high: 0, low: 0)
    (source, destination) = (column(.sourceAddress, nowhere), column(.destinationAddress, nowhere))
    packetSource = column(.packetSource, nowhere)
    packetDestination = column(.packetDestination, nowhere)
    (sourcePort, destinationPort) = (column(.sourcePort, 0), column(.destinationPort, 0))
    (protocolNumber, tcpFlags) = (column(.protocolNumber, 0), column(.tcpFlags, 0))
    (trafficPath, action) = (column(.trafficPath, 0), column(.action, 0))
    (status, interface) = (column(.logStatus, 0), column(.interfaceId, 0))
    (packets, bytes) = (column(.packets, 0), column(.bytes, 0))
    (start, end) = (column(.start, 0), column(.end, 0))
    let fields = projection.fields
    numbers = fields.filter { $0.storage == .number }.map { column($0, 0) }
    texts = fields.filter { $0.storage == .text }.map { _ in TextColumn() }
    let places = hasPlaces ? Self.capacity : 0
    lineNumber = [UInt64](repeating: 0, count: places)
    lineOffset = [UInt64](repeating: 0, count: places)
    (maskPlaces, slots) = (Self.maskPlaces(fields), Self.slots(fields))
    singleFields = fields.map { Projection([$0]) }
    missingWords = [UInt64](repeating: 0, count: fields.count * RowMask.wordCount)
  }

  private static func maskPlaces(_ fields: [FieldName]) -> [Int] {
    var places = [Int](repeating: -1, count: FieldName.allCases.count)
    for (place, field) in fields.enumerated() { places[field.index] = place * RowMask.wordCount }
    return places
  }

  private static func slots(_ fields: [FieldName]) -> [Int] {
    var slots = [Int](repeating: -1, count: FieldName.allCases.count)
    var used: [FieldStorage: Int] = [:]
    for field in fields {
      slots[field.index] = used[field.storage, default: 0]
      used[field.storage, default: 0] += 1
    }
    return slots
  }

  /// Settles which fields the format of the rows lacks; called before the first row is written.
  package mutating func setAbsent(_ fields: Projection) {
    for field in fields.subtracting(zeroed).fields { zero(field) }
    zeroed = fields
    absent = fields
  }

  private mutating func zero(_ field: FieldName) {
    switch ColumnPlace(field) {
    case .address(let column): Self.zero(&self[keyPath: column], IPAddress(high: 0, low: 0))
    case .wide(let column): Self.zero(&self[keyPath: column], 0)
    case .word(let column): Self.zero(&self[keyPath: column], 0)
    case .port(let column): Self.zero(&self[keyPath: column], 0)
    case .byte(let column): Self.zero(&self[keyPath: column], 0)
    case .number: if let slot = slot(of: field) { Self.zero(&numbers[slot], 0) }
    case .text: if let slot = slot(of: field) { Self.zero(&texts[slot].codes, 0) }
    }
  }

  private static func zero<Value>(_ column: inout [Value], _ zero: Value) {
    for row in column.indices { column[row] = zero }
  }

  /// Whether no further record fits.
  public var isFull: Bool { count == Self.capacity || isClosed }
}

/// The column of a field.
private enum ColumnPlace {
  case address(WritableKeyPath<RecordBatch, [IPAddress]>)
  case wide(WritableKeyPath<RecordBatch, [UInt64]>)
  case word(WritableKeyPath<RecordBatch, [UInt32]>)
  case port(WritableKeyPath<RecordBatch, [UInt16]>)
  case byte(WritableKeyPath<RecordBatch, [UInt8]>)
  case number
  case text

  init(_ field: FieldName) {
    self =
      switch field {
      case .sourceAddress: .address(\.source)
      case .destinationAddress: .address(\.destination)
      case .packetSource: .address(\.packetSource)
      case .packetDestination: .address(\.packetDestination)
      case .packets: .wide(\.packets)
      case .bytes: .wide(\.bytes)
      case .start: .word(\.start)
      case .end: .word(\.end)
      case .interfaceId: .word(\.interface)
      case .sourcePort: .port(\.sourcePort)
      case .destinationPort: .port(\.destinationPort)
      case .protocolNumber: .byte(\.protocolNumber)
      case .tcpFlags: .byte(\.tcpFlags)
      case .trafficPath: .byte(\.trafficPath)
      case .action: .byte(\.action)
      case .logStatus: .byte(\.status)
      default: field.storage == .number ? .number : .text
      }
  }
}
