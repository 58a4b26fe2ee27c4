internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that tries many ports of an outside address.
///
/// # outbound.portscan
/// ## Title
/// An own host scans the ports of an outside address
/// ## Sees
/// addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them
/// ## Fires when
/// an own or internal address gets nothing on at least {ports} distinct ports of one outside address within an hour, or
/// on {ports*day-factor} within a day, with a sure direction for at least {sure-share|half} of the conversations
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// ports tried, lowest and highest, ports that answered
/// ## Blind spots
/// Passive FTP and media servers that fail in a row look like this. Answers of own servers to strangers do not: who
/// began a conversation is inferred first.
/// ## Techniques
/// T1046
/// ## Source
/// GuardDuty's Recon:EC2/Portscan and Panther's rule, with failures and direction instead of records
/// ## Respond
/// If it is no scanner of yours, isolate the host and look at what reached it before.
struct OutboundPortScan: Detector {
  static let traits: RuleTraits = [.continuesChain, .isAttack]
  static let deed = RuleDeed(
    "scanned the ports of {whom} outside",
    afterwards: "scanned outside addresses"
  )
  static let thresholds: [Threshold] = [
    .count("ports", 25, of: "ports of one outside address that fail within an hour"),
    .count("day-factor", 2, of: "how many times as many within a day"),
    .share("sure-share", 0.5, of: "part of the conversations whose direction is sure"),
  ]
  static let terms: [ScoreTerm] = [
    .log("ports tried in vain", 25...1000, weight: 0.6),
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

  private static func isScan(_ victim: VictimPorts, _ network: NetworkContext) -> Bool {
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
    draft.score = Self.score(portsTriedInVain: Double(most), addresses: Double(victims.count))
    return draft.finding
  }
}
