internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that calls an outside service like a clock.
///
/// # beacon
/// ## Title
/// An own host calls the same outside service like a clock
/// ## Sees
/// when conversations with one outside service begin and how much the host sends in each; never records, of which a
/// lasting conversation has one a minute
/// ## Fires when
/// at least {connections} conversations ({slow-connections} with a period of {slow-period} or more) over {span} or
/// more, a period from {least-period} to {most-period}, and a mean of at least {score} of four scores: pauses alike,
/// sizes alike, even over the log, lasting. Or at least {burst-connections} conversations within {burst-span} or more
/// that score {score} over their own span (pauses, sizes, evenness). Half of the pauses lie within {jitter-percent} %
/// of the median ({jitter-percent-of-few} % where there are fewer than {few-connections} calls). Left out: NTP, DNS,
/// protocols without ports, resets against stray answers, and what a third of the hosts (of four or more) talk to.
/// ## Score
/// {P4}: {terms}. Rare: at most 2 % of the hosts, or one of four or more. Never before: not in a memory of a week.
/// ## Evidence
/// period and jitter, how often, how much, since when, how many hosts talk there
/// ## Blind spots
/// Jitter beyond half of the period, sleeping for a day, and calls inside one lasting conversation (long-connection)
/// stay below. Agents, update checks and monitoring are clocks as well: suppress them once.
/// ## Techniques
/// T1071, T1573, T1029
/// ## Source
/// RITA 5 (activecm/rita): the four scores, taken on conversation starts
/// ## Respond
/// Find the program that calls: an agent that you know, or one that you do not. Look at the address in other tools.
struct Beacon: Detector {
  static let traits: RuleTraits = [.weighsSpread, .isUnusual]
  static let deed = RuleDeed("called {whom} over {service} like a clock")
  static let thresholds: [Threshold] = [
    .number("score", 0.85, of: "mean of the four scores"),
    .count("connections", 12, of: "conversations"),
    .count("slow-connections", 8, of: "conversations with a slow period"),
    .seconds("slow-period", 3000, of: "period from which on it is slow"),
    .seconds("span", 21_600, of: "time from the first to the last conversation"),
    .seconds("least-period", 10, of: "shortest period"),
    .seconds("most-period", 86_400, of: "longest period"),
    .count("burst-connections", 100, of: "conversations of a burst"),
    .seconds("burst-span", 600, of: "time from the first to the last conversation of a burst"),
    .count("jitter-percent", 35, of: "percent of the median within which half of the pauses lie"),
    .count("jitter-percent-of-few", 20, of: "the same where there are few calls"),
    .count("few-connections", 20, of: "conversations below which there are few"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("regularity", 0.7...1, weight: 0.7),
    .fact("rare", weight: 0.3),
    .fact("never before", weight: 0.3),
  ]

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series where Self.regularity(series, network) != nil {
      candidates.add(series)
    }
  }

  mutating func merge(_ other: Beacon) { candidates.add(other.candidates) }

  func findings(_ context: CompleteContext) -> Found {
    candidates.findings { series in
      let rarity = context.rarity(of: series.host, series.peer, series.service)
      return rarity.isHabit ? nil : finding(series, rarity, context.network)
    }
  }

  /// How much of a clock the series is, if it is one.
  static func regularity(_ series: ConnectionSeries, _ network: NetworkContext) -> Double? {
    let limits = network.thresholds.beacon
    guard let shape = series.shape, !series.isLateral, !series.isTimeOrName,
      ProtocolNumber.hasPorts(series.service.protocolNumber), !isRefusing(series),
      isTight(shape, series.directed, limits)
    else { return nil }
    let span = series.last > series.first ? series.last - series.first : 0
    let least = shape.period >= limits.slowPeriod ? limits.slowConnections : limits.connections
    if series.directed >= least, span >= limits.span, shape.period >= limits.leastPeriod,
      shape.period <= limits.mostPeriod, shape.score >= limits.score
    {
      return shape.score
    }
    let isBurst =
      series.directed >= limits.burstConnections && span >= limits.burstSpan
      && shape.burstScore >= limits.score
    return isBurst ? shape.burstScore : nil
  }

  /// Whether the pauses lie close to their median.
  ///
  /// Chance makes high scores: of series of 12 to 24 calls at random times some in a hundred reach 0.85. Half of their
  /// pauses, however, lie farther from the median than two thirds of it.
  private static func isTight(
    _ shape: BeaconShape,
    _ connections: UInt64,
    _ limits: Thresholds.Beacon
  ) -> Bool {
    let share =
      connections < limits.fewConnections ? limits.jitterPercentOfFew : limits.jitterPercent
    return UInt64(shape.jitter) * 100 <= UInt64(shape.period).multipliedSaturated(by: share)
  }

  /// Resets against answers that nobody asked for look like calls, but carry no options: 40 bytes of headers, 60 for
  /// IPv6.
  private static func isRefusing(_ series: ConnectionSeries) -> Bool {
    series.service.protocolNumber == ProtocolNumber.tcp
      && series.bytesOut / (series.host.isV4 ? 40 : 60) <= series.packetsOut
  }

  private func finding(
    _ series: ConnectionSeries,
    _ rarity: Rarity,
    _ network: NetworkContext
  ) -> Finding? {
    guard let shape = series.shape, let regularity = Self.regularity(series, network) else {
      return nil
    }
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: series.service)) beacon",
      stage: .p4,
      about: series
    )
    draft.score = Self.score(
      regularity: regularity,
      rare: rarity.isRare,
      neverBefore: rarity.isNew == true
    )
    let answer = series.answered == 0 ? "never answered" : ""
    draft.detail = NumberText.joined([
      "\(beat(series, shape)), ~\(NumberText.bytes(series.bytesOut / max(1, series.connections))) each",
      answer, rarity.words,
    ])
    return draft.finding
  }

  /// How often it calls.
  ///
  /// Starts are as fine as the log's windows: of several calls in one window no pause is known.
  private func beat(_ series: ConnectionSeries, _ shape: BeaconShape) -> String {
    let span = series.last > series.first ? series.last - series.first : 0
    let period = NumberText.duration(shape.period)
    guard series.connections > UInt64(span / max(1, shape.period)) * 3 / 2 + 1 else {
      return "every \(period) ± \(NumberText.duration(shape.jitter)), \(series.connections) times"
    }
    return "\(series.connections) times in \(NumberText.duration(span)), in windows \(period) apart"
  }
}
