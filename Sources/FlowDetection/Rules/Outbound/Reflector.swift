internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A local UDP service that returns many more bytes than it receives.
///
/// # reflector
/// ## Title
/// Local service usable as a reflector
/// ## Input
/// for local UDP services with known amplification (DNS, NTP, SNMP, memcached, SSDP and others): bytes in both
/// directions and answered external addresses
/// ## Fires when
/// The response bytes are at least {factor} times the request bytes. In addition, the responses total {bytes}, or
/// {peers} external addresses are answered.
/// ## Score
/// {P4}; {P5} for a factor of {strong-factor} and {strong-bytes} or more: {terms}
/// ## Evidence
/// amplification factor, response bytes, answered addresses, which are the victims of spoofed requests
/// ## Blind spots
/// Public DNS and NTP servers match this rule. Suppress them.
/// ## Techniques
/// T1498.002
/// ## Source
/// US-CERT TA14-017A, amplification factors
/// ## Respond
/// Remove the public inbound rule for the port, or limit the response rate of the service. Disable amplifying commands
/// such as NTP monlist.
struct Reflector: Detector {
  static let deed = RuleDeed("answered spoofed requests as a reflector")
  static let thresholds: [Threshold] = [
    .number("factor", 5.0, of: "response bytes per request byte"),
    .bytes("bytes", 10_000_000, of: "total response bytes"),
    .count("peers", 50, of: "answered external addresses"),
    .number("strong-factor", 10.0, of: "factor for stage P5"),
    .bytes("strong-bytes", 100_000_000, of: "total response bytes for stage P5"),
  ]
  static let terms: [ScoreTerm] = [
    .log("response bytes", 1e7...1e10, weight: 0.5),
    .linear("factor", 5...50, weight: 0.4),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for endpoint in observations.served where isReflector(endpoint, network) {
      found.add(finding(endpoint, network))
    }
  }

  mutating func merge(_ other: Reflector) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func factor(_ endpoint: ServedEndpoint) -> Double {
    Double(endpoint.replyBytes) / Double(max(1, endpoint.bytes))
  }

  private func isReflector(_ endpoint: ServedEndpoint, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.reflector
    return endpoint.service.protocolNumber == ProtocolNumber.udp
      && Ports.amplifying.contains(endpoint.service.port) && endpoint.answeredOutside > 0
      && factor(endpoint) >= limits.factor
      && (endpoint.replyBytes >= limits.bytes || endpoint.answeredOutside >= limits.peers)
  }

  private func finding(_ endpoint: ServedEndpoint, _ network: NetworkContext) -> Finding {
    let limits = network.thresholds.reflector
    let isStrong =
      factor(endpoint) >= limits.strongFactor && endpoint.replyBytes >= limits.strongBytes
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: endpoint.service)) reflector",
      stage: isStrong ? .p5 : .p4,
      actor: .address(endpoint.address)
    )
    draft.key = ["\(endpoint.service.protocolNumber)/\(endpoint.service.port)"]
    draft.service = endpoint.service
    draft.actorIsInternal = true
    draft.score = Self.score(
      responseBytes: max(1, Double(endpoint.replyBytes)),
      factor: factor(endpoint)
    )
    draft.outcome = .open
    draft.targets = Targets(
      count: endpoint.answeredOutside,
      isExact: true,
      sample: endpoint.sample.map { [Target(address: $0)] } ?? []
    )
    draft.countsRecords = false
    draft.conversations = endpoint.triedOutside
    (draft.sums.packets, draft.sums.bytes) = (endpoint.packets, endpoint.bytes)
    (draft.sums.first, draft.sums.last) = (endpoint.first, endpoint.last)
    draft.sums.activity = endpoint.activity
    draft.detail =
      "\(NumberText.bytes(endpoint.bytes)) received, \(NumberText.bytes(endpoint.replyBytes)) returned to \(NumberText.count(endpoint.answeredOutside)) external addresses"
    draft.suppression = SuppressionScope(
      source: endpoint.address.description,
      service: endpoint.service
    )
    draft.evidence = EvidenceQuery(
      destination: endpoint.address,
      protocols: [endpoint.service.protocolNumber],
      port: endpoint.service.port
    )
    return draft.finding
  }
}
