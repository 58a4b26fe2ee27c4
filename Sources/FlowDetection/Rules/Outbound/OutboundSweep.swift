internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that scans many external addresses for one service.
///
/// # outbound.sweep
/// ## Title
/// Outbound scan of external addresses
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// An internal host initiates conversations to one protocol and port of external addresses and gets no response from at
/// least {failed-share|half} of them. At least {addresses} distinct addresses fail within one hour, or
/// {addresses*day-factor} within one day. The minimum is {addresses/2} and {addresses/2*day-factor} for common targets
/// of worms and brute force (22, 23, 81, 445, 1433, 2323, 3306, 3389, 5555, 6379, 7547, 8080). Mail ports and port 53
/// are excluded, because mail servers and resolvers connect to many addresses. UDP ports above 1023 require a failure
/// share of {failed-share-udp|nine of ten} and three times as many addresses, because peer-to-peer programs try many
/// unavailable peers.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// addresses tried, addresses failed, number within the busiest hour
/// ## Blind spots
/// Web crawlers and external monitoring services match this rule. Suppress them. A scan of fewer than 50 addresses per hour and 200 per
/// day is not detected.
/// ## Techniques
/// T1046, T1595
/// ## Source
/// Zeek's simple-scan for local hosts, port sweep findings of Splunk and GuardDuty
/// ## Respond
/// Assume compromise of the host. Replace its security groups with an isolation group, snapshot its volumes and revoke
/// the sessions of its instance role. Check which sources connected to the host before the scan. The finding
/// chain.compromise names a preceding login after brute force.
struct OutboundSweep: Detector {
  static let traits: RuleTraits = [.isScan, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "scanned {whom} outside the network for {service}",
    afterwards: "scanned external addresses"
  )
  static let thresholds: [Threshold] = [
    .count("addresses", 50, of: "external addresses on which one service fails within one hour"),
    .count("day-factor", 4, of: "factor for the number of addresses within one day"),
    .share("failed-share", 0.5, of: "share of the addresses tried that fail"),
    .share(
      "failed-share-udp",
      0.9,
      of: "share of the addresses tried that fail, for UDP ports above 1023"
    ),
    .share("sure-share", 0.5, of: "share of the conversations with a certain direction"),
  ]
  static let terms: [ScoreTerm] = [
    .log("external addresses failed", 50...5000, weight: 0.6),
    .linear("share failed", 0.5...1, weight: 0.4),
    .linear("failed in one hour", 500...5000, weight: 0.3),
  ]

  /// Ports that worms and brute-force tools scan for.
  static let hunted: Set<UInt16> = [
    22, 23, 81, 445, 1433, 2323, 3306, 3389, 5555, 6379, 7547, 8080,
  ]
  private static let left: Set<UInt16> = [25, 26, 53, 465, 587]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection == .outbound {
        // A host that scans several services does one thing.
        let services = profile.services.filter { Self.isSweep($0, network) }
        if let widest = services.max(by: Self.isNarrower) {
          found.add(finding(services, widest, profile, network))
        }
      }
    }
  }

  mutating func merge(_ other: OutboundSweep) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  static func isSweep(_ attempts: ServiceAttempts, _ network: NetworkContext) -> Bool {
    let service = attempts.service
    let limits = network.thresholds.outboundSweep
    guard ProtocolNumber.hasPorts(service.protocolNumber), !left.contains(service.port),
      attempts.failedTargets.isShare(limits.failedShare, of: attempts.targets),
      attempts.sure.isShare(limits.sureShare, of: attempts.outcomes.total)
    else { return false }
    var inHour = limits.addresses
    if service.protocolNumber == ProtocolNumber.tcp, hunted.contains(service.port) {
      inHour = (inHour + 1) / 2
    } else if service.protocolNumber == ProtocolNumber.udp, service.port >= 1024 {
      guard attempts.failedTargets.isShare(limits.failedShareUdp, of: attempts.targets) else {
        return false
      }
      inHour = inHour.multipliedSaturated(by: 3)
    }
    // Without a count of the busiest times, there were too many addresses to count.
    return attempts.busiestHour ?? .max >= inHour
      || attempts.busiestDay ?? .max >= inHour.multipliedSaturated(by: limits.dayFactor)
  }

  private static func isNarrower(_ left: ServiceAttempts, _ right: ServiceAttempts) -> Bool {
    left.failedTargets != right.failedTargets
      ? left.failedTargets < right.failedTargets : left.service > right.service
  }

  private func finding(
    _ services: [ServiceAttempts],
    _ widest: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let only = services.count == 1 ? widest.service : nil
    let name = network.names.name(of: widest.service)
    var draft = FindingDraft(
      Self.rule,
      title: only == nil ? "Outbound scan of \(services.count) services" : "Outbound \(name) scan",
      stage: .p5,
      actor: .address(profile.address)
    )
    draft.key = [only.map { "\($0.protocolNumber)/\($0.port)" } ?? "services"]
    draft.take(services, of: profile)
    let failed = Double(widest.failedTargets)
    let busiest = Double(widest.busiestHour ?? widest.failedTargets)
    draft.score = Self.score(
      externalAddressesFailed: failed,
      shareFailed: failed / Double(max(1, widest.targets)),
      failedInOneHour: busiest
    )
    let names = services.map { network.names.name(of: $0.service) }.joined(separator: ", ")
    draft.detail =
      (only == nil ? "\(names); \(name): " : "")
      + "\(NumberText.count(widest.failedTargets)) of \(NumberText.count(widest.targets)) without response, \(NumberText.count(Int(busiest))) within one hour"
    draft.suppression = SuppressionScope(source: profile.address.description, service: only)
    draft.evidence.port = only?.port
    return draft.finding
  }
}
