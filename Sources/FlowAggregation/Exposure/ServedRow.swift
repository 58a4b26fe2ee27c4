internal import FlowModel

/// What others began with one service of an inside address in one hour.
struct ServedRow<Address: FlowAddress>: KeyedRow {
  var address: Address
  var bytes: UInt64
  var packets: UInt64
  var replyBytes: UInt64
  /// Hours since 1970 of the first try of those who are counted.
  var hour: UInt32
  var first: UInt32
  var last: UInt32
  /// Others that tried, and those among them that were answered, by the side of the border from which they came.
  var triedOutside: UInt32
  var answeredOutside: UInt32
  var answeredInside: UInt32
  /// Those with a conversation of eight packets or more.
  var sessionsOutside: UInt32
  var sessionsInside: UInt32
  /// The slices of the log that the conversations touch.
  var activity: UInt64
  /// Some outside address that was answered, the smallest; all ones without any.
  var sample: Address
  /// Likewise inside.
  var insideSample: Address
  var port: UInt16
  var protocolNumber: UInt8

  init(_ row: ContactRow<Address>, fromInside: Bool) {
    address = row.destination
    // What inside clients exchange says nothing of floods and reflectors.
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
    (port, protocolNumber) = (row.port, row.protocolNumber)
  }

  @inline(__always) private var serviceKey: UInt32 { UInt32(protocolNumber) << 16 | UInt32(port) }

  @inline(__always)
  var leadingKey: UInt64 { address.leading(with: Address(truncatingIfNeeded: serviceKey)) }

  /// All services of an address meet.
  @inline(__always) var hash: UInt64 { mix(address.mixed &* 0x9e37_79b9_7f4a_7c15) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.address != right.address { return left.address < right.address }
    return (left.serviceKey, left.hour) < (right.serviceKey, right.hour)
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
    // Sources are counted, and there are no more than 2^32 of IPv4; of IPv6 four thousand million are enough.
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

/// Gathers what is served contact by contact; a busy endpoint's rows meet before they are stored.
struct ServedCollector<Address: FlowAddress> {
  private static var places: Int { 8192 }

  private(set) var rows: RowStore<ServedRow<Address>>
  private var cache: [ServedRow<Address>?]
  /// Whether all that is answered is told, or what floods and reflectors are made of alone.
  private let tellsAll: Bool

  init(tellsAll: Bool, budget: Int) {
    self.tellsAll = tellsAll
    rows = RowStore(budget: budget)
    cache = Array(repeating: nil, count: Self.places)
  }

  /// Notes a contact with an inside address.
  @inline(__always)
  mutating func note(_ row: ContactRow<Address>, fromInside: Bool) {
    let isAnswered = row.touched &+ row.sessions > 0
    let mayFlood = !fromInside && Ports.isServer[Int(row.port)]
    // Web traffic from inside shows who stands between the network and the world.
    let isRelayed = fromInside && row.port == 443
    guard mayFlood || isAnswered && (tellsAll || isRelayed) else { return }
    let served = ServedRow(row, fromInside: fromInside)
    let place = Self.place(served)
    if cache[place]?.absorb(served) == true { return }
    if let known = cache[place] { rows.append(known) }
    cache[place] = served
  }

  private static func place(_ row: ServedRow<Address>) -> Int {
    let service = UInt64(row.port) << 32 | UInt64(row.protocolNumber) << 24 ^ UInt64(row.hour)
    return Int(truncatingIfNeeded: mix(row.address.mixed &* 31 ^ service)) & (places - 1)
  }

  /// Hands on what waits.
  mutating func flush() {
    for place in cache.indices {
      if let row = cache[place] { rows.append(row) }
      cache[place] = nil
    }
  }
}

/// Puts the hours of each endpoint together.
struct ServedAssembler<Address: FlowAddress>: RowConsumer {
  private var last: ServedRow<Address>?
  private var endpoint: ServedEndpoint?
  private var batch: ObservationBatch

  init(sink: any ObservationSink) { batch = ObservationBatch(sink) }

  mutating func take(_ row: ServedRow<Address>) {
    if let last, !last.isSameEndpoint(row) { finishEndpoint() }
    last = row
    if endpoint == nil {
      endpoint = ServedEndpoint(
        address: row.address.ipAddress,
        service: Service(protocolNumber: row.protocolNumber, port: row.port)
      )
    }
    endpoint?.add(row)
  }

  /// Ends the last endpoint of a partition.
  mutating func finishPartition() {
    finishEndpoint()
    batch.flush()
  }

  private mutating func finishEndpoint() {
    guard let done = endpoint else { return }
    batch.add(done)
    batch.flushIfFull()
    endpoint = nil
  }
}

extension ServedEndpoint {
  fileprivate mutating func add<Address: FlowAddress>(_ row: ServedRow<Address>) {
    triedOutside += UInt64(row.triedOutside)
    answeredOutside += UInt64(row.answeredOutside)
    answeredInside += UInt64(row.answeredInside)
    sessionsOutside += UInt64(row.sessionsOutside)
    sessionsInside += UInt64(row.sessionsInside)
    bytes +|= row.bytes
    packets +|= row.packets
    replyBytes +|= row.replyBytes
    first = min(first, row.first)
    last = max(last, row.last)
    activity |= row.activity
    if row.sample != .max { sample = min(sample ?? row.sample.ipAddress, row.sample.ipAddress) }
    if row.insideSample != .max {
      insideSample = min(insideSample ?? row.insideSample.ipAddress, row.insideSample.ipAddress)
    }
    let hour = Hour(
      hour: row.hour,
      sources: UInt64(row.triedOutside),
      answered: UInt64(row.answeredOutside),
      packets: row.packets,
      bytes: row.bytes,
      replyBytes: row.replyBytes
    )
    if hour.sources > busiest.sources, hour.answered * 2 < hour.sources { busiest = hour }
    if hour.packets > heaviest.packets, hour.replyBytes < hour.bytes / 20 { heaviest = hour }
  }
}
