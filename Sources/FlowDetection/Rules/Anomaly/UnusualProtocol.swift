internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Accepted traffic of protocols that few networks speak.
///
/// # proto.unusual
/// ## Title
/// Accepted traffic of an unusual protocol
/// ## Sees
/// accepted records whose protocol is none of ICMP (1), TCP (6), UDP (17) and ICMPv6 (58)
/// ## Fires when
/// an own or internal address takes part in such traffic; one finding for each pair and protocol
/// ## Score
/// {P2}; {P4}, if the other side lies outside and a memory of a week has never seen the pair's networks speak it.
/// {terms}
/// ## Evidence
/// the protocol's name and number, bytes, packets, how long
/// ## Blind spots
/// VPN appliances (GRE, ESP, AH), transit gateway connect and overlays of containers speak these by design.
/// ## Techniques
/// T1095, T1572
/// ## Source
/// GuardDuty's DenialOfService.UnusualProtocol; IANA protocol numbers
/// ## Respond
/// Find out which appliance it is. If none is known, close the protocol in the security group: "all traffic" allows it.
struct UnusualProtocol: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let terms: [ScoreTerm] = [
    .log("bytes both ways", 1e3...1e9, weight: 0.5),
    .fact("outside", weight: 0.3),
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
    let name = ProtocolNumber.name(number).uppercased()
    var draft = FindingDraft(
      Self.rule,
      title: "\(name) traffic",
      stage: isNew(servicePair, network) ? .p4 : .p2,
      about: servicePair
    )
    draft.score = Self.score(
      bytesBothWays: max(1, Double(servicePair.sums.bytes.addingSaturated(servicePair.replyBytes))),
      outside: servicePair.trafficDirection != .lateral
    )
    draft.detail =
      "protocol \(number), \(NumberText.bytes(servicePair.sums.bytes)) in \(servicePair.sums.packets) packets, \(NumberText.bytes(servicePair.replyBytes)) back"
    return draft.finding
  }
}
