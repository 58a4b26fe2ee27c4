internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Two internal ranges that exchange traffic of a service for the first time.
///
/// # cross-vpc.unexpected
/// ## Title
/// First traffic of a service between two internal ranges
/// ## Input
/// answered conversations between internal addresses of different /16s (IPv6: /48), which are usually different VPCs or
/// sites, compared with a baseline of one week or more
/// ## Fires when
/// The baseline contains no host of the source's range with the service in the destination's range. There is one
/// finding for each pair of ranges and service.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// ranges, hosts, bytes in both directions
/// ## Blind spots
/// VPCs smaller or larger than a /16 are also compared by the /16.
/// ## Techniques
/// T1021, T1199
/// ## Source
/// AWS questions on the traffic of a peering connection
/// ## Respond
/// Compare the traffic with the purpose of the peering connection. Restrict the security groups to the required
/// services. Check CloudTrail for changes of routes and security groups.
struct UnexpectedPeering: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e4...1e9, weight: 0.4),
    .fact("sensitive port", weight: 0.3),
  ]

  private struct Group: Sendable {
    var sources: Set<IPAddress> = []
    var destinations: Set<IPAddress> = []
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var replyBytes: UInt64 = 0
    var sure: UInt64 = 0

    mutating func add(_ other: Group) {
      sources.formUnion(other.sources)
      destinations.formUnion(other.destinations)
      outcomes.add(other.outcomes)
      sums.add(other.sums)
      replyBytes = replyBytes.addingSaturated(other.replyBytes)
      sure += other.sure
    }
  }

  private var groups: [RangePair: Group] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for servicePair in observations.servicePairs
    where servicePair.trafficDirection == .lateral && servicePair.isAnswered {
      let pair = RangePair(servicePair.source, servicePair.destination, servicePair.service)
      guard pair.isCrossing, !baseline.rangePairs.contains(pair) else { continue }
      groups[pair, default: Group()].add(
        Group(
          sources: [servicePair.source],
          destinations: [servicePair.destination],
          outcomes: servicePair.outcomes,
          sums: servicePair.sums,
          replyBytes: servicePair.replyBytes,
          sure: servicePair.sure
        )
      )
    }
  }

  mutating func merge(_ other: UnexpectedPeering) {
    for (pair, group) in other.groups { groups[pair, default: Group()].add(group) }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for (pair, group) in groups { found.add(finding(pair, group, context.network)) }
    return found
  }

  private func finding(_ pair: RangePair, _ group: Group, _ network: NetworkContext) -> Finding {
    let sources = group.sources.sorted()
    var draft = FindingDraft(
      Self.rule,
      title: "New \(network.names.name(of: pair.service)) between networks",
      stage: .p4,
      actor: sources.count == 1 ? .address(sources[0]) : .prefix(pair.source)
    )
    draft.key = [
      pair.source.keyText, pair.destination.keyText,
      "\(pair.service.protocolNumber)/\(pair.service.port)",
    ]
    let bytes = group.sums.bytes.addingSaturated(group.replyBytes)
    draft.score = Self.score(
      bytesInBothDirections: max(1, Double(bytes)),
      sensitivePort: Ports.isSensitive(pair.service.port)
    )
    draft.note(group.outcomes, sure: group.sure)
    draft.service = pair.service
    draft.actorIsInternal = true
    draft.members =
      sources.count > 1
      ? Members(count: UInt64(sources.count), sample: Array(sources.prefix(Members.sampleLimit)))
      : nil
    let destinations = group.destinations.sorted()
    draft.targets = Targets(
      count: UInt64(destinations.count),
      isExact: true,
      sample: destinations.prefix(8).map { Target(address: $0, service: pair.service) }
    )
    draft.sums = group.sums
    draft.detail =
      "\(pair.source) to \(pair.destination), \(NumberText.bytes(group.sums.bytes)) sent, \(NumberText.bytes(group.replyBytes)) received"
    draft.suppression = SuppressionScope(
      source: pair.source.description,
      service: pair.service
    )
    draft.evidence = EvidenceQuery(
      destination: destinations.count == 1 ? destinations[0] : nil,
      protocols: [pair.service.protocolNumber],
      port: pair.service.port,
      members: Set(sources.prefix(64))
    )
    draft.evidence.destinationNetwork = pair.destination
    return draft.finding
  }
}
