internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that uploads much more data to an external service than it downloads.
///
/// # exfil.volume
/// ## Title
/// Large upload to an external service
/// ## Input
/// bytes in both directions of the conversations that an internal host initiates with one external service, per hour;
/// longer conversations are distributed evenly over their hours
/// ## Fires when
/// With a baseline of one week: the host sends at least {hourly-bytes} in one hour or {daily-bytes} in 24 hours, and
/// the upload share (out - in) / (out + in) is {upload-share} or more. In addition, the host has no earlier connection
/// to the service, or the volume is unusual for the hour (robust z of {z} or more), or few hosts use the service and
/// the host used it on fewer than three earlier days. Without such a baseline: {hourly-bytes-without-baseline} in one
/// hour or {daily-bytes-without-baseline} in 24 hours, and an upload share of {upload-share-without-baseline}. For a
/// port of no known service, 1024 or above, {hourly-bytes-unknown-port} in one hour with an upload share of
/// {upload-share} in that hour (nine tenths of the bytes) and a response suffice, unless a third of the hosts (of four
/// or more) use the service, the host used it on three earlier days, or it uploads to more than {unknown-port-peers}
/// such services, as file sharing does.
/// ## Score
/// {P4}, without a baseline and for a port of no known service at most 60; {P2} if half of the hosts use the service:
/// {terms}
/// ## Evidence
/// bytes in the busiest hour and day, bytes received, usual volume, number of hosts that use the service
/// ## Blind spots
/// Slow exfiltration below the daily threshold is not detected. Backups, log shipping and replication match this rule
/// until the baseline contains them.
/// ## Techniques
/// T1048, T1041, T1567, T1030, T1537
/// ## Source
/// GuardDuty's TrafficVolumeUnusual, Slips' threshold of bytes per hour; the modified z-score of Iglewicz and Hoaglin (1993)
/// ## Respond
/// Identify the data and the process that sent it. Ask the owners of backup and replication jobs. Otherwise replace the
/// security groups of the instance with an isolation group, snapshot its volumes and revoke the sessions of its
/// instance role. Check CloudTrail for the use of its credentials.
struct Exfiltration: Detector {
  static let traits: RuleTraits = [.isTransfer]
  static let deed = RuleDeed("sent {size} to {whom}")
  static let thresholds: [Threshold] = [
    .bytes("hourly-bytes", 100_000_000, of: "bytes sent in one hour, with a baseline"),
    .bytes("daily-bytes", 1_000_000_000, of: "bytes sent in 24 hours, with a baseline"),
    .number("upload-share", 0.8, of: "(out - in) / (out + in), with a baseline"),
    .number("z", 3.5, of: "robust z of the hour"),
    .bytes(
      "hourly-bytes-without-baseline",
      500_000_000,
      of: "bytes sent in one hour, without a baseline"
    ),
    .bytes(
      "daily-bytes-without-baseline",
      5_000_000_000,
      of: "bytes sent in 24 hours, without a baseline"
    ),
    .number(
      "upload-share-without-baseline",
      0.9,
      of: "(out - in) / (out + in), without a baseline"
    ),
    .bytes(
      "hourly-bytes-unknown-port",
      20_000_000,
      of: "bytes sent in one hour to a port of no known service"
    ),
    .count(
      "unknown-port-peers",
      3,
      of: "most such services to which a host uploads"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes sent in the busiest hour", 1e8...1e11, weight: 0.5),
    .log("bytes sent in the busiest 24 hours", 1e8...1e11, weight: 0.5),
    .linear("robust z of the hour", 3.5...12, weight: 0.4),
    .fact("new destination", weight: 0.3),
  ]

  private static let capWithoutBaseline = 60.0

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let limits = network.thresholds.exfiltration
    for series in observations.series where !series.isLateral && series.directed > 0 {
      if Self.isUnknownUpload(series, limits)
        || series.uploadShare >= min(limits.uploadShare, limits.uploadShareWithoutBaseline)
          && (series.busiestHourOut >= min(limits.hourlyBytes, limits.hourlyBytesWithoutBaseline)
            || series.busiestDayOut >= min(limits.dailyBytes, limits.dailyBytesWithoutBaseline))
      {
        candidates.add(series)
      }
    }
  }

  mutating func merge(_ other: Exfiltration) { candidates.add(other.candidates) }

  func findings(_ context: CompleteContext) -> Found {
    let sharing = sharingHosts(context.thresholds.exfiltration)
    return candidates.findings { series in
      large(series, context) ?? (sharing.contains(series.host) ? nil : unknown(series, context))
    }
  }

