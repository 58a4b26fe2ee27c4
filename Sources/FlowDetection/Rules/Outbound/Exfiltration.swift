internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that sends much more to the outside than comes back.
///
/// # exfil.volume
/// ## Title
/// An own host sends much to the outside, and little comes back
/// ## Sees
/// bytes each way of the conversations that own hosts begin with one outside service, hour by hour; conversations that
/// last longer are spread evenly
/// ## Fires when
/// with a memory of a week: at least {hourly-bytes} in an hour or {daily-bytes} in 24 hours, of which the share (out -
/// in) / (out + in) is {upload-share} or more, and the host was never seen there, or sends unusually much for the hour
/// (robust z of {z} or more), or it is rare to talk there and seen on fewer than three earlier days. Without such a
/// memory: {hourly-bytes-without-baseline} in an hour or {daily-bytes-without-baseline} in 24 hours and a share of
/// {upload-share-without-baseline}.
/// ## Score
/// {P4}, without a memory at most 60, or {P2}, where half of the hosts talk there: {terms}
/// ## Evidence
/// bytes in the busiest hour and day, what came back, what is usual, how many hosts talk there
/// ## Blind spots
/// Slower than a gigabyte a day stays below. Backups, log shipping and replication look the same until the memory knows
/// them.
/// ## Techniques
/// T1048, T1041, T1567, T1030, T1537
/// ## Source
/// GuardDuty's TrafficVolumeUnusual, Slips' 100 MB an hour; the modified z-score of Iglewicz and Hoaglin (1993)
/// ## Respond
/// Find out what was sent: backups have owners. If nobody owns it, cut the host off and keep its disk.
struct Exfiltration: Detector {
  static let deed = RuleDeed("sent {size} to {whom}")
  static let thresholds: [Threshold] = [
    .bytes("hourly-bytes", 100_000_000, of: "bytes out in an hour, with a memory"),
    .bytes("daily-bytes", 1_000_000_000, of: "bytes out in 24 hours, with a memory"),
    .number("upload-share", 0.8, of: "(out - in) / (out + in), with a memory"),
    .number("z", 3.5, of: "robust z of the hour"),
    .bytes(
      "hourly-bytes-without-baseline",
      500_000_000,
      of: "bytes out in an hour, without a memory"
    ),
    .bytes(
      "daily-bytes-without-baseline",
      5_000_000_000,
      of: "bytes out in 24 hours, without a memory"
    ),
    .number("upload-share-without-baseline", 0.9, of: "(out - in) / (out + in), without a memory"),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes out in the busiest hour", 1e8...1e11, weight: 0.5),
    .log("bytes out in the busiest 24 hours", 1e8...1e11, weight: 0.5),
    .linear("robust z of the hour", 3.5...12, weight: 0.4),
    .fact("never before", weight: 0.3),
  ]

  private static let capWithoutBaseline = 60.0

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let limits = network.thresholds.exfiltration
    for series in observations.series
    where !series.isLateral && series.directed > 0
      && series.uploadShare >= min(limits.uploadShare, limits.uploadShareWithoutBaseline)
      && (series.busiestHourOut >= min(limits.hourlyBytes, limits.hourlyBytesWithoutBaseline)
        || series.busiestDayOut >= min(limits.dailyBytes, limits.dailyBytesWithoutBaseline))
    {
      candidates.add(series)
    }
  }

  mutating func merge(_ other: Exfiltration) { candidates.add(other.candidates) }

  func findings(_ context: CompleteContext) -> Found {
    candidates.findings { series in
      let rarity = context.rarity(of: series.host, series.peer, series.service)
      guard let isNew = rarity.isNew, let baseline = context.settledBaseline else {
        return withoutBaseline(series, rarity, context.network)
      }
      let excess = excess(series, baseline, context.thresholds.exfiltration.z)
      guard isNew || excess != nil || rarity.isRare && !rarity.isEstablished else { return nil }
      return finding(series, rarity, excess, context.network)
    }
  }

  /// How far the series' busiest hour alone lies above all that the host usually sends in that hour.
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
      bytesOutInTheBusiestHour: isHour ? Double(series.busiestHourOut) : nil,
      bytesOutInTheBusiest24Hours: isHour ? nil : Double(series.busiestDayOut),
      robustZOfTheHour: excess?.score ?? 0,
      neverBefore: rarity.isNew == true
    )
    let usual = excess.map { "usually \(NumberText.bytes($0.usual)) an hour" } ?? ""
    draft.detail = NumberText.joined([
      "\(NumberText.bytes(series.bytesOut)) out, \(NumberText.bytes(series.bytesIn)) back, ~\(NumberText.bytes(series.busiestHourOut)) in the busiest hour",
      usual, rarity.words,
    ])
    return draft.finding
  }
}
