internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Gaps and other limits of the log itself.
///
/// # log.quality
/// ## Title
/// Incomplete log coverage
/// ## Input
/// lost windows (SKIPDATA), gaps without any record, aggregation interval, actions, records with reversed times
/// ## Fires when
/// The number of lost windows exceeds {lost-share} of the number of records; or {holes|one} gap of more than two
/// windows contains no record at all, NODATA included; or the aggregation interval is {interval|10 minutes}; or
/// {records} records or more contain only ACCEPT or only REJECT; or more than {reversed-share} of the records end
/// before they start. All of these form one finding.
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// each fault with its number
/// ## Blind spots
/// Interfaces that are missing from the log entirely are not detected.
/// ## Techniques
/// T1562.008
/// ## Source
/// AWS, "Flow log limitations" and "Flow log records"
/// ## Respond
/// Configure the flow log for all traffic (ALL) with a maximum aggregation interval of 1 minute. Lost windows depend on
/// the load. Check the log delivery (S3 bucket policy, delivery errors) and CloudTrail for DeleteFlowLogs if there are
/// gaps.
struct LogQualityNotes: Detector {
  static let traits: RuleTraits = [.isPractice]
  static let thresholds: [Threshold] = [
    .share("lost-share", 0.001, of: "number of lost windows relative to the records"),
    .seconds("interval", 300, of: "longest aggregation interval that is not reported"),
    .count("records", 1000, of: "records with one action alone"),
    .share("reversed-share", 0.001, of: "share of the records that end before they start"),
    .count("holes", 1, of: "gaps without any record"),
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
      faults.append(
        ("lost windows", "\(NumberText.count(quality.skipDataWindows)) windows lost (SKIPDATA)")
      )
    }
    if quality.holes >= limits.holes {
      let count = quality.holes == 1 ? "one gap" : "\(NumberText.count(quality.holes)) gaps"
      faults.append(
        (
          "holes",
          "\(count) without records, the longest \(NumberText.duration(quality.longestHole))"
        )
      )
    }
    if quality.aggregationInterval > limits.interval {
      faults.append(
        ("10-minute interval", "windows of \(NumberText.duration(quality.aggregationInterval))")
      )
    }
    if quality.accepted + quality.rejected >= limits.records {
      if quality.rejected == 0 {
        faults.append(("no REJECT", "only ACCEPT: scans are not visible"))
      }
      if quality.accepted == 0 {
        faults.append(("no ACCEPT", "only REJECT: accepted traffic is not visible"))
      }
    }
    if Double(quality.reversedTimes) / records > limits.reversedShare {
      faults.append(
        (
          "reversed times",
          "\(NumberText.count(quality.reversedTimes)) records end before they start"
        )
      )
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
