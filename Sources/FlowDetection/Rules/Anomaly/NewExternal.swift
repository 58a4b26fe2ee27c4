internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// External networks to which a host connects for the first time.
///
/// # new.external
/// ## Title
/// First connection to an external network
/// ## Input
/// answered conversations of internal hosts with services of external networks (/24, IPv6: /48), compared with a
/// baseline of one week or more
/// ## Fires when
/// The baseline does not contain the host with the service of that network, of its AWS service and region, of its
/// autonomous system, or of three other networks of its /16 (IPv6: /32). With {bytes} or more in both directions and
/// no other known host that uses the service, each network is a separate finding. All smaller ones are grouped into one
/// finding per host.
/// ## Score
/// {P4} for separate findings; {P2} for grouped findings: {terms}. Surprise = -log2((known hosts of the service + 0.5)
/// / (hosts + 1)).
/// ## Evidence
/// networks, bytes, number of known hosts that use the service
/// ## Blind spots
/// Content delivery networks change their addresses, so the /24 is compared. A host that is new itself gets one grouped
/// finding.
/// ## Techniques
/// T1071
/// ## Source
/// Google Cloud's security queries 6.10; the first-seen modifier of RITA
/// ## Respond
/// Identify the owner of the network (--geoip and --aws-ip-ranges help). Ask the owner of the host for the reason of
/// the connection.
struct NewExternal: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce, .isNewDestination]
  static let thresholds: [Threshold] = [
    .bytes("bytes", 10_000_000, of: "bytes in both directions for a separate finding per network")
  ]
  static let terms: [ScoreTerm] = [
    .linear("surprise in bits", 4...12, weight: 0.5),
    .log("bytes in both directions", 1e6...1e9, weight: 0.4),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    // All uses of one host come in one batch.
    var small: [IPAddress: [OutwardUse]] = [:]
    for use in observations.uses where isNew(use, baseline, network) {
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

  private func isNew(
    _ use: OutwardUse,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Bool {
    network.daysKnown(use.host, use.use, use.sample, in: baseline) == nil
  }

  private func known(_ use: OutwardUse, _ baseline: Baseline) -> Int {
    baseline.hosts(using: use.use.service, of: use.use.network)
  }

  /// The surprise of a host of this network that uses the service, in bits.
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
      "\(use.use.network) \(network.names.name(of: use.use.service)), \(NumberText.bytes(use.bytesOut)) sent, \(NumberText.bytes(use.bytesIn)) received, not seen before; not used by other hosts"
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
    let more = ranked.count > 1 ? " and \(NumberText.count(ranked.count - 1)) more" : ""
    draft.detail =
      "\(first.use.network)\(more), \(NumberText.bytes(bytes)) in both directions, not seen before"
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
      bytesInBothDirections: max(1, Double(bytes))
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
