internal import FlowAggregation
internal import FlowModel

/// One source that tries many ports of one own address.
struct VerticalScan: Detector {
  static let page = RulePage(
    rule: "scan.vertical",
    title: "Port scan of one address",
    sees: "addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them",
    firesWhen: """
      one source, which is no own address, gets nothing (blocked, no answer, or bare resets) on at least 10 \
      distinct TCP or UDP ports of one own address over the whole input, and the direction is sure for at least \
      half of its conversations there.
      """,
    score:
      "P1, 5 to 29: 0.6 log ports 10..1000, 0.2 log own addresses 1..50, 0.2 log hours 24..720",
    evidence:
      "ports tried, lowest and highest, ports that answered, first and last record, slow label",
    blindSpots: """
      Late packets of closed connections and answers to spoofed requests are left out by rule; traffic of \
      peer-to-peer programs towards closed ports is not told apart from a scan.
      """,
    techniques: ["T1046", "T1595.002"],
    source: "CERT NetSA rwscan, Zeek scan detection; no time window, since real scanners take days",
    respond: """
      Look at the ports that answered, if any. A source that found one and came back with \
      longer conversations matters more than a thousand blocked probes.
      """
  )

  private var found: [Finding] = []

  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext) {
    for neighbourhood in neighbourhoods {
      for profile in neighbourhood.sources {
        let victims = profile.victims.filter(ScanThreshold.isVertical)
        if !victims.isEmpty { found.append(finding(victims, profile)) }
      }
    }
  }

  mutating func merge(_ other: VerticalScan) { found += other.found }

  func findings() -> [Finding] { found }

  private func finding(_ victims: [VictimPorts], _ profile: SourceProfile) -> Finding {
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var sure: UInt64 = 0
    for victim in victims {
      outcomes.add(victim.outcomes)
      sums.add(victim.sums)
      sure += victim.sure
    }
    let most = victims.map(\.failedPorts).max() ?? 0
    let open = victims.map(\.openPorts).max() ?? 0
    let score = score(ports: most, victims: victims.count, sums)
    let source = profile.address.description
    return Finding(
      id: Finding.stableID(Self.page.rule, source),
      rule: Self.page.rule,
      title: "Port scan",
      exactScore: score.value(in: Stage.p1.band),
      confidence: outcomes.confidence(sure: sure),
      stage: .p1,
      outcome: outcomes.furthest,
      service: nil,
      actor: .address(profile.address),
      actorIsInternal: profile.isInternal,
      members: nil,
      targets: Targets(
        count: UInt64(victims.count),
        isExact: true,
        sample: victims.prefix(8).map { Target(address: $0.address, port: nil) }
      ),
      firstSeen: sums.first,
      lastSeen: sums.last,
      counts: FindingCounts(outcomes, sums),
      isSlow: victims.allSatisfy {
        ScanThreshold.isSlow(busiestHour: $0.busiestHour, first: $0.sums.first, last: $0.sums.last)
      },
      why: score.reasons,
      detail: "\(most) closed ports" + (open > 0 ? ", \(open) open" : ""),
      techniques: Self.page.techniques,
      suppressWith: Finding.suppression(rule: Self.page.rule, source: source),
      evidenceQuery: EvidenceQuery(
        source: IPNetwork(only: profile.address),
        destination: victims.first?.address,
        protocols: [ProtocolNumber.tcp, ProtocolNumber.udp]
      )
    )
  }

  private func score(ports: UInt64, victims: Int, _ sums: RecordSums) -> Score {
    var score = Score()
    score.addLog("ports tried in vain", Double(ports), from: 10, to: 1000, weight: 0.6)
    score.addLog("own addresses", Double(victims), from: 1, to: 50, weight: 0.2)
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
