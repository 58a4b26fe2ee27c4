internal import FlowModel
internal import SpillableTable

/// One conversation with an external or internal host, stored for its time and size.
///
/// A series of rows shows the interval, which sums do not. Only relevant conversations become rows: see
/// `ConnectionCollector`.
struct ConnectionRow<Address: FlowAddress>: SpillableRow {
  private var pad = Address.pad
  /// Packets that the client sent, at most 2^32 - 1.
  var clientPackets: UInt32
  private var marks: UInt32
  var serverBytes: UInt64
  var clientBytes: UInt64
  /// The port of the host, 0 to 65,535.
  var clientPort: UInt32
  var last: UInt32
  var first: UInt32
  var port: UInt16
  private var rawProtocol: UInt16
  var peer: Address
  /// The initiator.
  var host: Address

  static var table: TableKey<Self> { TableKey(kind: 6 | Address.kinds) }

  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.pairWords + 4,
      groupWords: Address.pairWords
    )
  }

  /// A conversation.
  ///
  /// For long and large ones the initiator can be unknown.
  init(_ conversation: Conversation<Address>, upperInitiated: Bool, isDirected: Bool) {
    let (client, server) = (
      conversation.side(upper: upperInitiated), conversation.side(upper: !upperInitiated)
    )
    (host, peer) =
      upperInitiated
      ? (conversation.upper, conversation.lower) : (conversation.lower, conversation.upper)
    (clientBytes, serverBytes) = (client.bytes, server.bytes)
    clientPackets = UInt32(clamping: client.packets)
    (first, last) = (conversation.first, conversation.last)
    port = conversation.port(upper: !upperInitiated)
    clientPort = UInt32(conversation.port(upper: upperInitiated))
    rawProtocol = conversation.transport.rawValue
    let isRefused = conversation.outcome(upperInitiated: upperInitiated) == .refused
    marks = (server.packets > 0 ? 1 : 0) | (isDirected ? 2 : 0) | (isRefused ? 4 : 0)
  }

  /// Whether the peer sent packets, also if they refused the connection.
  var isAnswered: Bool { marks & 1 != 0 }
  /// Whether the host is known to be the initiator.
  var isDirected: Bool { marks & 2 != 0 }
  /// Whether the peer only sent resets.
  var isRefused: Bool { marks & 4 != 0 }
  var rowService: RowService {
    RowService(transport: TransportProtocol(rawValue: rawProtocol), port: port)
  }
  /// In seconds.
  var duration: UInt32 { last > first ? last - first : 0 }

  private var serviceKey: UInt32 { UInt32(rawProtocol) << 16 | UInt32(port) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.host != right.host { return left.host < right.host }
    if left.peer != right.peer { return left.peer < right.peer }
    if left.serviceKey != right.serviceKey { return left.serviceKey < right.serviceKey }
    if left.first != right.first { return left.first < right.first }
    if left.last != right.last { return left.last < right.last }
    if left.clientPort != right.clientPort { return left.clientPort < right.clientPort }
    return (left.clientBytes, left.serverBytes) < (right.clientBytes, right.serverBytes)
  }

  func isSameSeries(_ other: Self) -> Bool {
    host == other.host && peer == other.peer && serviceKey == other.serviceKey
  }

  /// Conversations are final and unique, so rows are not merged.
  func absorb(_ other: Self) -> Bool { false }
}
