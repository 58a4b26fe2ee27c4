package import FlowFindings
internal import FlowModel

/// The actors as addresses and CIDR ranges, one a line with the reason as a comment: for ipset, nftables and WAF IP
/// sets.
///
/// Own and internal addresses are never listed, nor the sources of rules that say something about a target rather than
/// about its visitors: a user who came by would be locked out.
package enum BlocklistReporter {
  /// All lines, a line feed at the end; the worst first, then by address.
  package static func report(_ report: Report) -> [UInt8] {
    var reasons: [IPNetwork: (finding: Finding, rank: Int)] = [:]
    for (rank, finding) in report.findings.enumerated() where isBlockable(finding) {
      for network in networks(finding, report) where reasons[network] == nil {
        reasons[network] = (finding, rank)
      }
    }
    let wide = Set(reasons.keys.filter { !$0.isOneAddress })
    let lengths = Set(wide.map(\.prefixLength))
    let lines = reasons.filter { network, _ in
      !lengths.contains { length in
        length < network.prefixLength
          && IPNetwork(network.base, prefixLength: length).map(wide.contains) ?? false
      }
    }.sorted { left, right in
      (left.value.rank, left.key.base, left.key.prefixLength)
        < (right.value.rank, right.key.base, right.key.prefixLength)
    }.map { line($0.key, $0.value.finding) }
    let state =
      report.isInterrupted ? ["# INTERRUPTED: made from what was read until then"] : []
    return Array((state + lines + cuts(report)).map { $0 + "\n" }.joined().utf8)
  }

  /// What is known to be missing: campaigns with more members than a report names.
  private static func cuts(_ report: Report) -> [String] {
    report.findings.filter(isBlockable).compactMap { finding in
      guard case .campaign = finding.actor, let members = finding.members,
        UInt64(members.sample.count) < members.count
      else { return nil }
      return TextFormat.safe(
        "# \(finding.rule): \(members.sample.count) of \(members.count) sources are listed, the busiest ones"
      )
    }
  }

  private static func isBlockable(_ finding: Finding) -> Bool {
    !finding.actorIsInternal && !finding.rule.traits.contains(.isAboutTarget)
  }

  private static func networks(_ finding: Finding, _ report: Report) -> [IPNetwork] {
    switch finding.actor {
    case .address(let address): return outside([address], report)
    case .prefix(let network):
      let holdsOwn = report.own.contains(where: network.contains)
      return holdsOwn || report.internalRanges.contains(network.base)
        ? outside(finding.members?.sample ?? [], report) : [network]
    case .campaign: return outside(finding.members?.sample ?? [], report)
    }
  }

  private static func outside(_ addresses: [IPAddress], _ report: Report) -> [IPNetwork] {
    addresses.filter { !report.internalRanges.contains($0) && !report.own.contains($0) }
      .compactMap { IPNetwork($0, prefixLength: $0.isV4 ? 32 : 128) }
  }

  private static func line(_ network: IPNetwork, _ finding: Finding) -> String {
    let address = network.isOneAddress ? network.base.description : network.description
    return TextFormat.safe("\(address) # \(finding.score) \(finding.rule): \(finding.title)")
  }
}
