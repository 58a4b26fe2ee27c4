internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Accepted traffic inside the network that nothing ever answers.
///
/// # oneway.accept
/// ## Title
/// Accepted traffic inside the network gets no answer
/// ## Sees
/// conversations between internal addresses that were accepted and got nothing back
/// ## Fires when
/// at least 20 conversations of an internal source with one service, of which 90 % got no answer, while other internal addresses
/// answer the same source
/// ## Score
/// N, 1 to 15: 0.5 log conversations 20..10000, 0.3 linear share without answer 0.9..1
/// ## Evidence
/// conversations, share without answer
/// ## Blind spots
/// Where only one side's interface is logged, answers that take another way are not seen. Syslog and metrics go one way by
/// nature.
/// ## Techniques
/// T1046
/// ## Source
/// AWS re:Post questions on peering without a route back
/// ## Respond
/// Look at the route back, the network ACL of the destination's subnet, its host firewall, and whether the service runs.
struct OneWayTraffic: Detector {
  static let traits: RuleTraits = [.isReachability]

  private static let least: UInt64 = 20
  /// Where logs and metrics are sent one way.
  private static let oneWayPorts: Set<UInt16> = [
    162, 514, 2055, 4739, 4789, 5140, 6343, 8125, 9995,
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for contact in observations.contacts where isOneWay(contact) {
      found.add(finding(contact, network))
    }
  }

  mutating func merge(_ other: OneWayTraffic) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isOneWay(_ contact: Contact) -> Bool {
    contact.bearing == .lateral && ProtocolNumber.hasPorts(contact.service.protocolNumber)
      && contact.outcomes.total >= Self.least
      && contact.outcomes.silent * 10 >= contact.outcomes.total * 9 && contact.isAnsweredElsewhere
      && !contact.destination.isSpecial && !Self.oneWayPorts.contains(contact.service.port)
  }

  private func finding(_ contact: Contact, _ network: NetworkContext) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: contact.service)) without answer",
      stage: .note,
      about: contact
    )
    let (silent, total) = (Double(contact.outcomes.silent), Double(contact.outcomes.total))
    draft.score.addLog("conversations", total, from: 20, to: 1e4, weight: 0.5)
    draft.score.addLinear("share without answer", silent / total, from: 0.9, to: 1, weight: 0.3)
    draft.detail = "\(contact.outcomes.silent) of \(contact.outcomes.total) got no answer"
    return draft.finding
  }
}
