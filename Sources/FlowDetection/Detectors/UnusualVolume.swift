internal import FlowAggregation
internal import FlowModel

/// An hour in which a host exchanges far more with the outside than it usually does.
///
/// # volume.unusual
/// ## Title
/// A host exchanges far more with the outside than usual
/// ## Sees
/// bytes both ways between a host and the outside, hour by hour, against the same hours of the memory: of the week where it
/// holds four weeks, else of the day
/// ## Fires when
/// with a memory of a week: an hour has a robust z of 3.5 or more, at least 5 times the median and 50 MB
/// ## Score
/// P4, 40 to 69: 0.6 linear z 3.5..20
/// ## Evidence
/// the hour, its bytes, what is usual
/// ## Blind spots
/// Conversations that last several hours are spread evenly. What grows slowly becomes usual.
/// ## Techniques
/// T1048
/// ## Source
/// GuardDuty's TrafficVolumeUnusual; the modified z-score of Iglewicz and Hoaglin (1993)
/// ## Respond
/// Look at the top talkers of the hour: with whom, and which program.
struct UnusualVolume: Detector {
  private static let leastBytes: UInt64 = 50_000_000
  private static let leastFactor: UInt64 = 5

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for volume in observations.volumes {
      let usual = UsualVolume(baseline, volume.host)
      guard let excess = usual.worst(volume.hours), isUnusual(excess) else { continue }
      found.add(finding(volume.host, excess))
    }
  }

  mutating func merge(_ other: UnusualVolume) { found.add(other.found) }

  func findings(_ network: NetworkContext) -> Found { found }

  private func isUnusual(_ excess: UsualVolume.Excess) -> Bool {
    excess.score >= UsualVolume.alarm && excess.bytes >= Self.leastBytes
      && excess.bytes / Self.leastFactor >= excess.usual
  }

  private func finding(_ host: IPAddress, _ excess: UsualVolume.Excess) -> Finding {
    var draft = FindingDraft(Self.page, title: "Unusual volume", stage: .p4, actor: .address(host))
    draft.score.addLinear("robust z", excess.score, from: UsualVolume.alarm, to: 20, weight: 0.6)
    draft.actorIsInternal = true
    draft.countsRecords = false
    draft.sums.bytes = excess.bytes
    draft.sums.first = excess.hour * 3600
    draft.sums.last = excess.hour * 3600 + 3599
    draft.detail =
      "~\(Words.bytes(excess.bytes)) both ways in one hour, usually ~\(Words.bytes(excess.usual))"
    draft.suppression = SuppressionScope(source: host.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: host))
    draft.evidence.isOutward = true
    return draft.finding
  }
}
