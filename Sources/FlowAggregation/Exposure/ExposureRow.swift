internal import FlowFindings
internal import FlowModel

/// What the sources of one outside network found open at a sensitive service of an own address.
struct ExposureRow<Address: FlowAddress>: KeyedRow {
  var destination: Address
  /// The source's /24 or /48.
  var network: Address
  /// Some prober of the network: the one with the smallest address.
  var prober: Address
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
  var port: UInt16
  var protocolNumber: UInt8

  /// What a contact with answered conversations tells.
  init(_ row: ContactRow<Address>) {
    destination = row.destination
    network = row.source.neighbourhood
    prober = row.source
    (bytes, packets, replyBytes) = (row.bytes, row.packets, row.replyBytes)
    (records, rejected, activity) = (row.records, row.rejected, row.activity)
    (first, last) = (min(row.first, row.firstAttempt), max(row.last, row.firstAttempt))
    sessionSources = row.sessions > 0 ? 1 : 0
    conversations = row.touched &+ row.sessions
    (port, protocolNumber) = (row.port, row.protocolNumber)
  }

  /// The row, once it is known whether its source also tried in vain elsewhere.
  func from(prober isProber: Bool) -> Self {
    var row = self
    row.probers = isProber ? 1 : 0
    if !isProber { row.prober = .max }
    return row
  }

  @inline(__always) var leadingKey: UInt64 { destination.leading(with: network) }

  var hash: UInt64 { mix(destination.mixed &* 0x9e37_79b9_7f4a_7c15) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.destination != right.destination { return left.destination < right.destination }
    if left.network != right.network { return left.network < right.network }
    return (left.protocolNumber, left.port) < (right.protocolNumber, right.port)
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard destination == other.destination, network == other.network, port == other.port,
      protocolNumber == other.protocolNumber
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

extension ContactRow {
  /// Something answered on a port that strangers have no business with, or that takes mail.
  var opensWatchedService: Bool {
    touched &+ sessions > 0 && protocolNumber == ProtocolNumber.tcp
      && (Ports.isSensitive(port) || Ports.isMail(port))
  }
}

/// Puts an own address's endpoints together from what each outside network found there.
struct ExposureAssembler<Address: FlowAddress>: RowConsumer {
  private var destination: Address?
  private var endpoints: [UInt16: ExposedEndpoint] = [:]
  private var batch: ObservationBatch

  init(sink: any ObservationSink) { batch = ObservationBatch(sink) }

  mutating func take(_ row: ExposureRow<Address>) {
    if destination != row.destination { finishDestination() }
    destination = row.destination
    let service = Service(protocolNumber: row.protocolNumber, port: row.port)
    endpoints[row.port, default: ExposedEndpoint(row.destination.ipAddress, service)].add(row)
  }

  /// Ends the last address of a partition.
  mutating func finishPartition() {
    finishDestination()
    batch.flush()
  }

  private mutating func finishDestination() {
    for port in endpoints.keys.sorted() {
      guard let endpoint = endpoints[port] else { continue }
      batch.add(endpoint)
    }
    endpoints.removeAll(keepingCapacity: true)
    destination = nil
    batch.flushIfFull()
  }
}

extension ExposedEndpoint {
  fileprivate mutating func add<Address: FlowAddress>(_ row: ExposureRow<Address>) {
    networks += 1
    sources += UInt64(row.sources)
    probers += UInt64(row.probers)
    conversations += UInt64(row.conversations)
    sessionSources += UInt64(row.sessionSources)
    replyBytes +|= row.replyBytes
    var part = RecordSums()
    (part.records, part.rejected) = (UInt64(row.records), UInt64(row.rejected))
    part.accepted = part.records - min(part.records, part.rejected)
    (part.packets, part.bytes) = (row.packets, row.bytes)
    (part.first, part.last, part.activity) = (row.first, row.last, row.activity)
    sums.add(part)
    if row.probers > 0, proberSample.count < Self.networkLimit {
      proberSample.append(row.prober.ipAddress)
    }
    if row.sessionSources > 0 { addSessions(row) }
  }

  /// Keeps the networks with the most bytes back; networks come in their own order, so equals keep the smaller ones.
  private mutating func addSessions<Address: FlowAddress>(_ row: ExposureRow<Address>) {
    guard let network = row.networkRange else { return }
    let place =
      sessionNetworks.firstIndex { $0.replyBytes < row.replyBytes } ?? sessionNetworks.count
    guard place < Self.networkLimit else { return }
    sessionNetworks.insert((network, row.replyBytes), at: place)
    if sessionNetworks.count > Self.networkLimit { sessionNetworks.removeLast() }
  }
}

extension ExposureRow {
  /// The /24 of IPv4, the /48 of IPv6.
  fileprivate var networkRange: IPNetwork? {
    let address = Address.network(ofNeighbourhood: network)
    return IPNetwork(address, prefixLength: address.isV4 ? 24 : 48)
  }
}
