internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that connects to an external service at regular intervals.
///
/// # beacon
/// ## Title
/// Periodic connections to an external service
/// ## Input
/// start times of conversations with one external service and the bytes sent in each; single records are not used,
/// because a long conversation has one record per minute
/// ## Fires when
/// At least {connections} conversations ({slow-connections} with an interval of {slow-period} or more) over {span} or more, with an
/// interval from {least-period} to {most-period}, and a mean of at least {score} of four scores: regularity of
/// intervals, regularity of sizes, even distribution over the log, duration. Alternatively, at least {burst-connections}
/// conversations within {burst-span} or more with a score of {score} over their own span (intervals, sizes,
/// distribution). Half of the intervals are within {jitter-percent} % of the median ({jitter-percent-of-few} % for
/// fewer than {few-connections} conversations). Excluded are S3 and DynamoDB (with --aws-ip-ranges), NTP, DNS, protocols without ports, resets against unsolicited
/// replies, and services that a third of the hosts (of four or more) use.
/// ## Score
/// {P4}: {terms}. Rare: used by at most 2 % of the hosts, or by one of four or more. New destination: absent from a
/// baseline of one week.
/// ## Evidence
/// interval and jitter, number of conversations, bytes, first occurrence, number of hosts that use the service
/// ## Blind spots
/// Jitter above half of the interval, intervals of a day, and check-ins inside one long conversation (see
/// long-connection) are not detected. Agents, update checks and monitoring are also periodic. Suppress them.
/// ## Techniques
/// T1071, T1573, T1029
/// ## Source
/// RITA 5 (activecm/rita): the four scores, applied to conversation starts
/// ## Respond
/// Identify the process that connects. If it is not a known agent, check the address in threat-intelligence sources and
/// the host in GuardDuty. Block the address in the outbound rules of the security group.
struct Beacon: Detector {
  static let traits: RuleTraits = [.weighsSpread, .isUnusual]
  static let deed = RuleDeed("connected to {whom} over {service} periodically")
  static let thresholds: [Threshold] = [
    .number("score", 0.85, of: "mean of the four scores"),
    .count("connections", 12, of: "conversations"),
    .count("slow-connections", 8, of: "conversations with a long interval"),
    .seconds("slow-period", 3000, of: "minimum of a long interval"),
    .seconds("span", 21_600, of: "time from the first to the last conversation"),
    .seconds("least-period", 10, of: "shortest interval"),
    .seconds("most-period", 86_400, of: "longest interval"),
    .count("burst-connections", 100, of: "conversations of a burst"),
    .seconds("burst-span", 600, of: "time from the first to the last conversation of a burst"),
    .count(
      "jitter-percent",
      35,
      of: "percent of the median within which half of the intervals must be"
    ),
    .count("jitter-percent-of-few", 20, of: "the same percentage for few conversations"),
    .count("few-connections", 20, of: "conversations below which there are few"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("regularity", 0.7...1, weight: 0.7),
    .fact("rare", weight: 0.3),
    .fact("new destination", weight: 0.3),
  ]

  private static let capWithoutResponse = 45.0

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series
    where Self.regularity(series, network) != nil && !network.isManagedService(series.peer) {
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

  /// The regularity of the series; nil if it is not periodic.
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

  /// Whether the intervals are close to their median.
  ///
  /// Random start times can also reach high scores: some percent of random series of 12 to 24 conversations reach 0.85.
  /// Half of their intervals, however, differ from the median by more than two thirds of it.
  private static func isTight(
    _ shape: BeaconShape,
    _ connections: UInt64,
    _ limits: Thresholds.Beacon
  ) -> Bool {
    let share =
      connections < limits.fewConnections ? limits.jitterPercentOfFew : limits.jitterPercent
    return UInt64(shape.jitter) * 100 <= UInt64(shape.period).multipliedSaturated(by: share)
  }

  /// Resets against unsolicited replies look like connections but carry no options: 40 bytes of headers, 60 for IPv6.
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
      newDestination: rarity.isNew == true
    )
    // Periodic retries that nobody answers are a broken client more often than an implant.
    if series.answered == 0 { draft.cap = Self.capWithoutResponse }
    let answer = series.answered == 0 ? "no response" : ""
    draft.detail = NumberText.joined([
      "\(beat(series, shape)), ~\(NumberText.bytes(series.bytesOut / max(1, series.connections))) each",
      answer, rarity.words,
    ])
    return draft.finding
  }

  /// The interval in words.
  ///
  /// Start times have the resolution of the log's windows. Intervals within one window are unknown.
  private func beat(_ series: ConnectionSeries, _ shape: BeaconShape) -> String {
    let span = series.last > series.first ? series.last - series.first : 0
    let period = NumberText.duration(shape.period)
    let count = NumberText.count(series.connections)
    guard series.connections > UInt64(span / max(1, shape.period)) * 3 / 2 + 1 else {
      return "every \(period) ± \(NumberText.duration(shape.jitter)), \(count) times"
    }
    return "\(count) times in \(NumberText.duration(span)), in windows \(period) apart"
  }
}
