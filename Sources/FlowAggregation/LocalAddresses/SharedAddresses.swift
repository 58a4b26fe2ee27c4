internal import FlowModel

/// Finds the interfaces whose address others of the account have at the same time.
///
/// An address belongs to one interface of a VPC at a time. Where several have the same address in all of their records,
/// they forward packets of one host, as firewall endpoints and attachments of a transit gateway do, or lie in VPCs with
/// the same range; version 2 does not tell which. An address that moves from one interface to the next is no such case.
struct SharedAddresses {
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

  /// The numbers of the interfaces.
  var interfaces: Set<UInt32> {
    claims.values.reduce(into: []) { all, claimants in
      all.formUnion(Self.simultaneous(claimants).map { UInt32($0.interface) })
    }
  }

  /// Those whose time overlaps with that of another one.
  private static func simultaneous(_ claimants: [Claimant]) -> [Claimant] {
    let ordered = claimants.sorted {
      ($0.time.lowerBound, $1.time.upperBound) < ($1.time.lowerBound, $0.time.upperBound)
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
