import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Strobe: an internal host connects to one external service every second")
struct StrobeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var outcomes = OutcomeCounts(touched: 86_400)
    var hours = 24.0
    var service = Service.web
    var trafficDirection = TrafficDirection.outbound
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "As many outbound conversations as a day has seconds, half of them answered",
    arguments: [
      Case(what: "86,399 in a day", outcomes: .init(touched: 86_399), fires: false),
      Case(what: "86,400 in a day", fires: true),
      Case(what: "86,399 in an hour", outcomes: .init(touched: 86_399), hours: 1, fires: false),
      Case(what: "86,400 in an hour", hours: 1, fires: true),
      Case(what: "as many in two days", hours: 48, fires: false),
      Case(
        what: "twice as many in two days",
        outcomes: .init(touched: 172_800),
        hours: 48,
        fires: true
      ),
      Case(what: "half refused", outcomes: .init(refused: 50_000, touched: 50_000), fires: true),
      Case(what: "more refused", outcomes: .init(refused: 50_001, touched: 50_000), fires: false),
      Case(what: "all blocked", outcomes: .init(blocked: 100_000), fires: false),
      Case(what: "DNS", service: .udp(53), fires: false),
      Case(what: "DNS over TLS", service: .tcp(853), fires: false),
      Case(what: "pings", service: .icmp, fires: false),
      Case(what: "UDP", service: .udp(8125), fires: true),
      Case(what: "between internal hosts", trafficDirection: .lateral, fires: false),
      Case(what: "inbound", trafficDirection: .inbound, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let servicePair = HostServicePair.told(
      example.service,
      example.outcomes,
      hours: example.hours,
      example.trafficDirection
    )
    #expect(Strobe().found(servicePairs: [servicePair]).count == (example.fires ? 1 : 0))
  }

  @Test(
    "The score grows with the conversations of a day",
    arguments: [
      (86_400, 24, 40),
      // 0.7 * ln 10 / ln 115.74 = 0.33923. 40 + 29 * 0.33923 = 49.838
      (864_000, 24, 49.838), (1_728_000, 48, 49.838),
      // Top of the scale: 40 + 29 * 0.7 = 60.3
      (10_000_000, 24, 60.3),
    ] as [(UInt64, Double, Double)]
  )
  func score(connections: UInt64, hours: Double, score: Double) throws {
    let servicePair = HostServicePair.told(.web, OutcomeCounts(touched: connections), hours: hours)
    let finding = try #require(Strobe().found(servicePairs: [servicePair]).first)
    #expect(finding.stage == .p4)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding says how many and how much")
  func content() throws {
    let servicePair = HostServicePair.told(
      .web,
      OutcomeCounts(refused: 1000, touched: 99_000),
      bytes: 50_000_000,
      back: 1234
    )
    let finding = try #require(Strobe().found(servicePairs: [servicePair]).first)
    #expect(finding.title == "HTTPS strobe")
    #expect(finding.detail == "100,000 conversations, 47.6 MiB sent, 1.2 KiB received")
    #expect(finding.outcome == .touched)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 443)])
    #expect(finding.counts.conversations == 100_000)
    #expect(finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: strobe, source: "192.0.2.3", destination: "198.51.100.9", port: 443, reason: "say why"}"#
    )
  }

  @Test("Any split of host-service pairs among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = [
        .told(.web, OutcomeCounts(touched: 100_000), to: Example.other(number))
      ]
      return observations
    }
    let orders = Strobe().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
