internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An external source that pings many local addresses.
///
/// # scan.icmp
/// ## Title
/// Ping sweep
/// ## Input
/// addresses, protocol, packets and action
/// ## Fires when
/// One external source initiates ICMP conversations with at least {addresses} distinct local addresses, or at least
/// {conversations} ICMP conversations in total. In smaller networks of at least {small-network} local addresses, all of
/// them are required instead. At least {tiny-share|9 in 10} of the conversations have at most two packets.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// addresses tried, conversations, outcomes, first and last record
/// ## Blind spots
/// Flow logs contain no ICMP types. Requests, replies and errors cannot be distinguished. Uptime monitors that ping
/// frequently match this rule.
/// ## Techniques
/// T1018
/// ## Source
/// Stratosphere IPS, rwscan
/// ## Respond
/// No action is needed for the ping sweep itself. Check whether the same source tried services afterwards. Restrict
/// inbound ICMP in the security group.
struct PingSweep: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]
  static let thresholds: [Threshold] = [
    .count("addresses", 5, of: "local addresses that one source pings"),
    .count(
      "conversations",
      25,
      of: "ICMP conversations of one source, independent of the number of addresses"
    ),
    .count(
      "small-network",
      3,
      of: "minimum of local addresses for which a sweep of all of them suffices"
    ),
    .share("tiny-share", 0.9, of: "share of the conversations with at most two packets"),
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
    // The number of the other address family is not ICMP. A second finding of the source would have the same id.
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
