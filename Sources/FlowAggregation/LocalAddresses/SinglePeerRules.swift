internal import FlowModel

/// Determines the local address of interfaces of one family with a single peer, so that two candidates remain.
///
/// The internal candidate is the local address. Otherwise it is the one that no other interface has as its local
/// address; otherwise the one that fewer interfaces have seen, because a scanner is seen by many; otherwise the one in
/// a network with known local addresses.
struct SinglePeerRules {
  private var pairs: [(interface: Int, left: [IPAddress])] = []
  private var interfaceCounts: [IPAddress: Int] = [:]
  private var known: Set<IPAddress> = []

  /// Adds the candidates of an interface.
  ///
  /// Returns its local address if it is determined.
  mutating func note(_ left: [IPAddress], interface: Int, _ internalRanges: InternalRanges)
    -> IPAddress?
  {
    for address in left { interfaceCounts[address, default: 0] += 1 }
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

  /// The local addresses of the undetermined interfaces.
  ///
  /// An interface that no rule decides remains without one.
  func settled() -> [(interface: Int, address: IPAddress)] {
    let networks = Set(known.map(Self.network))
    return pairs.compactMap { interface, left in
      let rules: [(IPAddress) -> Bool] = [
        { !known.contains($0) },
        { address in
          left.allSatisfy {
            interfaceCounts[address, default: 0] <= interfaceCounts[$0, default: 0]
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
