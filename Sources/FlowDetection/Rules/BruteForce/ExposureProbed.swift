internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// How much an intruder gains behind an open port.
enum ExposureRisk {
  /// 1 for services that ask for no password by default, 0.7 for administration, 0.6 for databases.
  static func of(_ service: Service) -> Double {
    if Ports.open.contains(service.port) { return 1 }
    return Ports.admin.contains(service.port) ? 0.7 : 0.6
  }
}

/// An own endpoint that answers those who scan.
///
/// # exposure.probed
/// ## Title
/// A sensitive service answers strangers who scan
/// ## Sees
/// answered conversations from outside with administration, database and other sensitive TCP ports of own addresses
/// ## Fires when
/// sources from at least {networks} outside /24s (IPv6: /48) got an answer from the endpoint, and at least
/// {probers|one} of them tried something else in vain here: the network's own scanners are the list, no feed is needed.
/// An ACCEPT without an answer, as NAT gateways show it, is no open port.
/// ## Score
/// {P2}: {terms}. Risk: 1 no password by default, 0.7 administration, 0.6 database.
/// ## Evidence
/// sources, networks, bytes sent back, the probers among the sources
/// ## Blind spots
/// A bastion that is meant to be open is told, too: suppress it by destination and port.
/// ## Techniques
/// T1190, T1133
/// ## Source
/// GuardDuty's PortProbeUnprotectedPort, without a list of known scanners
/// ## Respond
/// Close the port to the internet. sg.too-open tells which networks really use it.
struct ExposureProbed: Detector {
  static let traits: RuleTraits = [.isReachability, .isAboutTarget, .opensChain]
  static let thresholds: [Threshold] = [
    .count("networks", 3, of: "outside networks whose sources got an answer"),
    .count("probers", 1, of: "of the sources, those that tried something else in vain"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("risk of the service", 0...1, weight: 0.5),
    .log("sources", 3...300, weight: 0.3),
    .log("bytes back", 1e3...1e7, weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let limits = network.thresholds.exposureProbed
    for endpoint in observations.exposures
    where endpoint.networks >= limits.networks && endpoint.probers >= limits.probers
      && Ports.isSensitive(endpoint.service.port)
    {
      found.add(finding(endpoint, network))
    }
  }

  mutating func merge(_ other: ExposureProbed) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(_ endpoint: ExposedEndpoint, _ network: NetworkContext) -> Finding {
    let name = network.names.name(of: endpoint.service)
    var draft = FindingDraft(
      Self.rule,
      title: "Exposed \(name) being probed",
      stage: .p2,
      actor: .campaign("outside sources of \(name) at \(endpoint.address)")
    )
    draft.score = Self.score(
      riskOfTheService: ExposureRisk.of(endpoint.service),
      sources: Double(endpoint.sources),
      bytesBack: Double(endpoint.replyBytes)
    )
    draft.take(endpoint)
    draft.members = Members(count: endpoint.sources, sample: endpoint.proberSample)
    draft.detail =
      "\(endpoint.sources) sources answered, \(endpoint.probers) of them scan, \(endpoint.replyBytes) B back"
    return draft.finding
  }
}

extension FindingDraft {
  /// Takes over what is known of an open endpoint.
  mutating func take(_ endpoint: ExposedEndpoint) {
    service = endpoint.service
    outcome = endpoint.sessionSources > 0 ? .open : .touched
    targets = Targets(
      count: 1,
      isExact: true,
      sample: [Target(address: endpoint.address, port: endpoint.service.port)]
    )
    sums = endpoint.sums
    conversations = endpoint.conversations
    key = [endpoint.address.description, "\(endpoint.service.port)"]
    suppression = SuppressionScope(destination: endpoint.address, service: endpoint.service)
    evidence = EvidenceQuery(
      destination: endpoint.address,
      protocols: [endpoint.service.protocolNumber],
      port: endpoint.service.port
    )
  }
}
