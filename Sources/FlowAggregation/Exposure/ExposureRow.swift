internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// The responses of a sensitive service of a local address to the sources of one external network.
struct ExposureRow<Address: FlowAddress>: SpillableRow {
  var bytes: UInt64
  var packets: UInt64
  var replyBytes: UInt64
  var activity: UInt64
  var records: UInt32
  var rejected: UInt32
  var first: UInt32
  var last: UInt32
  var sources: UInt32 = 1
  var sessionSources: UInt32
  var probers: UInt32 = 0
  var conversations: UInt32
  private var lowHalf = Address.lowHalf
  /// One scanner of the network: the one with the smallest address.
  var prober: Address
  private var pad = Address.pad
  private var filler: UInt32 = 0
  private(set) var port: UInt16
  private var rawProtocol: UInt16
  /// The source's /24 or /48.
  var network: Address
  var destination: Address

  static var table: TableKey<Self> { TableKey(kind: 9 | Address.kinds) }

  /// All rows of a destination are adjacent.
  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.pairWords + 1,
      groupWords: Address.words,
      groupMask: Address.loneMask
    )
  }

  /// The row of a host-service pair with answered conversations.
  init(_ row: HostServiceRow<Address>) {
    destination = row.destination
    network = row.source.sourcePrefix
    prober = row.source
    (bytes, packets, replyBytes) = (row.bytes, row.packets, row.replyBytes)
    (records, rejected, activity) = (row.records, row.rejected, row.activity)
    (first, last) = (min(row.first, row.firstAttempt), max(row.last, row.firstAttempt))
    sessionSources = row.sessions > 0 ? 1 : 0
    conversations = row.touched &+ row.sessions
    (port, rawProtocol) = (row.port, row.transport.rawValue)
  }

  /// The row, after it is known whether its source also tried another service without success.
  func from(prober isProber: Bool) -> Self {
    var row = self
    row.probers = isProber ? 1 : 0
    if !isProber { row.prober = .max }
    return row
  }

  var rowService: RowService {
    RowService(transport: TransportProtocol(rawValue: rawProtocol), port: port)
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard destination == other.destination, network == other.network, port == other.port,
      rawProtocol == other.rawProtocol
    else { return false }
    let most = UInt64(max(records, conversations, sources))
    let otherMost = UInt64(max(other.records, other.conversations, other.sources))
    guard most + otherMost <= UInt64(UInt32.max) else { return false }
    prober = min(prober, other.prober)
    bytes +|= other.bytes
    packets +|= other.packets
    activity |= other.activity
    replyBytes +|= other.replyBytes
    records &+= other.records
    rejected &+= other.rejected
    first = min(first, other.first)
    last = max(last, other.last)
    sources &+= other.sources
    sessionSources &+= other.sessionSources
    probers &+= other.probers
    conversations &+= other.conversations
    return true
  }
}
