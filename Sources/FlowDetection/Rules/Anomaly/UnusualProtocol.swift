internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Accepted traffic of rare IP protocols.
///
/// # proto.unusual
/// ## Title
/// Accepted traffic of an unusual protocol
/// ## Input
/// accepted records with a protocol other than ICMP (1), TCP (6), UDP (17) and ICMPv6 (58)
/// ## Fires when
/// An internal address takes part in such traffic. There is one finding for each pair of addresses and protocol.
/// ## Score
/// {P2}; {P4} if the peer is external and a baseline of one week does not contain the protocol between the networks of
/// the pair. {terms}
/// ## Evidence
/// protocol name and number, bytes, packets
/// ## Blind spots
/// VPN appliances (GRE, ESP, AH), tunnels such as 6in4, Transit Gateway Connect and container overlays use these
/// protocols regularly.
/// ## Techniques
/// T1095, T1572
/// ## Source
/// GuardDuty's DenialOfService.UnusualProtocol; IANA protocol numbers
/// ## Respond
/// Identify the appliance that uses the protocol. If there is none, replace the security group rule for all traffic
/// with rules for the required protocols.
struct UnusualProtocol: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e3...1e9, weight: 0.5),
    .fact("external", weight: 0.3),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for servicePair in observations.servicePairs where Self.isUnusual(servicePair) {
      found.add(finding(servicePair, network))
    }
  }

  mutating func merge(_ other: UnusualProtocol) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private static func isUnusual(_ servicePair: HostServicePair) -> Bool {
    let number = servicePair.service.protocolNumber
    return !ProtocolNumber.hasPorts(number) && number != ProtocolNumber.icmp
      && number != ProtocolNumber.icmpV6 && servicePair.isProtocolRecorded
      && servicePair.sums.accepted > 0
  }

  private func isNew(_ servicePair: HostServicePair, _ network: NetworkContext) -> Bool {
    switch servicePair.trafficDirection {
    case .outbound:
      network.isNew(servicePair.source, servicePair.destination, servicePair.service) == true
    case .inbound:
      network.settledBaseline.map {
        $0.seen(BaselineEntry(.served, host: servicePair.destination, service: servicePair.service))
          == nil
      } ?? false
    case .lateral: false
    }
  }

  private func finding(_ servicePair: HostServicePair, _ network: NetworkContext) -> Finding {
    let number = servicePair.service.protocolNumber
    let name = ProtocolNumber.title(number)
    var draft = FindingDraft(
      Self.rule,
      title: "\(name) traffic",
      stage: isNew(servicePair, network) ? .p4 : .p2,
      about: servicePair
    )
    let bytes = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
    draft.score = Self.score(
      bytesInBothDirections: max(1, Double(bytes)),
      external: servicePair.trafficDirection != .lateral
    )
    draft.detail =
      "protocol \(number), \(NumberText.bytes(servicePair.sums.bytes)) sent in \(NumberText.count(servicePair.sums.packets)) packets, \(NumberText.bytes(servicePair.replyBytes)) received"
    return draft.finding
  }
}
