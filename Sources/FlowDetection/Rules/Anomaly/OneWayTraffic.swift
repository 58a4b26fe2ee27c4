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
/// Where only one side's interface is logged, answers that take another way are not seen. Syslog and metrics go one way
/// by nature.
/// ## Techniques
/// T1046
/// ## Source
/// AWS re:Post questions on peering without a route back
/// ## Respond
/// Look at the route back, the network ACL of the destination's subnet, its host firewall, and whether the service
/// runs.
struct OneWayTraffic: Detector {
  static let traits: RuleTraits = [.isReachability]
  static let thresholds: [Threshold] = [
    .count("conversations", 20, of: "conversations of one source with one service"),
    .share("silent-share", 0.9, of: "part of them that gets no answer"),
  ]
  static let terms: [ScoreTerm] = [
    .log("conversations", 20...1e4, weight: 0.5),
    .linear("share unanswered", 0.9...1, weight: 0.3),
  ]

  /// Where logs and metrics are sent one way.
  private static let oneWayPorts: Set<UInt16> = [
    162, 514, 2055, 4739, 4789, 5140, 6343, 8125, 9995,
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for servicePair in observations.servicePairs where isOneWay(servicePair, network) {
      found.add(finding(servicePair, network))
    }
  }

  mutating func merge(_ other: OneWayTraffic) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isOneWay(_ servicePair: HostServicePair, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.oneWayTraffic
    return servicePair.trafficDirection == .lateral
      && ProtocolNumber.hasPorts(servicePair.service.protocolNumber)
      && servicePair.outcomes.total >= limits.conversations
      && servicePair.outcomes.silent.isShare(limits.silentShare, of: servicePair.outcomes.total)
      && servicePair.isAnsweredElsewhere
      && !servicePair.destination.isSpecial && !Self.oneWayPorts.contains(servicePair.service.port)
  }

  private func finding(_ servicePair: HostServicePair, _ network: NetworkContext) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Unanswered \(network.names.name(of: servicePair.service))",
      stage: .note,
      about: servicePair
    )
    let (silent, total) = (Double(servicePair.outcomes.silent), Double(servicePair.outcomes.total))
    draft.score = Self.score(conversations: total, shareUnanswered: silent / total)
    draft.detail = "\(servicePair.outcomes.silent) of \(servicePair.outcomes.total) got no answer"
    return draft.finding
  }
}
