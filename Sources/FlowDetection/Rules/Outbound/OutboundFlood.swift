internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that floods an outside address.
///
/// # outbound.dos
/// ## Title
/// An own host floods an outside address
/// ## Sees
/// packets, bytes and times of all conversations of an own host with one outside address, and what came back
/// ## Fires when
/// an own or internal address sends an outside one at least {packets} packets a minute, on average from the first to
/// the last record, and less than 5 % of the bytes come back; or at least {short-packets} a minute of which less than
/// {answered-percent} % come back, all of it within {short-minutes} minutes: a stream that belongs there lasts. Ports
/// to which logs and metrics are sent one way (514, 2055, 4739, 5140, 6343, 8125, 9995) need the larger number.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// packets, packets a minute, bytes, what came back; the kind: TCP, UDP, DNS or another protocol
/// ## Blind spots
/// A flood spread over many targets stays below; so does one from a host that also talks to the target all day.
/// ## Techniques
/// T1498.001
/// ## Source
/// GuardDuty's Backdoor:EC2/DenialOfService findings, and their published test traffic
/// ## Respond
/// Stop it at the security group first, then treat the host as taken.
struct OutboundFlood: Detector {
  static let traits: RuleTraits = [.continuesChain, .isAttack]
  static let deed = RuleDeed("flooded {whom}", afterwards: "flooded others")
  static let thresholds: [Threshold] = [
    .count("packets", 100_000, of: "packets a minute to one outside address"),
    .count(
      "short-packets",
      10_000,
      of: "packets a minute of which next to nothing comes back, for a short time"
    ),
    .count("short-minutes", 15, of: "minutes within which such packets are a flood"),
    .count(
      "answered-percent",
      1,
      of: "percent of the bytes of such packets below which what comes back must stay"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("packets a minute", 1e4...1e7, weight: 0.7),
    .linear("share unanswered", 0.95...1, weight: 0.3),
  ]

  private static let oneWayPorts: Set<UInt16> = [514, 2055, 4739, 5140, 6343, 8125, 9995]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection == .outbound {
        for target in profile.heavyTargets where isFlood(target, network) {
          found.add(finding(target, profile))
        }
      }
    }
  }

  mutating func merge(_ other: OutboundFlood) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isFlood(_ target: HeavyTarget, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.outboundFlood
    let (rate, shortRate) = (target.packetsPerMinute, Double(limits.shortPackets))
    if rate >= Double(limits.packets) { return true }
    let seconds = target.sums.last > target.sums.first ? target.sums.last - target.sums.first : 0
    // What lasts a minute may stand in two windows of a minute each.
    let mayFitAMinute = seconds <= 120 && target.sums.packets >= limits.shortPackets
    return (rate >= shortRate || mayFitAMinute)
      && target.replyBytes
        < (target.sums.bytes / 100).multipliedSaturated(by: limits.answeredPercent)
      && seconds / 60 < limits.shortMinutes + (seconds % 60 == 0 ? 1 : 0)
      && !Self.oneWayPorts.contains(target.service.port)
  }

  private func finding(_ target: HeavyTarget, _ profile: SourceProfile) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Outbound \(kind(target.service)) flood",
      stage: .p5,
      actor: .address(profile.address)
    )
    draft.key = [target.address.description]
    let share = Double(target.replyBytes) / Double(max(1, target.sums.bytes))
    draft.score = Self.score(packetsAMinute: target.packetsPerMinute, shareUnanswered: 1 - share)
    draft.note(target.outcomes, sure: target.outcomes.total)
    draft.service = target.service
    draft.actorIsInternal = true
    draft.targets = Targets(
      count: 1,
      isExact: true,
      sample: [Target(address: target.address, service: target.service)]
    )
    draft.sums = target.sums
    draft.detail =
      "\(target.sums.packets) packets, \(Self.whole(target.packetsPerMinute)) a minute, \(target.replyBytes) B back"
    draft.suppression = SuppressionScope(
      source: profile.address.description,
      destination: target.address
    )
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: profile.address),
      destination: target.address
    )
    draft.evidence.isOutward = true
    return draft.finding
  }

  /// Without its fraction; a hostile log may say more than 64 bits hold.
  private static func whole(_ rate: Double) -> UInt64 {
    UInt64(exactly: rate.rounded(.down)) ?? .max
  }

  private func kind(_ service: Service) -> String {
    switch service.protocolNumber {
    case ProtocolNumber.udp: service.port == 53 ? "DNS" : "UDP"
    case ProtocolNumber.tcp: "TCP"
    default: ProtocolNumber.name(service.protocolNumber).uppercased()
    }
  }
}
