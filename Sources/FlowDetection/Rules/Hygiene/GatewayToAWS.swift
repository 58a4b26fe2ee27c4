internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// S3 and DynamoDB traffic through a NAT gateway with data processing charges.
///
/// # nat.to-aws
/// ## Title
/// S3 or DynamoDB traffic through a NAT gateway
/// ## Input
/// bytes between local addresses and the addresses of S3 and DynamoDB (--aws-ip-ranges, or pkt-dst-aws-service);
/// local addresses that answer internal hosts on port 443 and connect to external addresses on it, as the interface of a
/// NAT gateway does, or that pkt-srcaddr and pkt-dstaddr show as NAT gateways
/// ## Fires when
/// Such an address exchanges {daily-bytes} or more per day with S3 and DynamoDB, averaged over the log.
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// bytes in both directions, bytes per day
/// ## Blind spots
/// A proxy matches this rule. A gateway endpoint is also the more direct path for a proxy.
/// ## Techniques
/// T1580
/// ## Source
/// AWS, "Gateway endpoints": S3 and DynamoDB without the per-byte charge of a NAT gateway
/// ## Respond
/// Create gateway endpoints for S3 and DynamoDB and add them to the route tables. Gateway endpoints are free of charge.
struct GatewayToAWS: Detector {
  static let traits: RuleTraits = [.isPractice]
  static let thresholds: [Threshold] = [
    .bytes("daily-bytes", 1_000_000_000, of: "bytes in both directions per day")
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes per day", 1e9...1e13, weight: 0.5)
  ]

  private static let services = ["S3", "DYNAMODB"]
  private static let https = Service(protocolNumber: ProtocolNumber.tcp, port: 443)

  private var relays: Set<IPAddress> = []
  private var bytes: [IPAddress: UInt64] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard !network.awsPrefixes.isEmpty else { return }
    for endpoint in observations.served
    where endpoint.service == Self.https && endpoint.answeredInside > 0 {
      relays.insert(endpoint.address)
    }
    for servicePair in observations.servicePairs where servicePair.trafficDirection == .outbound {
      add(servicePair, network)
    }
    for servicePair in observations.sentOn where add(servicePair, network) {
      relays.insert(servicePair.source)
    }
  }

  /// Adds the bytes of a host-service pair.
  ///
  /// - Returns: whether the destination is S3 or DynamoDB.
  @discardableResult
  private mutating func add(_ servicePair: HostServicePair, _ network: NetworkContext) -> Bool {
    guard let match = network.awsPrefixes.match(servicePair.destination),
      Self.services.contains(match.service)
    else { return false }
    let sum = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
    bytes[servicePair.source] = (bytes[servicePair.source] ?? 0).addingSaturated(sum)
    return true
  }

  mutating func merge(_ other: GatewayToAWS) {
    relays.formUnion(other.relays)
    bytes.merge(other.bytes) { $0.addingSaturated($1) }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    let daily = Double(context.thresholds.gatewayToAWS.dailyBytes)
    let days = max(1, Finding.hours(context.logStart, context.logEnd) / 24)
    for (address, sum) in bytes
    where relays.contains(address) && Double(sum) / days >= daily {
      found.add(finding(address, sum, days, context.network))
    }
    return found
  }

  private func finding(
    _ address: IPAddress,
    _ sum: UInt64,
    _ days: Double,
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "NAT gateway to S3",
      stage: .note,
      actor: .address(address)
    )
    draft.score = Self.score(bytesPerDay: Double(sum) / days)
    draft.actorIsInternal = true
    draft.countsRecords = false
    draft.sums.bytes = sum
    (draft.sums.first, draft.sums.last) = (network.logStart, network.logEnd)
    draft.detail = "\(NumberText.bytes(sum)) in both directions with S3 and DynamoDB"
    draft.suppression = SuppressionScope(source: address.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: address), port: 443)
    draft.evidence.isOutward = true
    return draft.finding
  }
}
