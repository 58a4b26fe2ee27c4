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
    for contact in observations.contacts where isStrobe(contact, network) {
      found.add(finding(contact, network))
    }
  }

  mutating func merge(_ other: Strobe) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isStrobe(_ contact: Contact, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.strobe
    return contact.bearing == .outbound && ProtocolNumber.hasPorts(contact.service.protocolNumber)
      && !Ports.resolver.contains(contact.service.port)
      && perDay(contact) >= Double(limits.daily)
      && (contact.outcomes.total - contact.outcomes.failures)
        .isShare(limits.answeredShare, of: contact.outcomes.total)
  }

  /// Conversations a day; a shorter span counts as a day.
  private func perDay(_ contact: Contact) -> Double {
    Double(contact.outcomes.total)
      / max(1, Finding.hours(contact.sums.first, contact.sums.last) / 24)
  }

  private func finding(_ contact: Contact, _ network: NetworkContext) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: contact.service)) strobe",
      stage: .p4,
      about: contact
    )
    let rate = perDay(contact)
    draft.score = Self.score(conversationsADay: rate)
    draft.detail =
      "\(contact.outcomes.total) conversations, \(Words.bytes(contact.sums.bytes)) out, \(Words.bytes(contact.replyBytes)) back"
    return draft.finding
  }
}
