internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that calls one outside service every second.
///
/// # strobe
/// ## Title
/// An own host calls an outside service every second
/// ## Sees
/// how many conversations an own host begins with one outside service
/// ## Fires when
/// at least {daily} of them in a day on average, at least {answered-share|half} of them answered: what is refused or
/// blocked is a broken loop and told elsewhere
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// conversations, how many a second, bytes each way
/// ## Blind spots
/// A proxy or a client of a busy API looks the same: suppress it once.
/// ## Techniques
/// T1071, T1498
/// ## Source
/// RITA 5's strobes
/// ## Respond
/// Find the program: a retry loop without a pause costs money, a flood tool costs more.
struct Strobe: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let thresholds: [Threshold] = [
    .count("daily", 86_400, of: "conversations a day"),
    .share("answered-share", 0.5, of: "part of them that is answered"),
  ]
  static let terms: [ScoreTerm] = [
    .log("conversations a day", 86_400...1e7, weight: 0.7)
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

  /// Conversations a day; a shorter span counts as a day.
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
    draft.score = Self.score(conversationsADay: rate)
    draft.detail =
      "\(servicePair.outcomes.total) conversations, \(NumberText.bytes(servicePair.sums.bytes)) out, \(NumberText.bytes(servicePair.replyBytes)) back"
    return draft.finding
  }
}
