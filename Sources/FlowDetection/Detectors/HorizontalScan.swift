internal import FlowAggregation
internal import FlowModel

/// One source that tries one service on many own addresses.
struct HorizontalScan: Detector {
  static let page = RulePage(
    rule: "scan.horizontal",
    title: "Horizontal scan (for port 22: SSH scan)",
    sees: "addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them",
    firesWhen: """
      one source, which is no own address, begins conversations to the same protocol and port on at least 10 \
      distinct own addresses and gets nothing there (blocked, no answer, or bare resets). Networks with fewer \
      than 20 own addresses: on at least half of them, and at least 3. From outside, on TCP services for \
      administration, databases and other sensitive ports, short answered exchanges count as well.
      """,
    score: """
      P1, 5 to 29: 0.6 log addresses 10..1000, 0.3 share of own addresses 0.1..1, 0.2 log hours 24..720
      """,
    evidence: "addresses tried, outcomes, first and last record, slow label",
    blindSpots: """
      Several secondary addresses of an interface show as one. A scan from many sources is scan.distributed. \
      Service discovery and monitoring from internal addresses that are not logged can look like this when their \
      targets do not answer.
      """,
    techniques: ["T1595.001", "T1046"],
    source:
      "CERT NetSA rwscan, Zeek scan detection, Jung et al. 2004; thresholds lowered for small VPCs",
    respond: """
      Nothing, if all was blocked. If any address answered, look at what it serves and \
      whether the internet must reach it at all.
      """
  )

  private var found: [Finding] = []

  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext) {
    for neighbourhood in neighbourhoods {
      for profile in neighbourhood.sources {
        for attempts in profile.services
        where ScanThreshold.isHorizontal(attempts, by: profile, network) {
          found.append(finding(attempts, profile, network))
        }
      }
    }
  }

  mutating func merge(_ other: HorizontalScan) { found += other.found }

  func findings() -> [Finding] { found }

  private func finding(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let service = attempts.service
    let sums = attempts.sums
    let own = max(network.ownCount(like: profile.address), Int(attempts.targets))
    var score = Score()
    score.addLog(
      "own addresses tried",
      Double(ScanThreshold.scanned(attempts, by: profile)),
      from: 10,
      to: 1000,
      weight: 0.6
    )
    score.addLinear(
      "share of own addresses",
      Double(attempts.targets) / Double(own),
      from: 0.1,
      to: 1,
      weight: 0.3
    )
    score.addLog(
      "hours from first to last",
      Finding.hours(sums.first, sums.last),
      from: 24,
      to: 720,
      weight: 0.2
    )
    let source = profile.address.description
    return Finding(
      id: Finding.stableID(Self.page.rule, source, "\(service.protocolNumber)/\(service.port)"),
      rule: Self.page.rule,
      title: "\(service.name) scan",
      exactScore: score.value(in: Stage.p1.band),
      confidence: attempts.outcomes.confidence(sure: attempts.sure),
      stage: .p1,
      outcome: attempts.outcomes.furthest,
      service: service,
      actor: .address(profile.address),
      actorIsInternal: profile.isInternal,
      members: nil,
      targets: Targets(
        count: attempts.targets,
        isExact: true,
        sample: attempts.sample.map { Target(address: $0, port: service.port) }
      ),
      firstSeen: sums.first,
      lastSeen: sums.last,
      counts: FindingCounts(attempts.outcomes, sums),
      isSlow: ScanThreshold.isSlow(
        busiestHour: attempts.busiestHour,
        first: sums.first,
        last: sums.last
      ),
      why: score.reasons,
      detail: attempts.outcomes.words,
      techniques: Self.page.techniques,
      suppressWith: Finding.suppression(rule: Self.page.rule, source: source, service: service),
      evidenceQuery: EvidenceQuery(
        source: IPNetwork(only: profile.address),
        protocols: [service.protocolNumber],
        port: service.port
      )
    )
  }
}
