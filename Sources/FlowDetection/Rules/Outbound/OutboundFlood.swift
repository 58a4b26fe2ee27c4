internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that floods an external address.
///
/// # outbound.dos
/// ## Title
/// Outbound flood at an external address
/// ## Input
/// packets, bytes and times of all conversations of an internal host with one external address, and the response bytes
/// ## Fires when
/// An internal host sends at least {packets} packets per minute to an external address, averaged from the first to the
/// last record. Alternatively, it sends at least {short-packets} packets per minute, less than {answered-percent} % of
/// the bytes are returned, and the traffic ends within {short-minutes} minutes; legitimate streams last longer. The
/// packets must be unanswered (less than 5 % of the bytes are returned) or bare connection attempts (at most 80 bytes
/// per packet, at most 20 packets per conversation, the response at most twice the bytes). A transfer is not a flood:
/// at least 400 bytes per packet, at least 100 packets per conversation, and responses of at least one acknowledgment
/// for 50 packets. Ports for one-way logs and metrics (514, 2055, 4739, 5140, 6343, 8125, 9995) require the larger
/// number.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// packets, packets per minute, bytes, response bytes, type of flood: TCP, UDP, DNS or another protocol
/// ## Blind spots
/// A flood over many targets stays below the threshold. A flood at a target with which the host also has regular
/// traffic stays below it as well.
/// ## Techniques
/// T1498.001
/// ## Source
/// GuardDuty's Backdoor:EC2/DenialOfService findings and their published test traffic
/// ## Respond
/// Block the traffic in the outbound rules of the security group. Assume compromise of the host. Snapshot its volumes
/// and revoke the sessions of its instance role.
struct OutboundFlood: Detector {
  static let traits: RuleTraits = [.continuesChain, .isAttack]
  static let deed = RuleDeed("flooded {whom}", afterwards: "flooded other hosts")
  static let thresholds: [Threshold] = [
    .count("packets", 100_000, atLeast: 10_000, of: "packets per minute to one external address"),
    .count(
      "short-packets",
      10_000,
      atLeast: 10_000,
      of: "packets per minute of a short flood with almost no response"
    ),
    .count("short-minutes", 15, of: "maximum duration of a short flood in minutes"),
    .count(
      "answered-percent",
      1,
      of: "share of the bytes in percent below which the response of a short flood must stay"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("packets per minute", 1e4...1e7, weight: 0.7),
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
    guard !target.isTransfer, target.isUnanswered || target.isHandshakes else { return false }
    let (rate, shortRate) = (target.packetsPerMinute, Double(limits.shortPackets))
    if rate >= Double(limits.packets) { return true }
    let seconds = target.sums.last > target.sums.first ? target.sums.last - target.sums.first : 0
    // A flood of one minute can be recorded in two windows of one minute each.
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
    draft.key = [target.address.keyText]
    let share = Double(target.replyBytes) / Double(max(1, target.sums.bytes))
    draft.score = Self.score(packetsPerMinute: target.packetsPerMinute, shareUnanswered: 1 - share)
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
      "\(NumberText.count(target.sums.packets)) packets, \(NumberText.count(Self.whole(target.packetsPerMinute))) per minute, \(NumberText.bytes(target.replyBytes)) in responses"
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

  /// Rounded down.
  ///
  /// A hostile log can contain a rate above 64 bits.
  private static func whole(_ rate: Double) -> UInt64 {
    UInt64(exactly: rate.rounded(.down)) ?? .max
  }

  private func kind(_ service: Service) -> String {
    switch service.protocolNumber {
    case ProtocolNumber.udp: service.port == 53 ? "DNS" : "UDP"
    case ProtocolNumber.tcp: "TCP"
    default: ProtocolNumber.title(service.protocolNumber)
    }
  }
}

extension HeavyTarget {
  /// Whether less than a twentieth of the bytes came back.
  fileprivate var isUnanswered: Bool { replyBytes < sums.bytes / 20 }

  /// Full packets in few conversations that are acknowledged: an upload, whatever the share of bytes.
  fileprivate var isTransfer: Bool {
    sums.bytes / 400 >= sums.packets && outcomes.total <= sums.packets / 100
      && replyBytes / 40 >= sums.packets / 50
  }

  /// Bare packets in many conversations: connection attempts, answered or not.
  fileprivate var isHandshakes: Bool {
    sums.bytes / 80 <= sums.packets && outcomes.total >= sums.packets / 20
  }
}
