internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A conversation with the outside that lasts for hours.
///
/// # long-connection
/// ## Title
/// A conversation with the outside lasts for hours
/// ## Sees
/// conversations, stitched together from their records, and how long they last
/// ## Fires when
/// an own or internal host holds one conversation of {seconds} or more with an outside address; NTP and DNS are left
/// out
/// ## Score
/// {P4}: {terms}. To port 443, where browsers and phones wait for news, {P2}, unless a memory of a week has never seen
/// it. Where three hosts or more talk there, or the host has on three earlier days of the memory, it is a note, 1 to
/// 15.
/// ## Evidence
/// duration, bytes each way, how many hosts talk there
/// ## Blind spots
/// Brokers, VPNs and remote shells last as well. Where the log begins in the middle, who called is a guess.
/// ## Techniques
/// T1071, T1572
/// ## Source
/// RITA 5 and zeek-long-connections: thresholds of 1, 4, 8 and 12 hours
/// ## Respond
/// Ask the owner of the host what it is. A tunnel that nobody knows deserves a look at the process behind it.
struct LongConnection: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let thresholds: [Threshold] = [
    .seconds("seconds", 14_400, of: "length of one conversation")
  ]
  static let terms: [ScoreTerm] = [
    .log("hours", 4...168, weight: 0.6),
    .fact("rare", weight: 0.3),
  ]

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series
    where !series.isLateral && series.longest >= network.thresholds.longConnection.seconds
      && !series.isTimeOrName
    {
      candidates.add(series)
    }
  }

  mutating func merge(_ other: LongConnection) { candidates.add(other.candidates) }

  func findings(_ context: CompleteContext) -> Found {
    candidates.findings { finding($0, context) }
  }

  private func stage(_ series: ConnectionSeries, _ rarity: Rarity) -> Stage {
    if rarity.isShared || rarity.isEstablished { return .note }
    return series.service.port == 443 && rarity.isNew != true ? .p2 : .p4
  }

  private func finding(_ series: ConnectionSeries, _ context: CompleteContext) -> Finding {
    let rarity = context.rarity(of: series.host, series.peer, series.service)
    var draft = FindingDraft(
      Self.rule,
      title: "Long \(context.names.name(of: series.service)) connection",
      stage: stage(series, rarity),
      about: series
    )
    draft.score = Self.score(hours: Double(series.longest) / 3600, rare: rarity.isRare)
    draft.detail = NumberText.joined([
      "\(NumberText.duration(series.longest)), \(NumberText.bytes(series.longestOut)) out, \(NumberText.bytes(series.longestIn)) back",
      rarity.words,
    ])
    return draft.finding
  }
}
