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
    for contact in observations.contacts where Self.isUnusual(contact) {
      found.add(finding(contact, network))
    }
  }

  mutating func merge(_ other: UnusualProtocol) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private static func isUnusual(_ contact: Contact) -> Bool {
    let number = contact.service.protocolNumber
    return !ProtocolNumber.hasPorts(number) && number != ProtocolNumber.icmp
      && number != ProtocolNumber.icmpV6 && contact.isProtocolRecorded
      && contact.sums.accepted > 0
  }

  private func isNew(_ contact: Contact, _ network: NetworkContext) -> Bool {
    switch contact.bearing {
    case .outbound:
      network.isNew(contact.source, contact.destination, contact.service) == true
    case .inbound:
      network.settledBaseline.map {
        $0.seen(Sighting(.served, host: contact.destination, service: contact.service)) == nil
      } ?? false
    case .lateral: false
    }
  }

  private func finding(_ contact: Contact, _ network: NetworkContext) -> Finding {
    let number = contact.service.protocolNumber
    let name = ProtocolNumber.name(number).uppercased()
    var draft = FindingDraft(
      Self.rule,
      title: "\(name) traffic",
      stage: isNew(contact, network) ? .p4 : .p2,
      about: contact
    )
    draft.score = Self.score(
      bytesBothWays: max(1, Double(contact.sums.bytes.addingSaturated(contact.replyBytes))),
      outside: contact.bearing != .lateral
    )
    draft.detail =
      "protocol \(number), \(Words.bytes(contact.sums.bytes)) in \(contact.sums.packets) packets, \(Words.bytes(contact.replyBytes)) back"
    return draft.finding
  }
}
