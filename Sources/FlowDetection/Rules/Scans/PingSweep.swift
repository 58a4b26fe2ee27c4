internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A source that pings its way through the own addresses.
///
/// # scan.icmp
/// ## Title
/// Ping sweep
/// ## Sees
/// addresses, protocol, packets, action
/// ## Fires when
/// one external source begins ICMP conversations with at least 5 distinct own addresses (smaller networks: all of them,
/// at least 3), or at least 25 conversations in all; at least 9 in 10 of them have at most two packets.
/// ## Score
/// P1, 5 to 29: 0.5 log own addresses 5..500, 0.3 log conversations 25..2500
/// ## Evidence
/// addresses tried, conversations, outcomes, first and last record
/// ## Blind spots
/// Flow logs hold no ICMP types: requests, answers and errors look alike. Uptime monitors ping a lot.
/// ## Techniques
/// T1018
/// ## Source
/// Stratosphere IPS, rwscan
/// ## Respond
/// Nothing by itself; see whether the same source tried services afterwards.
struct PingSweep: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]

  private static let leastAddresses: UInt64 = 5
  private static let leastConversations: UInt64 = 25

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for neighbourhood in observations.neighbourhoods {
      for profile in neighbourhood.sources where !profile.isInternal {
        for attempts in profile.services where isSweep(attempts, profile, network) {
          found.add(finding(attempts, profile))
        }
      }
    }
  }

  private func isSweep(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Bool {
    // The other family's number is no ICMP, and a second finding of the source would share the first one's id.
    let icmp = profile.address.isV4 ? ProtocolNumber.icmp : ProtocolNumber.icmpV6
    guard attempts.service.protocolNumber == icmp else { return false }
    let own = UInt64(network.ownCount(like: profile.address))
    let needed = own >= 3 ? min(Self.leastAddresses, own) : Self.leastAddresses
    let isTiny = attempts.tiny * 10 >= attempts.outcomes.total * 9
    return isTiny
      && (attempts.targets >= needed || attempts.outcomes.total >= Self.leastConversations)
  }

  mutating func merge(_ other: PingSweep) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(_ attempts: ServiceAttempts, _ profile: SourceProfile) -> Finding {
    var score = Score()
    score.addLog("own addresses", Double(attempts.targets), from: 5, to: 500, weight: 0.5)
    score.addLog(
      "conversations",
      Double(attempts.outcomes.total),
      from: 25,
      to: 2500,
      weight: 0.3
    )
    var draft = FindingDraft(
      Self.rule,
      title: "Ping sweep",
      stage: .p1,
      actor: .address(profile.address)
    )
    draft.score = score
    draft.take(attempts, of: profile)
    return draft.finding
  }
}
