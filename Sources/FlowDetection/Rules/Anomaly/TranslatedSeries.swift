internal import FlowAggregation
internal import FlowModel

/// Finds the series that a NAT gateway repeats.
///
/// Records without `pkt-srcaddr` and `pkt-dstaddr` show the connections of a client behind a NAT gateway twice: with the
/// client's address and with that of the gateway. Both series have one connection for each of the other.
struct TranslatedSeries {
  private struct ID: Hashable {
    var host: IPAddress
    var peer: IPAddress
    var service: Service

    init(_ series: ConnectionSeries) {
      (host, peer, service) = (series.host, series.peer, series.service)
    }
  }

  private struct Aim: Hashable {
    var peer: IPAddress
    var service: Service
    var connections: UInt64
  }

  /// More series with the same number of connections are no pair.
  private static let most = 64
  /// The share of the bytes by which the series may differ: one fiftieth.
  private static let tolerance: UInt64 = 50

  private let probed: Set<IPAddress>
  private let window: UInt32
  /// Number of series of each host.
  private var sizes: [IPAddress: Int] = [:]
  /// The gateway that repeats a client's series.
  private var gateways: [ID: IPAddress] = [:]
  private var repeated: Set<ID> = []

  /// - Parameters:
  ///   - series: all periodic series.
  ///   - probed: hosts that external sources contact.
  ///   - window: the length of the log's windows, in seconds.
  init(_ series: [ConnectionSeries], probed: Set<IPAddress>, window: UInt32) {
    (self.probed, self.window) = (probed, window)
    for one in series { sizes[one.host, default: 0] += 1 }
    let groups = Dictionary(grouping: series) {
      Aim(peer: $0.peer, service: $0.service, connections: $0.connections)
    }
    for group in groups.values where 2...Self.most ~= group.count { pair(group) }
  }

  /// The NAT gateway that repeats a series; nil without one.
  func gateway(of series: ConnectionSeries) -> IPAddress? { gateways[ID(series)] }

  /// Whether the series repeats that of a client.
  func isRepeated(_ series: ConnectionSeries) -> Bool { repeated.contains(ID(series)) }

  /// Pairs the series that correspond to exactly one other.
  private mutating func pair(_ group: [ConnectionSeries]) {
    for one in group {
      let alike = group.filter { $0.host != one.host && isAlike(one, $0) }
      guard alike.count == 1, let client = alike.first, isGateway(one.host, of: client.host),
        group.count(where: { $0.host != client.host && isAlike(client, $0) }) == 1
      else { continue }
      gateways[ID(client)] = one.host
      repeated.insert(ID(one))
    }
  }

  /// Whether each connection of one series can be one of the other.
  private func isAlike(_ left: ConnectionSeries, _ right: ConnectionSeries) -> Bool {
    Self.isNear(left.bytesOut, right.bytesOut) && Self.isNear(left.bytesIn, right.bytesIn)
      && Self.isNear(left.packetsOut, right.packetsOut)
      && distance(left.first, right.first) <= window && distance(left.last, right.last) <= window
  }

  private static func isNear(_ left: UInt64, _ right: UInt64) -> Bool {
    max(left, right) - min(left, right) <= max(left, right) / tolerance
  }

  private func distance(_ left: UInt32, _ right: UInt32) -> UInt32 {
    max(left, right) - min(left, right)
  }

  /// Whether the first of two hosts is a NAT gateway for the second: external sources contact it, or else it has more
  /// peers, or else it has a public address.
  private func isGateway(_ host: IPAddress, of client: IPAddress) -> Bool {
    let (isProbed, isClientProbed) = (probed.contains(host), probed.contains(client))
    if isProbed != isClientProbed { return isProbed }
    let (size, clientSize) = (sizes[host] ?? 0, sizes[client] ?? 0)
    if size != clientSize { return size > clientSize }
    let ranges = InternalRanges()
    return !ranges.contains(host) && ranges.contains(client)
  }
}

/// Internal hosts that external sources contact.
struct ProbedHosts: Sendable {
  /// Above any real number; the smallest addresses are kept, so that the order of records has no effect.
  private static let most = 1 << 16

  private(set) var hosts: Set<IPAddress> = []

  mutating func add(_ host: IPAddress) {
    hosts.insert(host)
    if hosts.count >= 2 * Self.most { trim() }
  }

  mutating func add(_ other: ProbedHosts) {
    hosts.formUnion(other.hosts)
    if hosts.count > Self.most { trim() }
  }

  private mutating func trim() { hosts = Set(hosts.sorted().prefix(Self.most)) }
}
