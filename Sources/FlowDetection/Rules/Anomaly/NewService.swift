internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A port on which an internal host has not served before.
///
/// # new.service
/// ## Title
/// New service on a host
/// ## Input
/// sessions with services of internal addresses, compared with a baseline of one week or more
/// ## Fires when
/// {outside|one} external address or {inside|two} internal addresses have sessions with a service that the baseline
/// does not contain for the host. Above port 32767 {outside-ephemeral|two} external addresses are required, because RPC
/// and passive FTP open such ports temporarily.
/// ## Score
/// {P4} if an external address has a session; otherwise, or for a host that is absent from the baseline, {P2}. {terms}
/// ## Evidence
/// first client, number of clients, bytes in both directions
/// ## Blind spots
/// A new service without clients is not detected.
/// ## Techniques
/// T1543, T1571, T1505
/// ## Source
/// Cisco Secure Network Analytics' new external server; Zeek's known services
/// ## Respond
/// Ask the owner of the host who deployed the service. If nobody deployed it, assume a backdoor: replace the security
/// groups of the instance with an isolation group and snapshot its volumes.
struct NewService: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .count("outside", 1, of: "external addresses with sessions"),
    .count("inside", 2, of: "internal addresses with sessions"),
    .count("outside-ephemeral", 2, of: "external addresses with sessions above port 32767"),
  ]
  static let terms: [ScoreTerm] = [
    .fact("external clients", weight: 0.5),
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

  /// Whether enough clients use it.
  ///
  /// The baseline also records services with a single client.
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
      externalClients: isOutside,
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
      "sessions of \(NumberText.count(endpoint.sessionsOutside)) external and \(NumberText.count(endpoint.sessionsInside)) internal addresses\(first); not served before"
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
