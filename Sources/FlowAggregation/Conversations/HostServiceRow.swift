internal import FlowModel
internal import SpillableTable

/// The traffic of a source with one service of one destination.
///
/// Sums over its records, and the outcomes of the conversations that it initiated. Sorted by the source prefix, then
/// source, then destination, so that all rows of a source and all sources of a /24 are adjacent.
struct HostServiceRow<Address: FlowAddress>: SpillableRow {
  private var pad = Address.pad
  var bytes: UInt64 = 0
  var packets: UInt64 = 0
  /// The slices of the log in which its conversations were active (`LogSlices`).
  var activity: UInt64 = 0
  /// Response bytes in conversations that the source initiated.
  var replyBytes: UInt64 = 0
  /// Records, and among them accepted and rejected ones.
  ///
  /// Reply-shaped records are counted separately.
  var records: UInt32 = 0
  var accepted: UInt32 = 0
  var rejected: UInt32 = 0
  var replyRecords: UInt32 = 0
  var replyRejected: UInt32 = 0
  var first = UInt32.max
  var last: UInt32 = 0
  /// Conversations that the source initiated, by outcome.
  var blocked: UInt32 = 0
  var silent: UInt32 = 0
  var refused: UInt32 = 0
  var touched: UInt32 = 0
  var sessions: UInt32 = 0
  /// Conversations of at most two packets from the client.
  var tiny: UInt32 = 0
  /// Conversations with a certain direction: a margin of 1 or more.
  var sure: UInt32 = 0
  /// Earliest start of a conversation that the source initiated.
  var firstAttempt = UInt32.max
  /// The longest conversation that the source initiated, in seconds.
  var longest: UInt32 = 0
  /// From the lowest bit: rejected at the source (29), whether it was sent on, paths (8), whether it is for detectors only, port (16), protocol
  /// (9).
  private var servicePair: UInt64
  var destination: Address
  var source: Address

  static var table: TableKey<Self> { TableKey(kind: 2 | Address.kinds) }

  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.pairWords + 1,
      groupWords: 1,
      groupMask: Address.networkMask
    )
  }

  @inline(__always) var transport: TransportProtocol {
    TransportProtocol(rawValue: UInt16(truncatingIfNeeded: servicePair >> 55))
  }
  @inline(__always) var port: UInt16 { UInt16(truncatingIfNeeded: servicePair >> 39) }
  @inline(__always) var rowService: RowService { RowService(transport: transport, port: port) }
  /// The host-service pair for detectors.
  var service: Service { rowService.service }
  /// One bit for each `traffic-path` 1 to 8 of the source's packets.
  @inline(__always) var paths: UInt8 {
    get { UInt8(truncatingIfNeeded: servicePair >> 30) }
    set { servicePair = servicePair & 0xffff_ffc0_3fff_ffff | UInt64(newValue) << 30 }
  }
  /// Whether its records stand in another row for the tables, because their packets have other ends.
  @inline(__always) var isForDetectorsOnly: Bool { servicePair >> 38 & 1 == 1 }
  /// Whether the source is a NAT gateway that sent on what its clients exchanged with the destination.
  @inline(__always) var isSentOn: Bool {
    get { servicePair >> 29 & 1 == 1 }
    set { servicePair = servicePair & ~(1 << 29) | (newValue ? 1 << 29 : 0) }
  }
  /// Rejected records that the source's own interface blocked, limited to 2^29 - 1.
  @inline(__always) var rejectedAtSource: UInt32 {
    get { UInt32(truncatingIfNeeded: servicePair) & 0x1fff_ffff }
    set { servicePair = servicePair & ~0x1fff_ffff | UInt64(min(newValue, 0x1fff_ffff)) }
  }

  var failures: UInt32 { blocked &+ silent &+ refused }
  var conversations: UInt32 { failures &+ touched &+ sessions }

  @inline(__always)
  init(
    source: Address,
    destination: Address,
    transport: TransportProtocol,
    port: UInt16,
    isForDetectorsOnly: Bool = false
  ) {
    self.source = source
    self.destination = destination
    servicePair =
      UInt64(transport.rawValue) << 55 | UInt64(port) << 39 | (isForDetectorsOnly ? 1 << 38 : 0)
  }

  @inline(__always)
  func isSameKey(_ other: Self) -> Bool {
    source == other.source && destination == other.destination
      && (servicePair ^ other.servicePair) >> 38 == 0
  }

  mutating func absorb(_ other: Self) -> Bool { isSameKey(other) && absorbSums(other) }

  /// Adds a row of the same service that is for other purposes.
  mutating func absorbOtherPurpose(_ other: Self) -> Bool {
    source == other.source && destination == other.destination
      && (servicePair ^ other.servicePair) >> 39 == 0 && absorbSums(other)
  }

  private mutating func absorbSums(_ other: Self) -> Bool {
    // Sums of 32 bits cannot overflow while the largest one cannot. Two rows of one key can remain separate.
    let most = UInt64(max(records, replyRecords, conversations))
    let otherMost = UInt64(max(other.records, other.replyRecords, other.conversations))
    guard most + otherMost <= UInt64(UInt32.max) else { return false }
    bytes +|= other.bytes
    packets +|= other.packets
    replyBytes +|= other.replyBytes
    records &+= other.records
    accepted &+= other.accepted
    rejected &+= other.rejected
    replyRecords &+= other.replyRecords
    replyRejected &+= other.replyRejected
    rejectedAtSource += other.rejectedAtSource
    first = min(first, other.first)
    last = max(last, other.last)
    blocked &+= other.blocked
    silent &+= other.silent
    refused &+= other.refused
    touched &+= other.touched
    sessions &+= other.sessions
    tiny &+= other.tiny
    sure &+= other.sure
    firstAttempt = min(firstAttempt, other.firstAttempt)
    longest = max(longest, other.longest)
    paths |= other.paths
    isSentOn = isSentOn || other.isSentOn
    activity |= other.activity
    return true
  }

  /// Counts a conversation that the source initiated.
  @inline(__always)
  mutating func count(
    _ conversation: Conversation<Address>,
    upperInitiated: Bool,
    isSure: Bool,
    _ slices: LogSlices
  ) {
    activity |= slices.mask(first: conversation.first, last: conversation.last)
    replyBytes +|= conversation.side(upper: !upperInitiated).bytes
    let clientPackets = conversation.side(upper: upperInitiated).packets
    switch conversation.outcome(upperInitiated: upperInitiated) {
    case .blocked: blocked &+= 1
    case .silent: silent &+= 1
    case .refused: refused &+= 1
    case .touched: touched &+= 1
    case .session: sessions &+= 1
    }
    if clientPackets <= 2 { tiny &+= 1 }
    if isSure { sure &+= 1 }
    firstAttempt = min(firstAttempt, conversation.first)
    longest = max(longest, conversation.last - conversation.first)
  }
}
