internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that tries one service all over the internet.
///
/// # outbound.sweep
/// ## Title
/// An own host sweeps outside addresses
/// ## Sees
/// addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them
/// ## Fires when
/// an own or internal address begins conversations to one protocol and port of outside addresses, gets nothing from at
/// least {failed-share|half} of them, and fails on at least {addresses} distinct ones within an hour or
/// {addresses*day-factor} within a day; {addresses/2} and {addresses/2*day-factor} for ports that worms and guessers
/// look for (22, 23, 81, 445, 1433, 2323, 3306, 3389, 5555, 6379, 7547, 8080). Mail ports and 53 are left to mail and
/// name servers. UDP to ports above 1023 needs {failed-share-udp|nine of ten} to fail and three times as many, since
/// peer-to-peer programs call many peers that are gone.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// addresses tried, failed, and how many within the busiest hour
/// ## Blind spots
/// Crawlers and monitoring services do this for a living; name them in a suppression. A sweep slower than 200 addresses
/// a day is not seen.
/// ## Techniques
/// T1046, T1595
/// ## Source
/// Zeek's simple-scan for local hosts, Splunk's and GuardDuty's port sweep findings
/// ## Respond
/// The host runs somebody else's program or a broken one: isolate it, look at what reached it before (weir names a
/// guessed login as chain.compromise), and keep its disk.
struct OutboundSweep: Detector {
  static let traits: RuleTraits = [.isScan, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "tried {service} at {whom} outside",
    afterwards: "scanned outside addresses"
  )
  static let thresholds: [Threshold] = [
    .count("addresses", 50, of: "outside addresses on which one service fails within an hour"),
    .count("day-factor", 4, of: "how many times as many within a day"),
    .share("failed-share", 0.5, of: "part of the addresses tried that fail"),
    .share("failed-share-udp", 0.9, of: "the same for UDP to ports above 1023"),
    .share("sure-share", 0.5, of: "part of the conversations whose direction is sure"),
  ]
  static let terms: [ScoreTerm] = [
    .log("outside addresses failed", 50...5000, weight: 0.6),
    .linear("share failed", 0.5...1, weight: 0.4),
    .linear("failed in one hour", 500...5000, weight: 0.3),
  ]

  /// Ports that worms and guessers look for.
  static let hunted: Set<UInt16> = [
    22, 23, 81, 445, 1433, 2323, 3306, 3389, 5555, 6379, 7547, 8080,
  ]
  private static let left: Set<UInt16> = [25, 26, 53, 465, 587]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection == .outbound {
        for attempts in profile.services where isSweep(attempts, network) {
          found.add(finding(attempts, profile, network))
        }
      }
    }
  }

  mutating func merge(_ other: OutboundSweep) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isSweep(_ attempts: ServiceAttempts, _ network: NetworkContext) -> Bool {
    let service = attempts.service
    let limits = network.thresholds.outboundSweep
    guard ProtocolNumber.hasPorts(service.protocolNumber), !Self.left.contains(service.port),
      attempts.failedTargets.isShare(limits.failedShare, of: attempts.targets),
      attempts.sure.isShare(limits.sureShare, of: attempts.outcomes.total)
    else { return false }
    var inHour = limits.addresses
    if service.protocolNumber == ProtocolNumber.tcp, Self.hunted.contains(service.port) {
      inHour = (inHour + 1) / 2
    } else if service.protocolNumber == ProtocolNumber.udp, service.port >= 1024 {
      guard attempts.failedTargets.isShare(limits.failedShareUdp, of: attempts.targets) else {
        return false
      }
      inHour = inHour.multipliedSaturated(by: 3)
    }
    // No count of the busiest times means that there were too many to keep.
    return attempts.busiestHour ?? .max >= inHour
      || attempts.busiestDay ?? .max >= inHour.multipliedSaturated(by: limits.dayFactor)
  }

  private func finding(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let service = attempts.service
    var draft = FindingDraft(
      Self.rule,
      title: "Outbound \(network.names.name(of: service)) scan",
      stage: .p5,
      actor: .address(profile.address)
    )
    draft.key = ["\(service.protocolNumber)/\(service.port)"]
    draft.take(attempts, of: profile)
    let failed = Double(attempts.failedTargets)
    let busiest = Double(attempts.busiestHour ?? attempts.failedTargets)
    draft.score = Self.score(
      outsideAddressesFailed: failed,
      shareFailed: failed / Double(max(1, attempts.targets)),
      failedInOneHour: busiest
    )
    draft.detail =
      "\(attempts.failedTargets) of \(attempts.targets) got nothing, \(Int(busiest)) within an hour"
    draft.suppression = SuppressionScope(source: profile.address.description, service: service)
    draft.evidence.port = service.port
    return draft.finding
  }
}
