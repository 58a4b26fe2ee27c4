import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Gateway to AWS: traffic to S3 and DynamoDB that pays for a NAT gateway")
struct GatewayToAWSTests {
  private static let gateway = Example.own(3)

  private static func network(days: Double = 1) -> NetworkContext {
    var network = Example.network(own: 20)
    (network.logStart, network.logEnd) = (
      Example.start, Example.start + UInt32(days * 86_400)
    )
    network.awsPrefixes = AWSPrefixes(
      [("S3", 1), ("DYNAMODB", 2), ("EC2", 3)].map { service, number in
        AWSPrefix(
          network: IPNetwork(only: Example.other(number)),
          service: service,
          region: "eu-west-1"
        )
      }
    )
    return network
  }

  /// The gateway serves an internal host on port 443, and connects to these addresses.
  private static func observations(
    _ bytes: UInt64,
    with peers: [Int] = [1],
    _ trafficDirection: TrafficDirection = .outbound
  ) -> Observations {
    var observations = Observations()
    observations.servicePairs = peers.map {
      .told(.web, bytes: bytes, back: 0, trafficDirection, to: Example.other($0))
    }
    var relay = ServedEndpoint.visited(.web, at: gateway)
    relay.answeredInside = 1
    observations.served = [relay]
    return observations
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var bytes: UInt64 = 1_000_000_000
    var peers = [1]
    var trafficDirection = TrafficDirection.outbound
    var days = 1.0
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "One gigabyte a day with S3 and DynamoDB",
    arguments: [
      Case(what: "1 GB with S3 in a day", fires: true),
      Case(what: "just less", bytes: 999_999_999, fires: false),
      Case(what: "1 GB in an hour", days: 0.04, fires: true),
      Case(what: "1 GB in two days", days: 2, fires: false),
      Case(what: "500 MB with each", bytes: 500_000_000, peers: [1, 2], fires: true),
      Case(what: "half with S3, half with EC2", bytes: 500_000_000, peers: [1, 3], fires: false),
      Case(what: "with another network", peers: [9], fires: false),
      Case(what: "internal", trafficDirection: .lateral, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let observations = Self.observations(
      example.bytes,
      with: example.peers,
      example.trafficDirection
    )
    let findings = GatewayToAWS().found(in: observations, Self.network(days: example.days))
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("A host without internal clients on port 443 is no gateway")
  func relays() {
    var observations = Self.observations(20_000_000_000)
    observations.served[0].answeredInside = 0
    #expect(GatewayToAWS().found(in: observations, Self.network()).isEmpty)
    observations.served[0].answeredInside = 1
    observations.served[0].service = .tcp(8443)
    #expect(GatewayToAWS().found(in: observations, Self.network()).isEmpty)
  }

  @Test("A gateway that packet fields show has no conversations of its own")
  func sentOn() {
    var observations = Observations()
    observations.sentOn = [
      .told(.web, OutcomeCounts(), bytes: 100_000_000, back: 900_000_000, to: Example.other(1)),
      .told(.web, OutcomeCounts(), bytes: 900_000_000, back: 0, to: Example.other(9)),
    ]
    let findings = GatewayToAWS().found(in: observations, Self.network())
    #expect(findings.map(\.actor) == [.address(Self.gateway)])
    #expect(findings.map(\.counts.bytes) == [1_000_000_000])
    observations.sentOn[0].replyBytes -= 1
    #expect(GatewayToAWS().found(in: observations, Self.network()).isEmpty)
  }

  @Test("Without the ranges of AWS there is no finding")
  func noRanges() {
    let observations = Self.observations(20_000_000_000)
    #expect(GatewayToAWS().found(in: observations, Example.network(own: 20)).isEmpty)
  }

  @Test(
    "The score grows with the bytes of a day",
    arguments: [
      (1_000_000_000, 1, 1),
      // 10 GB: 0.5 / 4. 1 + 14 / 8 = 2.75
      (10_000_000_000, 1, 2.75), (20_000_000_000, 2, 2.75),
      // Top: 1 + 14 / 2 = 8
      (20_000_000_000_000, 1, 8),
    ] as [(UInt64, Double, Double)]
  )
  func score(bytes: UInt64, days: Double, score: Double) throws {
    let findings = GatewayToAWS().found(in: Self.observations(bytes), Self.network(days: days))
    let finding = try #require(findings.first)
    #expect(finding.stage == .note)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding is about the gateway")
  func content() throws {
    let finding = try #require(
      GatewayToAWS().found(in: Self.observations(12_000_000_000), Self.network()).first
    )
    #expect(finding.rule == "nat.to-aws")
    #expect(finding.title == "NAT gateway to S3")
    #expect(finding.detail == "11.1 GiB in both directions with S3 and DynamoDB")
    #expect(finding.actor == .address(Self.gateway))
    #expect(finding.actorIsInternal)
    #expect(finding.evidenceQuery.source == IPNetwork(only: Self.gateway))
    #expect(finding.evidenceQuery.port == 443)
    #expect(
      finding.suppressWith == #"- {rule: nat.to-aws, source: "192.0.2.3", reason: "say why"}"#
    )
  }

  @Test("That it relays, and what it sent, may be seen by several workers")
  func merging() {
    var (first, second) = (Self.observations(6_000_000_000), Self.observations(6_000_000_000))
    first.served = []
    second.servicePairs = Self.observations(6_000_000_000, with: [2]).servicePairs
    let orders = GatewayToAWS().merged([first, second], Self.network())
    #expect(orders[0].count == 1)
    #expect(orders[0] == orders[1])
  }
}
