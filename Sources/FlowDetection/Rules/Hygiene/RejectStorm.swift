internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal client whose traffic is rejected repeatedly.
///
/// # reject.storm
/// ## Title
/// Repeated rejects of an internal client
/// ## Input
/// rejected records between an internal source and one service, and the side whose interface recorded them
/// ## Fires when
/// An internal source has at least 100 rejected records at one service of one destination, and at least
/// {hourly-records} per hour from the first to the last record, or {lasting-records} per hour over {lasting-hours} hours.
/// Also if all conversations of an internal source with a service are blocked, at least ten for each target, as with
/// the health checks of a load balancer. Typical causes are a wrong client configuration and a missing security group
/// rule.
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// rejected records, first record, and whether the source side (egress rule) or the destination side (ingress rule)
/// rejects the traffic
/// ## Blind spots
/// If the log lacks the interface of one side, the rejecting side is unknown. The destination side is then reported.
/// ## Techniques
/// T1046
/// ## Source
/// AWS re:Post questions on blocked health checks and webhooks; Splunk's blocked-outbound spikes
/// ## Respond
/// Add the missing rule to the security group, or stop the client. Check the network ACL for missing rules for return
/// traffic on ephemeral ports.
struct RejectStorm: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let thresholds: [Threshold] = [
    .count(
      "hourly-records",
      100,
      of: "rejected records per hour, with at least 100 in total for one service"
    ),
    .count("lasting-records", 20, of: "rejected records per hour that suffice over a longer time"),
    .count("lasting-hours", 10, of: "hours of such a time"),
  ]
  static let terms: [ScoreTerm] = [
    .log("rejected records", 100...1e4, weight: 0.5),
    .log("hours from first to last", 1...168, weight: 0.3),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources {
        for rejected in profile.rejectedServices where isStorm(rejected, network) {
          found.add(finding(rejected, profile, network))
        }
        let told = Set(profile.rejectedServices.filter { isStorm($0, network) }.map(\.service))
        for attempts in profile.services
        where profile.trafficDirection == .lateral && attempts.isBlockedClient
          && !told.contains(attempts.service)
        {
          found.add(finding(attempts, profile, network))
        }
      }
    }
  }

  mutating func merge(_ other: RejectStorm) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isStorm(_ rejected: RejectedService, _ network: NetworkContext) -> Bool {
    let hours = max(1, Finding.hours(rejected.sums.first, rejected.sums.last))
    let limits = network.thresholds.rejectStorm
    let pace = Double(rejected.sums.rejected) / hours
    return rejected.sums.rejected >= RejectedService.floor
      && (pace >= Double(limits.hourlyRecords)
        || pace >= Double(limits.lastingRecords) && hours >= Double(limits.lastingHours))
  }

  /// A client that several hosts block, such as the health checks of a load balancer.
  private func finding(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let service = attempts.service
    var draft = FindingDraft(
      Self.rule,
      title: "Repeated \(network.names.name(of: service)) rejects",
      stage: .note,
      actor: .address(profile.address)
    )
    draft.key = ["\(service.protocolNumber)/\(service.port)"]
    draft.take(attempts, of: profile)
    draft.score = Self.score(
      rejectedRecords: Double(attempts.sums.rejected),
      hoursFromFirstToLast: max(0.01, Finding.hours(attempts.sums.first, attempts.sums.last))
    )
    draft.detail =
      "\(NumberText.count(attempts.sums.rejected)) records rejected by all \(NumberText.count(attempts.targets)) targets"
    draft.suppression = SuppressionScope(source: profile.address.description, service: service)
    draft.evidence.isRejected = true
    return draft.finding
  }

  private func finding(
    _ rejected: RejectedService,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let service = rejected.service
    var draft = FindingDraft(
      Self.rule,
      title: "Repeated \(network.names.name(of: service)) rejects",
      stage: .note,
      actor: .address(profile.address)
    )
    draft.key = [rejected.destination.keyText, "\(service.protocolNumber)/\(service.port)"]
    let sums = rejected.sums
    draft.score = Self.score(
      rejectedRecords: Double(sums.rejected),
      hoursFromFirstToLast: max(0.01, Finding.hours(sums.first, sums.last))
    )
    draft.note(rejected.outcomes, sure: rejected.outcomes.total)
    draft.service = service
    draft.actorIsInternal = true
    draft.targets = Targets(
      count: 1,
      isExact: true,
      sample: [Target(address: rejected.destination, service: service)]
    )
    draft.sums = sums
    let atSource = rejected.rejectedAtSource
    let side =
      atSource == 0
      ? "at the destination" : atSource >= sums.rejected ? "at the source" : "on both sides"
    draft.detail = "\(NumberText.count(sums.rejected)) records rejected \(side)"
    draft.suppression = SuppressionScope(
      source: profile.address.description,
      destination: rejected.destination,
      service: service
    )
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: profile.address),
      destination: rejected.destination,
      protocols: [service.protocolNumber],
      port: service.port,
      isRejected: true
    )
    return draft.finding
  }
}

extension ServiceAttempts {
  /// Whether every conversation is blocked, repeatedly at the same hosts over half an hour: a client that a rule blocks.
  ///
  /// On sensitive ports this is a scan.
  var isBlockedClient: Bool {
    outcomes.blocked == outcomes.total && outcomes.total >= 10 * targets && targets > 0
      && !Ports.isSensitive(service.port) && sums.last >= sums.first
      && sums.last - sums.first >= 1800
  }
}
