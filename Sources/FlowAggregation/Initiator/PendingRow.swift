internal import FlowModel
internal import SpillableTable

/// A conversation that waits for the fan-in of its endpoints.
struct PendingRow<Address: FlowAddress>: SpillableRow {
  private var lowerPackets: UInt64
  private var lowerBytes: UInt64
  private var upperPackets: UInt64
  private var upperBytes: UInt64
  private var lowerFirst: UInt32
  private var upperFirst: UInt32
  private var lowerRejected: UInt32
  private var upperRejected: UInt32
  private var last: UInt32
  private var first: UInt32
  /// The largest terms (`FanInTerm`) found so far, if the fan-in of all endpoints does not fit in memory at once.
  var lowerTerm: UInt8 = 0
  var upperTerm: UInt8 = 0
  private var upperPort: UInt16
  private var lowerPort: UInt16
  /// From the lowest bit: protocol (9); whether the lower and the upper side have sent; whether either was rejected;
  /// whether the conversation is investigated.
  private var transportAndSides: UInt16
  private var upper: Address
  private var lower: Address

  static var table: TableKey<Self> { TableKey(kind: 5 | Address.kinds) }

  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.pairWords + 2,
      groupWords: Address.pairWords
    )
  }

  init(_ conversation: Conversation<Address>) {
    (lower, upper, first, last) = (
      conversation.lower, conversation.upper, conversation.first, conversation.last
    )
    (lowerPort, upperPort) = (conversation.lowerPort, conversation.upperPort)
    (lowerPackets, lowerBytes) = (conversation.lowerSide.packets, conversation.lowerSide.bytes)
    (upperPackets, upperBytes) = (conversation.upperSide.packets, conversation.upperSide.bytes)
    (lowerFirst, lowerRejected) = (conversation.lowerSide.first, conversation.lowerSide.rejected)
    (upperFirst, upperRejected) = (conversation.upperSide.first, conversation.upperSide.rejected)
    transportAndSides =
      conversation.transport.rawValue | (conversation.lowerSide.hasSent ? 0x200 : 0)
      | (conversation.upperSide.hasSent ? 0x400 : 0)
      | (conversation.lowerSide.isRejected ? 0x800 : 0)
      | (conversation.upperSide.isRejected ? 0x1000 : 0)
      | (conversation.isInvestigated ? 0x2000 : 0)
  }

  /// The conversation, without TCP flags, which did not determine its direction.
  var conversation: Conversation<Address> {
    Conversation(
      lower: lower,
      upper: upper,
      lowerSide: ConversationSide(
        packets: lowerPackets,
        bytes: lowerBytes,
        first: lowerFirst,
        rejected: lowerRejected,
        hasSent: transportAndSides & 0x200 != 0,
        isRejected: transportAndSides & 0x800 != 0
      ),
      upperSide: ConversationSide(
        packets: upperPackets,
        bytes: upperBytes,
        first: upperFirst,
        rejected: upperRejected,
        hasSent: transportAndSides & 0x400 != 0,
        isRejected: transportAndSides & 0x1000 != 0
      ),
      first: first,
      last: last,
      lowerPort: lowerPort,
      upperPort: upperPort,
      transport: TransportProtocol(rawValue: transportAndSides),
      isInvestigated: transportAndSides & 0x2000 != 0
    )
  }

  /// Stores the fan-in of both sides if it is in memory.
  mutating func note(_ fanIn: FanIn<Address>) {
    let transport = TransportProtocol(rawValue: transportAndSides)
    lowerTerm = max(lowerTerm, fanIn(lower, lowerPort, transport))
    upperTerm = max(upperTerm, fanIn(upper, upperPort, transport))
  }

  /// Conversations are final and unique, so rows are not merged.
  func absorb(_ other: Self) -> Bool { false }
}
