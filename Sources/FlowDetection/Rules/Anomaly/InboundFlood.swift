internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Very many sources or packets at one local service.
///
/// # inbound.flood
/// ## Title
/// Inbound flood at a local service
/// ## Input
/// for each service of a local address: external sources by the hour of their first attempt, number of answered
/// sources, packets, bytes in both directions
/// ## Fires when
/// In one hour at least {sources} new sources try one known service, and fewer than {answered-share|half} of them get a
/// response. Alternatively, they send {packets|10 million} packets, and less than {reply-divisor|5 %} of the bytes are
/// returned.
/// ## Score
/// {P3}: {terms}
/// ## Evidence
/// sources and packets of the hour, number of answered sources
/// ## Blind spots
/// The packets of a source are counted in the hour of its first packet. Floods over random ports or many addresses are
/// not assigned to one service. Many clients that are answered are not a flood.
/// ## Techniques
/// T1498, T1499
/// ## Source
/// SiLK's rwscan, attack descriptions of AWS Shield
/// ## Respond
/// Blocking spoofed sources is ineffective. Use CloudFront, a load balancer or AWS Shield in front of the service.
/// Remove public inbound rules for ports that need no public access.
struct InboundFlood: Detector {
  static let thresholds: [Threshold] = [
    .count("sources", 10_000, of: "new sources in one hour"),
    .share("answered-share", 0.5, of: "share of the answered sources below which it is a flood"),
    .count("packets", 10_000_000, of: "packets in one hour"),
    .count(
      "reply-divisor",
      20,
      of: "the response bytes are fewer than the received bytes divided by this value"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("sources per hour", 1e4...1e6, weight: 0.5),
    .log("packets per hour", 1e6...1e9, weight: 0.5),
    .linear("share unanswered", 0.5...1, weight: 0.3),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for endpoint in observations.served {
      if let hour = flood(endpoint, network) { found.add(finding(endpoint, hour, network)) }
    }
  }

  mutating func merge(_ other: InboundFlood) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func flood(
    _ endpoint: ServedEndpoint,
    _ network: NetworkContext
  ) -> ServedEndpoint.Hour? {
    let limits = network.thresholds.inboundFlood
    let (busiest, heaviest) = (endpoint.busiest, endpoint.heaviest)
    if busiest.sources >= limits.sources,
      !busiest.answered.isShare(limits.answeredShare, of: busiest.sources)
    {
      return busiest
    }
    let isHeavy =
      heaviest.packets >= limits.packets
      && heaviest.replyBytes < heaviest.bytes / limits.replyDivisor
      && heaviest.sources > 0
    return isHeavy ? heaviest : nil
  }

  private func finding(
    _ endpoint: ServedEndpoint,
    _ hour: ServedEndpoint.Hour,
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: endpoint.service)) flood",
      stage: .p3,
      actor: .campaign("\(NumberText.count(hour.sources)) sources")
    )
    draft.key = [
      endpoint.address.keyText,
      "\(endpoint.service.protocolNumber)/\(endpoint.service.port)",
    ]
    draft.service = endpoint.service
    let unanswered = 1 - Double(hour.answered) / Double(max(1, hour.sources))
    draft.score = Self.score(
      sourcesPerHour: Double(hour.sources),
      packetsPerHour: Double(hour.packets),
      shareUnanswered: unanswered
    )
    draft.outcome = hour.answered > 0 ? .touched : .silent
    draft.members = Members(count: hour.sources, sample: endpoint.sample.map { [$0] } ?? [])
    draft.targets = Targets(
      count: 1,
      isExact: true,
      sample: [Target(address: endpoint.address, service: endpoint.service)]
    )
    draft.countsRecords = false
    draft.conversations = endpoint.triedOutside
    (draft.sums.packets, draft.sums.bytes) = (endpoint.packets, endpoint.bytes)
    (draft.sums.first, draft.sums.last) = (endpoint.first, endpoint.last)
    draft.sums.activity = endpoint.activity
    draft.detail =
      "\(NumberText.count(hour.sources)) new sources and \(NumberText.count(hour.packets)) packets in one hour, \(NumberText.count(hour.answered)) sources received responses"
    draft.suppression = SuppressionScope(destination: endpoint.address, service: endpoint.service)
    draft.evidence = EvidenceQuery(
      destination: endpoint.address,
      protocols: [endpoint.service.protocolNumber],
      port: endpoint.service.port
    )
    return draft.finding
  }
}
