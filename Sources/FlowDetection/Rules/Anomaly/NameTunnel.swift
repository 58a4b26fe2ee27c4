internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Data that leaves as names.
///
/// # dns.tunnel
/// ## Title
/// Data may leave inside DNS queries
/// ## Sees
/// queries of own hosts to one resolver outside: packets, bytes each way, over how many hours
/// ## Fires when
/// to one resolver: 1 MB an hour in queries of 120 bytes or more on average (IP and UDP headers included); or 10,000 queries an
/// hour; or at least 100 kB an hour of which more goes out than comes back; the same over TCP. The hours are
/// those from the first to the last record, one at least.
/// ## Score
/// P4, 40 to 69: 0.5 log bytes out an hour 1e5..1e9, 0.3 linear bytes a query 60..250, 0.2 more out than back
/// ## Evidence
/// bytes and queries an hour, mean size of queries, share that goes out
/// ## Blind spots
/// Through the VPC's own resolver a tunnel is in no flow log: use resolver query logging. A mail server or recursor asks a lot.
/// ## Techniques
/// T1071.004, T1572, T1048.003
/// ## Source
/// Sigma's 300 kB a minute, GuardDuty's DNSDataExfiltration
/// ## Respond
/// Close port 53 outwards for the host, and look at what runs there.
struct NameTunnel: Detector {
  static let deed = RuleDeed("seems to pass data through DNS to {whom}")

  private static let hourlyBytes = 1e6
  private static let bytesPerQuery = 120.0
  private static let hourlyQueries = 10_000.0
  private static let leastBytes = 1e5

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for contact in observations.contacts
    where contact.bearing == .outbound && Ports.resolver.contains(contact.service.port) {
      let measure = Measure(contact)
      if isTunnel(measure, contact.service) { found.add(finding(contact, measure)) }
    }
  }

  mutating func merge(_ other: NameTunnel) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private struct Measure {
    var bytesAnHour: Double
    var queriesAnHour: Double
    var bytesPerQuery: Double
    var isUpload: Bool

    init(_ contact: Contact) {
      let hours = max(1, Finding.hours(contact.sums.first, contact.sums.last))
      bytesAnHour = Double(contact.sums.bytes) / hours
      queriesAnHour = Double(contact.sums.packets) / hours
      bytesPerQuery = Double(contact.sums.bytes) / Double(max(1, contact.sums.packets))
      isUpload = contact.sums.bytes > contact.replyBytes && contact.isAnswered
    }
  }

  private func isTunnel(_ measure: Measure, _ service: Service) -> Bool {
    if service.protocolNumber == ProtocolNumber.tcp, service.port == 53 {
      return measure.bytesAnHour >= Self.leastBytes && measure.isUpload
    }
    guard service.protocolNumber == ProtocolNumber.udp else { return false }
    return measure.bytesAnHour >= Self.hourlyBytes && measure.bytesPerQuery >= Self.bytesPerQuery
      || measure.queriesAnHour >= Self.hourlyQueries
      || measure.bytesAnHour >= Self.leastBytes && measure.isUpload
  }

  private func finding(_ contact: Contact, _ measure: Measure) -> Finding {
    var draft = FindingDraft(Self.rule, title: "DNS tunnel", stage: .p4, about: contact)
    draft.score.addLog(
      "bytes out an hour",
      max(1, measure.bytesAnHour),
      from: 1e5,
      to: 1e9,
      weight: 0.5
    )
    draft.score.addLinear("bytes a query", measure.bytesPerQuery, from: 60, to: 250, weight: 0.3)
    draft.score.addFact("more out than back", measure.isUpload, weight: 0.2)
    draft.detail =
      "\(Words.bytes(contact.sums.bytes)) out in \(contact.sums.packets) packets, \(Words.bytes(contact.replyBytes)) back"
    return draft.finding
  }
}
