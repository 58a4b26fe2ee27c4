internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that delivers mail to many external servers.
///
/// # outbound.smtp
/// ## Title
/// Outbound mail to many external servers
/// ## Input
/// conversations with the mail ports 25, 26, 465 and 587 of external addresses
/// ## Fires when
/// An internal host initiates conversations to one mail port of at least {addresses} distinct external addresses, and
/// it answers no external address on a mail port itself. A mail relay also receives mail.
/// ## Score
/// {P4}; {P5} for {many-addresses} addresses or more: {terms}
/// ## Evidence
/// addresses, conversations, number of answered conversations
/// ## Blind spots
/// A relay that only sends mail matches this rule. Suppress it by its address. A spam bot that uses one relay is not
/// detected.
/// ## Techniques
/// T1071.003, T1496
/// ## Source
/// GuardDuty's Backdoor:EC2/Spambot, with the mail service of the host in place of a baseline
/// ## Respond
/// Ask the owner of the host. If the mail is not authorized, block port 25 in the outbound rules of the security group
/// and identify the sending process. Assume compromise of the host.
struct OutboundMail: Detector {
  static let traits: RuleTraits = [.continuesChain]
  static let deed = RuleDeed("sent mail to {whom}", afterwards: "sent mail to many servers")
  static let thresholds: [Threshold] = [
    .count("addresses", 10, of: "external addresses with conversations to one mail port"),
    .count("many-addresses", 100, of: "external addresses for stage P5"),
  ]
  static let terms: [ScoreTerm] = [
    .log("external addresses", 10...1000, weight: 0.6),
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
      externalAddresses: Double(attempts.targets),
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
