internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Accepted internal traffic without any response.
///
/// # oneway.accept
/// ## Title
/// Accepted internal traffic without a response
/// ## Input
/// conversations between internal addresses that were accepted and got no response
/// ## Fires when
/// An internal source has at least {conversations} conversations with one service, and {silent-share} of them are
/// unanswered, while other internal addresses answer the same source.
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// conversations, share of unanswered conversations
/// ## Blind spots
/// If only one side's interface is logged, replies on another path are not visible. Syslog and metrics are one-way
/// traffic.
/// ## Techniques
/// T1046
/// ## Source
/// AWS re:Post questions on peering connections without a return route
/// ## Respond
/// Check the return route in the route table, the network ACL of the destination's subnet, the host firewall, and
/// whether the service is running.
struct OneWayTraffic: Detector {
  static let traits: RuleTraits = [.isReachability]
  static let thresholds: [Threshold] = [
    .count("conversations", 20, atLeast: 20, of: "conversations of one source with one service"),
    .share("silent-share", 0.9, of: "share of them without a response"),
  ]
  static let terms: [ScoreTerm] = [
    .log("conversations", 20...1e4, weight: 0.5),
    .linear("share unanswered", 0.9...1, weight: 0.3),
  ]

  /// Ports for one-way logs and metrics.
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
    draft.detail =
      "\(NumberText.count(servicePair.outcomes.silent)) of \(NumberText.count(servicePair.outcomes.total)) unanswered"
    return draft.finding
  }
}
