internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Continuous low-volume traffic with the port of a mining pool.
///
/// # outbound.mining
/// ## Title
/// Traffic with a mining-pool port
/// ## Input
/// long conversations of internal hosts with TCP ports of mining pools (3333, 4444, 5555, 7777, 8333, 8888, 9999,
/// 14433, 14444, 20535, 45560, 45700)
/// ## Fires when
/// One conversation lasts {seconds} or more and transfers {least-rate} to {most-rate} bytes per second in both
/// directions together. At most {users-share} of the hosts, or a single host, use the service.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// duration, bytes per second, number of hosts that use the service
/// ## Blind spots
/// Development tools use the same ports. Pools on port 443 cannot be distinguished from web traffic.
/// ## Techniques
/// T1496.001
/// ## Source
/// GuardDuty's CryptoCurrency:EC2/BitcoinTool.B; default ports of the Stratum protocol
/// ## Respond
/// Check the CPU use and the processes of the host. Assume compromise of the host. Replace its security groups with an
/// isolation group, snapshot its volumes and revoke the sessions of its instance role. Check CloudTrail for instances
/// that were started with the same role.
struct CoinMining: Detector {
  static let traits: RuleTraits = [.continuesChain]
  static let deed = RuleDeed("sent mining-pool traffic to {whom}")
  static let thresholds: [Threshold] = [
    .seconds("seconds", 3600, atLeast: 3600, of: "duration of one conversation"),
    .count("least-rate", 20, of: "minimum of bytes per second in both directions"),
    .count("most-rate", 2000, of: "maximum of bytes per second in both directions"),
    .share(
      "users-share",
      0.05,
      of: "maximum share of the hosts that use the service, or a single host"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("hours", 1...24, weight: 0.5),
    .fact("rare", weight: 0.3),
  ]

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series where isTrickle(series, network) { candidates.add(series) }
  }

  mutating func merge(_ other: CoinMining) { candidates.add(other.candidates) }

  func findings(_ context: CompleteContext) -> Found {
    candidates.findings { series in
      let rarity = context.rarity(of: series.host, series.peer, series.service)
      let isFew = rarity.isUsed(byAtMost: context.thresholds.coinMining.usersShare)
      return isFew ? finding(series, rarity, context.network) : nil
    }
  }

  private func rate(_ series: ConnectionSeries) -> Double {
    (Double(series.longestOut) + Double(series.longestIn)) / Double(max(1, series.longest))
  }

  private func isTrickle(_ series: ConnectionSeries, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.coinMining
    let rate = rate(series)
    return !series.isLateral && series.service.protocolNumber == ProtocolNumber.tcp
      && Ports.mining.contains(series.service.port) && series.longest >= limits.seconds
      && series.longestIn > 0 && rate >= Double(limits.leastRate)
      && rate <= Double(limits.mostRate)
  }

  private func finding(
    _ series: ConnectionSeries,
    _ rarity: Rarity,
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(Self.rule, title: "Mining pool traffic", stage: .p4, about: series)
    draft.score = Self.score(hours: Double(series.longest) / 3600, rare: rarity.isRare)
    draft.detail = NumberText.joined([
      "\(NumberText.duration(series.longest)), \(NumberText.bytes(UInt64(rate(series)))) per second",
      rarity.words,
    ])
    return draft.finding
  }
}
