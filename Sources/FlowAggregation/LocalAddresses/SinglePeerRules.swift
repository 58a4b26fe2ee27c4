internal import FlowModel

/// Settles interfaces of one family that have had a single peer, so that two addresses are left.
///
/// Own is the one that is internal; else the one that no other interface has as its own; else the one that fewer
/// interfaces have seen, for a scanner is seen by many; else the one that lies in a network of own addresses already
/// known.
struct SinglePeerRules {
  private var pairs: [(interface: Int, left: [IPAddress])] = []
  private var baselineEntries: [IPAddress: Int] = [:]
  private var known: Set<IPAddress> = []

  /// Notes what is left of an interface; gives its own address if that is settled.
  mutating func note(_ left: [IPAddress], interface: Int, _ internalRanges: InternalRanges)
    -> IPAddress?
  {
    for address in left { baselineEntries[address, default: 0] += 1 }
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
        { address in
          left.allSatisfy {
            baselineEntries[address, default: 0] <= baselineEntries[$0, default: 0]
          }
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
