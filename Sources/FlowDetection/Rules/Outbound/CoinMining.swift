internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A steady trickle to where mining pools listen.
///
/// # outbound.mining
/// ## Title
/// A steady trickle to a mining port
/// ## Sees
/// lasting conversations of own hosts with TCP ports on which mining pools listen (3333, 4444, 5555, 7777, 8333, 8888,
/// 9999, 14433, 14444, 20535, 45560, 45700)
/// ## Fires when
/// one conversation lasts {seconds} or more, with {least-rate} to {most-rate} bytes a second both ways together, and at
/// most {users-share} of the hosts (or one alone) talk there
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// how long, bytes a second, how many hosts talk there
/// ## Blind spots
/// The ports are shared with development tools; pools on port 443 look like the web.
/// ## Techniques
/// T1496.001
/// ## Source
/// GuardDuty's CryptoCurrency:EC2/BitcoinTool.B; default ports of the Stratum protocol
/// ## Respond
/// Look at the host's processor: a miner uses all of it. It came in somehow; treat the host as taken.
struct CoinMining: Detector {
  static let traits: RuleTraits = [.continuesChain]
  static let deed = RuleDeed("talked to what looks like a mining pool, {whom},")
  static let thresholds: [Threshold] = [
    .seconds("seconds", 3600, of: "length of one conversation"),
    .count("least-rate", 20, of: "bytes a second both ways"),
    .count("most-rate", 2000, of: "bytes a second both ways"),
    .share("users-share", 0.05, of: "part of the hosts that talk there, at most, or one alone"),
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
      "\(NumberText.duration(series.longest)), \(UInt64(rate(series))) B a second", rarity.words,
    ])
    return draft.finding
  }
}
