internal import FlowModel

/// Finds the interfaces whose only candidate for a local address is an external host that scans all of their addresses.
///
/// An interface with several private addresses, such as that of a container host, may have records of one external
/// scanner alone. The scanner is then in every record, as a local address is. It is told from a local address of a
/// public range by its peers: they are all internal, several, and none of them is the local address of another
/// interface. A network that uses a public range as its own is recognized by another local address of the same /16.
///
/// Local IPv6 addresses are global ones, so that the rule covers IPv4 alone.
struct LonePublicAddresses {
  private struct Peers {
    let candidate: IPAddress
    /// An internal peer that is no other interface's local address.
    var first: IPAddress?
    /// Whether there is a second one.
    var hasSeveral = false
    /// Whether it communicates with external hosts, as scanners at their victims do not.
    var hasExternal = false

    var isOutsider: Bool { hasSeveral && !hasExternal }
  }

  private let own: Set<IPAddress>
  private let internalRanges: InternalRanges
  private var interfaces: [UInt32: Peers] = [:]

  /// - Parameters:
  ///   - candidates: the local IPv4 addresses by interface number, as far as records tell.
  ///   - own: all local addresses.
  ///   - internalRanges: what counts as internal.
  init(_ candidates: [IPAddress], _ own: Set<IPAddress>, _ internalRanges: InternalRanges) {
    (self.own, self.internalRanges) = (own, internalRanges)
    for (interface, address) in candidates.enumerated()
    where address != RecordBatch.unspecified && !internalRanges.contains(address) {
      interfaces[UInt32(interface)] = Peers(candidate: address)
    }
  }

  /// Whether no interface has a candidate outside the internal ranges.
  var isEmpty: Bool { interfaces.isEmpty }

  mutating func observe(_ row: FlowRow<UInt32>, interface: UInt32) {
    guard row.isForSums, let candidate = interfaces[interface]?.candidate else { return }
    let (lower, upper) = (row.lower.ipAddress, row.upper.ipAddress)
    guard lower == candidate || upper == candidate else { return }
    note(lower == candidate ? upper : lower, interface)
  }

  private mutating func note(_ peer: IPAddress, _ interface: UInt32) {
    guard internalRanges.contains(peer) else {
      interfaces[interface]?.hasExternal = true
      return
    }
    guard !own.contains(peer), let known = interfaces[interface] else { return }
    if known.first == nil {
      interfaces[interface]?.first = peer
    } else if known.first != peer {
      interfaces[interface]?.hasSeveral = true
    }
  }

  /// The interfaces whose candidate is no local address.
  var outsiders: [UInt32] {
    let trusted = interfaces.values.filter { !$0.isOutsider }.map { Self.network($0.candidate) }
    let networks = Set(trusted)
    return interfaces.filter { _, peers in
      peers.isOutsider && !networks.contains(Self.network(peers.candidate))
    }.map(\.key)
  }

  private static func network(_ address: IPAddress) -> UInt32 { address.v4 >> 16 }
}
