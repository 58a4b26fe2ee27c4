internal import FlowAggregation
internal import FlowModel

/// A network whose sources share the ports out among themselves, so that none of them stands out.
struct DistributedScan: Detector {
  static let page = RulePage(
    rule: "scan.distributed",
    title: "Scan distributed over a network",
    sees: "addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them",
    firesWhen: """
      at least 3 sources of one /24 (IPv6: /48), none of which reaches scan.horizontal or scan.vertical alone, get \
      nothing on at least 20 distinct pairs of own address and service together.
      """,
    score: "P1, 5 to 29: 0.4 log sources 3..300, 0.3 log pairs 20..2000, 0.2 log hours 24..720",
    evidence: "sources, pairs tried, first and last record",
    blindSpots: """
      Scanners spread over many networks are not joined. Research scanners (Censys, Shodan and others) work this \
      way and are shown as what they do.
      """,
    techniques: ["T1595.001"],
    source: "Javed and Paxson 2013; Mell and Harang 2013 on what single-source thresholds miss",
    respond: "Block the network rather than its addresses, if anything is to be blocked at all."
  )

  /// Distinct sources that a network needs.
  private static let leastSources = 3
  /// Distinct pairs of own address and service that they need together.
  private static let leastPairs = 20
  /// Beyond this many pairs they are no longer told apart, and the report says so.
  private static let pairLimit = 65_536

  private var found: [Finding] = []

  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext) {
    // Of a network that comes in parts the first one speaks for all; its counts are marked as estimates.
    for neighbourhood in neighbourhoods
    where neighbourhood.sources.count >= Self.leastSources && !neighbourhood.isContinued {
      let members = neighbourhood.sources.filter {
        $0.failureCount > 0 && !ScanThreshold.reachesAlone($0, network)
      }
      guard members.count >= Self.leastSources else { continue }
      var pairs: Set<FailedContact> = []
      for member in members where pairs.count < Self.pairLimit { pairs.formUnion(member.failures) }
      let isExact =
        pairs.count < Self.pairLimit && neighbourhood.sources.count < Neighbourhood.limit
        && members.allSatisfy { $0.failureCount <= UInt64(SourceProfile.failureLimit) }
      guard pairs.count >= Self.leastPairs else { continue }
      found.append(finding(neighbourhood.network, members, pairs, isExact: isExact))
    }
  }

  mutating func merge(_ other: DistributedScan) { found += other.found }

  func findings() -> [Finding] { found }

  private func finding(
    _ network: IPNetwork,
    _ members: [SourceProfile],
    _ pairs: Set<FailedContact>,
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
    let score = score(sources: members.count, pairs: pairs.count, sums)
    let addresses = Set(pairs.map(\.destination)).sorted()
    let busiest = members.sorted {
      ($1.outcomes.total, $0.address) < ($0.outcomes.total, $1.address)
    }
    return Finding(
      id: Finding.stableID(Self.page.rule, network.description),
      rule: Self.page.rule,
      title: "Distributed scan",
      exactScore: score.value(in: Stage.p1.band),
      confidence: outcomes.confidence(sure: sure),
      stage: .p1,
      outcome: outcomes.furthest,
      service: nil,
      actor: .prefix(network),
      actorIsInternal: members.allSatisfy(\.isInternal),
      members: Members(
        count: UInt64(members.count),
        sample: busiest.prefix(1000).map(\.address)
      ),
      targets: Targets(
        count: UInt64(addresses.count),
        isExact: isExact,
        sample: addresses.prefix(8).map { Target(address: $0, port: nil) }
      ),
      firstSeen: sums.first,
      lastSeen: sums.last,
      counts: FindingCounts(outcomes, sums),
      isSlow: false,
      why: score.reasons,
      detail: "\(isExact ? "" : "~")\(pairs.count) services from \(members.count) sources",
      techniques: Self.page.techniques,
      suppressWith: Finding.suppression(rule: Self.page.rule, source: network.description),
      evidenceQuery: EvidenceQuery(source: network)
    )
  }

  private func score(sources: Int, pairs: Int, _ sums: RecordSums) -> Score {
    var score = Score()
    score.addLog("sources", Double(sources), from: 3, to: 300, weight: 0.4)
    score.addLog(
      "own address and service pairs",
      Double(pairs),
      from: 20,
      to: 2000,
      weight: 0.3
    )
    score.addLog(
      "hours from first to last",
      Finding.hours(sums.first, sums.last),
      from: 24,
      to: 720,
      weight: 0.2
    )
    return score
  }
}
