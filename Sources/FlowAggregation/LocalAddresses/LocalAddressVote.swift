internal import FlowModel

/// Determines the local address of an interface with contradictory records: the one in at least 95 % of them.
///
/// The vote has two passes over the rows. The first (Misra and Gries, 1982, with 64 counters) cannot miss an address in
/// 95 % of the records, in any order. The second counts the remaining ones exactly. The result therefore depends on the
/// records alone.
struct LocalAddressVote {
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

  mutating func observe<Address: FlowAddress>(_ row: FlowRow<Address>, interface: UInt32) {
    guard row.isForSums, candidates[interface] != nil else { return }
    let weight = UInt64(row.records)
    if isCounting { records[interface, default: 0] += weight }
    for address in [row.lower.ipAddress, row.upper.ipAddress] {
      isCounting ? count(interface, address, weight) : nominate(interface, address, weight)
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

  /// The results after the second pass.
  var winners: [(interface: UInt32, address: IPAddress)] {
    candidates.flatMap { interface, counters in
      let total = records[interface] ?? 0
      let winning = counters.filter { $0.value * 20 >= total * 19 && total > 0 }
      return winning.count == 1 ? winning.map { (interface, $0.key) } : []
    }
  }
}
