internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that scans the ports of an external address.
///
/// # outbound.portscan
/// ## Title
/// Outbound port scan of an external address
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// An internal host gets no response on at least {ports} distinct ports of one external address within one hour, or on
/// {ports*day-factor} within one day. The direction is certain for at least {sure-share|half} of the conversations.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// ports tried, lowest and highest port, ports that answered
/// ## Blind spots
/// Passive FTP and media servers with consecutive failures match this rule. Replies of local servers to external
/// sources do not match, because the initiator is inferred first.
/// ## Techniques
/// T1046
/// ## Source
/// GuardDuty's Recon:EC2/Portscan and Panther's rule, based on failed attempts and direction instead of records
/// ## Respond
/// If the host is not an authorized scanner, replace its security groups with an isolation group. Snapshot its volumes
/// and revoke the sessions of its instance role. Check which sources connected to the host before the scan.
struct OutboundPortScan: Detector {
  static let traits: RuleTraits = [.continuesChain, .isAttack]
  static let deed = RuleDeed(
    "scanned the ports of {whom} outside the network",
    afterwards: "scanned external addresses"
  )
  static let thresholds: [Threshold] = [
    .count("ports", 25, atLeast: 5, of: "failed ports of one external address within one hour"),
    .count("day-factor", 2, of: "factor for the number of ports within one day"),
    .share("sure-share", 0.5, of: "share of the conversations with a certain direction"),
  ]
  static let terms: [ScoreTerm] = [
    .log("failed ports", 25...1000, weight: 0.6),
    .log("addresses", 1...50, weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection == .outbound {
        let victims = profile.victims.filter { Self.isScan($0, network) }
        if !victims.isEmpty { found.add(finding(victims, profile)) }
      }
    }
  }

  mutating func merge(_ other: OutboundPortScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  static func isScan(_ victim: VictimPorts, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.outboundPortScan
    return victim.sure.isShare(limits.sureShare, of: victim.outcomes.total)
      && (victim.busiestHour ?? .max >= limits.ports
        || victim.busiestDay ?? .max >= limits.ports.multipliedSaturated(by: limits.dayFactor))
  }

  private func finding(_ victims: [VictimPorts], _ profile: SourceProfile) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Outbound port scan",
      stage: .p5,
      actor: .address(profile.address)
    )
    draft.take(victims, of: profile)
    let most = victims.map(\.failedPorts).max() ?? 0
    draft.score = Self.score(failedPorts: Double(most), addresses: Double(victims.count))
    return draft.finding
  }
}
