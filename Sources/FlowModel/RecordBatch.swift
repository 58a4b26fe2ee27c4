/// What the security group or network ACL did with the packets of a record.
public enum FlowAction: UInt8, Sendable {
  /// The format has no action, or the record shows `-`.
  case unknown = 0
  /// The traffic was allowed.
  case accept = 1
  /// The traffic was not allowed, or came after the connection was closed.
  case reject = 2
}

/// A set of columns that a consumer of records wants decoded.
public struct ColumnSet: OptionSet, Sendable {
  /// One bit for each column.
  public let rawValue: UInt32
  /// Makes a set from its bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Interned `interface-id`.
  public static let interface = ColumnSet(rawValue: 1 << 0)
  /// `srcaddr` and `dstaddr`.
  public static let addresses = ColumnSet(rawValue: 1 << 1)
  /// `srcport` and `dstport`.
  public static let ports = ColumnSet(rawValue: 1 << 2)
  /// `protocol`.
  public static let protocolNumber = ColumnSet(rawValue: 1 << 3)
  /// `packets`.
  public static let packets = ColumnSet(rawValue: 1 << 4)
  /// `bytes`.
  public static let bytes = ColumnSet(rawValue: 1 << 5)
  /// `start` and `end`.
  public static let times = ColumnSet(rawValue: 1 << 6)
  /// `action`.
  public static let action = ColumnSet(rawValue: 1 << 7)
  /// `tcp-flags`.
  public static let tcpFlags = ColumnSet(rawValue: 1 << 8)
  /// `traffic-path`.
  public static let trafficPath = ColumnSet(rawValue: 1 << 10)
  /// The number of the line within its input.
  public static let lineNumber = ColumnSet(rawValue: 1 << 9)
  /// Not a column: from which line on each format holds.
  public static let bindings = ColumnSet(rawValue: 1 << 11)

  /// What the analysis needs.
  public static let analysis: ColumnSet = [
    .interface, .addresses, .ports, .protocolNumber, .packets, .bytes, .times, .action, .tcpFlags,
    .trafficPath,
  ]
}

/// The unit of work above the parser: the decoded columns of some thousand records with log-status OK.
///
/// Shape: every column has `capacity` places of which the first `count` hold values. A column that no
/// consumer asked for, or that the format lacks, keeps its missing value: address `unspecified`, port 0,
/// protocol 255, packets and bytes 0, action `unknown`, flags 0, interface 0.
public struct RecordBatch: Sendable {
  /// How many records fit.
  public static let capacity = 4096
  /// The address of a record whose address column shows `-`: `::`, which never occurs on a wire.
  public static let unspecified = IPAddress(high: 0, low: 0)
  /// The protocol of a record that does not say it, or not its ports; a number that IANA reserves.
  public static let unknownProtocol: UInt8 = 255

  /// How many records the batch holds.
  public var count = 0
  /// `srcaddr`.
  public var source = [IPAddress](repeating: unspecified, count: capacity)
  /// `dstaddr`.
  public var destination = [IPAddress](repeating: unspecified, count: capacity)
  /// `srcport`.
  public var sourcePort = [UInt16](repeating: 0, count: capacity)
  /// `dstport`.
  public var destinationPort = [UInt16](repeating: 0, count: capacity)
  /// `protocol`, IANA number.
  public var protocolNumber = [UInt8](repeating: unknownProtocol, count: capacity)
  /// `tcp-flags`, the low eight bits.
  public var tcpFlags = [UInt8](repeating: 0, count: capacity)
  /// `traffic-path`, 1 to 15; 0 where the record does not say it.
  public var trafficPath = [UInt8](repeating: 0, count: capacity)
  /// `action`, raw value of `FlowAction`.
  public var action = [UInt8](repeating: 0, count: capacity)
  /// `interface-id` as a number of the run's interner; 0 where the record shows none.
  public var interface = [UInt32](repeating: 0, count: capacity)
  /// `packets`.
  public var packets = [UInt64](repeating: 0, count: capacity)
  /// `bytes`.
  public var bytes = [UInt64](repeating: 0, count: capacity)
  /// `start`, Unix seconds.
  public var start = [UInt32](repeating: 0, count: capacity)
  /// `end`, Unix seconds; may lie before `start` when a clock was off.
  public var end = [UInt32](repeating: 0, count: capacity)
  /// The number of the line in its input, from 1; filled only when asked for.
  public var lineNumber = [UInt64](repeating: 0, count: capacity)
  /// The line's place in the block that was parsed last; filled only when line numbers are asked for.
  public var lineOffset = [Int](repeating: 0, count: capacity)

  /// An empty batch.
  public init() {}

  /// A batch without columns, to stand in for one whose columns are being written elsewhere.
  public static let hollow: RecordBatch = {
    var batch = RecordBatch()
    (batch.source, batch.destination, batch.sourcePort, batch.destinationPort) = ([], [], [], [])
    (batch.protocolNumber, batch.tcpFlags, batch.action, batch.interface) = ([], [], [], [])
    (batch.packets, batch.bytes, batch.start, batch.end) = ([], [], [], [])
    (batch.lineNumber, batch.lineOffset, batch.trafficPath) = ([], [], [])
    return batch
  }()

  /// Whether no further record fits.
  public var isFull: Bool { count == Self.capacity }
}
