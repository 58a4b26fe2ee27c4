internal import FlowAggregation
internal import FlowModel

/// A source that pings its way through the own addresses.
struct PingSweep: Detector {
  static let page = RulePage(
    rule: "scan.icmp",
    title: "Ping sweep",
    sees: "addresses, protocol, packets, action",
    firesWhen: """
      one external source begins ICMP conversations with at least 5 distinct own addresses (smaller networks: all of \
      them, at least 3), or at least 25 conversations in all; at least 9 in 10 of them have at most two packets.
      """,
    score: "P1, 5 to 29: 0.5 log own addresses 5..500, 0.3 log conversations 25..2500",
    evidence: "addresses tried, conversations, outcomes, first and last record",
    blindSpots: """
      Flow logs hold no ICMP types: requests, answers and errors look alike. Uptime monitors ping a lot.
      """,
    techniques: ["T1018"],
    source: "Stratosphere IPS, rwscan",
    respond: "Nothing by itself; see whether the same source tried services afterwards."
  )

  private static let leastAddresses: UInt64 = 5
  private static let leastConversations: UInt64 = 25

  private var found: [Finding] = []

  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext) {
    for neighbourhood in neighbourhoods {
      for profile in neighbourhood.sources where !profile.isInternal {
        for attempts in profile.services where isSweep(attempts, profile, network) {
          found.append(finding(attempts, profile))
        }
      }
    }
  }

  private func isSweep(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Bool {
    // The other family's number is no ICMP, and a second finding of the source would share the first one's id.
    let icmp = profile.address.isV4 ? ProtocolNumber.icmp : ProtocolNumber.icmpV6
    guard attempts.service.protocolNumber == icmp else { return false }
    let own = UInt64(network.ownCount(like: profile.address))
    let needed = own >= 3 ? min(Self.leastAddresses, own) : Self.leastAddresses
    let isTiny = attempts.tiny * 10 >= attempts.outcomes.total * 9
    return isTiny
      && (attempts.targets >= needed || attempts.outcomes.total >= Self.leastConversations)
  }

  mutating func merge(_ other: PingSweep) { found += other.found }

  func findings() -> [Finding] { found }

  private func finding(_ attempts: ServiceAttempts, _ profile: SourceProfile) -> Finding {
    var score = Score()
    score.addLog("own addresses", Double(attempts.targets), from: 5, to: 500, weight: 0.5)
    score.addLog(
      "conversations",
      Double(attempts.outcomes.total),
      from: 25,
      to: 2500,
      weight: 0.3
    )
    return Finding.single(
      Self.page,
      title: "Ping sweep",
      attempts,
      profile,
      score,
      detail: attempts.outcomes.words
    )
  }
}

extension Finding {
  /// A finding about one source and one service without further parts.
  static func single(
    _ page: RulePage,
    title: String,
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ score: Score,
    detail: String
  ) -> Finding {
    let source = profile.address.description
    let service = attempts.service
    let sums = attempts.sums
    return Finding(
      id: Finding.stableID(page.rule, source),
      rule: page.rule,
      title: title,
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
        sample: attempts.sample.map { Target(address: $0, port: nil) }
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
      detail: detail,
      techniques: page.techniques,
      suppressWith: Finding.suppression(rule: page.rule, source: source),
      evidenceQuery: EvidenceQuery(
        source: IPNetwork(only: profile.address),
        protocols: [service.protocolNumber]
      )
    )
  }
}