  /// A finding about the volume alone.
  private func large(_ series: ConnectionSeries, _ context: CompleteContext) -> Finding? {
    let limits = context.thresholds.exfiltration
    let rarity = context.rarity(of: series.host, series.peer, series.service)
    guard let isNew = rarity.isNew, let baseline = context.settledBaseline else {
      return withoutBaseline(series, rarity, context.network)
    }
    guard series.uploadShare >= limits.uploadShare,
      series.busiestHourOut >= limits.hourlyBytes || series.busiestDayOut >= limits.dailyBytes
    else { return nil }
    let excess = excess(series, baseline, limits.z)
    guard isNew || excess != nil || rarity.isRare && !rarity.isEstablished else { return nil }
    return finding(series, rarity, excess, context.network)
  }

  /// A finding about a smaller upload to a port of no known service.
  private func unknown(_ series: ConnectionSeries, _ context: CompleteContext) -> Finding? {
    guard Self.isUnknownUpload(series, context.thresholds.exfiltration) else { return nil }
    let rarity = context.rarity(of: series.host, series.peer, series.service)
    guard !rarity.isHabit, !rarity.isEstablished else { return nil }
    return finding(series, rarity, nil, context.network, cap: Self.capWithoutBaseline)
  }

  private static func isUnknownUpload(
    _ series: ConnectionSeries,
    _ limits: Thresholds.Exfiltration
  ) -> Bool {
    let port = series.service.port
    // Without a response it is a flood.
    return ProtocolNumber.hasPorts(series.service.protocolNumber) && port >= 1024
      && series.bytesIn > 0 && !Ports.isServer[Int(port)]
      && series.busiestHourOut >= limits.hourlyBytesUnknownPort
      && ConnectionSeries.uploadShare(series.busiestHourOut, series.busiestHourIn)
        >= limits.uploadShare
  }

  /// Hosts that upload to many services on ports of their own.
  private func sharingHosts(_ limits: Thresholds.Exfiltration) -> Set<IPAddress> {
    var uploads: [IPAddress: UInt64] = [:]
    for series in candidates.kept.series where Self.isUnknownUpload(series, limits) {
      uploads[series.host, default: 0] += 1
    }
    return Set(uploads.filter { $0.value > limits.unknownPortPeers }.keys)
  }

  /// How far the busiest hour of this series alone exceeds the usual outbound volume of the host in that hour.
  private func excess(
    _ series: ConnectionSeries,
    _ baseline: Baseline,
    _ z: Double
  ) -> UsualVolume.Excess? {
    let usual = UsualVolume(baseline, series.host)
    let excess = usual.excess(series.busiestHour, series.busiestHourOut, by: \.bytesOut)
    return excess.flatMap { $0.score >= z ? $0 : nil }
  }

  private func withoutBaseline(
    _ series: ConnectionSeries,
    _ rarity: Rarity,
    _ network: NetworkContext
  ) -> Finding? {
    let limits = network.thresholds.exfiltration
    guard series.uploadShare >= limits.uploadShareWithoutBaseline,
      series.busiestHourOut >= limits.hourlyBytesWithoutBaseline
        || series.busiestDayOut >= limits.dailyBytesWithoutBaseline
    else { return nil }
    return finding(series, rarity, nil, network, cap: Self.capWithoutBaseline)
  }

  private func finding(
    _ series: ConnectionSeries,
    _ rarity: Rarity,
    _ excess: UsualVolume.Excess?,
    _ network: NetworkContext,
    cap: Double = 100
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Large upload",
      stage: rarity.isNew == nil && rarity.isCommon ? .p2 : .p4,
      about: series
    )
    draft.cap = cap
    let isHour = series.busiestHourOut >= network.thresholds.exfiltration.hourlyBytes
    draft.score = Self.score(
      bytesSentInTheBusiestHour: isHour ? Double(series.busiestHourOut) : nil,
      bytesSentInTheBusiest24Hours: isHour ? nil : Double(series.busiestDayOut),
      robustZOfTheHour: excess?.score ?? 0,
      newDestination: rarity.isNew == true
    )
    let usual = excess.map { "usually \(NumberText.bytes($0.usual)) per hour" } ?? ""
    draft.detail = NumberText.joined([
      "\(NumberText.bytes(series.bytesOut)) sent, \(NumberText.bytes(series.bytesIn)) received, ~\(NumberText.bytes(series.busiestHourOut)) in the busiest hour",
      usual, rarity.words,
    ])
    return draft.finding
  }
}
