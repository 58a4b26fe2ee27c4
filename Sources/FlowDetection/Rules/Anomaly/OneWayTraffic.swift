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
/// at least {conversations} conversations of an internal source with one service, of which {silent-share} got no
/// answer, while other internal addresses answer the same source
/// ## Score
/// {N}: {terms}
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
  static let thresholds: [Threshold] = [
    .count("conversations", 20, of: "conversations of one source with one service"),
    .share("silent-share", 0.9, of: "part of them that gets no answer"),
  ]
  static let terms: [ScoreTerm] = [
    .log("conversations", 20...1e4, weight: 0.5),
    .linear("share without answer", 0.9...1, weight: 0.3),
  ]

  /// Where logs and metrics are sent one way.
  private static let oneWayPorts: Set<UInt16> = [
    162, 514, 2055, 4739, 4789, 5140, 6343, 8125, 9995,
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for contact in observations.contacts where isOneWay(contact, network) {
      found.add(finding(contact, network))
    }
  }

  mutating func merge(_ other: OneWayTraffic) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isOneWay(_ contact: Contact, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.oneWayTraffic
    return contact.bearing == .lateral && ProtocolNumber.hasPorts(contact.service.protocolNumber)
      && contact.outcomes.total >= limits.conversations
      && contact.outcomes.silent.isShare(limits.silentShare, of: contact.outcomes.total)
      && contact.isAnsweredElsewhere
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
    draft.score = Self.score(conversations: total, shareWithoutAnswer: silent / total)
    draft.detail = "\(contact.outcomes.silent) of \(contact.outcomes.total) got no answer"
    return draft.finding
  }
}
