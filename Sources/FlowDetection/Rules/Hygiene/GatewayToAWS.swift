internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Traffic to S3 and DynamoDB that pays for a NAT gateway.
///
/// # nat.to-aws
/// ## Title
/// Traffic to S3 or DynamoDB goes through a NAT gateway
/// ## Sees
/// bytes between own addresses and the ranges of S3 and DynamoDB (--aws-ip-ranges); own addresses that inside hosts
/// reach on port 443 and that reach the world on it themselves, as the interface of a NAT gateway does
/// ## Fires when
/// such an address exchanges {daily-bytes} a day or more with them, over the log's span
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// bytes both ways, bytes a day
/// ## Blind spots
/// A proxy looks the same; for it, too, an endpoint is the shorter way.
/// ## Techniques
/// T1580
/// ## Source
/// AWS, "Gateway endpoints": S3 and DynamoDB without a NAT gateway's charge for each byte
/// ## Respond
/// Add gateway endpoints for S3 and DynamoDB to the route tables; they cost nothing.
struct GatewayToAWS: Detector {
  static let traits: RuleTraits = [.isPractice]
  static let thresholds: [Threshold] = [
    .bytes("daily-bytes", 10_000_000_000, of: "bytes both ways a day")
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes a day", 1e10...1e13, weight: 0.5)
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
      guard let match = network.awsPrefixes.match(servicePair.destination),
        Self.services.contains(match.service)
      else { continue }
      let sum = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
      bytes[servicePair.source] = (bytes[servicePair.source] ?? 0).addingSaturated(sum)
    }
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
    draft.score = Self.score(bytesADay: Double(sum) / days)
    draft.actorIsInternal = true
    draft.countsRecords = false
    draft.sums.bytes = sum
    (draft.sums.first, draft.sums.last) = (network.logStart, network.logEnd)
    draft.detail = "\(NumberText.bytes(sum)) both ways with S3 and DynamoDB"
    draft.suppression = SuppressionScope(source: address.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: address), port: 443)
    draft.evidence.isOutward = true
    return draft.finding
  }
}
