package import FlowModel

/// Which addresses may be an interface's own: those that stand in every one of its records.
///
/// Every record of an interface has that interface's own address on one side (AWS, "Flow log records"), so the
/// intersection over all records leaves it. Kept for each address family; order of records does not matter.
struct InterfaceCandidates: Sendable {
  private enum State: UInt8 { case unseen, open, contested }

  private var first = RecordBatch.unspecified
  private var second = RecordBatch.unspecified
  private var state = State.unseen

  /// Narrows the candidates down by one record.
  @inline(__always)
  mutating func narrow(_ source: IPAddress, _ destination: IPAddress) {
    if state == .open, second == RecordBatch.unspecified {
      if first != source, first != destination { state = .contested }
      return
    }
    narrowSlowly(source, destination)
  }

  private mutating func narrowSlowly(_ source: IPAddress, _ destination: IPAddress) {
    switch state {
    case .contested: return
    case .unseen:
      (first, second) = (source, source == destination ? RecordBatch.unspecified : destination)
      state = .open
    case .open:
      let left = [first, second].filter { $0 == source || $0 == destination }
      first = left.first ?? RecordBatch.unspecified
      second = left.count > 1 ? left[1] : RecordBatch.unspecified
      if left.isEmpty { state = .contested }
    }
  }

  /// Narrows down by what another worker saw of the interface.
  mutating func narrow(_ other: InterfaceCandidates) {
    switch (state, other.state) {
    case (_, .unseen): return
    case (.unseen, _): self = other
    case (.contested, _), (_, .contested): state = .contested
    case (.open, .open):
      let others = other.addresses
      let left = addresses.filter { others.contains($0) }
      first = left.first ?? RecordBatch.unspecified
      second = left.count > 1 ? left[1] : RecordBatch.unspecified
      if left.isEmpty { state = .contested }
    }
  }

  /// What is left: one address, two while the interface has had one peer only, or none.
  var addresses: [IPAddress] {
    guard state == .open else { return [] }
    return second == RecordBatch.unspecified ? [first] : [first, second]
  }

  /// Whether records contradict each other, as on transit interfaces or after a garbled line.
  var isContested: Bool { state == .contested }
}

/// The own addresses of all interfaces of a run.
package struct OwnAddresses: Sendable {
  /// The own IPv4 address by interface number; `unspecified` where none is known.
  package private(set) var v4: [IPAddress] = []
  /// The own IPv6 address by interface number; `unspecified` where none is known.
  package private(set) var v6: [IPAddress] = []
  /// Every own address once.
  package private(set) var all: Set<IPAddress> = []

  /// No interfaces.
  package init() {}

  /// Whether the address is the interface's own.
  func has(_ address: IPAddress, interface: UInt32) -> Bool {
    let index = Int(interface)
    return index < v4.count && (v4[index] == address || v6[index] == address)
  }

  mutating func set(_ address: IPAddress?, interface: Int) {
    while v4.count <= interface {
      v4.append(RecordBatch.unspecified)
      v6.append(RecordBatch.unspecified)
    }
    guard let address else { return }
    if address.isV4 { v4[interface] = address } else { v6[interface] = address }
    all.insert(address)
  }
}

/// Settles interfaces of one family that have had a single peer, so that two addresses are left.
///
/// Own is the one that is internal; else the one that no other interface has as its own; else the one that fewer
/// interfaces have seen, for a scanner is seen by many; else the one that lies in a network of own addresses already known.
struct SinglePeerRules {
  private var pairs: [(interface: Int, left: [IPAddress])] = []
  private var sightings: [IPAddress: Int] = [:]
  private var known: Set<IPAddress> = []

  /// Notes what is left of an interface; gives its own address if that is settled.
  mutating func note(_ left: [IPAddress], interface: Int, _ internalRanges: InternalRanges)
    -> IPAddress?
  {
    for address in left { sightings[address, default: 0] += 1 }
    guard left.count == 2 else {
      if let only = left.first { known.insert(only) }
      return left.first
    }
    let inside = left.filter(internalRanges.contains)
    if inside.count == 1 {
      known.insert(inside[0])
      return inside[0]
    }
    pairs.append((interface, left))
    return nil
  }

  /// The own addresses of the interfaces that were left open; an interface that no rule settles stays without one.
  func settled() -> [(interface: Int, address: IPAddress)] {
    let networks = Set(known.map(Self.network))
    return pairs.compactMap { interface, left in
      let rules: [(IPAddress) -> Bool] = [
        { !known.contains($0) },
        { address in left.allSatisfy { sightings[address, default: 0] <= sightings[$0, default: 0] }
        },
        { networks.contains(Self.network($0)) },
      ]
      for rule in rules {
        let fitting = left.filter(rule)
        if fitting.count == 1 { return (interface, fitting[0]) }
      }
      return nil
    }
  }

  private static func network(_ address: IPAddress) -> IPNetwork? {
    IPNetwork(address, prefixLength: address.isV4 ? 16 : 48)
  }
}

/// Finds the own address of an interface whose records contradict each other: the one in at least 95 % of them.
///
/// The vote runs in two passes over the rows. The first (Misra and Gries, 1982, with 64 counters) cannot miss an address
/// that stands in 95 % of the records, whatever their order; the second counts the survivors exactly. So the outcome is
/// a function of the records alone.
struct OwnAddressVote {
  private static let counters = 64

  private var candidates: [UInt32: [IPAddress: UInt64]] = [:]
  private var records: [UInt32: UInt64] = [:]
  private var isCounting = false

  init(contested: Set<UInt32>) {
    for interface in contested {
      candidates[interface] = [:]
      records[interface] = 0
    }
  }

  mutating func observe<Address: FlowAddress>(_ row: FlowRow<Address>) {
    guard candidates[row.interface] != nil else { return }
    let weight = UInt64(row.records)
    if isCounting { records[row.interface, default: 0] += weight }
    for address in [row.lower.ipAddress, row.upper.ipAddress] {
      isCounting ? count(row.interface, address, weight) : nominate(row.interface, address, weight)
    }
  }

  private mutating func count(_ interface: UInt32, _ address: IPAddress, _ weight: UInt64) {
    if let sum = candidates[interface]?[address] { candidates[interface]?[address] = sum + weight }
  }

  private mutating func nominate(_ interface: UInt32, _ address: IPAddress, _ weight: UInt64) {
    var counters = candidates[interface] ?? [:]
    candidates[interface] = nil
    if let sum = counters[address] {
      counters[address] = sum + weight
    } else if counters.count < Self.counters {
      counters[address] = weight
    } else {
      let least = min(weight, counters.values.min() ?? 0)
      counters = counters.compactMapValues { $0 > least ? $0 - least : nil }
      if weight > least { counters[address] = weight - least }
    }
    candidates[interface] = counters
  }

  /// Ends the first pass.
  mutating func beginCount() {
    isCounting = true
    for (interface, counters) in candidates {
      candidates[interface] = counters.mapValues { _ in 0 }
    }
  }

  /// The winners after the second pass.
  var winners: [(interface: UInt32, address: IPAddress)] {
    candidates.flatMap { interface, counters in
      let total = records[interface] ?? 0
      let winning = counters.filter { $0.value * 20 >= total * 19 && total > 0 }
      return winning.count == 1 ? winning.map { (interface, $0.key) } : []
    }
  }
}
