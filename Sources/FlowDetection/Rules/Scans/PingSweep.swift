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
/// one external source begins ICMP conversations with at least {addresses} distinct own addresses (smaller networks:
/// all of them, at least {small-network}), or at least {conversations} conversations in all; at least {tiny-share|9 in
/// 10} of them have at most two packets.
/// ## Score
/// {P1}: {terms}
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
  static let thresholds: [Threshold] = [
    .count("addresses", 5, of: "own addresses that one source pings"),
    .count(
      "conversations",
      25,
      of: "conversations that one source begins, at however few addresses"
    ),
    .count("small-network", 3, of: "own addresses from which on pings of all of them suffice"),
    .share("tiny-share", 0.9, of: "part of its conversations that have two packets at most"),
  ]
  static let terms: [ScoreTerm] = [
    .log("local addresses", 5...500, weight: 0.5),
    .log("conversations", 25...2500, weight: 0.3),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where !profile.isInternal {
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
    let limits = network.thresholds.pingSweep
    let own = UInt64(network.ownCount(like: profile.address))
    let needed = own >= limits.smallNetwork ? min(limits.addresses, own) : limits.addresses
    return attempts.tiny.isShare(limits.tinyShare, of: attempts.outcomes.total)
      && (attempts.targets >= needed || attempts.outcomes.total >= limits.conversations)
  }

  mutating func merge(_ other: PingSweep) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(_ attempts: ServiceAttempts, _ profile: SourceProfile) -> Finding {
    let score = Self.score(
      localAddresses: Double(attempts.targets),
      conversations: Double(attempts.outcomes.total)
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
