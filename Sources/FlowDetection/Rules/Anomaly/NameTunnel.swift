internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Data transfer inside DNS queries.
///
/// # dns.tunnel
/// ## Title
/// DNS tunnel
/// ## Input
/// queries of internal hosts to one external DNS resolver: packets, bytes in both directions, number of hours
/// ## Fires when
/// One of these conditions applies to a resolver: {hourly-bytes} per hour in queries with a mean size of {query-bytes}
/// bytes or more (IP and UDP headers included); {hourly-queries} queries per hour; at least {hourly-upload} per hour
/// with more bytes sent than received. For TCP only the last condition applies. The time is counted from the first to
/// the last record and is at least one hour.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// bytes and queries per hour, mean query size, share of bytes sent
/// ## Blind spots
/// A tunnel through the VPC resolver is not recorded in flow logs. Use Route 53 Resolver query logging. Mail servers
/// and recursive resolvers send many queries.
/// ## Techniques
/// T1071.004, T1572, T1048.003
/// ## Source
/// Sigma's threshold of bytes per minute, GuardDuty's DNSDataExfiltration
/// ## Respond
/// Block port 53 in the outbound rules of the host's security group. Identify the process on the host that sends the
/// queries. Check GuardDuty for DNSDataExfiltration.
struct NameTunnel: Detector {
  static let traits: RuleTraits = [.isTransfer]
  static let deed = RuleDeed("sent traffic to {whom} that indicates a DNS tunnel")
  static let thresholds: [Threshold] = [
    .bytes("hourly-bytes", 1_000_000, of: "bytes sent per hour"),
    .count("query-bytes", 120, of: "mean bytes per query"),
    .count("hourly-queries", 10_000, of: "queries per hour"),
    .bytes("hourly-upload", 100_000, of: "bytes sent per hour, with more bytes sent than received"),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes sent per hour", 1e5...1e9, weight: 0.5),
    .linear("bytes per query", 60...250, weight: 0.3),
    .fact("more sent than received", weight: 0.2),
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
      bytesSentPerHour: max(1, measure.bytesAnHour),
      bytesPerQuery: measure.bytesPerQuery,
      moreSentThanReceived: measure.isUpload
    )
    draft.detail =
      "\(NumberText.bytes(servicePair.sums.bytes)) sent in \(NumberText.count(servicePair.sums.packets)) packets, \(NumberText.bytes(servicePair.replyBytes)) received"
    return draft.finding
  }
}
