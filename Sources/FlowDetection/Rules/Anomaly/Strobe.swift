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
/// at least 86,400 of them in a day on average, at least half of them answered: what is refused or blocked is a broken loop and
/// told elsewhere
/// ## Score
/// P4, 40 to 69: 0.7 log conversations a day 86400..1e7
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

  private static let daily = 86_400.0

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for contact in observations.contacts where isStrobe(contact) {
      found.add(finding(contact, network))
    }
  }

  mutating func merge(_ other: Strobe) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isStrobe(_ contact: Contact) -> Bool {
    contact.bearing == .outbound && ProtocolNumber.hasPorts(contact.service.protocolNumber)
      && !Ports.resolver.contains(contact.service.port)
      && perDay(contact) >= Self.daily
      && contact.outcomes.failures * 2 <= contact.outcomes.total
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
    draft.score.addLog("conversations a day", rate, from: Self.daily, to: 1e7, weight: 0.7)
    draft.detail =
      "\(contact.outcomes.total) conversations, \(Words.bytes(contact.sums.bytes)) out, \(Words.bytes(contact.replyBytes)) back"
    return draft.finding
  }
}
