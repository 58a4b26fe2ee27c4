internal import FlowModel
internal import SpillableTable

/// The conversations of other hosts with one service of an internal address in one hour.
struct ServedRow<Address: FlowAddress>: SpillableRow {
  var bytes: UInt64
  var packets: UInt64
  var replyBytes: UInt64
  /// The slices of the log in which the conversations were active.
  var activity: UInt64
  /// One answered external address, the smallest; all ones without any.
  var sample: Address
  /// The same for internal addresses.
  var insideSample: Address
  private var pad = Address.pad
  var first: UInt32
  var last: UInt32
  /// Sources with attempts and answered sources, by their side of the network perimeter.
  var triedOutside: UInt32
  var answeredOutside: UInt32
  var answeredInside: UInt32
  /// Sources with a conversation of eight packets or more.
  var sessionsOutside: UInt32
  var sessionsInside: UInt32
  private var filler: UInt32 = 0
  /// Hours since 1970 of the first attempt of the counted sources.
  var hour: UInt32
  var port: UInt16
  private var rawProtocol: UInt16
  private var lowHalf = Address.lowHalf
  var address: Address

  static var table: TableKey<Self> { TableKey(kind: 8 | Address.kinds) }

  /// All services of an address are adjacent.
  @inline(__always) static var shape: RowShape {
    RowShape(Self.self, keyWords: Address.words + 1, groupWords: Address.words)
  }

  init(_ row: HostServiceRow<Address>, fromInside: Bool) {
    address = row.destination
    // Traffic of internal clients is irrelevant for floods and reflectors.
    (bytes, packets, replyBytes) = fromInside ? (0, 0, 0) : (row.bytes, row.packets, row.replyBytes)
    hour = row.firstAttempt / 3600
    (first, last) = (min(row.first, row.firstAttempt), max(row.last, row.firstAttempt))
    activity = row.activity
    let isAnswered = row.touched &+ row.sessions > 0
    triedOutside = fromInside ? 0 : 1
    answeredOutside = isAnswered && !fromInside ? 1 : 0
    answeredInside = isAnswered && fromInside ? 1 : 0
    sessionsOutside = row.sessions > 0 && !fromInside ? 1 : 0
    sessionsInside = row.sessions > 0 && fromInside ? 1 : 0
    sample = isAnswered && !fromInside ? row.source : .max
    insideSample = isAnswered && fromInside ? row.source : .max
    (port, rawProtocol) = (row.port, row.transport.rawValue)
  }

  private var serviceKey: UInt32 { UInt32(rawProtocol) << 16 | UInt32(port) }
  var rowService: RowService {
    RowService(transport: TransportProtocol(rawValue: rawProtocol), port: port)
  }

  func isSameEndpoint(_ other: Self) -> Bool {
    address == other.address && serviceKey == other.serviceKey
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard isSameEndpoint(other), hour == other.hour else { return false }
    bytes +|= other.bytes
    packets +|= other.packets
    replyBytes +|= other.replyBytes
    first = min(first, other.first)
    last = max(last, other.last)
    activity |= other.activity
    // Sources are counted. There are at most 2^32 for IPv4, and this limit is sufficient for IPv6.
    triedOutside = triedOutside.saturating(other.triedOutside)
    answeredOutside = answeredOutside.saturating(other.answeredOutside)
    answeredInside = answeredInside.saturating(other.answeredInside)
    sessionsOutside = sessionsOutside.saturating(other.sessionsOutside)
    sessionsInside = sessionsInside.saturating(other.sessionsInside)
    sample = min(sample, other.sample)
    insideSample = min(insideSample, other.insideSample)
    return true
  }
}

extension UInt32 {
  @inline(__always)
  fileprivate func saturating(_ other: UInt32) -> UInt32 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}

extension HostServiceRow {
  /// Whether it answered on a sensitive port or a mail port.
  var opensWatchedService: Bool {
    touched &+ sessions > 0 && transport == .tcp
      && (Ports.isSensitive(port) || Ports.isMail(port))
  }
}
