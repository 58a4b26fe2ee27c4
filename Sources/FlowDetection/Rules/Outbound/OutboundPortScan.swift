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
/// an own or internal address gets nothing on at least 25 distinct ports of one outside address within an hour, or on 50
/// within a day, with a sure direction for at least half of the conversations
/// ## Score
/// P5, 70 to 89: 0.6 log ports 25..1000, 0.2 log addresses 1..50
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

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for neighbourhood in observations.neighbourhoods {
      for profile in neighbourhood.sources where profile.bearing == .outbound {
        let victims = profile.victims.filter { Self.isScan($0, network.thresholds.sweepPorts) }
        if !victims.isEmpty { found.add(finding(victims, profile)) }
      }
    }
  }

  mutating func merge(_ other: OutboundPortScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  static func isScan(_ victim: VictimPorts, _ inHour: UInt64) -> Bool {
    victim.sure * 2 >= victim.outcomes.total
      && (victim.busiestHour ?? .max >= inHour || victim.busiestDay ?? .max >= 2 * inHour)
  }

  private func finding(_ victims: [VictimPorts], _ profile: SourceProfile) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Port scan by own host",
      stage: .p5,
      actor: .address(profile.address)
    )
    draft.take(victims, of: profile)
    let most = victims.map(\.failedPorts).max() ?? 0
    draft.score.addLog("ports tried in vain", Double(most), from: 25, to: 1000, weight: 0.6)
    draft.score.addLog("addresses", Double(victims.count), from: 1, to: 50, weight: 0.2)
    return draft.finding
  }
}
