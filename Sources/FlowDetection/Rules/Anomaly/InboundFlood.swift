internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Very many sources, or very many packets, at one own endpoint.
///
/// # inbound.flood
/// ## Title
/// A flood at an own endpoint
/// ## Sees
/// for each service of an own address: outside sources by the hour of their first try, how many were answered, packets, bytes each
/// way
/// ## Fires when
/// in one hour at least 10,000 new sources try one known service and fewer than half are answered; or what they send comes to
/// 10 million packets of which less than 5 % of the bytes come back
/// ## Score
/// P3, 30 to 54: 0.5 log sources 1e4..1e6, 0.5 log packets 1e6..1e9, 0.3 linear share not answered 0.5..1
/// ## Evidence
/// sources and packets of the hour, how many were answered
/// ## Blind spots
/// A source's packets count in the hour in which it began. Floods over random ports, and over many addresses, are not one
/// endpoint. A crowd that is answered is no flood.
/// ## Techniques
/// T1498, T1499
/// ## Source
/// SiLK's rwscan, AWS Shield's descriptions
/// ## Respond
/// Forged sources need no blocking: put CloudFront, a load balancer or Shield in front, and close what need not be public.
struct InboundFlood: Detector {
  private static let sources: UInt64 = 10_000
  private static let packets: UInt64 = 10_000_000

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for endpoint in observations.served {
      if let hour = flood(endpoint) { found.add(finding(endpoint, hour, network)) }
    }
  }

  mutating func merge(_ other: InboundFlood) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func flood(_ endpoint: ServedEndpoint) -> ServedEndpoint.Hour? {
    let (busiest, heaviest) = (endpoint.busiest, endpoint.heaviest)
    if busiest.sources >= Self.sources, busiest.answered * 2 < busiest.sources { return busiest }
    let isHeavy =
      heaviest.packets >= Self.packets && heaviest.replyBytes < heaviest.bytes / 20
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
    draft.score.addLog("sources in an hour", Double(hour.sources), from: 1e4, to: 1e6, weight: 0.5)
    draft.score.addLog("packets in an hour", Double(hour.packets), from: 1e6, to: 1e9, weight: 0.5)
    let unanswered = 1 - Double(hour.answered) / Double(max(1, hour.sources))
    draft.score.addLinear("share not answered", unanswered, from: 0.5, to: 1, weight: 0.3)
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
