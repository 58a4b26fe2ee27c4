internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A conversation with an external address that lasts for hours.
///
/// # long-connection
/// ## Title
/// Long connection with an external address
/// ## Input
/// conversations, assembled from their records, and their duration. TCP conversations with one client port and at most
/// two hours between them are one connection.
/// ## Fires when
/// An internal host has one connection of {seconds} or more with an external address. NTP and DNS are excluded.
/// ## Score
/// {P4}: {terms}. On TCP ports 443, 5223, 5228 and 8883, where clients keep connections open for notifications, {P2},
/// unless a baseline of one week does not contain the destination. If three hosts or more use the service, or the host
/// used it on three earlier days of the baseline, the finding is a note with a score of 1 to 15.
/// ## Evidence
/// duration, bytes in both directions, number of hosts that use the service
/// ## Blind spots
/// Message brokers, VPNs and remote shells also have long connections. If the conversation started before the log, its
/// initiator is an inference.
/// ## Techniques
/// T1071, T1572
/// ## Source
/// RITA 5 and zeek-long-connections: thresholds of 1, 4, 8 and 12 hours
/// ## Respond
/// Ask the owner of the host for the purpose of the connection. If it is unknown, identify the process and check the
/// address in threat-intelligence sources.
struct LongConnection: Detector {
  static let traits: RuleTraits = [.isUnusual, .isPersistent]
  static let thresholds: [Threshold] = [
    .seconds("seconds", 14_400, atLeast: 3600, of: "duration of one conversation")
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
    return PushService.isPort(series.service) && rarity.isNew != true ? .p2 : .p4
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
      "\(NumberText.duration(series.longest)), \(NumberText.bytes(series.longestOut)) sent, \(NumberText.bytes(series.longestIn)) received",
      rarity.words,
    ])
    return draft.finding
  }
}
