internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A port that an own host did not serve before.
///
/// # new.service
/// ## Title
/// A host answers on a port on which it never did
/// ## Sees
/// whole sessions with services of own and internal addresses, against a memory of a week or more
/// ## Fires when
/// {outside|one} outside address or {inside|two} inside ones hold sessions with a service that the host was never seen
/// to serve. Above port 32767 {outside-ephemeral|two} outside addresses are asked for: RPC and passive FTP open such
/// ports for a moment.
/// ## Score
/// {P4}, if anybody came from outside; else, or for a host that the memory has never seen, {P2}. {terms}
/// ## Evidence
/// who came first, how many, bytes each way
/// ## Blind spots
/// A service that nobody uses yet is not seen.
/// ## Techniques
/// T1543, T1571, T1505
/// ## Source
/// Cisco Secure Network Analytics' new external server; Zeek's known services
/// ## Respond
/// Ask who deployed it. A port that nobody deployed is a back door.
struct NewService: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .count("outside", 1, of: "outside addresses that hold sessions"),
    .count("inside", 2, of: "internal addresses that hold sessions"),
    .count("outside-ephemeral", 2, of: "outside addresses that hold sessions above port 32767"),
  ]
  static let terms: [ScoreTerm] = [
    .fact("reached from outside", weight: 0.5),
    .fact("sensitive port", weight: 0.3),
  ]

  private static let ephemeral: UInt16 = 32_768

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for endpoint in observations.served where isNew(endpoint, baseline, network) {
      found.add(finding(endpoint, baseline, network))
    }
  }

  mutating func merge(_ other: NewService) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  /// Whether others really use it; the memory keeps what a single one used.
  static func isServed(_ endpoint: ServedEndpoint, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.newService
    let outside = endpoint.sessionsOutside
    if endpoint.service.port >= ephemeral { return outside >= limits.outsideEphemeral }
    return outside >= limits.outside || endpoint.sessionsInside >= limits.inside
  }

  private func isNew(
    _ endpoint: ServedEndpoint,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Bool {
    guard Self.isServed(endpoint, network),
      ProtocolNumber.hasPorts(endpoint.service.protocolNumber)
    else {
      return false
    }
    return baseline.seen(BaselineEntry(.served, host: endpoint.address, service: endpoint.service))
      == nil
  }

  private func finding(
    _ endpoint: ServedEndpoint,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Finding {
    let isOutside = endpoint.sessionsOutside > 0
    let isKnownHost = baseline.hosts.contains(endpoint.address)
    var draft = FindingDraft(
      Self.rule,
      title: "New service \(network.names.name(of: endpoint.service))",
      stage: isOutside && isKnownHost ? .p4 : .p2,
      actor: .address(endpoint.address)
    )
    draft.key = ["\(endpoint.service.protocolNumber)/\(endpoint.service.port)"]
    draft.score = Self.score(
      reachedFromOutside: isOutside,
      sensitivePort: Ports.isSensitive(endpoint.service.port)
    )
    draft.service = endpoint.service
    draft.actorIsInternal = true
    draft.outcome = .open
    let client = endpoint.sample ?? endpoint.insideSample
    let clients = endpoint.sessionsOutside + endpoint.sessionsInside
    draft.targets = Targets(
      count: clients,
      isExact: true,
      sample: client.map { [Target(address: $0)] } ?? []
    )
    draft.countsRecords = false
    draft.conversations = endpoint.answeredOutside + endpoint.answeredInside
    (draft.sums.packets, draft.sums.bytes) = (endpoint.packets, endpoint.bytes)
    (draft.sums.first, draft.sums.last) = (endpoint.first, endpoint.last)
    draft.sums.activity = endpoint.activity
    let first = client.map { ", e.g. \($0)" } ?? ""
    draft.detail =
      "sessions of \(endpoint.sessionsOutside) outside and \(endpoint.sessionsInside) inside addresses\(first); never served before"
    draft.suppression = SuppressionScope(
      source: endpoint.address.description,
      service: endpoint.service
    )
    draft.evidence = EvidenceQuery(
      destination: endpoint.address,
      protocols: [endpoint.service.protocolNumber],
      port: endpoint.service.port
    )
    draft.evidence.isAnySource = true
    return draft.finding
  }
}
