internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Remote administration between two internal hosts without an earlier session.
///
/// # lateral.new-admin-edge
/// ## Title
/// First administrative session between two internal hosts
/// ## Input
/// sessions between internal addresses on administrative ports and databases, compared with a baseline of one week or
/// more
/// ## Fires when
/// The baseline does not contain the source with this service of the destination, and the source has used the service
/// on fewer than {targets|five} hosts. Sources with more hosts are administrators. Hosts that are absent from the
/// baseline count as new hosts.
/// ## Score
/// {P4}; {P2} if either host is new: {terms}. Surprise = -log2((known sources of the destination + 0.5) / (known edges
/// of the port + 1)). Databases do not count as remote administration.
/// ## Evidence
/// source, destination, duration, bytes in both directions, earlier sources of the destination
/// ## Blind spots
/// Sessions through an agent such as Session Manager are not recorded as edges. Sessions of fewer than eight packets
/// are not counted.
/// ## Techniques
/// T1021, T1021.004, T1021.001
/// ## Source
/// Lateral movement rules of Elastic; models of new edges in the LANL authentication data
/// ## Respond
/// Ask the owner of the source whether the session was authorized. If not, assume lateral movement: replace the
/// security groups of the source with an isolation group, snapshot its volumes and rotate the credentials that it used.
struct NewAdminEdge: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .count(
      "targets",
      5,
      of: "hosts on which a source used the service to count as an administrator"
    )
  ]
  static let terms: [ScoreTerm] = [
    .linear("surprise in bits", 3...10, weight: 0.5),
    .fact("remote administration", weight: 0.3),
    .log("bytes in both directions", 1e4...1e8, weight: 0.2),
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

  /// The surprise of a new source of this destination, in bits.
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
      bytesInBothDirections: max(1, Double(bytes))
    )
    let before = baseline.sources(of: servicePair.destination, on: servicePair.service)
    draft.detail =
      "\(NumberText.duration(servicePair.longest)), \(NumberText.bytes(servicePair.sums.bytes)) sent, \(NumberText.bytes(servicePair.replyBytes)) received; \(NumberText.count(before)) other \(before == 1 ? "source" : "sources") used it before"
    return draft.finding
  }
}
