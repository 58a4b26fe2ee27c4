internal import FlowDetection
internal import FlowFindings
internal import FlowModel

/// Finds the findings for which a record is evidence.
///
/// A bitmap of source addresses and one of ports turn nearly every record away before any lookup.
struct EvidenceIndex: Sendable {
  private var queries: [EvidenceQuery]
  private var times: [ClosedRange<UInt32>]
  private var bySource: [IPAddress: [Int]] = [:]
  private var byNeighbourhood: [IPAddress: [Int]] = [:]
  private var byDestination: [IPAddress: [Int]] = [:]
  private var byPort: [UInt16: [Int]] = [:]
  private var ports = [Bool](repeating: false, count: 65_536)
  private var sourceBits = [UInt64](repeating: 0, count: 4096)
  private var destinationBits = [UInt64](repeating: 0, count: 4096)
  private var neighbourhoodBits = [UInt64](repeating: 0, count: 4096)
  private let own: Set<IPAddress>
  private let internalRanges: InternalRanges

  init(_ findings: [Finding], own: Set<IPAddress>, internalRanges: InternalRanges) {
    queries = findings.map(\.evidenceQuery)
    times = findings.map { $0.firstSeen...max($0.firstSeen, $0.lastSeen) }
    self.own = own
    self.internalRanges = internalRanges
    for (index, query) in queries.enumerated() {
      if let network = query.source {
        if network.prefixLength == (network.base.isV4 ? 32 : 128) {
          addSource(network.base, index)
          if query.includesReplies, let destination = query.destination {
            addSource(destination, index)
          }
        } else {
          byNeighbourhood[network.base, default: []].append(index)
          Self.set(network.base, in: &neighbourhoodBits)
        }
      } else if !query.members.isEmpty, query.members.count <= 64 {
        for member in query.members { addSource(member, index) }
      } else if let destination = query.destination {
        byDestination[destination, default: []].append(index)
        Self.set(destination, in: &destinationBits)
      } else if let port = query.port {
        byPort[port, default: []].append(index)
        ports[Int(port)] = true
      }
    }
  }

  private mutating func addSource(_ address: IPAddress, _ index: Int) {
    bySource[address, default: []].append(index)
    Self.set(address, in: &sourceBits)
  }

  /// Whether the record may be evidence of anything; false for nearly all of them.
  @inline(__always)
  func mayMatch(_ source: IPAddress, _ destination: IPAddress, _ port: UInt16) -> Bool {
    ports[Int(port)] || Self.isSet(destination, in: destinationBits)
      || Self.isSet(source, in: sourceBits)
      || Self.isSet(Self.neighbourhood(source), in: neighbourhoodBits)
  }

  /// The findings' places.
  func matches(_ batch: RecordBatch, _ row: Int) -> [Int] {
    let source = batch.source[row]
    var candidates = bySource[source] ?? []
    candidates += byNeighbourhood[Self.neighbourhood(source)] ?? []
    candidates += byDestination[batch.destination[row]] ?? []
    candidates += byPort[batch.destinationPort[row]] ?? []
    return candidates.filter { candidate in
      let query = queries[candidate]
      return times[candidate].contains(batch.start[row]) && batch.packets[row] >= query.leastPackets
        && (matches(query, batch, row) || query.includesReplies && isReply(query, batch, row))
    }
  }

  /// Whether the record is the destination's answer to the source.
  private func isReply(_ query: EvidenceQuery, _ batch: RecordBatch, _ row: Int) -> Bool {
    guard let source = query.source, batch.source[row] == query.destination else { return false }
    return source.contains(batch.destination[row]) && query.port == batch.sourcePort[row]
  }

  private func matches(_ query: EvidenceQuery, _ batch: RecordBatch, _ row: Int) -> Bool {
    let destination = batch.destination[row]
    if !query.protocols.isEmpty, !query.protocols.contains(batch.protocolNumber[row]) {
      return false
    }
    if let port = query.port, port != batch.destinationPort[row] { return false }
    if query.isRejected, batch.action[row] != FlowAction.reject.rawValue { return false }
    let source = batch.source[row]
    if !query.members.isEmpty {
      if !query.members.contains(source) { return false }
    } else if query.source == nil, !query.isAnySource {
      if own.contains(source) || internalRanges.contains(source) { return false }
    }
    if let wanted = query.destination { return wanted == destination }
    if let network = query.destinationNetwork { return network.contains(destination) }
    let isInside = own.contains(destination) || internalRanges.contains(destination)
    return isInside != query.isOutward
  }

  private static func neighbourhood(_ address: IPAddress) -> IPAddress {
    address.isV4
      ? IPAddress(v4: address.v4 & 0xffff_ff00)
      : IPAddress(high: address.high & 0xffff_ffff_ffff_0000, low: 0)
  }

  private static func place(_ address: IPAddress) -> (word: Int, bit: UInt64) {
    let mixed = (address.high ^ address.low &* 0x9e37_79b9_7f4a_7c15) &* 0xff51_afd7_ed55_8ccd
    return (Int(mixed >> 52), UInt64(1) << (mixed >> 46 & 63))
  }

  private static func set(_ address: IPAddress, in bits: inout [UInt64]) {
    let (word, bit) = place(address)
    bits[word] |= bit
  }

  private static func isSet(_ address: IPAddress, in bits: [UInt64]) -> Bool {
    let (word, bit) = place(address)
    return bits[word] & bit != 0
  }
}
