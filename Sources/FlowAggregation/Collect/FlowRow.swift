internal import FlowModel
internal import SpillableTable

/// The packets that one side of a 5-tuple sent, as recorded by one interface in one period.
///
/// 40 bytes for IPv4. The two addresses are stored in ascending order, so that both directions of a conversation and
/// all conversations of a pair of hosts are adjacent. Windows with a distance of at most `gap` are merged into one row.
struct FlowRow<Address: FlowAddress>: SpillableRow {
  /// Twice the shortest aggregation interval: two windows of one active flow are not further apart.
  static var gap: UInt32 { 120 }
  /// The longest aggregation interval, in seconds.
  static var slot: UInt32 { 600 }

  var packets: UInt32
  var last: UInt32
  var bytes: UInt64
  /// From the lowest bit: records (16), TCP flags (8), first (32), tag (8).
  private var stretch: UInt64
  /// From the lowest bit: interface (23), upper port (16), lower port (16), protocol (9).
  private var flow: UInt64
  var upper: Address
  var lower: Address

  static var table: TableKey<Self> { TableKey(kind: 1 | Address.kinds) }

  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.pairWords + 2,
      groupWords: Address.pairWords
    )
  }

  @inline(__always)
  init(
    lower: Address,
    upper: Address,
    lowerPort: UInt16,
    upperPort: UInt16,
    transport: TransportProtocol,
    interface: UInt32,
    tag: UInt8
  ) {
    (self.lower, self.upper) = (lower, upper)
    flow =
      UInt64(transport.rawValue) << 55 | UInt64(lowerPort) << 39 | UInt64(upperPort) << 23
      | UInt64(interface & 0x7f_ffff)
    stretch = UInt64(tag) << 56
    (packets, last, bytes) = (0, 0, 0)
  }

  @inline(__always) var transport: TransportProtocol {
    TransportProtocol(rawValue: UInt16(truncatingIfNeeded: flow >> 55))
  }
  @inline(__always) var lowerPort: UInt16 { UInt16(truncatingIfNeeded: flow >> 39) }
  @inline(__always) var upperPort: UInt16 { UInt16(truncatingIfNeeded: flow >> 23) }
  @inline(__always) var interface: UInt32 {
    get { UInt32(truncatingIfNeeded: flow) & 0x7f_ffff }
    set { flow = flow & ~0x7f_ffff | UInt64(newValue & 0x7f_ffff) }
  }

  /// Bit 0 is set if the upper side sent.
  ///
  /// Bits 1 and 2 contain the raw value of `FlowAction`. Bit 3 is set if `packets` counts units of 2^32 packets, which
  /// only hostile input requires. Bits 4 to 7 contain the `traffic-path` 1 to 8, or 0 if it is not recorded, or one of
  /// the two purposes below.
  @inline(__always) var tag: UInt8 {
    get { UInt8(truncatingIfNeeded: stretch >> 56) }
    set { stretch = stretch & 0x00ff_ffff_ffff_ffff | UInt64(newValue) << 56 }
  }
  @inline(__always) var first: UInt32 {
    get { UInt32(truncatingIfNeeded: stretch >> 24) }
    set { stretch = stretch & 0xff00_0000_00ff_ffff | UInt64(newValue) << 24 }
  }
  @inline(__always) var tcpFlags: UInt8 {
    get { UInt8(truncatingIfNeeded: stretch >> 16) }
    set { stretch = stretch & 0xffff_ffff_ff00_ffff | UInt64(newValue) << 16 }
  }
  @inline(__always) var records: UInt16 {
    get { UInt16(truncatingIfNeeded: stretch) }
    set { stretch = stretch & 0xffff_ffff_ffff_0000 | UInt64(newValue) }
  }

  var sentByUpper: Bool { tag & 1 == 1 }
  var isRejected: Bool { tag >> 1 & 3 == FlowAction.reject.rawValue }
  var isAccepted: Bool { tag >> 1 & 3 == FlowAction.accept.rawValue }
  var packetCount: UInt64 { UInt64(packets) << (tag & Self.highPackets != 0 ? 32 : 0) }
  static var highPackets: UInt8 { 8 }
  /// Marks a row for the plain sums of the tables alone: the record has other addresses in `pkt-srcaddr` and
  /// `pkt-dstaddr`.
  static var sumsOnly: UInt8 { 15 << 4 }
  /// Marks a row for conversations alone, with the addresses of the packets.
  static var conversationsOnly: UInt8 { 14 << 4 }
  @inline(__always) var isForSums: Bool { tag >> 4 != 14 }
  @inline(__always) var isForConversations: Bool { tag >> 4 != 15 }
  /// One bit for the `traffic-path` 1 to 8; no bit if it is not recorded.
  @inline(__always) var pathBit: UInt8 {
    let path = tag >> 4
    return path == 0 || path > 8 ? 0 : 1 << (path - 1)
  }

  /// Whether both rows belong to the same pair of hosts.
  @inline(__always)
  func isSamePair(_ other: Self) -> Bool { lower == other.lower && upper == other.upper }

  /// Whether both rows belong to the same 5-tuple, in either direction.
  @inline(__always)
  func isSameTuple(_ other: Self) -> Bool {
    isSamePair(other) && (flow ^ other.flow) >> 23 == 0
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard isSamePair(other), flow == other.flow, tag == other.tag else { return false }
    let end = max(first, last)
    guard UInt64(other.first) <= UInt64(end) + UInt64(Self.gap) else { return false }
    // Rows that are compared with those of another flow log, which may begin or end at any time, remain short.
    guard interface < ObservationPoints.firstNumber || first / Self.slot == other.first / Self.slot
    else { return false }
    let (bytes, byteOverflow) = bytes.addingReportingOverflow(other.bytes)
    let (packets, packetOverflow) = packets.addingReportingOverflow(other.packets)
    let (records, recordOverflow) = records.addingReportingOverflow(other.records)
    guard !byteOverflow, !packetOverflow, !recordOverflow else { return false }
    self.bytes = bytes
    self.packets = packets
    self.records = records
    first = min(first, other.first)
    last = max(last, other.last)
    tcpFlags |= other.tcpFlags
    return true
  }
}
