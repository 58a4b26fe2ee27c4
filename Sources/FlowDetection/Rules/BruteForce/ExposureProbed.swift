internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// The risk of an exposed service.
enum ExposureRisk {
  /// 1 for services that require no password by default, 0.7 for administration, 0.6 for databases.
  static func of(_ service: Service) -> Double {
    if Ports.open.contains(service.port) { return 1 }
    return Ports.admin.contains(service.port) ? 0.7 : 0.6
  }
}

/// A local service that answers scanning sources.
///
/// # exposure.probed
/// ## Title
/// Sensitive service exposed to scanners
/// ## Input
/// answered conversations of external sources with administrative, database and other sensitive TCP ports of local
/// addresses
/// ## Fires when
/// External sources from at least {networks} source prefixes (/24, IPv6: /48) got a response from the service, and at
/// least {probers|one} of them also tried another local service without success. No external threat feed is required:
/// scanners are identified by their behavior in the log. An ACCEPT record without a response, as NAT gateways produce
/// it, is not an open port.
/// ## Score
/// {P2}: {terms}. Risk: 1 for services without a password by default, 0.7 for administration, 0.6 for databases.
/// ## Evidence
/// sources, source prefixes, response bytes, scanners among the sources
/// ## Blind spots
/// An intentionally public bastion host matches this rule. Suppress it by destination and port.
/// ## Techniques
/// T1190, T1133
/// ## Source
/// GuardDuty's PortProbeUnprotectedPort, without a list of known scanners
/// ## Respond
/// Remove the public inbound rule for the port from the security group. The finding sg.too-open lists the source
/// prefixes that use the service. Use Session Manager or a VPN for administration.
struct ExposureProbed: Detector {
  static let traits: RuleTraits = [.isReachability, .isAboutTarget, .opensChain]
  static let thresholds: [Threshold] = [
    .count("networks", 3, of: "external source prefixes whose sources got a response"),
    .count("probers", 1, of: "sources among them that also tried another service without success"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("risk of the service", 0...1, weight: 0.5),
    .log("sources", 3...300, weight: 0.3),
    .log("response bytes", 1e3...1e7, weight: 0.2),
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
      actor: .campaign("external sources of \(name) at \(endpoint.address)")
    )
    draft.score = Self.score(
      riskOfTheService: ExposureRisk.of(endpoint.service),
      sources: Double(endpoint.sources),
      responseBytes: Double(endpoint.replyBytes)
    )
    draft.take(endpoint)
    draft.members = Members(count: endpoint.sources, sample: endpoint.proberSample)
    draft.detail =
      "\(NumberText.count(endpoint.sources)) sources received responses, \(NumberText.count(endpoint.probers)) of them also scan, \(NumberText.bytes(endpoint.replyBytes)) in responses"
    return draft.finding
  }
}

extension FindingDraft {
  /// Copies the data of an exposed endpoint.
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
    key = [endpoint.address.keyText, "\(endpoint.service.port)"]
    suppression = SuppressionScope(destination: endpoint.address, service: endpoint.service)
    evidence = EvidenceQuery(
      destination: endpoint.address,
      protocols: [endpoint.service.protocolNumber],
      port: endpoint.service.port
    )
  }
}
