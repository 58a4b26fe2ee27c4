internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that calls an outside service like a clock.
///
/// # beacon
/// ## Title
/// An own host calls the same outside service like a clock
/// ## Sees
/// when conversations with one outside service begin and how much the host sends in each; never records, of which a lasting
/// conversation has one a minute
/// ## Fires when
/// at least 12 conversations (8 with a period of 50 minutes or more) over 6 hours or more, a period from 10 seconds to a day, and
/// a mean of at least 0.85 of four scores: pauses alike, sizes alike, even over the log, lasting. Or at least 100
/// conversations within 10 minutes or more that score 0.85 over their own span (pauses, sizes, evenness). Half of the pauses lie
/// within 35 % of the median (20 % where there are fewer than 20 calls). Left out: NTP, DNS, protocols without ports, resets
/// against stray answers, and what a third of the hosts (of four or more) talk to.
/// ## Score
/// P4, 40 to 69: 0.7 linear regularity 0.7..1, 0.3 rare (at most 2 % of the hosts, or one of four or more), 0.3 never seen in a
/// memory of a week
/// ## Evidence
/// period and jitter, how often, how much, since when, how many hosts talk there
/// ## Blind spots
/// Jitter beyond half of the period, sleeping for a day, and calls inside one lasting conversation (long-connection) stay
/// below. Agents, update checks and monitoring are clocks as well: suppress them once.
/// ## Techniques
/// T1071, T1573, T1029
/// ## Source
/// RITA 5 (activecm/rita): the four scores, taken on conversation starts
/// ## Respond
/// Find the program that calls: an agent that you know, or one that you do not. Look at the address in other tools.
struct Beacon: Detector {
  static let traits: RuleTraits = [.weighsSpread, .isUnusual]
  static let deed = RuleDeed("called {whom} over {service} like a clock")

  private static let leastScore = 0.85
  private static let leastCalls: UInt64 = 12
  private static let leastSlowCalls: UInt64 = 8
  private static let slowPeriod: UInt32 = 3000
  private static let fewCalls: UInt64 = 20
  private static let leastSpan: UInt32 = 6 * 3600
  private static let periods: ClosedRange<UInt32> = 10...86_400
  private static let burstCalls: UInt64 = 100
  private static let burstSpan: UInt32 = 600

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series where Self.regularity(series) != nil {
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
  static func regularity(_ series: CallSeries) -> Double? {
    guard let shape = series.shape, !series.isLateral, !series.isTimeOrName,
      ProtocolNumber.hasPorts(series.service.protocolNumber), !isRefusing(series),
      isTight(shape, series.directed)
    else { return nil }
    let span = series.last > series.first ? series.last - series.first : 0
    let least = shape.period >= slowPeriod ? leastSlowCalls : leastCalls
    if series.directed >= least, span >= leastSpan, periods.contains(shape.period),
      shape.score >= leastScore
    {
      return shape.score
    }
    let isBurst =
      series.directed >= burstCalls && span >= burstSpan && shape.burstScore >= leastScore
    return isBurst ? shape.burstScore : nil
  }

  /// Whether the pauses lie close to their median.
  ///
  /// Chance makes high scores: of series of 12 to 24 calls at random times some in a hundred reach 0.85. Half of their pauses,
  /// however, lie farther from the median than two thirds of it.
  private static func isTight(_ shape: BeaconShape, _ calls: UInt64) -> Bool {
    let share: UInt64 = calls < fewCalls ? 20 : 35
    return UInt64(shape.jitter) * 100 <= UInt64(shape.period) * share
  }

  /// Resets against answers that nobody asked for look like calls, but carry no options: 40 bytes of headers, 60 for IPv6.
  private static func isRefusing(_ series: CallSeries) -> Bool {
    series.service.protocolNumber == ProtocolNumber.tcp
      && series.bytesOut / (series.host.isV4 ? 40 : 60) <= series.packetsOut
  }

  private func finding(
    _ series: CallSeries,
    _ rarity: Rarity,
    _ network: NetworkContext
  ) -> Finding? {
    guard let shape = series.shape, let regularity = Self.regularity(series) else { return nil }
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: series.service)) beacon",
      stage: .p4,
      about: series
    )
    draft.score.addLinear("regularity", regularity, from: 0.7, to: 1, weight: 0.7)
    draft.score.addFact("rare", rarity.isRare, weight: 0.3)
    draft.score.addFact("never before", rarity.isNew == true, weight: 0.3)
    let answer = series.answered == 0 ? "never answered" : ""
    draft.detail = Words.joined([
      "\(beat(series, shape)), ~\(Words.bytes(series.bytesOut / max(1, series.calls))) each",
      answer, rarity.words,
    ])
    return draft.finding
  }

  /// How often it calls.
  ///
  /// Starts are as fine as the log's windows: of several calls in one window no pause is known.
  private func beat(_ series: CallSeries, _ shape: BeaconShape) -> String {
    let span = series.last > series.first ? series.last - series.first : 0
    let period = Words.duration(shape.period)
    guard series.calls > UInt64(span / max(1, shape.period)) * 3 / 2 + 1 else {
      return "every \(period) ± \(Words.duration(shape.jitter)), \(series.calls) times"
    }
    return "\(series.calls) times in \(Words.duration(span)), in windows \(period) apart"
  }
}
