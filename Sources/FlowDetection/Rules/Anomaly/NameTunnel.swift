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
/// to one resolver: {hourly-bytes} an hour in queries of {query-bytes} bytes or more on average (IP and UDP headers
/// included); or {hourly-queries} queries an hour; or at least {hourly-upload} an hour of which more goes out than
/// comes back; the same over TCP. The hours are those from the first to the last record, one at least.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// bytes and queries an hour, mean size of queries, share that goes out
/// ## Blind spots
/// Through the VPC's own resolver a tunnel is in no flow log: use resolver query logging. A mail server or recursor
/// asks a lot.
/// ## Techniques
/// T1071.004, T1572, T1048.003
/// ## Source
/// Sigma's 300 kB a minute, GuardDuty's DNSDataExfiltration
/// ## Respond
/// Close port 53 outwards for the host, and look at what runs there.
struct NameTunnel: Detector {
  static let deed = RuleDeed("seems to pass data through DNS to {whom}")
  static let thresholds: [Threshold] = [
    .bytes("hourly-bytes", 1_000_000, of: "bytes out an hour"),
    .count("query-bytes", 120, of: "bytes a query on average"),
    .count("hourly-queries", 10_000, of: "queries an hour"),
    .bytes(
      "hourly-upload",
      100_000,
      of: "bytes out an hour of which more goes out than comes back"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes out an hour", 1e5...1e9, weight: 0.5),
    .linear("bytes a query", 60...250, weight: 0.3),
    .fact("more out than back", weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for servicePair in observations.servicePairs
    where servicePair.trafficDirection == .outbound
      && Ports.resolver.contains(servicePair.service.port)
    {
      let measure = Measure(servicePair)
      if isTunnel(measure, servicePair.service, network) {
        found.add(finding(servicePair, measure))
      }
    }
  }

  mutating func merge(_ other: NameTunnel) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private struct Measure {
    var bytesAnHour: Double
    var queriesAnHour: Double
    var bytesPerQuery: Double
    var isUpload: Bool

    init(_ servicePair: HostServicePair) {
      let hours = max(1, Finding.hours(servicePair.sums.first, servicePair.sums.last))
      bytesAnHour = Double(servicePair.sums.bytes) / hours
      queriesAnHour = Double(servicePair.sums.packets) / hours
      bytesPerQuery = Double(servicePair.sums.bytes) / Double(max(1, servicePair.sums.packets))
      isUpload = servicePair.sums.bytes > servicePair.replyBytes && servicePair.isAnswered
    }
  }

  private func isTunnel(
    _ measure: Measure,
    _ service: Service,
    _ network: NetworkContext
  ) -> Bool {
    let limits = network.thresholds.nameTunnel
    let isUpload = measure.bytesAnHour >= Double(limits.hourlyUpload) && measure.isUpload
    if service.protocolNumber == ProtocolNumber.tcp, service.port == 53 {
      return isUpload
    }
    guard service.protocolNumber == ProtocolNumber.udp else { return false }
    return measure.bytesAnHour >= Double(limits.hourlyBytes)
      && measure.bytesPerQuery >= Double(limits.queryBytes)
      || measure.queriesAnHour >= Double(limits.hourlyQueries) || isUpload
  }

  private func finding(_ servicePair: HostServicePair, _ measure: Measure) -> Finding {
    var draft = FindingDraft(Self.rule, title: "DNS tunnel", stage: .p4, about: servicePair)
    draft.score = Self.score(
      bytesOutAnHour: max(1, measure.bytesAnHour),
      bytesAQuery: measure.bytesPerQuery,
      moreOutThanBack: measure.isUpload
    )
    draft.detail =
      "\(NumberText.bytes(servicePair.sums.bytes)) out in \(servicePair.sums.packets) packets, \(NumberText.bytes(servicePair.replyBytes)) back"
    return draft.finding
  }
}
