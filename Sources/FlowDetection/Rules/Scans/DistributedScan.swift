internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A network whose sources share the ports out among themselves, so that none of them stands out.
///
/// # scan.distributed
/// ## Title
/// Scan distributed over a network
/// ## Sees
/// addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them
/// ## Fires when
/// at least {sources} sources of one /24 (IPv6: /48), none of which reaches scan.horizontal or scan.vertical alone, get
/// nothing on at least {pairs} distinct pairs of own address and service together.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// sources, pairs tried, first and last record
/// ## Blind spots
/// Scanners spread over many networks are not joined. Research scanners (Censys, Shodan and others) work this way and
/// are shown as what they do.
/// ## Techniques
/// T1595.001
/// ## Source
/// Javed and Paxson 2013; Mell and Harang 2013 on what single-source thresholds miss
/// ## Respond
/// Block the network rather than its addresses, if anything is to be blocked at all.
struct DistributedScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]
  static let thresholds: [Threshold] = [
    .count("sources", 3, of: "sources of one network that get nothing"),
    .count("pairs", 20, of: "pairs of own address and service that they tried together"),
  ]
  static let terms: [ScoreTerm] = [
    .log("sources", 3...300, weight: 0.4),
    .log("local address and service pairs", 20...2000, weight: 0.3),
    .log("hours from first to last", 24...720, weight: 0.2),
  ]

  /// Beyond this many pairs they are no longer told apart, and the report says so.
  private static let pairLimit = 65_536

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let limits = network.thresholds.distributedScan
    // Of a network that comes in parts the first one speaks for all; its counts are marked as estimates.
    for sourcePrefix in observations.sourcePrefixes
    where sourcePrefix.sources.count >= limits.sources && !sourcePrefix.isContinued {
      let members = sourcePrefix.sources.filter {
        $0.trafficDirection == .inbound && $0.failureCount > 0
          && !ScanThreshold.reachesAlone($0, network)
      }
      guard members.count >= limits.sources else { continue }
      var pairs: Set<FailedServicePair> = []
      for member in members where pairs.count < Self.pairLimit { pairs.formUnion(member.failures) }
      let isExact =
        pairs.count < Self.pairLimit && sourcePrefix.sources.count < SourcePrefix.limit
        && members.allSatisfy { $0.failureCount <= UInt64(SourceProfile.failureLimit) }
      guard pairs.count >= limits.pairs else { continue }
      found.add(finding(sourcePrefix.network, members, pairs, isExact: isExact))
    }
  }

  mutating func merge(_ other: DistributedScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(
    _ network: IPNetwork,
    _ members: [SourceProfile],
    _ pairs: Set<FailedServicePair>,
    isExact: Bool
  ) -> Finding {
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var sure: UInt64 = 0
    for member in members {
      outcomes.add(member.outcomes)
      sums.add(member.sums)
      sure += member.sure
    }
    let addresses = Set(pairs.map(\.destination)).sorted()
    let busiest = members.sorted {
      ($1.outcomes.total, $0.address) < ($0.outcomes.total, $1.address)
    }
    var draft = FindingDraft(
      Self.rule,
      title: "Distributed scan",
      stage: .p1,
      actor: .prefix(network)
    )
    draft.score = score(sources: members.count, pairs: pairs.count, sums)
    draft.note(outcomes, sure: sure)
    draft.members = Members(
      count: UInt64(members.count),
      sample: busiest.prefix(Members.sampleLimit).map(\.address)
    )
    draft.targets = Targets(
      count: UInt64(addresses.count),
      isExact: isExact,
      sample: addresses.prefix(8).map { Target(address: $0, port: nil) }
    )
    draft.sums = sums
    draft.detail = "\(isExact ? "" : "~")\(pairs.count) services from \(members.count) sources"
    draft.suppression = SuppressionScope(source: network.description)
    draft.evidence = EvidenceQuery(source: network)
    draft.evidence.members = Set(draft.members?.sample ?? [])
    return draft.finding
  }

  private func score(sources: Int, pairs: Int, _ sums: RecordSums) -> Score {
    Self.score(
      sources: Double(sources),
      localAddressAndServicePairs: Double(pairs),
      hoursFromFirstToLast: Finding.hours(sums.first, sums.last)
    )
  }
}
