internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An hour in which a host exchanges far more with the outside than it usually does.
///
/// # volume.unusual
/// ## Title
/// A host exchanges far more with the outside than usual
/// ## Sees
/// bytes both ways between a host and the outside, hour by hour, against the same hours of the memory: of the week
/// where it holds four weeks, else of the day
/// ## Fires when
/// with a memory of a week: an hour has a robust z of {z} or more, at least {factor} times the median and {bytes}
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// the hour, its bytes, what is usual, the outside networks with which the host exchanges most that day
/// ## Blind spots
/// Conversations that last several hours are spread evenly. What grows slowly becomes usual.
/// ## Techniques
/// T1048
/// ## Source
/// GuardDuty's TrafficVolumeUnusual; the modified z-score of Iglewicz and Hoaglin (1993)
/// ## Respond
/// Look at the top talkers of the hour: with whom, and which program.
struct UnusualVolume: Detector {
  static let traits: RuleTraits = [.weighsSpread, .isUnusual]
  static let thresholds: [Threshold] = [
    .number("z", 3.5, of: "robust z of an hour"),
    .count("factor", 5, of: "times the median"),
    .bytes("bytes", 50_000_000, of: "bytes both ways in the hour"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("robust z", 3.5...20, weight: 0.6)
  ]

  private static let peersTold = 3

  private var excesses: [IPAddress: UsualVolume.Excess] = [:]
  /// The largest uses of each host: with whom it was.
  private var uses: [IPAddress: [OutwardUse]] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for volume in observations.volumes {
      let usual = UsualVolume(baseline, volume.host)
      guard let excess = usual.worst(volume.hours), isUnusual(excess, network) else { continue }
      excesses[volume.host] = excess
    }
    for use in observations.uses { add(use) }
  }

  private mutating func add(_ use: OutwardUse) {
    var largest = uses[use.host] ?? []
    uses[use.host] = nil
    largest.append(use)
    largest.sort { ($1.bytes, $0.use) < ($0.bytes, $1.use) }
    if largest.count > Self.peersTold { largest.removeLast() }
    uses[use.host] = largest
  }

  mutating func merge(_ other: UnusualVolume) {
    excesses.merge(other.excesses) { first, _ in first }
    for use in other.uses.values.joined() { add(use) }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for (host, excess) in excesses { found.add(finding(host, excess)) }
    return found
  }

  /// The largest uses of the host that were going on in the hour.
  private func peers(_ host: IPAddress, _ hour: UInt32) -> [OutwardUse] {
    (uses[host] ?? []).filter { $0.first / 3600 <= hour && $0.last / 3600 >= hour }
  }

  private func isUnusual(_ excess: UsualVolume.Excess, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.unusualVolume
    return excess.score >= limits.z && excess.bytes >= limits.bytes
      && excess.bytes / limits.factor >= excess.usual
  }

  private func finding(_ host: IPAddress, _ excess: UsualVolume.Excess) -> Finding {
    var draft = FindingDraft(Self.rule, title: "Unusual volume", stage: .p4, actor: .address(host))
    draft.score = Self.score(robustZ: excess.score)
    draft.actorIsInternal = true
    draft.countsRecords = false
    draft.sums.bytes = excess.bytes
    draft.sums.first = UInt32(clamping: UInt64(excess.hour) * 3600)
    draft.sums.last = UInt32(clamping: UInt64(excess.hour) * 3600 + 3599)
    let peers = peers(host, excess.hour)
    draft.targets = Targets(
      count: UInt64(peers.count),
      isExact: false,
      sample: peers.map { Target(address: $0.sample, service: $0.use.service) }
    )
    let networks = peers.map(\.use.network.description).joined(separator: ", ")
    draft.detail = NumberText.joined([
      "~\(NumberText.bytes(excess.bytes)) both ways in one hour, usually ~\(NumberText.bytes(excess.usual))",
      networks.isEmpty ? "" : "its largest traffic that day is with \(networks)",
    ])
    draft.suppression = SuppressionScope(source: host.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: host))
    draft.evidence.isOutward = true
    return draft.finding
  }
}
