internal import FlowDetection
internal import FlowModel

/// The actors as addresses and CIDR ranges, one a line with the reason as a comment: for ipset, nftables and WAF IP sets.
///
/// Own and internal addresses are never listed, nor the sources of rules that say something about a target rather than
/// about its visitors: a user who came by would be locked out.
public enum BlocklistReporter {
  private static let aboutTargets = ["scan.probe", "exposure.probed", "sg.too-open"]

  /// All lines, a line feed at the end; the worst first, then by address.
  public static func report(_ report: Report) -> [UInt8] {
    var reasons: [IPNetwork: (finding: Finding, rank: Int)] = [:]
    for (rank, finding) in report.findings.enumerated() where isBlockable(finding) {
      for network in networks(finding) where reasons[network] == nil {
        reasons[network] = (finding, rank)
      }
    }
    let wide = reasons.keys.filter { $0.prefixLength < ($0.base.isV4 ? 32 : 128) }
    let lines = reasons.filter { network, _ in
      !wide.contains { $0 != network && $0.contains(network.base) }
    }.sorted { left, right in
      (left.value.rank, left.key.base, left.key.prefixLength)
        < (right.value.rank, right.key.base, right.key.prefixLength)
    }.map { line($0.key, $0.value.finding) }
    return Array((lines + cuts(report)).map { $0 + "\n" }.joined().utf8)
  }

  /// What is known to be missing: campaigns with more members than a report names.
  private static func cuts(_ report: Report) -> [String] {
    report.findings.filter(isBlockable).compactMap { finding in
      guard case .campaign = finding.actor, let members = finding.members,
        UInt64(members.sample.count) < members.count
      else { return nil }
      return Words.safe(
        "# \(finding.rule): \(members.sample.count) of \(members.count) sources are listed, the busiest ones"
      )
    }
  }

  private static func isBlockable(_ finding: Finding) -> Bool {
    !finding.actorIsInternal && !aboutTargets.contains(finding.rule)
  }

  private static func networks(_ finding: Finding) -> [IPNetwork] {
    switch finding.actor {
    case .address(let address): [network(address)].compactMap { $0 }
    case .prefix(let network): InternalRanges().contains(network.base) ? [] : [network]
    case .campaign: finding.members?.sample.compactMap(network) ?? []
    }
  }

  private static func network(_ address: IPAddress) -> IPNetwork? {
    InternalRanges().contains(address)
      ? nil : IPNetwork(address, prefixLength: address.isV4 ? 32 : 128)
  }

  private static func line(_ network: IPNetwork, _ finding: Finding) -> String {
    let isOne = network.prefixLength == (network.base.isV4 ? 32 : 128)
    let address = isOne ? network.base.description : network.description
    return Words.safe("\(address) # \(finding.score) \(finding.rule): \(finding.title)")
  }
}
