internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that delivers mail all over the internet.
///
/// # outbound.smtp
/// ## Title
/// An own host sends mail to many servers
/// ## Sees
/// conversations to the mail ports 25, 26, 465 and 587 of outside addresses
/// ## Fires when
/// an own or internal address begins conversations to one mail port of at least {addresses} distinct outside addresses,
/// and no outside address is answered on a mail port of its own: a relay takes mail, too
/// ## Score
/// {P4}, from {many-addresses} addresses on {P5}: {terms}
/// ## Evidence
/// addresses, conversations, how many were answered
/// ## Blind spots
/// A relay that only sends looks the same; suppress it by its address. A spambot that uses one relay is not seen.
/// ## Techniques
/// T1071.003, T1496
/// ## Source
/// GuardDuty's Backdoor:EC2/Spambot, with an own host's mail service in place of history
/// ## Respond
/// Ask its owner. If nobody knows of it, block port 25 outbound and look for what sends.
struct OutboundMail: Detector {
  static let traits: RuleTraits = [.continuesChain]
  static let deed = RuleDeed("sent mail to {whom}", afterwards: "sent mail to many servers")
  static let thresholds: [Threshold] = [
    .count("addresses", 10, of: "outside addresses to which one mail port is called"),
    .count("many-addresses", 100, of: "outside addresses from which on it is an attack"),
  ]
  static let terms: [ScoreTerm] = [
    .log("outside addresses", 10...1000, weight: 0.6),
    .log("conversations", 10...10_000, weight: 0.3),
  ]

  private var senders = Found()
  private var relays: Set<IPAddress> = []

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for endpoint in observations.exposures where Ports.isMail(endpoint.service.port) {
      relays.insert(endpoint.address)
    }
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources {
        for attempts in profile.services where Self.isMail(attempts) {
          let limits = network.thresholds.outboundMail
          if profile.trafficDirection == .outbound, attempts.targets >= limits.addresses {
            senders.add(
              finding(attempts, profile, isAttack: attempts.targets >= limits.manyAddresses)
            )
          }
        }
      }
    }
  }

  mutating func merge(_ other: OutboundMail) {
    senders.add(other.senders)
    relays.formUnion(other.relays)
  }

  func findings(_ context: CompleteContext) -> Found {
    senders.without { finding in
      if case .address(let sender) = finding.actor { relays.contains(sender) } else { false }
    }
  }

  private static func isMail(_ attempts: ServiceAttempts) -> Bool {
    attempts.service.protocolNumber == ProtocolNumber.tcp && Ports.isMail(attempts.service.port)
  }

  private func finding(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    isAttack: Bool
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Outbound mail to many servers",
      stage: isAttack ? .p5 : .p4,
      actor: .address(profile.address)
    )
    draft.key = ["\(attempts.service.port)"]
    draft.take(attempts, of: profile)
    draft.score = Self.score(
      outsideAddresses: Double(attempts.targets),
      conversations: Double(attempts.outcomes.total)
    )
    draft.suppression = SuppressionScope(
      source: profile.address.description,
      service: attempts.service
    )
    draft.evidence.port = attempts.service.port
    return draft.finding
  }
}
