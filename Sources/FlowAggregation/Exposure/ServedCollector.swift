internal import FlowModel
internal import SpillableTable

/// Collects served endpoints per host-service pair.
///
/// Rows of a busy endpoint are merged before they are stored.
struct ServedCollector<Address: FlowAddress> {
  private static var places: Int { 8192 }

  private let rows: RowTable<ServedRow<Address>>
  private var cache: [ServedRow<Address>?]
  /// Whether all answered services are recorded, or only those relevant for floods and reflectors.
  private let tellsAll: Bool

  init(_ worker: StageWorker<Address>) {
    tellsAll = worker.sources.tellsAll
    rows = worker.tables.table(ServedRow.table)
    cache = Array(repeating: nil, count: Self.places)
  }

  /// Adds a host-service pair with an internal destination.
  @inline(__always)
  mutating func note(_ row: HostServiceRow<Address>, fromInside: Bool) {
    let isAnswered = row.touched &+ row.sessions > 0
    let mayFlood = !fromInside && Ports.isServer[Int(row.port)]
    // Web traffic from internal clients identifies proxies and NAT gateways.
    let isRelayed = fromInside && row.port == 443
    guard mayFlood || isAnswered && (tellsAll || isRelayed) else { return }
    let served = ServedRow(row, fromInside: fromInside)
    let place = Self.place(served)
    if cache[place]?.absorb(served) == true { return }
    if let known = cache[place] { rows.append(known) }
    cache[place] = served
  }

  private static func place(_ row: ServedRow<Address>) -> Int {
    let service =
      UInt64(row.port) << 32 | UInt64(row.rowService.transport.rawValue) << 16 ^ UInt64(row.hour)
    return Int(truncatingIfNeeded: mix(row.address.mixed &* 31 ^ service)) & (places - 1)
  }

  /// Emits the pending rows.
  mutating func flush() {
    for place in cache.indices {
      if let row = cache[place] { rows.append(row) }
      cache[place] = nil
    }
  }
}
