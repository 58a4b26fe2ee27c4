internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Outside networks that a host talks to for the first time.
///
/// # new.external
/// ## Title
/// A host talks to an outside network for the first time
/// ## Sees
/// answered conversations of own hosts with services of outside /24s (IPv6: /48), against a memory of a week or more
/// ## Fires when
/// the host was never seen with the service of that network. With {bytes} or more both ways, and no other host known
/// there, each network is a finding of its own; everything smaller folds into one finding a host.
/// ## Score
/// {P4}, each by itself; {P2}, folded: {terms}. Surprise = -log2((hosts known there + 0.5) / (hosts + 1)).
/// ## Evidence
/// the networks, bytes, how many hosts were known to talk there
/// ## Blind spots
/// Content networks move their addresses: the /24 stands for them. A host that itself is new is told by a single
/// finding.
/// ## Techniques
/// T1071
/// ## Source
/// Google Cloud's security queries 6.10; RITA's first-seen modifier
/// ## Respond
/// Look whose network it is (--geoip, --aws-ip-ranges help), and whether the host had a reason that night.
struct NewExternal: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .bytes(
      "bytes",
      10_000_000,
      of: "bytes both ways from which on a network is a finding of its own"
    )
  ]
  static let terms: [ScoreTerm] = [
    .linear("surprise in bits", 4...12, weight: 0.5),
    .log("bytes both ways", 1e6...1e9, weight: 0.4),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    // All uses of one host come in one batch.
    var small: [IPAddress: [OutwardUse]] = [:]
    for use in observations.uses where isNew(use, baseline) {
      if use.bytes >= network.thresholds.newExternal.bytes, known(use, baseline) == 0,
        baseline.hosts.contains(use.host)
      {
        found.add(single(use, baseline, network))
      } else {
        small[use.host, default: []].append(use)
      }
    }
    for (host, uses) in small { found.add(folded(host, uses, baseline)) }
  }

  mutating func merge(_ other: NewExternal) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isNew(_ use: OutwardUse, _ baseline: Baseline) -> Bool {
    baseline.seen(
      BaselineEntry(.outward, host: use.host, peer: use.use.network, service: use.use.service)
    ) == nil
  }

  private func known(_ use: OutwardUse, _ baseline: Baseline) -> Int {
    baseline.hosts(using: use.use.service, of: use.use.network)
  }

  /// In bits: how unlikely a host of this network is to talk there.
  private func surprise(_ use: OutwardUse, _ baseline: Baseline) -> Double {
    let share =
      (Double(known(use, baseline)) + 0.5) / (Double(max(baseline.activeHosts, 1)) + 1)
    return FlowDetection.surprise(share)
  }

  private func single(
    _ use: OutwardUse,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "New external network",
      stage: .p4,
      actor: .address(use.host)
    )
    draft.note(host: use.host, peer: use.sample, use.use.service)
    draft.key = Self.key(use)
    draft.evidence.destination = nil
    draft.evidence.destinationNetwork = use.use.network
    score(&draft, use, use.bytes, baseline)
    note(&draft, [use])
    draft.detail =
      "\(use.use.network) \(network.names.name(of: use.use.service)), \(NumberText.bytes(use.bytesOut)) out, \(NumberText.bytes(use.bytesIn)) back, never seen before; no other host talks there"
    return draft.finding
  }

  private func folded(_ host: IPAddress, _ uses: [OutwardUse], _ baseline: Baseline) -> Finding {
    let ranked = uses.sorted { ($1.bytes, $0.use) < ($0.bytes, $1.use) }
    let first = ranked[0]
    var draft = FindingDraft(
      Self.rule,
      title: "New external networks",
      stage: .p2,
      actor: .address(host)
    )
    draft.key = Self.key(first)
    let bytes = ranked.reduce(UInt64(0)) { $0.addingSaturated($1.bytes) }
    score(&draft, first, bytes, baseline)
    note(&draft, ranked)
    draft.service =
      ranked.allSatisfy { $0.use.service == first.use.service } ? first.use.service : nil
    draft.actorIsInternal = true
    draft.suppression = SuppressionScope(source: host.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: host))
    draft.evidence.isOutward = true
    draft.evidence.destinationNetwork = first.use.network
    let more = ranked.count > 1 ? " and \(ranked.count - 1) more" : ""
    draft.detail =
      "\(first.use.network)\(more), \(NumberText.bytes(bytes)) both ways, never seen before"
    return draft.finding
  }

  private static func key(_ use: OutwardUse) -> [String] {
    let service = use.use.service
    return [use.use.network.description, "\(service.protocolNumber)/\(service.port)"]
  }

  private func score(
    _ draft: inout FindingDraft,
    _ use: OutwardUse,
    _ bytes: UInt64,
    _ baseline: Baseline
  ) {
    draft.score = Self.score(
      surpriseInBits: surprise(use, baseline),
      bytesBothWays: max(1, Double(bytes))
    )
  }

  private func note(_ draft: inout FindingDraft, _ uses: [OutwardUse]) {
    draft.outcome = .open
    draft.targets = Targets(
      count: UInt64(uses.count),
      isExact: true,
      sample: uses.prefix(8).map { Target(address: $0.sample, service: $0.use.service) }
    )
    draft.countsRecords = false
    draft.conversations = uses.reduce(UInt64(0)) { $0.addingSaturated($1.conversations) }
    draft.sums.bytes = uses.reduce(UInt64(0)) { $0.addingSaturated($1.bytesOut) }
    draft.sums.first = uses.map(\.first).min() ?? 0
    draft.sums.last = uses.map(\.last).max() ?? 0
    draft.sums.activity = uses.reduce(0) { $0 | $1.activity }
  }
}
