import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Outbound mail: an internal host delivers mail to many external servers")
struct OutboundMailTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.tcp(25)
    var servers: Int
    var stage: Stage?
    var testDescription: String { "\(what) → \(stage?.rawValue ?? "silent")" }
  }

  @Test(
    "Ten servers are unusual, a hundred are an attack",
    arguments: [
      Case(what: "9 servers", servers: 9, stage: nil),
      Case(what: "10 servers", servers: 10, stage: .p4),
      Case(what: "99 servers", servers: 99, stage: .p4),
      Case(what: "100 servers", servers: 100, stage: .p5),
      Case(what: "port 26", service: .tcp(26), servers: 10, stage: .p4),
      Case(what: "port 465", service: .tcp(465), servers: 10, stage: .p4),
      Case(what: "port 587", service: .tcp(587), servers: 10, stage: .p4),
      Case(what: "mailboxes", service: .tcp(993), servers: 100, stage: nil),
      Case(what: "UDP", service: .udp(25), servers: 100, stage: nil),
      Case(what: "another service", service: .web, servers: 100, stage: nil),
    ]
  )
  func threshold(_ example: Case) {
    let attempts = ServiceAttempts.tried(example.service, failed: 0, answered: example.servers)
    let findings = OutboundMail().found(in: [.outbound([attempts])])
    #expect(findings.map(\.stage) == (example.stage.map { [$0] } ?? []))
  }

  @Test("It counts whether they answer or not")
  func failures() {
    let attempts = ServiceAttempts.tried(.tcp(25), failed: 10)
    #expect(OutboundMail().found(in: [.outbound([attempts])]).map(\.outcome) == [.blocked])
  }

  struct Relay: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.tcp(25)
    var host = Example.own(0)
    var isRelay: Bool
    var testDescription: String { "\(what) → \(isRelay ? "silent" : "fires")" }
  }

  private static func sender() -> Observations {
    let attempts = ServiceAttempts.tried(.tcp(25), failed: 0, answered: 50)
    var observations = Observations()
    observations.sourcePrefixes = SourcePrefix.of([.outbound([attempts], from: Example.own(0))])
    return observations
  }

  @Test(
    "A relay takes mail, too",
    arguments: [
      Relay(what: "an external source delivered", isRelay: true),
      Relay(what: "an external source submitted", service: .tcp(587), isRelay: true),
      Relay(what: "an external source used SSH", service: .ssh, isRelay: false),
      Relay(what: "another internal host received it", host: Example.own(9), isRelay: false),
    ]
  )
  func relays(_ example: Relay) {
    var observations = Self.sender()
    observations.exposures = [.open(example.service, networks: 1, at: example.host)]
    #expect(OutboundMail().found(in: observations).isEmpty == example.isRelay)
  }

  @Test("A relay that another worker saw is one as well")
  func merging() {
    let network = Example.network(own: 20)
    var (sender, visitor) = (OutboundMail(), OutboundMail())
    sender.observe(Self.sender(), network)
    var observations = Observations()
    observations.exposures = [.open(.tcp(25), networks: 1, at: Example.own(0))]
    visitor.observe(observations, network)
    var (forth, back) = (sender, visitor)
    forth.merge(visitor)
    back.merge(sender)
    #expect(sender.findings(network).findings.count == 1)
    #expect(forth.findings(network).findings.isEmpty)
    #expect(back.findings(network).findings.isEmpty)
  }

  @Test(
    "The score combines servers and conversations",
    arguments: [
      // Everything at the foot of its scale.
      (10, 40),
      // 99 servers: 0.6 * ln 9.9 / ln 100 = 0.2987; 99 conversations: 0.3 * ln 9.9 / ln 1000 = 0.0996.
      // 40 + 29 * (1 - 0.7013 * 0.9004) = 50.687
      (99, 50.687),
      // The next stage: 0.3 and 0.1. 70 + 19 * (1 - 0.7 * 0.9) = 77.03
      (100, 77.03),
      // Top of the servers' scale: 0.6; 1,000 conversations: 0.2. 70 + 19 * (1 - 0.4 * 0.8) = 82.92
      (1000, 82.92),
    ] as [(Int, Double)]
  )
  func score(servers: Int, score: Double) throws {
    let attempts = ServiceAttempts.tried(.tcp(25), failed: 0, answered: servers)
    let finding = try #require(OutboundMail().found(in: [.outbound([attempts])]).first)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding says which host sends, and whether it is answered")
  func content() throws {
    let attempts = ServiceAttempts.tried(.tcp(25), failed: 4, answered: 8)
    let finding = try #require(OutboundMail().found(in: [.outbound([attempts])]).first)
    #expect(finding.rule == "outbound.smtp")
    #expect(finding.title == "Outbound mail to many servers")
    #expect(finding.outcome == .touched)
    #expect(finding.detail == "4 without response, 8 answered")
    #expect(finding.actorIsInternal)
    #expect(finding.targets.count == 12)
    #expect(finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.port == 25)
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.smtp, source: "192.0.2.3", port: 25, reason: "say why"}"#
    )
  }
}
