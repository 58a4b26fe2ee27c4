internal import FlowModel

/// Selects the host-service pairs of one source for detectors and the history, and emits them when the source is
/// complete.
struct DirectionCounter<Address: FlowAddress> {
  /// The most host-service pairs of one source that are emitted, by destination and service.
  private static var limit: Int { 16_384 }
  /// Minimum of conversations with one service for a strobe.
  private static var manyCalls: UInt32 { 40_000 }
  /// Minimum of unanswered conversations for a missing return route.
  private static var unanswered: UInt32 { 20 }
  /// Minimum of bytes in both directions that are relevant by themselves.
  private static var large: UInt64 { 100 << 20 }
  /// Minimum of ICMP traffic for a tunnel: bytes, seconds.
  private static var largeEcho: UInt64 { 100_000 }
  private static var longEcho: UInt32 { 3600 }

  private let tellsAll: Bool
  private var servicePairs: [HostServicePair] = []
  /// Internal destinations that answered the source: their number, and one of them.
  private var answeredInside = 0
  private var lastAnswered: IPAddress?
  private var uses: [OutwardUse] = []
  private var openUses: [Service: OutwardUse] = [:]
  private var openNetwork: Address?
  /// Host-service pairs and uses above the limit.
  private(set) var leftOut: UInt64 = 0

  init(tellsAll: Bool) { self.tellsAll = tellsAll }

  /// Adds a host-service pair.
  ///
  /// They arrive by destination, then service.
  mutating func note(_ row: HostServiceRow<Address>, _ trafficDirection: TrafficDirection) {
    let isAnswered = row.touched &+ row.sessions > 0
    if trafficDirection == .lateral, isAnswered, lastAnswered != row.destination.ipAddress {
      lastAnswered = row.destination.ipAddress
      answeredInside += 1
    }
    if tellsAll, trafficDirection == .outbound, isAnswered { addUse(row) }
    guard isTold(row, trafficDirection, isAnswered: isAnswered) else { return }
    guard servicePairs.count < Self.limit else {
      leftOut += 1
      return
    }
    servicePairs.append(HostServicePair(row, trafficDirection))
  }

  private func isTold(
    _ row: HostServiceRow<Address>,
    _ trafficDirection: TrafficDirection,
    isAnswered: Bool
  ) -> Bool {
    if !row.transport.hasPorts {
      return row.accepted > 0 && (!Self.isEcho(row.transport) || mayCarry(row, trafficDirection))
    }
    switch trafficDirection {
    case .inbound:
      return tellsAll && row.sessions > 0 && Ports.isSensitive(row.port)
    case .lateral: return row.silent >= Self.unanswered || tellsAll && isAnswered
    case .outbound:
      return WatchedPorts.isWatched[Int(row.port)] || row.conversations >= Self.manyCalls
        || row.bytes +| row.replyBytes >= Self.large
    }
  }

  private static func isEcho(_ transport: TransportProtocol) -> Bool {
    transport == .icmp || transport == .icmpV6
  }

  /// Pings are frequent.
  ///
  /// Few of them carry additional data.
  private func mayCarry(_ row: HostServiceRow<Address>, _ trafficDirection: TrafficDirection)
    -> Bool
  {
    trafficDirection != .lateral
      && (row.bytes +| row.replyBytes >= Self.largeEcho || row.longest >= Self.longEcho)
  }

  private mutating func addUse(_ row: HostServiceRow<Address>) {
    let network = row.destination.sourcePrefix
    if openNetwork != network { closeNetwork() }
    openNetwork = network
    let use = OutwardUse(row)
    if openUses[use.use.service]?.add(use) == nil { openUses[use.use.service] = use }
  }

  private mutating func closeNetwork() {
    uses += openUses.keys.sorted().compactMap { openUses[$0] }
    openUses.removeAll(keepingCapacity: true)
    openNetwork = nil
    if uses.count >= 4 * OutwardUse.limit { keepLargest() }
  }

  private mutating func keepLargest() {
    guard uses.count > OutwardUse.limit else { return }
    leftOut += UInt64(uses.count - OutwardUse.limit)
    // A stable order of equals: they were appended by network and service.
    let ranked = uses.enumerated().sorted {
      ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset)
    }
    uses = ranked.prefix(OutwardUse.limit).sorted { $0.offset < $1.offset }.map(\.element)
  }

  /// Emits the data of the source that ends here.
  mutating func finishSource(into batch: inout ObservationBatch) {
    closeNetwork()
    guard !servicePairs.isEmpty || !uses.isEmpty else { return clear() }
    keepLargest()
    for var servicePair in servicePairs {
      let others =
        answeredInside
        - (servicePair.trafficDirection == .lateral && servicePair.isAnswered ? 1 : 0)
      servicePair.isAnsweredElsewhere = others > 0
      batch.add(servicePair)
    }
    for use in uses { batch.add(use) }
    clear()
  }

  private mutating func clear() {
    servicePairs.removeAll(keepingCapacity: true)
    uses.removeAll(keepingCapacity: true)
    (answeredInside, lastAnswered) = (0, nil)
  }
}

/// External ports for which detectors evaluate each host-service pair.
enum WatchedPorts {
  /// DNS, mining and anonymity networks.
  static let isWatched: [Bool] = {
    var table = [Bool](repeating: false, count: 65_536)
    for port in Ports.resolver.union(Ports.mining).union(Ports.tor) {
      table[Int(port)] = true
    }
    return table
  }()
}

extension HostServicePair {
  init<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    _ trafficDirection: TrafficDirection
  ) {
    self.init(
      source: row.source.ipAddress,
      destination: row.destination.ipAddress,
      service: row.service,
      trafficDirection: trafficDirection,
      outcomes: row.outcomes,
      sums: row.sums,
      replyBytes: row.replyBytes,
      longest: row.longest,
      sure: UInt64(row.sure),
      isProtocolRecorded: row.transport.isKnown
    )
  }
}

extension OutwardUse {
  fileprivate init<Address: FlowAddress>(_ row: HostServiceRow<Address>) {
    let address = row.destination.ipAddress
    self.init(
      host: row.source.ipAddress,
      use: NetworkUse(
        around: address,
        row.service
      ),
      conversations: UInt64(row.conversations),
      sessions: UInt64(row.sessions),
      bytesOut: row.bytes,
      bytesIn: row.replyBytes,
      first: min(row.first, row.firstAttempt),
      last: max(row.last, row.firstAttempt),
      activity: row.activity,
      paths: row.paths,
      sample: address
    )
  }
}
