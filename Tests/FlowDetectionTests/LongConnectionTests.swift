import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Long connection: a conversation with an external address that lasts for hours")
struct LongConnectionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var seconds: UInt32 = 14_400
    var service = Service.tcp(6667)
    var isLateral = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Four hours with an external address, for any protocol except DNS and NTP",
    arguments: [
      Case(what: "a second less than 4 hours", seconds: 14_399, fires: false),
      Case(what: "4 hours", fires: true),
      Case(what: "to the web", service: .web, fires: true),
      Case(what: "UDP", service: .udp(51_820), fires: true),
      Case(what: "GRE", service: Service(protocolNumber: 47, port: 0), fires: true),
      Case(what: "NTP from one port", seconds: 86_400, service: .udp(123), fires: false),
      Case(what: "DNS from one port", seconds: 86_400, service: .udp(53), fires: false),
      Case(what: "with an internal database", seconds: 86_400, isLateral: true, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    var series = ConnectionSeries.lasting(example.seconds, example.service)
    series.isLateral = example.isLateral
    #expect(LongConnection().found(series: [series]).count == (example.fires ? 1 : 0))
  }

  struct Staged: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.tcp(6667)
    var hosts = 1
    /// Days of the baseline on which the host was seen there; nil without a baseline.
    var days: UInt32?
    var stage: Stage
    var testDescription: String { "\(what) → \(stage.rawValue)" }
  }

  @Test(
    "A note for a service that others use or the host has used for days; low for the web",
    arguments: [
      Staged(what: "one host", stage: .p4),
      Staged(what: "two hosts", hosts: 2, stage: .p4),
      Staged(what: "three hosts", hosts: 3, stage: .note),
      Staged(what: "to the web", service: .web, stage: .p2),
      Staged(what: "to MQTT over TLS", service: .tcp(8883), stage: .p2),
      Staged(what: "to a UDP port of that number", service: .udp(8883), stage: .p4),
      Staged(what: "to the web, never before", service: .web, days: 0, stage: .p4),
      Staged(what: "to the web, once before", service: .web, days: 1, stage: .p2),
      Staged(what: "on two earlier days", days: 2, stage: .p4),
      Staged(what: "on three earlier days", days: 3, stage: .note),
    ]
  )
  func stage(_ example: Staged) throws {
    let peer = Example.other(9)
    var network = Example.network(own: 20).used(by: example.hosts, of: 10, example.service)
    if let days = example.days {
      let baselineEntry = BaselineEntry(
        .outward,
        host: Example.own(3),
        peer: IPNetwork(around: peer),
        service: example.service
      )
      network = network.remembering(days > 0 ? [baselineEntry: days] : [:])
    }
    let series = ConnectionSeries.lasting(20_000, example.service)
    let finding = try #require(LongConnection().found(series: [series], network).first)
    #expect(finding.stage == example.stage)
  }

  @Test(
    "The score combines hours and how rare it is",
    arguments: [
      // At the foot, and two hosts of ten are not rare.
      (14_400, 2, 40),
      // Rare: 40 + 29 * 0.3 = 48.7
      (14_400, 1, 48.7),
      // 24 hours: 0.6 * ln 6 / ln 42 = 0.28763. 40 + 29 * (1 - 0.71237 * 0.7) = 54.539
      (86_400, 1, 54.539),
      // A week: 40 + 29 * (1 - 0.4 * 0.7) = 60.88
      (604_800, 1, 60.88),
    ] as [(UInt32, Int, Double)]
  )
  func score(seconds: UInt32, hosts: Int, score: Double) throws {
    let network = Example.network(own: 20).used(by: hosts, of: 10, .tcp(6667))
    let finding = try #require(
      LongConnection().found(series: [.lasting(seconds)], network).first
    )
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding says how long and how much of the longest one")
  func content() throws {
    let network = Example.network(own: 20).used(by: 1, of: 10, .tcp(6667))
    var series = ConnectionSeries.lasting(20_000)
    (series.bytesOut, series.connections, series.directed) = (999_999_999, 3, 2)
    let finding = try #require(LongConnection().found(series: [series], network).first)
    #expect(finding.title == "Long tcp/6667 connection")
    #expect(finding.detail == "5.5 h, 117.1 KiB sent, 234.3 KiB received; used by 1 of 10 hosts")
    #expect(finding.confidence == .medium)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 6667)])
    #expect(finding.evidenceQuery.port == 6667)
    #expect(
      finding.suppressWith
        == #"- {rule: long-connection, source: "192.0.2.3", destination: "198.51.100.9", port: 6667, reason: "say why"}"#
    )
  }

  @Test("Protocols without ports have none in the finding")
  func portless() throws {
    let series = ConnectionSeries.lasting(20_000, Service(protocolNumber: 47, port: 0))
    let finding = try #require(LongConnection().found(series: [series]).first)
    #expect(finding.title == "Long GRE connection")
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: nil)])
    #expect(finding.evidenceQuery.port == nil)
    #expect(finding.evidenceQuery.protocols == [47])
  }

  @Test("Any split of series among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.series = [.lasting(20_000, to: Example.other(number))]
      return observations
    }
    let orders = LongConnection().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
