internal import FlowModel
internal import SpillableTable

/// Number of distinct peers with real conversations for an endpoint.
///
/// Only conversations with two packets or more from both sides count. Probes would make a scanner with a fixed source
/// port look like a busy server. The ephemeral side of a conversation that ports decide is not counted, because it is
/// not needed.
struct EndpointRow<Address: FlowAddress>: SpillableRow {
  private var pad = Address.pad
  var fanIn: UInt32
  var port: UInt16
  private var rawProtocol: UInt16
  private var lowHalf = Address.lowHalf
  var address: Address

  static var table: TableKey<Self> { TableKey(kind: 3 | Address.kinds) }
  /// Endpoints with brute force on ports without a known service.
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
    // The limit of 2^32 peers of one endpoint is sufficient for every decision.
    let (sum, overflowed) = fanIn.addingReportingOverflow(other.fanIn)
    fanIn = overflowed ? .max : sum
    return true
  }
}
