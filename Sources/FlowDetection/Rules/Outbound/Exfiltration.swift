internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that sends much more to the outside than comes back.
///
/// # exfil.volume
/// ## Title
/// An own host sends much to the outside, and little comes back
/// ## Sees
/// bytes each way of the conversations that own hosts begin with one outside service, hour by hour; conversations that last
/// longer are spread evenly
/// ## Fires when
/// with a memory of a week: at least 100 MB in an hour or 1 GB in 24 hours, of which the share (out - in) / (out + in) is 0.8 or
/// more, and the host was never seen there, or sends unusually much for the hour (robust z of 3.5 or more), or it is rare to
/// talk there and seen on fewer than three earlier days. Without such a memory: 500 MB in an hour or 5 GB in 24 hours and a
/// share of 0.9.
/// ## Score
/// P4, 40 to 69, without a memory at most 60, or P2, 20 to 39, where half of the hosts talk there: 0.5 log bytes 1e8..1e11 (in the hour or the day), 0.4 linear z 3.5..12, 0.3 never before
/// ## Evidence
/// bytes in the busiest hour and day, what came back, what is usual, how many hosts talk there
/// ## Blind spots
/// Slower than a gigabyte a day stays below. Backups, log shipping and replication look the same until the memory knows them.
/// ## Techniques
/// T1048, T1041, T1567, T1030, T1537
/// ## Source
/// GuardDuty's TrafficVolumeUnusual, Slips' 100 MB an hour; the modified z-score of Iglewicz and Hoaglin (1993)
/// ## Respond
/// Find out what was sent: backups have owners. If nobody owns it, cut the host off and keep its disk.
struct Exfiltration: Detector {
  static let deed = RuleDeed("sent {size} to {whom}")

  private static let hourly: UInt64 = 100_000_000
  private static let daily: UInt64 = 1_000_000_000
  private static let share = 0.8
  private static let withoutMemory = (
    hourly: UInt64(500_000_000), daily: UInt64(5_000_000_000), share: 0.9, cap: 60.0
  )

  private var candidates = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series
    where !series.isLateral && series.directed > 0 && series.uploadShare >= Self.share
      && (series.busiestHourOut >= Self.hourly || series.busiestDayOut >= Self.daily)
    {
      candidates.add(series)
    }
  }

  mutating func merge(_ other: Exfiltration) { candidates.add(other.candidates) }

  func findings(_ context: CompleteContext) -> Found {
    candidates.findings { series in
      let rarity = context.rarity(of: series.host, series.peer, series.service)
      guard let isNew = rarity.isNew, let baseline = context.settledBaseline else {
        return withoutMemory(series, rarity, context.network)
      }
      let excess = excess(series, baseline)
      guard isNew || excess != nil || rarity.isRare && !rarity.isEstablished else { return nil }
      return finding(series, rarity, excess, context.network)
    }
  }

  /// How far the series' busiest hour alone lies above all that the host usually sends in that hour.
  private func excess(_ series: CallSeries, _ baseline: Baseline) -> UsualVolume.Excess? {
    let usual = UsualVolume(baseline, series.host)
    let excess = usual.excess(series.busiestHour, series.busiestHourOut, by: \.bytesOut)
    return excess.flatMap { $0.score >= UsualVolume.alarm ? $0 : nil }
  }

  private func withoutMemory(
    _ series: CallSeries,
    _ rarity: Rarity,
    _ network: NetworkContext
  ) -> Finding? {
    let limits = Self.withoutMemory
    guard series.uploadShare >= limits.share,
      series.busiestHourOut >= limits.hourly || series.busiestDayOut >= limits.daily
    else { return nil }
    return finding(series, rarity, nil, network, cap: limits.cap)
  }

  private func finding(
    _ series: CallSeries,
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
    let isHour = series.busiestHourOut >= Self.hourly
    draft.score.addLog(
      isHour ? "bytes out in the busiest hour" : "bytes out in the busiest 24 hours",
      Double(isHour ? series.busiestHourOut : series.busiestDayOut),
      from: 1e8,
      to: 1e11,
      weight: 0.5
    )
    draft.score.addLinear(
      "robust z of the hour",
      excess?.score ?? 0,
      from: UsualVolume.alarm,
      to: 12,
      weight: 0.4
    )
    draft.score.addFact("never before", rarity.isNew == true, weight: 0.3)
    let usual = excess.map { "usually \(Words.bytes($0.usual)) an hour" } ?? ""
    draft.detail = Words.joined([
      "\(Words.bytes(series.bytesOut)) out, \(Words.bytes(series.bytesIn)) back, ~\(Words.bytes(series.busiestHourOut)) in the busiest hour",
      usual, rarity.words,
    ])
    return draft.finding
  }
}
