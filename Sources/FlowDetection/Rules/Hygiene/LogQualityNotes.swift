internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// What is wrong with the log itself.
///
/// # log.quality
/// ## Title
/// The log does not tell all
/// ## Sees
/// lost windows (SKIPDATA), stretches without any record, the aggregation interval, actions, reversed times
/// ## Fires when
/// more than {lost-share} of the records' number of windows were lost; or {holes|a} stretch of more than two windows
/// holds no record at all, NODATA included; or the interval is {interval|10 minutes}; or {records} records or more hold
/// only ACCEPT, or only REJECT; or more than {reversed-share} of the records end before they start. One finding with
/// all of it.
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// each fault with its number
/// ## Blind spots
/// A log that lacks whole interfaces looks well.
/// ## Techniques
/// T1562.008
/// ## Source
/// AWS, "Flow log limitations" and "Flow log records"
/// ## Respond
/// Log ALL traffic with an interval of 1 minute. Lost windows come and go with load; holes need a look at the delivery.
struct LogQualityNotes: Detector {
  static let traits: RuleTraits = [.isPractice]
  static let thresholds: [Threshold] = [
    .share("lost-share", 0.001, of: "lost windows beside the records"),
    .seconds("interval", 300, of: "longest aggregation interval that is not told"),
    .count("records", 1000, of: "records that hold one action alone"),
    .share("reversed-share", 0.001, of: "part of the records that end before they start"),
    .count("holes", 1, of: "stretches without any record"),
  ]
  static let terms: [ScoreTerm] = [
    .each("kind of fault", most: 6, weight: 0.3)
  ]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {}

  mutating func merge(_ other: LogQualityNotes) {}

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    let faults = faults(context.quality, context.thresholds.logQualityNotes)
    if !faults.isEmpty { found.add(finding(faults, context.network)) }
    return found
  }

  private func faults(
    _ quality: LogQuality,
    _ limits: Thresholds.LogQualityNotes
  ) -> [(kind: String, text: String)] {
    var faults: [(kind: String, text: String)] = []
    let records = Double(max(1, quality.records))
    if Double(quality.skipDataWindows) / records > limits.lostShare {
      faults.append(("lost windows", "\(quality.skipDataWindows) windows lost (SKIPDATA)"))
    }
    if quality.holes >= limits.holes {
      let count = quality.holes == 1 ? "one stretch" : "\(quality.holes) stretches"
      faults.append(
        (
          "holes",
          "\(count) without records, the longest \(NumberText.duration(quality.longestHole))"
        )
      )
    }
    if quality.aggregationInterval > limits.interval {
      faults.append(("10-minute interval", "windows of \(quality.aggregationInterval) s"))
    }
    if quality.accepted + quality.rejected >= limits.records {
      if quality.rejected == 0 { faults.append(("no REJECT", "only ACCEPT: scans are invisible")) }
      if quality.accepted == 0 {
        faults.append(("no ACCEPT", "only REJECT: what got in is invisible"))
      }
    }
    if Double(quality.reversedTimes) / records > limits.reversedShare {
      faults.append(("reversed times", "\(quality.reversedTimes) records end before they start"))
    }
    return faults
  }

  private func finding(
    _ faults: [(kind: String, text: String)],
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Log coverage",
      stage: .note,
      actor: .campaign("the log")
    )
    draft.score = Self.score(kindOfFault: faults.map(\.kind))
    draft.countsRecords = false
    (draft.sums.first, draft.sums.last) = (network.logStart, network.logEnd)
    draft.detail = faults.map(\.text).joined(separator: "; ")
    draft.evidence = EvidenceQuery.none
    return draft.finding
  }
}
