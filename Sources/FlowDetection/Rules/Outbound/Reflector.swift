internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own UDP service that answers strangers with much more than they send.
///
/// # reflector
/// ## Title
/// An own service answers strangers with more than they send
/// ## Sees
/// for own UDP services known for large answers (DNS, NTP, SNMP, memcached, SSDP and others): bytes each way, answered
/// outside addresses
/// ## Fires when
/// what goes back is at least {factor} times what came, and {bytes} in sum or {peers} answered outside addresses
/// ## Score
/// {P4}; from {strong-factor} times and {strong-bytes} on {P5}: {terms}
/// ## Evidence
/// factor, bytes back, answered addresses, which are the victims of somebody who forges them
/// ## Blind spots
/// Public DNS and NTP by design look like this: suppress them once.
/// ## Techniques
/// T1498.002
/// ## Source
/// US-CERT TA14-017A, factors of amplification
/// ## Respond
/// Close the port to the internet, or limit answers; abuse complaints and the bill come later.
struct Reflector: Detector {
  static let deed = RuleDeed("answered forged requests and so flooded others")
  static let thresholds: [Threshold] = [
    .number("factor", 5.0, of: "bytes back for each byte that came"),
    .bytes("bytes", 10_000_000, of: "bytes back in sum"),
    .count("peers", 50, of: "outside addresses that are answered"),
    .number("strong-factor", 10.0, of: "factor from which on it is an attack"),
    .bytes("strong-bytes", 100_000_000, of: "bytes back from which on it is an attack"),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes back", 1e7...1e10, weight: 0.5),
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
      bytesBack: max(1, Double(endpoint.replyBytes)),
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
      "\(NumberText.bytes(endpoint.bytes)) in, \(NumberText.bytes(endpoint.replyBytes)) back to \(endpoint.answeredOutside) outside addresses"
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
