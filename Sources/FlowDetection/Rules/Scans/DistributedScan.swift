internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A scan whose probes are distributed over the sources of one source prefix.
///
/// # scan.distributed
/// ## Title
/// Scan distributed over a network
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// At least {sources} sources of one source prefix (/24, IPv6: /48) get no response on at least {pairs} distinct pairs
/// of local address and service in total. None of these sources reaches scan.horizontal or scan.vertical by itself.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// sources, address and service pairs tried, first and last record
/// ## Blind spots
/// Sources in different source prefixes are not correlated. Internet-wide research scanners such as Censys and Shodan
/// match this rule.
/// ## Techniques
/// T1595.001
/// ## Source
/// Javed and Paxson 2013; Mell and Harang 2013 on the limits of single-source thresholds
/// ## Respond
/// If you block the scan, block the source prefix in a network ACL. Blocking single addresses is ineffective. Remove
/// public inbound rules for ports that need no public access.
struct DistributedScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]
  static let thresholds: [Threshold] = [
    .count("sources", 3, of: "sources of one source prefix that get no response"),
    .count("pairs", 20, of: "distinct pairs of local address and service that they try in total"),
  ]
  static let terms: [ScoreTerm] = [
    .log("sources", 3...300, weight: 0.4),
    .log("local address and service pairs", 20...2000, weight: 0.3),
    .log("hours from first to last", 24...720, weight: 0.2),
  ]

  /// The most pairs that are counted exactly.
  ///
  /// Larger counts are reported as estimates.
  private static let pairLimit = 65_536

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let limits = network.thresholds.distributedScan
    // A large source prefix arrives in parts. Only the first part is judged, and its counts are marked as estimates.
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
    draft.detail =
      "\(isExact ? "" : "~")\(NumberText.count(pairs.count)) services from \(NumberText.count(members.count)) sources"
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
