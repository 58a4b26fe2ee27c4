internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal client that a rule of the network keeps rejecting.
///
/// # reject.storm
/// ## Title
/// An internal client is rejected again and again
/// ## Sees
/// rejected records between an internal source and one service, and which side's interface logged them
/// ## Fires when
/// an own or internal source has at least 100 records rejected at one service of one destination, and at least
/// {hourly-records} an hour from the first to the last: a program that nobody told of the rule, or a rule that nobody
/// told of the program
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// rejected records, since when, and whether the source's side (egress rule) or the destination's side (ingress rule)
/// stops it
/// ## Blind spots
/// Without the interface on one of both sides, where it is stopped is a guess: then the destination's side is named.
/// ## Techniques
/// T1046
/// ## Source
/// AWS re:Post questions on blocked health checks and webhooks; Splunk's blocked-outbound spikes
/// ## Respond
/// Add the missing rule, or stop the program. A network ACL that forgets the way back looks like this as well.
struct RejectStorm: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let thresholds: [Threshold] = [
    .count(
      "hourly-records",
      100,
      of: "rejected records an hour, and of one service in all at least 100"
    )
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
      }
    }
  }

  mutating func merge(_ other: RejectStorm) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isStorm(_ rejected: RejectedService, _ network: NetworkContext) -> Bool {
    let hours = max(1, Finding.hours(rejected.sums.first, rejected.sums.last))
    return rejected.sums.rejected >= RejectedService.floor
      && Double(rejected.sums.rejected) / hours
        >= Double(network.thresholds.rejectStorm.hourlyRecords)
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
    draft.key = [rejected.destination.description, "\(service.protocolNumber)/\(service.port)"]
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
    draft.detail = "\(sums.rejected) records rejected \(side)"
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
