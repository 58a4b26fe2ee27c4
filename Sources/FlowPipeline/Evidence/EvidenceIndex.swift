internal import FlowFindings
internal import FlowModel

/// Finds the findings for which a record is evidence.
struct EvidenceIndex: Sendable {
  typealias Key = EvidenceKeys.Key

  let keys: EvidenceKeys
  /// The keys by which each finding is found.
  let keyPlaces: [[Int]]
  let times: [ClosedRange<UInt32>]
  private let queries: [EvidenceQuery]
  private let own: Set<IPAddress>
  private let internalRanges: InternalRanges

  init(_ findings: [Finding], own: Set<IPAddress>, internalRanges: InternalRanges) {
    queries = findings.map(\.evidenceQuery)
    times = findings.map { $0.firstSeen...max($0.firstSeen, $0.lastSeen) }
    self.own = own
    self.internalRanges = internalRanges
    let sought = queries.map { Array(Set(Self.keys($0))) }
    let keys = EvidenceKeys(
      sought.enumerated().flatMap { finding, keys in keys.map { ($0, finding) } }
    )
    self.keys = keys
    keyPlaces = sought.map { $0.compactMap(keys.place) }
  }

  /// By what a finding's records are found: the rarest thing that all of them have.
  private static func keys(_ query: EvidenceQuery) -> [Key] {
    if let network = query.source {
      guard network.isOneAddress else { return [Key(.sourcePrefix, network.base)] }
      let replies = query.includesReplies ? query.destination.map { [Key(.source, $0)] } : nil
      return [Key(.source, network.base)] + (replies ?? [])
    }
    if !query.members.isEmpty, query.members.count <= 64 {
      return query.members.map { Key(.source, $0) }
    }
    if let destination = query.destination { return [Key(.destination, destination)] }
    return query.port.map { [Key(port: $0)] } ?? []
  }

  /// Calls the body with the place of each key that a record has; there are four at the most.
  @inline(__always)
  func forEachKey(
    _ source: IPAddress,
    _ destination: IPAddress,
    port: UInt16,
    _ body: (Int) -> Void
  ) {
    if let place = keys.place(of: Key(.source, source)) { body(place) }
    if let place = keys.place(of: Key(.sourcePrefix, Self.prefix(source))) { body(place) }
    if let place = keys.place(of: Key(.destination, destination)) { body(place) }
    if let place = keys.place(of: Key(port: port)) { body(place) }
  }

  /// Whether a record is evidence of a finding.
  func matches(_ finding: Int, _ batch: borrowing RecordBatch, _ row: Int) -> Bool {
    let query = queries[finding]
    guard times[finding].contains(batch.start[row]), batch.packets[row] >= query.leastPackets
    else { return false }
    return matches(query, batch, row) || query.includesReplies && isReply(query, batch, row)
  }

  /// Whether the record is the destination's answer to the source.
  private func isReply(
    _ query: EvidenceQuery,
    _ batch: borrowing RecordBatch,
    _ row: Int
  ) -> Bool {
    guard let source = query.source, batch.source[row] == query.destination else { return false }
    return source.contains(batch.destination[row]) && query.port == batch.sourcePort[row]
  }

  private func matches(
    _ query: EvidenceQuery,
    _ batch: borrowing RecordBatch,
    _ row: Int
  ) -> Bool {
    let destination = batch.destination[row]
    if !query.protocols.isEmpty, !query.protocols.contains(batch.protocolNumber[row]) {
      return false
    }
    if let port = query.port, port != batch.destinationPort[row] { return false }
    if query.isRejected, batch.action[row] != FlowAction.reject.rawValue { return false }
    guard isSource(batch.source[row], query) else { return false }
    if let wanted = query.destination { return wanted == destination }
    if let network = query.destinationNetwork { return network.contains(destination) }
    return isInside(destination) != query.isOutward
  }

  private func isSource(_ source: IPAddress, _ query: EvidenceQuery) -> Bool {
    if !query.members.isEmpty { return query.members.contains(source) }
    // Found by its source, or by what a source from outside did.
    return query.source != nil || query.isAnySource || !isInside(source)
  }

  private func isInside(_ address: IPAddress) -> Bool {
    own.contains(address) || internalRanges.contains(address)
  }

  /// The /24 or /48 of an address, which is all that a finding about a network has.
  private static func prefix(_ address: IPAddress) -> IPAddress {
    address.isV4
      ? IPAddress(high: address.high, low: address.low & ~0xff)
      : IPAddress(high: address.high & 0xffff_ffff_ffff_0000, low: 0)
  }
}
