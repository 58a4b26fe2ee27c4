internal import FlowModel

/// What a source did to one service of one destination.
///
/// Plain sums over its records beside the outcomes of the conversations that it began. Sorted by the source's
/// neighbourhood, then source, then destination, so that all that a source did, and all sources of one /24, are neighbours.
struct ContactRow<Address: FlowAddress>: KeyedRow {
  var source: Address
  var destination: Address
  var bytes: UInt64 = 0
  var packets: UInt64 = 0
  /// The slices of the log that its conversations touch (`LogSlices`).
  var activity: UInt64 = 0
  /// What the destination sent back in conversations that the source began.
  var replyBytes: UInt64 = 0
  /// Plain records, and among them the accepted and rejected ones; reply-shaped ones count apart.
  var records: UInt32 = 0
  var accepted: UInt32 = 0
  var rejected: UInt32 = 0
  var replyRecords: UInt32 = 0
  var replyRejected: UInt32 = 0
  /// Among all rejected ones those that the source's own interface stopped.
  var rejectedAtSource: UInt32 = 0
  var first = UInt32.max
  var last: UInt32 = 0
  /// Conversations that the source began, by outcome.
  var blocked: UInt32 = 0
  var silent: UInt32 = 0
  var refused: UInt32 = 0
  var touched: UInt32 = 0
  var sessions: UInt32 = 0
  /// Conversations of at most two packets from the client.
  var tiny: UInt32 = 0
  /// Conversations whose direction is clear: a margin of 1 or more.
  var sure: UInt32 = 0
  /// Earliest start of a conversation that the source began.
  var firstAttempt = UInt32.max
  /// The longest conversation that the source began, in seconds.
  var longest: UInt32 = 0
  var port: UInt16
  var protocolNumber: UInt8
  /// One bit for each `traffic-path` 1 to 8 by which the source's packets left.
  var paths: UInt8 = 0

  var failures: UInt32 { blocked &+ silent &+ refused }
  var conversations: UInt32 { failures &+ touched &+ sessions }

  init(source: Address, destination: Address, protocolNumber: UInt8, port: UInt16) {
    self.source = source
    self.destination = destination
    self.protocolNumber = protocolNumber
    self.port = port
  }

  @inline(__always) var leadingKey: UInt64 { source.leading(with: destination) }

  @inline(__always)
  var hash: UInt64 { mix(source.neighbourhood.mixed &* 0x9e37_79b9_7f4a_7c15) }

  @inline(__always) private var serviceKey: UInt32 { UInt32(protocolNumber) << 16 | UInt32(port) }

  @inline(__always)
  func isSameKey(_ other: Self) -> Bool {
    source == other.source && destination == other.destination && serviceKey == other.serviceKey
  }

  @inline(__always)
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.source != right.source { return left.source < right.source }
    if left.destination != right.destination { return left.destination < right.destination }
    return left.serviceKey < right.serviceKey
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard isSameKey(other) else { return false }
    // Sums of 32 bits cannot overflow while the largest one cannot; two rows of one key may stay apart.
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
    let (atSource, overflowed) = rejectedAtSource.addingReportingOverflow(other.rejectedAtSource)
    rejectedAtSource = overflowed ? .max : atSource
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
    activity |= other.activity
    return true
  }

  /// Counts a conversation that the source began.
  @inline(__always)
  mutating func count(
    _ talk: Conversation<Address>,
    beganUpper: Bool,
    isSure: Bool,
    _ slices: LogSlices
  ) {
    activity |= slices.mask(first: talk.first, last: talk.last)
    replyBytes +|= talk.side(upper: !beganUpper).bytes
    let clientPackets = talk.side(upper: beganUpper).packets
    switch talk.outcome(beganUpper: beganUpper) {
    case .blocked: blocked &+= 1
    case .silent: silent &+= 1
    case .refused: refused &+= 1
    case .touched: touched &+= 1
    case .session: sessions &+= 1
    }
    if clientPackets <= 2 { tiny &+= 1 }
    if isSure { sure &+= 1 }
    firstAttempt = min(firstAttempt, talk.first)
    longest = max(longest, talk.last - talk.first)
  }
}
