internal import FlowFindings
internal import FlowModel

/// The external sources of a report's findings as addresses and ranges, none inside another.
///
/// Local and internal addresses are never listed, nor the sources of rules that say something about a target rather
/// than about its visitors, or that something is new: a user who came by would be locked out.
struct Blocklist {
  /// An address or range with the worst finding it is an actor of.
  struct Entry {
    var network: IPNetwork
    var finding: Finding

    /// `203.0.113.7`, or `203.0.113.0/24`.
    var address: String {
      network.isOneAddress ? network.base.description : network.description
    }
  }

  /// The worst first, then by address.
  let entries: [Entry]
  /// What is known to be missing, in sentences.
  let cuts: [String]

  init(_ report: Report) {
    var worst: [IPNetwork: (finding: Finding, rank: Int)] = [:]
    for (rank, finding) in report.findings.enumerated() where Self.isBlockable(finding) {
      for network in Self.networks(finding, report) where worst[network] == nil {
        worst[network] = (finding, rank)
      }
    }
    let isCovered = Self.coverage(by: worst.keys.filter { !$0.isOneAddress })
    entries = worst.filter { !isCovered($0.key) }
      .sorted { left, right in
        (left.value.rank, left.key.base, left.key.prefixLength)
          < (right.value.rank, right.key.base, right.key.prefixLength)
      }
      .map { Entry(network: $0.key, finding: $0.value.finding) }
    cuts = report.findings.filter(Self.isBlockable).compactMap(Self.cut)
  }

  /// The entries of one family.
  func entries(isV4: Bool) -> [Entry] { entries.filter { $0.network.base.isV4 == isV4 } }

  /// Whether a wider one of the ranges holds a network.
  private static func coverage(by ranges: [IPNetwork]) -> (IPNetwork) -> Bool {
    let wide = Set(ranges)
    let lengths = Set(wide.map(\.prefixLength))
    return { network in
      lengths.contains { length in
        length < network.prefixLength
          && IPNetwork(network.base, prefixLength: length).map(wide.contains) ?? false
      }
    }
  }

  /// That a campaign has more members than a report names.
  private static func cut(_ finding: Finding) -> String? {
    guard case .campaign = finding.actor, let members = finding.members,
      UInt64(members.sample.count) < members.count
    else { return nil }
    return
      "\(finding.rule): \(members.sample.count) of \(members.count) sources are listed, the busiest ones"
  }

  private static func isBlockable(_ finding: Finding) -> Bool {
    let traits = finding.rule.traits
    return !finding.actorIsInternal && !traits.contains(.isAboutTarget)
      && !traits.contains(.isUnusual)
  }

  private static func networks(_ finding: Finding, _ report: Report) -> [IPNetwork] {
    switch finding.actor {
    case .address(let address): return outside([address], report)
    case .prefix(let network):
      return isOutside(network, report) ? [network] : outside(finding.members?.sample ?? [], report)
    case .campaign: return outside(finding.members?.sample ?? [], report)
    }
  }

  private static func outside(_ addresses: [IPAddress], _ report: Report) -> [IPNetwork] {
    addresses.map(IPNetwork.init(only:)).filter { isOutside($0, report) }
  }

  /// Whether all addresses of a network are those of strangers.
  private static func isOutside(_ network: IPNetwork, _ report: Report) -> Bool {
    !report.internalRanges.overlaps(network) && !holdsLocal(network, report)
      && !neverBlocked.contains { $0.overlaps(network) }
  }

  private static func holdsLocal(_ network: IPNetwork, _ report: Report) -> Bool {
    network.isOneAddress
      ? report.own.contains(network.base) : report.own.contains(where: network.contains)
  }

  /// Addresses that name no host of the internet: who blocks them stops DHCP, neighbor discovery, the instance metadata
  /// service or the host itself.
  private static let neverBlocked = [
    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8",
  ].compactMap { IPNetwork($0) }
}
