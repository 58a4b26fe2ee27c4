internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Two own hosts between which nobody administered before.
///
/// # lateral.new-admin-edge
/// ## Title
/// A host administers another one for the first time
/// ## Sees
/// sessions between internal addresses on administrative ports and databases, against a memory of a week or more
/// ## Fires when
/// the source was never seen on that service of the destination, and has not been on it at {targets|five} hosts or
/// more: those administer for a living. Hosts that the memory has never seen are new themselves.
/// ## Score
/// {P4}; {P2}, if either host is new: {terms}. Surprise = -log2((known sources of the destination + 0.5) / (known edges
/// of the port + 1)). Databases are no remote administration.
/// ## Evidence
/// who to whom, how long, bytes each way, who administered the destination before
/// ## Blind spots
/// Sessions through an agent (Session Manager) are no edges. A short session of fewer than eight packets is none
/// either.
/// ## Techniques
/// T1021, T1021.004, T1021.001
/// ## Source
/// Elastic's lateral movement rules; models of new edges in the LANL authentication data
/// ## Respond
/// Ask the owner of the source. Movement inside the network is what follows a break-in.
struct NewAdminEdge: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .count(
      "targets",
      5,
      of: "hosts on which a source has used the service from which on it is an administrator"
    )
  ]
  static let terms: [ScoreTerm] = [
    .linear("surprise in bits", 3...10, weight: 0.5),
    .fact("remote administration", weight: 0.3),
    .log("bytes both ways", 1e4...1e8, weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for servicePair in observations.servicePairs where isNew(servicePair, baseline, network) {
      found.add(finding(servicePair, baseline, network))
    }
  }

  mutating func merge(_ other: NewAdminEdge) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isNew(
    _ servicePair: HostServicePair,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Bool {
    let port = servicePair.service.port
    guard servicePair.trafficDirection == .lateral, servicePair.outcomes.sessions > 0,
      servicePair.service.protocolNumber == ProtocolNumber.tcp,
      Ports.admin.contains(port) || Ports.database.contains(port)
    else { return false }
    return baseline.seen(.inner(servicePair)) == nil
      && baseline.targets(of: servicePair.source, on: servicePair.service)
        < network.thresholds.newAdminEdge.targets
  }

  /// In bits: how unlikely a new source of this destination is.
  private func surprise(_ servicePair: HostServicePair, _ baseline: Baseline) -> Double {
    let known = Double(baseline.sources(of: servicePair.destination, on: servicePair.service))
    let all = Double(baseline.edges(on: servicePair.service))
    return FlowDetection.surprise(min(1, (known + 0.5) / (all + 1)))
  }

  private func finding(
    _ servicePair: HostServicePair,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Finding {
    let areKnown =
      baseline.hosts.contains(servicePair.source)
      && baseline.hosts.contains(servicePair.destination)
    var draft = FindingDraft(
      Self.rule,
      title: "New internal \(network.names.name(of: servicePair.service)) administrator",
      stage: areKnown ? .p4 : .p2,
      about: servicePair
    )
    let bytes = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
    draft.score = Self.score(
      surpriseInBits: surprise(servicePair, baseline),
      remoteAdministration: Ports.admin.contains(servicePair.service.port),
      bytesBothWays: max(1, Double(bytes))
    )
    let before = baseline.sources(of: servicePair.destination, on: servicePair.service)
    draft.detail =
      "\(NumberText.duration(servicePair.longest)), \(NumberText.bytes(servicePair.sums.bytes)) out, \(NumberText.bytes(servicePair.replyBytes)) back; \(before) other \(before == 1 ? "source" : "sources") used it before"
    return draft.finding
  }
}
