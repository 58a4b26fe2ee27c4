import FlowAggregation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Horizontal scan: one source, one service, many local addresses")
struct HorizontalScanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var own = 20
    var service = Service.ssh
    var blocked = 0
    var touched = 0
    var sessions = 0
    var isInternal = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  static let sizes = [
    Case(what: "9 of 20 local addresses", blocked: 9, fires: false),
    Case(what: "10 of 20 local addresses", blocked: 10, fires: true),
    Case(what: "9 of 5,000", own: 5000, blocked: 9, fires: false),
    Case(what: "10 of 5,000", own: 5000, blocked: 10, fires: true),
    Case(what: "9 of 19", own: 19, blocked: 9, fires: false),
    Case(what: "10 of 19", own: 19, blocked: 10, fires: true),
    Case(what: "4 of 9", own: 9, blocked: 4, fires: false),
    Case(what: "5 of 9", own: 9, blocked: 5, fires: true),
    Case(what: "2 of 6", own: 6, blocked: 2, fires: false),
    Case(what: "3 of 6", own: 6, blocked: 3, fires: true),
    Case(what: "2 of 2, too few", own: 2, blocked: 2, fires: false),
    Case(what: "3 where 2 are known", own: 2, blocked: 3, fires: true),
    Case(what: "internal, lateral.scan's", own: 6, blocked: 10, isInternal: true, fires: false),
  ]

  static let kinds = [
    Case(what: "SSH answered shortly on 10", touched: 10, fires: true),
    Case(what: "SSH sessions on 10", sessions: 10, fires: false),
    Case(what: "SSH 9 tried, 1 session", blocked: 4, touched: 5, sessions: 1, fires: false),
    Case(what: "SSH from an internal host answered", touched: 10, isInternal: true, fires: false),
    Case(what: "SSH from an internal host blocked", blocked: 10, isInternal: true, fires: false),
    Case(what: "HTTPS answered", service: .web, touched: 30, fires: false),
    Case(what: "HTTPS half failed", service: .web, blocked: 10, touched: 10, fires: true),
    Case(what: "HTTPS less failed", service: .web, blocked: 10, touched: 11, fires: false),
    Case(what: "HTTP half failed", service: .tcp(80), blocked: 10, sessions: 10, fires: true),
    Case(what: "HTTP less failed", service: .tcp(80), blocked: 10, sessions: 11, fires: false),
    Case(what: "HTTP answered is ignored", service: .tcp(80), blocked: 9, touched: 1, fires: false),
    Case(what: "tcp/8443 failed", service: .tcp(8443), blocked: 10, fires: true),
    Case(what: "SNMP failed", service: .udp(161), blocked: 10, fires: true),
    Case(what: "SNMP answered", service: .udp(161), touched: 10, fires: false),
    Case(
      what: "UDP 1433 answered, sensitive as TCP",
      service: .udp(1433),
      touched: 10,
      fires: false
    ),
    Case(what: "ping has no ports", service: .icmp, blocked: 20, fires: false),
  ]

  @Test("The threshold follows the size of the network", arguments: sizes)
  func threshold(_ example: Case) { check(example) }

  @Test("What counts follows service and side", arguments: kinds)
  func service(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    let attempts = ServiceAttempts.each(
      example.service,
      blocked: example.blocked,
      touched: example.touched,
      sessions: example.sessions
    )
    let source = SourceProfile.trying([attempts], isInternal: example.isInternal)
    let findings = HorizontalScan().found(in: [source], Example.network(own: example.own))
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test(
    "IPv6 sources are compared with the local IPv6 addresses",
    arguments: [(2, 0), (3, 1)]
  )
  func addressFamily(blocked: Int, findings: Int) {
    let attempts = ServiceAttempts.each(.ssh, blocked: blocked, own: Example.ownV6)
    let source = SourceProfile.trying([attempts], from: Example.strangerV6(1))
    let network = Example.network(own: 100, ownV6: 6)
    #expect(HorizontalScan().found(in: [source], network).count == findings)
  }

  @Test("Every service of a source is a separate finding")
  func everyService() {
    let source = SourceProfile.trying([
      .each(.ssh, blocked: 10), .each(.tcp(3389), blocked: 12), .each(.web, blocked: 9),
    ])
    let findings = HorizontalScan().found(in: [source])
    #expect(findings.map(\.title) == ["SSH scan", "RDP scan"])
    #expect(Set(findings.map(\.id)).count == 2)
  }

  @Test("The score combines addresses, share and hours")
  func score() throws {
    // 10 addresses: 0; half of 20: 0.3 * (0.5 - 0.1) / 0.9 = 0.1333; no hours: 0.
    // 5 + 24 * 0.1333 = 8.2
    let few = SourceProfile.trying([.each(.ssh, blocked: 10)])
    let low = try #require(HorizontalScan().found(in: [few]).first)
    #expect(abs(low.exactScore - 8.2) < 0.0001)
    // 100 addresses: 0.6 * ln 10 / ln 100 = 0.3; all of 100: 0.3; 120 h: 0.2 * ln 5 / ln 30 = 0.0946.
    // 1 - 0.7 * 0.7 * 0.9054 = 0.5564; 5 + 24 * 0.5564 = 18.353
    let many = SourceProfile.trying([.each(.ssh, blocked: 100, hours: 120)])
    let high = try #require(
      HorizontalScan().found(in: [many], Example.network(own: 100)).first
    )
    #expect(abs(high.exactScore - 18.353) < 0.0005)
    #expect(high.why.map(\.value) == [100, 1, 120])
    #expect(high.why.map(\.weight) == [0.6, 0.3, 0.2])
  }

  @Test("A finding has source, service, targets and outcome")
  func content() throws {
    let source = SourceProfile.trying([.each(.ssh, blocked: 8, touched: 3, hours: 2)])
    let finding = try #require(HorizontalScan().found(in: [source]).first)
    #expect(finding.rule == "scan.horizontal")
    #expect(finding.service == .ssh)
    #expect(finding.actor == .address(Example.stranger(7)))
    #expect(finding.outcome == .touched)
    #expect(finding.detail == "8 without response, 3 answered")
    #expect(finding.targets.count == 11)
    #expect(finding.targets.sample.map(\.address) == (0..<8).map(Example.own))
    #expect(finding.targets.sample.allSatisfy { $0.port == 22 })
    #expect(finding.lastSeen - finding.firstSeen == 7200)
    #expect(finding.counts.conversations == 11)
    #expect(finding.evidenceQuery.source == IPNetwork("203.0.113.7"))
    #expect(finding.evidenceQuery.port == 22)
    #expect(
      finding.suppressWith
        == #"- {rule: scan.horizontal, source: "203.0.113.7", port: 22, reason: "say why"}"#
    )
  }
}
