internal import FlowModel
internal import SpillableTable

/// How many distinct endpoints an endpoint really talked with.
///
/// Counted over conversations in which both sides sent two packets or more, since probes would make a scanner with a
/// fixed source port look like a busy server; and not for the ephemeral side of a conversation that ports settle, which
/// nobody asks about.
struct EndpointRow<Address: FlowAddress>: SpillableRow {
  private var pad = Address.pad
  var fanIn: UInt32
  var port: UInt16
  private var rawProtocol: UInt16
  private var lowHalf = Address.lowHalf
  var address: Address

  static var table: TableKey<Self> { TableKey(kind: 3 | Address.kinds) }
  /// Where sources guess passwords at ports that are known for no service.
  static var guessedTable: TableKey<Self> { TableKey(kind: 4 | Address.kinds) }

  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.words + 1,
      groupWords: Address.words + 1,
      groupMask: 0xffff_ffff_0000_0000
    )
  }

  @inline(__always)
  init(address: Address, fanIn: UInt32, port: UInt16, transport: TransportProtocol) {
    (self.address, self.fanIn, self.port) = (address, fanIn, port)
    rawProtocol = transport.rawValue
  }

  var transport: TransportProtocol { TransportProtocol(rawValue: rawProtocol) }

  @inline(__always)
  func isSameKey(_ other: Self) -> Bool {
    address == other.address && port == other.port && rawProtocol == other.rawProtocol
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard isSameKey(other) else { return false }
    // Four thousand million peers of one endpoint are as many as any verdict can use.
    let (sum, overflowed) = fanIn.addingReportingOverflow(other.fanIn)
    fanIn = overflowed ? .max : sum
    return true
  }
}
