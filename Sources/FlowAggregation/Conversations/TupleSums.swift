internal import FlowModel
internal import SpillableTable

/// The packets of one side of a 5-tuple, summed over all interfaces and times.
struct TupleSums {
  private(set) var rows = 0
  private(set) var bytes: UInt64 = 0
  private(set) var packets: UInt64 = 0
  private(set) var records: UInt64 = 0
  private(set) var accepted: UInt64 = 0
  private(set) var rejected: UInt64 = 0
  private(set) var first = UInt32.max
  /// The largest end in the records.
  private(set) var last: UInt32 = 0
  /// The largest time of all.
  ///
  /// Clocks can run backward.
  private(set) var latest: UInt32 = 0
  private(set) var tcpFlags: UInt8 = 0
  /// One bit for each `traffic-path` 1 to 8.
  private(set) var paths: UInt8 = 0
  private(set) var interface: UInt32 = 0
  private(set) var hasOneInterface = true

  @inline(__always)
  mutating func add<Address: FlowAddress>(_ row: FlowRow<Address>) {
    if rows == 0 { interface = row.interface }
    if row.interface != interface { hasOneInterface = false }
    rows &+= 1
    bytes +|= row.bytes
    packets +|= row.packetCount
    records &+= UInt64(row.records)
    if row.isAccepted { accepted &+= UInt64(row.records) }
    if row.isRejected { rejected &+= UInt64(row.records) }
    first = min(first, row.first)
    last = max(last, row.last)
    latest = max(latest, max(row.first, row.last))
    tcpFlags |= row.tcpFlags
    paths |= row.pathBit
  }

  fileprivate var side: ConversationSide {
    ConversationSide(
      packets: packets,
      bytes: bytes,
      first: first,
      rejected: UInt32(truncatingIfNeeded: min(rejected, UInt64(UInt32.max))),
      tcpFlags: tcpFlags,
      hasSent: rows > 0,
      isRejected: rejected > 0 && rejected == records
    )
  }
}

extension Conversation {
  /// The single conversation of a tuple, if its rows leave no room for a pause and come from one interface.
  ///
  /// This is the usual case.
  ///
  /// - Returns: nil if the rows must be read one by one.
  @inline(__always)
  init?(_ key: FlowRow<Address>, _ lower: TupleSums, _ upper: TupleSums, gap: UInt32) {
    let start = min(lower.first, upper.first)
    let end = max(lower.latest, upper.latest)
    guard end - start <= gap, lower.hasOneInterface, upper.hasOneInterface else { return nil }
    guard lower.rows == 0 || upper.rows == 0 || lower.interface == upper.interface else {
      return nil
    }
    self.init(
      lower: key.lower,
      upper: key.upper,
      lowerSide: lower.side,
      upperSide: upper.side,
      first: start,
      last: end,
      lowerPort: key.lowerPort,
      upperPort: key.upperPort,
      transport: key.transport
    )
  }
}

/// The host-service pair of one direction to which rows are being added.
struct OpenServicePair<Address: FlowAddress> {
  var row = HostServiceRow<Address>(source: 0, destination: 0, transport: .unknown, port: 0)
  private var isOpen = false

  /// Switches to the given service.
  ///
  /// The host-service pair of another service is emitted.
  @inline(__always)
  mutating func open(
    _ source: Address,
    _ destination: Address,
    _ transport: TransportProtocol,
    _ port: UInt16,
    isForDetectorsOnly: Bool,
    _ servicePairs: RowTable<HostServiceRow<Address>>
  ) {
    if isOpen {
      if row.port == port, row.transport == transport,
        row.isForDetectorsOnly == isForDetectorsOnly
      {
        return
      }
      servicePairs.append(row)
    }
    row = HostServiceRow(
      source: source,
      destination: destination,
      transport: transport,
      port: port,
      isForDetectorsOnly: isForDetectorsOnly
    )
    isOpen = true
  }

  /// Adds the responses to what a NAT gateway sent on.
  mutating func noteSentOn(_ back: TupleSums) {
    row.isSentOn = true
    row.replyBytes +|= back.bytes
  }

  /// Adds sums.
  ///
  /// A row with full counters is emitted first.
  mutating func add(
    _ sums: TupleSums,
    isReply: Bool,
    rejectedAtSource: UInt64,
    _ servicePairs: RowTable<HostServiceRow<Address>>
  ) {
    row.rejectedAtSource += UInt32(truncatingIfNeeded: min(rejectedAtSource, 1 << 24))
    var left = sums.records
    var accepted = isReply ? 0 : sums.accepted
    var rejected = sums.rejected
    row.bytes +|= sums.bytes
    row.packets +|= sums.packets
    row.paths |= sums.paths
    row.first = min(row.first, sums.first)
    row.last = max(row.last, sums.last)
    while true {
      let room = UInt64(UInt32.max - max(row.records, row.replyRecords))
      let step = min(left, room)
      let (acceptedStep, rejectedStep) = (min(accepted, step), min(rejected, step))
      row.note(
        UInt32(step),
        accepted: UInt32(acceptedStep),
        rejected: UInt32(rejectedStep),
        isReply: isReply
      )
      left -= step
      accepted -= acceptedStep
      rejected -= rejectedStep
      guard left > 0 else { return }
      servicePairs.append(row)
      row = HostServiceRow(
        source: row.source,
        destination: row.destination,
        transport: row.transport,
        port: row.port,
        isForDetectorsOnly: row.isForDetectorsOnly
      )
      (row.first, row.last) = (sums.first, sums.last)
    }
  }

  /// Emits the host-service pair.
  mutating func close(_ servicePairs: RowTable<HostServiceRow<Address>>) {
    if isOpen { servicePairs.append(row) }
    isOpen = false
  }
}

extension HostServiceRow {
  @inline(__always)
  fileprivate mutating func note(
    _ count: UInt32,
    accepted: UInt32,
    rejected: UInt32,
    isReply: Bool
  ) {
    if isReply {
      replyRecords &+= count
      replyRejected &+= rejected
    } else {
      records &+= count
      self.accepted &+= accepted
      self.rejected &+= rejected
    }
  }
}

/// Merges the rows of busy endpoints before they are stored.
///
/// Most conversations are with few servers.
struct EndpointCache<Address: FlowAddress> {
  private static var places: Int { 4096 }
  private var rows = [EndpointRow<Address>](
    repeating: EndpointRow(address: 0, fanIn: 0, port: 0, transport: .unknown),
    count: places
  )

  @inline(__always)
  mutating func add(
    _ row: EndpointRow<Address>,
    evicting store: RowTable<EndpointRow<Address>>
  ) {
    let place = Int(truncatingIfNeeded: row.hash) & (Self.places - 1)
    if rows[place].absorb(row) { return }
    if rows[place].fanIn > 0 { store.append(rows[place]) }
    rows[place] = row
  }

  mutating func flush(into store: RowTable<EndpointRow<Address>>) {
    for place in rows.indices where rows[place].fanIn > 0 {
      store.append(rows[place])
      rows[place].fanIn = 0
    }
  }
}
