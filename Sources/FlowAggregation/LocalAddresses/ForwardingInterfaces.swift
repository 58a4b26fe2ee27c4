internal import FlowModel

/// Finds the interfaces that only forward the packets of another host.
///
/// An address belongs to one interface at a time. Where several of one account have the same address in all of their
/// records at the same time, they forward packets of one host, as firewall endpoints and attachments of a transit
/// gateway do. An address that moves from one interface to the next is no such case.
struct ForwardingInterfaces {
  private struct Claim: Hashable {
    var address: IPAddress
    var account: String?
  }

  private struct Claimant {
    var interface: Int
    var time: ClosedRange<UInt32>
  }

  private var claims: [Claim: [Claimant]] = [:]

  /// - Parameters:
  ///   - own: the addresses that stand in the records of each interface.
  ///   - collectors: those of all workers, which know the times.
  ///   - accounts: the owners of interfaces, as far as they are known.
  init(
    _ own: LocalAddresses,
    _ collectors: [LocalAddressCollector],
    _ accounts: [UInt32: String]
  ) {
    for interface in own.v4.indices {
      guard let time = Self.time(interface, collectors) else { continue }
      for address in own.addresses(ofInterface: UInt32(interface)) {
        let claim = Claim(address: address, account: accounts[UInt32(interface)])
        claims[claim, default: []].append(Claimant(interface: interface, time: time))
      }
    }
    claims = claims.filter { $0.value.count > 1 }
  }

  /// The interfaces with the address that each only forwards for, in no order.
  var all: [(interface: Int, address: IPAddress)] {
    claims.flatMap { claim, claimants in
      Self.simultaneous(claimants).map { ($0.interface, claim.address) }
    }
  }

  /// Those whose time overlaps with that of another one.
  private static func simultaneous(_ claimants: [Claimant]) -> [Claimant] {
    let ordered = claimants.sorted {
      ($0.time.lowerBound, $0.interface) < ($1.time.lowerBound, $1.interface)
    }
    var found: Set<Int> = []
    var latest = 0
    for place in ordered.indices.dropFirst() {
      if ordered[place].time.lowerBound < ordered[latest].time.upperBound {
        found.formUnion([latest, place])
      }
      if ordered[place].time.upperBound > ordered[latest].time.upperBound { latest = place }
    }
    return found.map { ordered[$0] }
  }

  /// The time of an interface's records; nil without any.
  private static func time(
    _ interface: Int,
    _ collectors: [LocalAddressCollector]
  ) -> ClosedRange<UInt32>? {
    var (first, last) = (UInt32.max, UInt32(0))
    for family in collectors.flatMap({ [$0.v4, $0.v6] })
    where interface < family.candidates.count {
      first = min(first, family.candidates[interface].firstStart)
      last = max(last, family.candidates[interface].lastEnd)
    }
    return first <= last ? first...last : nil
  }
}
