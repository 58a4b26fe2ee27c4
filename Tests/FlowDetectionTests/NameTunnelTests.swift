import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Name tunnel: data that leaves as names")
struct NameTunnelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.udp(53)
    var packets: UInt64 = 1000
    var bytes: UInt64
    var back: UInt64 = 1 << 40
    var hours = 1.0
    var outcomes = OutcomeCounts(sessions: 1)
    var trafficDirection = TrafficDirection.outbound
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }

    var servicePair: HostServicePair {
      .told(
        service,
        outcomes,
        packets: packets,
        bytes: bytes,
        back: back,
        hours: hours,
        trafficDirection
      )
    }
  }

  static let volumes = [
    Case(what: "just below 1 MB an hour", bytes: 999_999, fires: false),
    Case(what: "1 MB an hour", bytes: 1_000_000, fires: true),
    Case(what: "1 MB in two hours", bytes: 1_000_000, hours: 2, fires: false),
    Case(what: "2 MB in two hours", bytes: 2_000_000, hours: 2, fires: true),
    Case(what: "1 MB in a minute", bytes: 1_000_000, hours: 0.02, fires: true),
    // 8,400 queries of 119 bytes.
    Case(what: "1 MB of smaller queries", packets: 8400, bytes: 999_600 + 400, fires: false),
    Case(what: "9,999 queries an hour", packets: 9999, bytes: 599_940, fires: false),
    Case(what: "10,000 queries an hour", packets: 10_000, bytes: 600_000, fires: true),
    Case(what: "10,000 queries in a day", packets: 10_000, bytes: 600_000, hours: 24, fires: false),
    Case(what: "less than 100 kB out, nothing like it back", bytes: 99_999, back: 0, fires: false),
    Case(what: "100 kB out, less back", bytes: 100_000, back: 99_999, fires: true),
    Case(what: "100 kB out, as much back", bytes: 100_000, back: 100_000, fires: false),
    Case(
      what: "100 kB without an answer",
      bytes: 100_000,
      back: 0,
      outcomes: .init(silent: 9),
      fires: false
    ),
  ]

  static let kinds = [
    Case(what: "usual queries of a busy host", packets: 9000, bytes: 630_000, fires: false),
    Case(what: "DNS over TCP, more out", service: .tcp(53), bytes: 100_000, back: 50, fires: true),
    Case(
      what: "zone transfers",
      service: .tcp(53),
      packets: 20_000,
      bytes: 2_000_000,
      fires: false
    ),
    Case(what: "DNS over TLS", service: .tcp(853), bytes: 9_000_000, back: 50, fires: false),
    Case(what: "DNS over QUIC", service: .udp(853), bytes: 9_000_000, fires: true),
    Case(what: "NTP", service: .udp(123), bytes: 9_000_000, fires: false),
    Case(what: "the web", service: .web, bytes: 9_000_000, fires: false),
    Case(what: "an internal resolver", bytes: 9_000_000, trafficDirection: .lateral, fires: false),
    Case(what: "external queries", bytes: 9_000_000, trafficDirection: .inbound, fires: false),
  ]

  @Test("Much in large queries, very many queries, or more out than back", arguments: volumes)
  func threshold(_ example: Case) { check(example) }

  @Test("Only queries of internal hosts to external DNS resolvers", arguments: kinds)
  func kind(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    let findings = NameTunnel().found(servicePairs: [example.servicePair])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test(
    "The score combines bytes an hour, bytes a query, and that more goes out",
    arguments: [
      // All at the foot but that more goes out: 40 + 29 * 0.2 = 45.8
      (100_000, 2000, 0, 45.8),
      // 10 MB: 0.5 * ln 100 / ln 10000 = 0.25; 155 bytes: 0.3 / 2 = 0.15. 40 + 29 * (1 - 0.75 * 0.85) = 50.5125
      (9_999_980, 64_516, 1 << 40, 50.5125),
      // The same with more out than back: 40 + 29 * (1 - 0.75 * 0.85 * 0.8) = 54.21
      (9_999_980, 64_516, 0, 54.21),
      // Tops: 40 + 29 * (1 - 0.5 * 0.7 * 0.8) = 60.88
      (1_000_000_000, 1_000_000, 0, 60.88),
    ] as [(UInt64, UInt64, UInt64, Double)]
  )
  func score(bytes: UInt64, packets: UInt64, back: UInt64, score: Double) throws {
    let servicePair = HostServicePair.told(.udp(53), packets: packets, bytes: bytes, back: back)
    let finding = try #require(NameTunnel().found(servicePairs: [servicePair]).first)
    #expect(finding.stage == .p4)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding has bytes in both directions and the resolver")
  func content() throws {
    let servicePair = HostServicePair.told(.udp(53), packets: 10_000, bytes: 2_340_000, back: 999)
    let finding = try #require(NameTunnel().found(servicePairs: [servicePair]).first)
    #expect(finding.rule == "dns.tunnel")
    #expect(finding.title == "DNS tunnel")
    #expect(finding.detail == "2.2 MiB sent in 10,000 packets, 999 B received")
    #expect(finding.outcome == .open)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 53)])
    #expect(finding.evidenceQuery.protocols == [17])
    #expect(
      finding.suppressWith
        == #"- {rule: dns.tunnel, source: "192.0.2.3", destination: "198.51.100.9", port: 53, reason: "say why"}"#
    )
  }

  @Test("Any split of host-service pairs among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = [
        .told(.udp(53), bytes: 2_000_000, to: Example.other(number))
      ]
      return observations
    }
    let orders = NameTunnel().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
