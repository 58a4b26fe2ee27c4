internal import FlowModel

/// The packets that one side of a 5-tuple sent, as one interface saw them in one stretch of time.
///
/// 40 bytes for IPv4. The two addresses are stored in ascending order, so that both directions of a conversation and all
/// conversations of a pair of hosts become neighbours. Windows no further apart than `gap` become one row.
struct FlowRow<Address: FlowAddress>: KeyedRow {
  /// Twice the shortest aggregation interval: no two windows of one live flow lie further apart.
  static var gap: UInt32 { 120 }

  var lower: Address
  var upper: Address
  var bytes: UInt64
  var interface: UInt32
  var first: UInt32
  var last: UInt32
  var packets: UInt32
  var lowerPort: UInt16
  var upperPort: UInt16
  var protocolNumber: UInt8
  var tcpFlags: UInt8
  /// Bit 0 is set when the upper side sent; bits 1 and 2 hold the raw value of `FlowAction`; bit 3 is set when `packets`
  /// counts units of 2^32 packets, which only hostile input needs; bits 4 to 7 hold the `traffic-path`, 0 where none is said.
  var tag: UInt8
  var records: UInt8

  var sentByUpper: Bool { tag & 1 == 1 }
  var isRejected: Bool { tag >> 1 & 3 == FlowAction.reject.rawValue }
  var isAccepted: Bool { tag >> 1 & 3 == FlowAction.accept.rawValue }
  var packetCount: UInt64 { UInt64(packets) << (tag & Self.highPackets != 0 ? 32 : 0) }
  static var highPackets: UInt8 { 8 }
  /// One bit for the `traffic-path` 1 to 8; none where none is said.
  @inline(__always) var pathBit: UInt8 {
    let path = tag >> 4
    return path == 0 || path > 8 ? 0 : 1 << (path - 1)
  }

  @inline(__always) var leadingKey: UInt64 { lower.leading(with: upper) }

  @inline(__always)
  var hash: UInt64 { mix(lower.mixed &* 0x9e37_79b9_7f4a_7c15 ^ upper.mixed) }

  @inline(__always) private var flowKey: UInt64 {
    UInt64(protocolNumber) << 32 | UInt64(lowerPort) << 16 | UInt64(upperPort)
  }
  @inline(__always) private var observerKey: UInt64 { UInt64(interface) << 8 | UInt64(tag) }
  @inline(__always) private var timeKey: UInt64 { UInt64(first) << 32 | UInt64(last) }

  /// Whether both rows belong to the same pair of hosts.
  @inline(__always)
  func isSamePair(_ other: Self) -> Bool { lower == other.lower && upper == other.upper }

  /// Whether both rows belong to the same 5-tuple, in either direction.
  @inline(__always)
  func isSameTuple(_ other: Self) -> Bool { isSamePair(other) && flowKey == other.flowKey }

  @inline(__always)
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.lower != right.lower { return left.lower < right.lower }
    if left.upper != right.upper { return left.upper < right.upper }
    if left.flowKey != right.flowKey { return left.flowKey < right.flowKey }
    if left.observerKey != right.observerKey { return left.observerKey < right.observerKey }
    if left.timeKey != right.timeKey { return left.timeKey < right.timeKey }
    if left.bytes != right.bytes { return left.bytes < right.bytes }
    return (left.packets, left.tcpFlags, left.records) < (
      right.packets, right.tcpFlags, right.records
    )
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard isSameTuple(other), observerKey == other.observerKey else { return false }
    let end = max(first, last)
    guard UInt64(other.first) <= UInt64(end) + UInt64(Self.gap) else { return false }
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
