import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("One-way traffic: accepted internal traffic without a response")
struct OneWayTrafficTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var outcomes = OutcomeCounts(silent: 20)
    var service = Service.tcp(9200)
    var trafficDirection = TrafficDirection.lateral
    var isAnsweredElsewhere = true
    var destination = Example.own(5)
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Twenty conversations, nine in ten without an answer, while others answer the source",
    arguments: [
      Case(what: "19 conversations", outcomes: .init(silent: 19), fires: false),
      Case(what: "20 conversations", fires: true),
      Case(what: "18 of 20", outcomes: .init(silent: 18, touched: 2), fires: true),
      Case(what: "17 of 20", outcomes: .init(silent: 17, touched: 3), fires: false),
      Case(what: "refused", outcomes: .init(refused: 50), fires: false),
      Case(what: "blocked", outcomes: .init(blocked: 50), fires: false),
      Case(what: "no host answers the source", isAnsweredElsewhere: false, fires: false),
      Case(what: "outwards", trafficDirection: .outbound, fires: false),
      Case(what: "inbound", trafficDirection: .inbound, fires: false),
      Case(what: "pings", service: .icmp, fires: false),
      Case(what: "syslog", service: .udp(514), fires: false),
      Case(what: "metrics", service: .udp(8125), fires: false),
      Case(what: "UDP", service: .udp(9999), fires: true),
      Case(what: "multicast", destination: IPAddress(v4: 0xe000_00fb), fires: false),
    ]
  )
  func threshold(_ example: Case) {
    var servicePair = HostServicePair.told(
      example.service,
      example.outcomes,
      example.trafficDirection,
      to: example.destination
    )
    servicePair.isAnsweredElsewhere = example.isAnsweredElsewhere
    #expect(OneWayTraffic().found(servicePairs: [servicePair]).count == (example.fires ? 1 : 0))
  }

  private static func servicePair(silent: UInt64, touched: UInt64 = 0, to number: Int = 5)
    -> HostServicePair
  {
    var servicePair = HostServicePair.told(
      .tcp(9200),
      OutcomeCounts(silent: silent, touched: touched),
      .lateral,
      to: Example.own(number)
    )
    servicePair.isAnsweredElsewhere = true
    return servicePair
  }

  @Test(
    "The score combines conversations and the share",
    arguments: [
      (18, 2, 1),
      // 1 + 14 * 0.3 = 5.2
      (20, 0, 5.2),
      // 447: half of the scale, 0.25. 1 + 14 * (1 - 0.75 * 0.7) = 7.65
      (447, 0, 7.65),
      // Tops: 1 + 14 * (1 - 0.5 * 0.7) = 10.1
      (10_000, 0, 10.1),
    ] as [(UInt64, UInt64, Double)]
  )
  func score(silent: UInt64, touched: UInt64, score: Double) throws {
    let findings = OneWayTraffic().found(servicePairs: [
      Self.servicePair(silent: silent, touched: touched)
    ])
    let finding = try #require(findings.first)
    #expect(finding.stage == .note)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding has the unanswered conversations; evidence is internal traffic")
  func content() throws {
    let finding = try #require(
      OneWayTraffic().found(servicePairs: [Self.servicePair(silent: 29, touched: 1)]).first
    )
    #expect(finding.rule == "oneway.accept")
    #expect(finding.title == "Unanswered Elasticsearch")
    #expect(finding.detail == "29 of 30 unanswered")
    #expect(finding.actorIsInternal)
    #expect(finding.targets.sample == [Target(address: Example.own(5), port: 9200)])
    #expect(!finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: oneway.accept, source: "192.0.2.3", destination: "192.0.2.5", port: 9200, reason: "say why"}"#
    )
  }

  @Test("Any split of host-service pairs among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = [Self.servicePair(silent: 30, to: number)]
      return observations
    }
    let orders = OneWayTraffic().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
