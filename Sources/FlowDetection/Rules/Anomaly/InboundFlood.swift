internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Very many sources, or very many packets, at one own endpoint.
///
/// # inbound.flood
/// ## Title
/// A flood at an own endpoint
/// ## Sees
/// for each service of an own address: outside sources by the hour of their first try, how many were answered, packets,
/// bytes each way
/// ## Fires when
/// in one hour at least {sources} new sources try one known service and fewer than {answered-share|half} are answered;
/// or what they send comes to {packets|10 million} packets of which less than {reply-divisor|5 %} of the bytes come
/// back
/// ## Score
/// {P3}: {terms}
/// ## Evidence
/// sources and packets of the hour, how many were answered
/// ## Blind spots
/// A source's packets count in the hour in which it began. Floods over random ports, and over many addresses, are not
/// one endpoint. A crowd that is answered is no flood.
/// ## Techniques
/// T1498, T1499
/// ## Source
/// SiLK's rwscan, AWS Shield's descriptions
/// ## Respond
/// Forged sources need no blocking: put CloudFront, a load balancer or Shield in front, and close what need not be
/// public.
struct InboundFlood: Detector {
  static let thresholds: [Threshold] = [
    .count("sources", 10_000, of: "new sources in one hour"),
    .share("answered-share", 0.5, of: "part of them below which those that are answered must stay"),
    .count("packets", 10_000_000, of: "packets in one hour"),
    .count(
      "reply-divisor",
      20,
      of: "the bytes that come back are fewer than those that came, divided by this"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("sources in an hour", 1e4...1e6, weight: 0.5),
    .log("packets in an hour", 1e6...1e9, weight: 0.5),
    .linear("share not answered", 0.5...1, weight: 0.3),
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
      actor: .campaign("\(hour.sources) sources")
    )
    draft.key = [
      endpoint.address.description,
      "\(endpoint.service.protocolNumber)/\(endpoint.service.port)",
    ]
    draft.service = endpoint.service
    let unanswered = 1 - Double(hour.answered) / Double(max(1, hour.sources))
    draft.score = Self.score(
      sourcesInAnHour: Double(hour.sources),
      packetsInAnHour: Double(hour.packets),
      shareNotAnswered: unanswered
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
      "\(hour.sources) new sources and \(hour.packets) packets in one hour, \(hour.answered) answered"
    draft.suppression = SuppressionScope(destination: endpoint.address, service: endpoint.service)
    draft.evidence = EvidenceQuery(
      destination: endpoint.address,
      protocols: [endpoint.service.protocolNumber],
      port: endpoint.service.port
    )
    return draft.finding
  }
}
