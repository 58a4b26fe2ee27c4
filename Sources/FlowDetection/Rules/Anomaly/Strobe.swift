internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that connects to an external service about every second.
///
/// # strobe
/// ## Title
/// Very frequent connections to an external service
/// ## Input
/// number of conversations that an internal host initiates with one external service
/// ## Fires when
/// At least {daily} of them per day on average, and at least {answered-share|half} of them are answered. Refused and
/// blocked conversations are covered by other rules.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// conversations, bytes in both directions
/// ## Blind spots
/// Proxies and clients of a frequently used API match this rule. Suppress them.
/// ## Techniques
/// T1071, T1498
/// ## Source
/// Strobes of RITA 5
/// ## Respond
/// Identify the process. Typical causes are a retry loop without a delay and a flood tool. Stop the process, or block
/// the address in the outbound rules of the security group.
struct Strobe: Detector {
  static let traits: RuleTraits = [.isUnusual, .isPersistent]
  static let thresholds: [Threshold] = [
    .count("daily", 86_400, atLeast: 40_000, of: "conversations per day"),
    .share("answered-share", 0.5, of: "share of them with a response"),
  ]
  static let terms: [ScoreTerm] = [
    .log("conversations per day", 86_400...1e7, weight: 0.7)
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for servicePair in observations.servicePairs where isStrobe(servicePair, network) {
      found.add(finding(servicePair, network))
    }
  }

  mutating func merge(_ other: Strobe) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isStrobe(_ servicePair: HostServicePair, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.strobe
    return servicePair.trafficDirection == .outbound
      && ProtocolNumber.hasPorts(servicePair.service.protocolNumber)
      && !Ports.resolver.contains(servicePair.service.port)
      && perDay(servicePair) >= Double(limits.daily)
      && (servicePair.outcomes.total - servicePair.outcomes.failures)
        .isShare(limits.answeredShare, of: servicePair.outcomes.total)
  }

  /// Conversations per day.
  ///
  /// A shorter span counts as one day.
  private func perDay(_ servicePair: HostServicePair) -> Double {
    Double(servicePair.outcomes.total)
      / max(1, Finding.hours(servicePair.sums.first, servicePair.sums.last) / 24)
  }

  private func finding(_ servicePair: HostServicePair, _ network: NetworkContext) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: servicePair.service)) strobe",
      stage: .p4,
      about: servicePair
    )
    let rate = perDay(servicePair)
    draft.score = Self.score(conversationsPerDay: rate)
    draft.detail =
      "\(NumberText.count(servicePair.outcomes.total)) conversations, \(NumberText.bytes(servicePair.sums.bytes)) sent, \(NumberText.bytes(servicePair.replyBytes)) received"
    return draft.finding
  }
}
