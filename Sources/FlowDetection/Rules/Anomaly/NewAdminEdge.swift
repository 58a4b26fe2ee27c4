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
/// Sessions through an agent (Session Manager) are no edges. A short session of fewer than eight packets is none either.
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
    for contact in observations.contacts where isNew(contact, baseline, network) {
      found.add(finding(contact, baseline, network))
    }
  }

  mutating func merge(_ other: NewAdminEdge) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isNew(
    _ contact: Contact,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Bool {
    let port = contact.service.port
    guard contact.bearing == .lateral, contact.outcomes.sessions > 0,
      contact.service.protocolNumber == ProtocolNumber.tcp,
      Ports.admin.contains(port) || Ports.database.contains(port)
    else { return false }
    return baseline.seen(.inner(contact)) == nil
      && baseline.targets(of: contact.source, on: contact.service)
        < network.thresholds.newAdminEdge.targets
  }

  /// In bits: how unlikely a new source of this destination is.
  private func surprise(_ contact: Contact, _ baseline: Baseline) -> Double {
    let known = Double(baseline.sources(of: contact.destination, on: contact.service))
    let all = Double(baseline.edges(on: contact.service))
    return FlowDetection.surprise(min(1, (known + 0.5) / (all + 1)))
  }

  private func finding(
    _ contact: Contact,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Finding {
    let areKnown =
      baseline.hosts.contains(contact.source) && baseline.hosts.contains(contact.destination)
    var draft = FindingDraft(
      Self.rule,
      title: "New \(network.names.name(of: contact.service)) edge",
      stage: areKnown ? .p4 : .p2,
      about: contact
    )
    let bytes = contact.sums.bytes.addingSaturated(contact.replyBytes)
    draft.score = Self.score(
      surpriseInBits: surprise(contact, baseline),
      remoteAdministration: Ports.admin.contains(contact.service.port),
      bytesBothWays: max(1, Double(bytes))
    )
    let before = baseline.sources(of: contact.destination, on: contact.service)
    draft.detail =
      "\(Words.duration(contact.longest)), \(Words.bytes(contact.sums.bytes)) out, \(Words.bytes(contact.replyBytes)) back; \(before) other \(before == 1 ? "source" : "sources") used it before"
    return draft.finding
  }
}
