internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that connects to an external service at regular intervals.
///
/// # beacon
/// ## Title
/// Periodic connections to an external service
/// ## Input
/// start times of connections to one external service and the bytes sent in each; single records are not used,
/// because a long conversation has one record per minute
/// ## Fires when
/// At least {connections} connections ({slow-connections} with an interval of {slow-period} or more) over {span} or
/// more, with an interval from {least-period} to {most-period}, and a mean of at least {score} of four scores:
/// regularity of intervals, regularity of sizes, even distribution, duration. Distribution and duration are measured
/// over the log, or over the busiest 24 hours of a log of two days or more. Alternatively, at least {burst-connections}
/// connections within {burst-span} or more with a score of {score} over their own span (intervals, sizes,
/// distribution). If at most a tenth of the conversations gets more than a reset, {failed-connections} TCP connections
/// within {failed-span} or more suffice, unless the host retries more than {failed-services} services like that or has
/// peer-to-peer traffic (outbound.p2p). Half of the intervals are within {jitter-percent} % of the median
/// ({jitter-percent-of-few} % for fewer than {few-connections} connections and for the busiest 24 hours).
/// Alternatively, the host polls the service: at least {polling-connections} connections within ten minutes that are
/// answered and send more than they receive. TCP conversations with one client port and at most two hours between them
/// are one connection. Excluded are S3 and DynamoDB (with --aws-ip-ranges), NTP, DNS, protocols without ports, resets
/// against unsolicited replies, and services that a third of the hosts (of four or more) use. Polling by all hosts is
/// excluded only if the host used the service on three earlier days. If two hosts have the same number of connections
/// to the service, with equal bytes (within 2 %) and equal times (within one window), and one of them is contacted by
/// external sources or else has more such series, that one is a NAT gateway: one finding reports both, about the other
/// host.
/// ## Score
/// {P4}, at most 45 without an available peer: {terms}. {P2} for TCP ports 443, 5223, 5228 and 8883 of Apple, Google
/// and Microsoft, whose push services clients contact periodically (network owners from --geoip), and for these ports
/// if the host used the service on seven earlier days. Rare: used by at most 2 % of the hosts, or by one of four or
/// more. New destination: absent from a baseline of one week.
/// ## Evidence
/// interval and jitter, number of conversations, bytes, first occurrence, number of hosts that use the service
/// ## Blind spots
/// Jitter above half of the interval, intervals of a day, and check-ins inside one long connection (see
/// long-connection) are not detected. Agents, update checks and monitoring are also periodic. Suppress them.
/// ## Techniques
/// T1071, T1573, T1029
/// ## Source
/// RITA 5 (activecm/rita): the four scores, applied to conversation starts
/// ## Respond
/// Identify the process that connects. If it is not a known agent, check the address in threat-intelligence sources and
/// the host in GuardDuty. Block the address in the outbound rules of the security group.
struct Beacon: Detector {
  static let traits: RuleTraits = [.weighsSpread, .isUnusual, .isPersistent]
  static let deed = RuleDeed("connected to {whom} over {service} periodically")
  static let thresholds: [Threshold] = [
    .number("score", 0.85, of: "mean of the four scores"),
    .count("connections", 12, atLeast: 8, of: "conversations"),
    .count("slow-connections", 8, atLeast: 8, of: "conversations with a long interval"),
    .seconds("slow-period", 3000, of: "minimum of a long interval"),
    .seconds("span", 21_600, of: "time from the first to the last conversation"),
    .seconds("least-period", 10, of: "shortest interval"),
    .seconds("most-period", 86_400, of: "longest interval"),
    .count("burst-connections", 100, atLeast: 8, of: "conversations of a burst"),
    .seconds("burst-span", 600, of: "time from the first to the last conversation of a burst"),
    .count(
      "failed-connections",
      20,
      atLeast: 8,
      of: "conversations of a burst without an available peer"
    ),
    .seconds(
      "failed-span",
      300,
      of: "time from the first to the last conversation of such a burst"
    ),
    .count("failed-services", 3, of: "most services that a host retries like that"),
    .count("polling-connections", 500, of: "conversations within ten minutes for polling"),
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
  /// Hosts with peer-to-peer traffic, which retry unavailable peers.
  private var peering: Set<IPAddress> = []
  private var probed = ProbedHosts()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where PeerToPeer.isPeer(profile, network) {
        peering.insert(profile.address)
      }
    }
    for endpoint in observations.served where endpoint.triedOutside > 0 {
      probed.add(endpoint.address)
    }
    for series in observations.series
    where Self.regularity(series, network) != nil && !network.isManagedService(series.peer) {
      candidates.add(series)
    }
  }

  mutating func merge(_ other: Beacon) {
    candidates.add(other.candidates)
    peering.formUnion(other.peering)
    probed.add(other.probed)
  }

  func findings(_ context: CompleteContext) -> Found {
    let retrying = retryingHosts(context.network)
    let translated = TranslatedSeries(
      candidates.kept.series,
      probed: probed.hosts,
      window: context.network.window
    )
    return candidates.findings { series in
      guard let grounds = Self.grounds(series, context.network), !translated.isRepeated(series)
      else { return nil }
      if grounds.kind == .failedBurst, retrying.contains(series.host) { return nil }
      let gateway = translated.gateway(of: series)
      var rarity = context.rarity(of: series.host, series.peer, series.service)
      if gateway != nil { rarity.leaveOutGateway() }
      // If all hosts are infected, their polling is common traffic of the network.
      let isExpected =
        rarity.isHabit && (rarity.isEstablished || !Self.isPolling(series, context.network))
      return isExpected
        ? nil : finding(series, grounds.regularity, rarity, context.network, gateway)
    }
  }

  /// Hosts with peer-to-peer traffic, and those that retry many unavailable peers without it.
  private func retryingHosts(_ network: NetworkContext) -> Set<IPAddress> {
    var retries: [IPAddress: UInt64] = [:]
    for series in candidates.kept.series where Self.grounds(series, network)?.kind == .failedBurst {
      retries[series.host, default: 0] += 1
    }
    let most = network.thresholds.beacon.failedServices
    return peering.union(retries.filter { $0.value > most }.keys)
  }

  /// The regularity of the series; nil if it is not periodic.
  static func regularity(_ series: ConnectionSeries, _ network: NetworkContext) -> Double? {
    grounds(series, network)?.regularity
  }

  /// The condition that a series meets.
  private struct Grounds {
    enum Kind { case periodic, burst, failedBurst, polling }

    var kind: Kind
    var regularity: Double
  }

  private static func grounds(_ series: ConnectionSeries, _ network: NetworkContext) -> Grounds? {
    guard let shape = series.shape, !series.isLateral, !series.isTimeOrName,
      ProtocolNumber.hasPorts(series.service.protocolNumber), !isRefusing(series)
    else { return nil }
    let limits = network.thresholds.beacon
    if isTight(shape, limits) {
      if isPeriodic(shape, limits) { return Grounds(kind: .periodic, regularity: shape.score) }
      if let kind = burst(series, shape, limits) {
        return Grounds(kind: kind, regularity: shape.burstScore)
      }
    }
    return isPolling(series, network) ? Grounds(kind: .polling, regularity: 0) : nil
  }

  private static func isPeriodic(_ shape: BeaconShape, _ limits: Thresholds.Beacon) -> Bool {
    let least = shape.period >= limits.slowPeriod ? limits.slowConnections : limits.connections
    return shape.connections >= least && shape.span >= limits.span
      && shape.period >= limits.leastPeriod && shape.period <= limits.mostPeriod
      && shape.score >= limits.score
  }

  private static func burst(
    _ series: ConnectionSeries,
    _ shape: BeaconShape,
    _ limits: Thresholds.Beacon
  ) -> Grounds.Kind? {
    guard shape.burstScore >= limits.score else { return nil }
    if shape.connections >= limits.burstConnections, shape.span >= limits.burstSpan {
      return .burst
    }
    // UDP services often send no answer.
    let hasFailed =
      series.isUnavailable && series.service.protocolNumber == ProtocolNumber.tcp
      && shape.connections >= limits.failedConnections && shape.span >= limits.failedSpan
    return hasFailed ? .failedBurst : nil
  }

  /// Whether the host connects about every second or more often, and sends more than it receives.
  ///
  /// Of 60 connections in a minute some are lost, because they use a client port again.
  /// A client that fetches data receives more.
  static func isPolling(_ series: ConnectionSeries, _ network: NetworkContext) -> Bool {
    guard let shape = series.shape, !series.isUnavailable else { return false }
    return shape.busiestTenMinutes >= network.thresholds.beacon.pollingConnections
      && series.bytesOut > series.bytesIn
  }

  /// Whether the intervals are close to their median.
  ///
  /// Random start times can also reach high scores: some percent of random series of 12 to 24 conversations reach 0.85.
  /// Half of their intervals, however, differ from the median by more than two thirds of it.
  private static func isTight(_ shape: BeaconShape, _ limits: Thresholds.Beacon) -> Bool {
    let share =
      shape.connections < limits.fewConnections ? limits.jitterPercentOfFew : limits.jitterPercent
    return UInt64(shape.jitter) * 100 <= UInt64(shape.period).multipliedSaturated(by: share)
  }

  /// Resets against unsolicited replies look like connections but carry no options: 40 bytes of headers, 60 for IPv6.
  private static func isRefusing(_ series: ConnectionSeries) -> Bool {
    series.service.protocolNumber == ProtocolNumber.tcp
      && series.bytesOut / (series.host.isV4 ? 40 : 60) <= series.packetsOut
  }

  private func finding(
    _ series: ConnectionSeries,
    _ regularity: Double,
    _ rarity: Rarity,
    _ network: NetworkContext,
    _ gateway: IPAddress?
  ) -> Finding? {
    guard let shape = series.shape else { return nil }
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: series.service)) beacon",
      stage: PushService.isExpected(series, rarity, network) ? .p2 : .p4,
      about: series
    )
    draft.score = Self.score(
      regularity: regularity,
      rare: rarity.isRare,
      newDestination: rarity.isNew == true
    )
    // Periodic retries that nobody answers are a broken client more often than an implant.
    if series.isUnavailable { draft.cap = Self.capWithoutResponse }
    draft.detail = NumberText.joined([
      "\(beat(series, shape)), ~\(NumberText.bytes(series.bytesOut / max(1, series.connections))) each",
      answer(series), gateway.map { "\($0) has the same connections as a NAT gateway" } ?? "",
      rarity.words,
    ])
    return draft.finding
  }

  private func answer(_ series: ConnectionSeries) -> String {
    if series.answered == 0 { return "no response" }
    guard series.isUnavailable else { return "" }
    return series.refused == series.connections
      ? "all refused" : "\(NumberText.count(series.answered - series.refused)) answered"
  }

  /// The interval in words.
  ///
  /// Start times have the resolution of the log's windows. Intervals within one window are unknown.
  private func beat(_ series: ConnectionSeries, _ shape: BeaconShape) -> String {
    let period = NumberText.duration(shape.period)
    let count = NumberText.count(shape.connections)
    // Otherwise the busiest 24 hours, or connections of several conversations.
    let isWhole = shape.connections >= series.directed
    let all = isWhole ? "" : " of \(NumberText.count(series.connections)) in all"
    let whole = series.last > series.first ? series.last - series.first : 0
    let span = isWhole ? whole : shape.span
    guard shape.connections > UInt64(span / max(1, shape.period)) * 3 / 2 + 1 else {
      return "every \(period) ± \(NumberText.duration(shape.jitter)), \(count) times\(all)"
    }
    return "\(count) times\(all) in \(NumberText.duration(span)), in windows \(period) apart"
  }
}
