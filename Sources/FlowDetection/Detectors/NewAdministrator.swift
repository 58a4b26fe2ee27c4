internal import FlowAggregation
internal import FlowModel

/// Somebody administers an own host from where nobody did before.
///
/// # admin.new-source
/// ## Title
/// Administration from a network that never administered
/// ## Sees
/// sessions from outside with administrative ports and databases of own hosts, against a memory of a week or more
/// ## Fires when
/// a session lasts 130 seconds or more, or 20 kB or more pass, and nobody of the source's /24 (IPv6: /48) was ever seen to
/// administer any own host
/// ## Score
/// P4, 40 to 69: 0.5 log seconds 130..7200, 0.3 log bytes both ways 2e4..1e8
/// ## Evidence
/// who, when, how long, bytes each way, how many networks administered before
/// ## Blind spots
/// Short commands stay below. Colleagues travel, and VPNs get new exits.
/// ## Techniques
/// T1133, T1078
/// ## Source
/// Google Cloud's security queries 6.10; Cisco Secure Network Analytics' new remote access
/// ## Respond
/// Ask the administrators. If it was none of them: rotate the keys, and look at what the session did.
struct NewAdministrator: Detector {
  private static let leastSeconds: UInt32 = 130
  private static let leastBytes: UInt64 = 20_000

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for contact in observations.contacts where Self.isAdministration(contact) {
      let home = IPNetwork(around: contact.source)
      guard !baseline.administrators.contains(home) else { continue }
      found.add(finding(contact, baseline, network))
    }
  }

  mutating func merge(_ other: NewAdministrator) { found.add(other.found) }

  func findings(_ network: NetworkContext) -> Found { found }

  /// Whether somebody from outside worked there, which is also what the memory keeps.
  static func isAdministration(_ contact: Contact) -> Bool {
    contact.bearing == .inbound && contact.outcomes.sessions > 0
      && contact.service.protocolNumber == ProtocolNumber.tcp
      && Ports.isSensitive(contact.service.port)
      && (contact.longest >= leastSeconds || bytes(contact) >= leastBytes)
  }

  private static func bytes(_ contact: Contact) -> UInt64 {
    contact.sums.bytes.addingSaturated(contact.replyBytes)
  }

  private func finding(
    _ contact: Contact,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(
      Self.page,
      title: "New \(network.names.name(of: contact.service)) administrator",
      stage: .p4,
      about: contact
    )
    draft.key[0] = IPNetwork(around: contact.source).description + " " + draft.key[0]
    draft.score.addLog(
      "seconds",
      max(1, Double(contact.longest)),
      from: 130,
      to: 7200,
      weight: 0.5
    )
    draft.score.addLog(
      "bytes both ways",
      max(1, Double(Self.bytes(contact))),
      from: 2e4,
      to: 1e8,
      weight: 0.3
    )
    draft.detail =
      "\(Words.duration(contact.longest)), \(Words.bytes(contact.sums.bytes)) in, \(Words.bytes(contact.replyBytes)) back; \(baseline.administrators.count) other networks administered before"
    return draft.finding
  }
}
