internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An hour with far more external traffic of a host than usual.
///
/// # volume.unusual
/// ## Title
/// Unusual volume of external traffic
/// ## Input
/// bytes in both directions between a host and external addresses, per hour, compared with the same hours of the
/// baseline: of the week with four weeks of data, otherwise of the day
/// ## Fires when
/// With a baseline of one week: an hour has a robust z of {z} or more, at least {factor} times the median, and {bytes}
/// or more.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// hour, bytes, usual volume, external networks with the most traffic of the host on that day
/// ## Blind spots
/// Conversations of several hours are distributed evenly over their hours. A slow increase becomes part of the
/// baseline.
/// ## Techniques
/// T1048
/// ## Source
/// GuardDuty's TrafficVolumeUnusual; the modified z-score of Iglewicz and Hoaglin (1993)
/// ## Respond
/// Check the top talkers of the hour. Identify the destination and the process. If the transfer is not authorized,
/// follow the response of exfil.volume.
struct UnusualVolume: Detector {
  static let traits: RuleTraits = [.weighsSpread, .isUnusual, .isTransfer]
  static let thresholds: [Threshold] = [
    .number("z", 3.5, of: "robust z of an hour"),
    .count("factor", 5, of: "multiple of the median"),
    .bytes("bytes", 50_000_000, of: "bytes in both directions in the hour"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("robust z", 3.5...20, weight: 0.6)
  ]

  private static let peersTold = 3

  private var excesses: [IPAddress: UsualVolume.Excess] = [:]
  /// The uses of each host with the most traffic.
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

  /// The uses of the host with the most traffic that were active in the hour.
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
      "~\(NumberText.bytes(excess.bytes)) in both directions in one hour, usually ~\(NumberText.bytes(excess.usual))",
      networks.isEmpty ? "" : "most traffic on that day with \(networks)",
    ])
    draft.suppression = SuppressionScope(source: host.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: host))
    draft.evidence.isOutward = true
    return draft.finding
  }
}
