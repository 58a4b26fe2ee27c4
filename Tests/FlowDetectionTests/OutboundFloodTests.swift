import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Outbound flood: an internal host floods one external address")
struct OutboundFloodTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var target: HeavyTarget
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "100,000 packets a minute, or a short one of 10,000 without answer",
    arguments: [
      Case(what: "99,999 a minute for an hour", target: .got(5_999_940, in: 3600), fires: false),
      Case(what: "100,000 a minute for an hour", target: .got(6_000_000, in: 3600), fires: true),
      Case(what: "9,999 in a minute", target: .got(9999, in: 60), fires: false),
      Case(what: "10,000 in a minute", target: .got(10_000, in: 60), fires: true),
      // What is over in a second is counted as a minute of it.
      Case(what: "10,000 in a second", target: .got(10_000, in: 1), fires: true),
      Case(what: "9,999 in a second", target: .got(9999, in: 1), fires: false),
      Case(what: "15 minutes", target: .got(150_000, in: 900), fires: true),
      Case(what: "a stream that lasts", target: .got(160_000, in: 901), fires: false),
      Case(what: "1 % comes back", target: .got(10_000, in: 60, replyBytes: 10_000), fires: false),
      Case(what: "less comes back", target: .got(10_000, in: 60, replyBytes: 9999), fires: true),
      Case(
        what: "a large one may be answered",
        target: .got(100_000, in: 60, replyBytes: 400_000),
        fires: true
      ),
      Case(what: "syslog", target: .got(99_999, in: 60, .udp(514)), fires: false),
      Case(what: "too much syslog", target: .got(100_000, in: 60, .udp(514)), fires: true),
      Case(what: "metrics", target: .got(99_999, in: 60, .udp(8125)), fires: false),
      Case(what: "flow export", target: .got(99_999, in: 60, .udp(2055)), fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let findings = OutboundFlood().found(in: [.outbound(heavy: [example.target])])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("The threshold can be set", arguments: [(1_999_999, 0), (2_000_000, 1)])
  func userThreshold(packets: UInt64, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.outboundFlood.packets = 2_000_000
    let profile = SourceProfile.outbound(heavy: [.got(packets, in: 60, .udp(514))])
    #expect(OutboundFlood().found(in: [profile], network).count == findings)
  }

  @Test(
    "The title has the type",
    arguments: [
      (Service.udp(53), "Outbound DNS flood"), (.udp(80), "Outbound UDP flood"),
      (.tcp(53), "Outbound TCP flood"), (.icmp, "Outbound ICMP flood"),
      (Service(protocolNumber: 47, port: 0), "Outbound GRE flood"),
    ]
  )
  func kinds(service: Service, title: String) {
    let profile = SourceProfile.outbound(heavy: [.got(10_000, in: 60, service)])
    #expect(OutboundFlood().found(in: [profile]).map(\.title) == [title])
  }

  @Test(
    "The score combines rate and missing responses",
    arguments: [
      // The foot of the rate; no answer at all: 0.3. 70 + 19 * 0.3 = 75.7
      (10_000, 0, 75.7),
      // 0.7 * ln 10 / ln 1000 = 0.2333; 2 % back: 0.3 * (0.98 - 0.95) / 0.05 = 0.18.
      // 70 + 19 * (1 - 0.7667 * 0.82) = 77.0553
      (100_000, 200_000, 77.0553),
      // Everything at its top: 70 + 19 * (1 - 0.3 * 0.7) = 85.01
      (10_000_000, 0, 85.01),
    ] as [(UInt64, UInt64, Double)]
  )
  func score(packets: UInt64, replyBytes: UInt64, score: Double) throws {
    let target = HeavyTarget.got(packets, in: 60, replyBytes: replyBytes)
    let finding = try #require(OutboundFlood().found(in: [.outbound(heavy: [target])]).first)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding says how much went where, and what came back")
  func content() throws {
    let target = HeavyTarget.got(200_000, in: 120, replyBytes: 40)
    let findings = OutboundFlood().found(in: [
      .outbound(heavy: [target, .got(200_000, in: 60, at: Example.other(10))])
    ])
    let finding = try #require(findings.first)
    #expect(Set(findings.map(\.id)).count == 2)
    #expect(finding.rule == "outbound.dos")
    #expect(finding.stage == .p5)
    #expect(finding.outcome == .silent)
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.detail == "200,000 packets, 100,000 per minute, 40 B in responses")
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 80)])
    #expect(finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.destination == Example.other(9))
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.dos, source: "192.0.2.3", destination: "198.51.100.9", reason: "say why"}"#
    )
  }
}
