import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Lateral scan: an internal host scans internal hosts")
struct LateralScanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var attempts: ServiceAttempts
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  private static func changed(
    _ attempts: ServiceAttempts,
    _ change: (inout ServiceAttempts) -> Void
  ) -> ServiceAttempts {
    var changed = attempts
    change(&changed)
    return changed
  }

  static let addresses = [
    Case(what: "9 addresses", attempts: .tried(.web, failed: 9), fires: false),
    Case(what: "10 addresses", attempts: .tried(.web, failed: 10), fires: true),
    Case(what: "10 in hours", attempts: .tried(.web, failed: 10, hour: 9), fires: false),
    Case(what: "sensitive port, 4", attempts: .tried(.tcp(445), failed: 4), fires: false),
    Case(what: "sensitive port, 5", attempts: .tried(.tcp(445), failed: 5), fires: true),
    Case(what: "sensitive as TCP only", attempts: .tried(.udp(1433), failed: 9), fires: false),
    Case(
      what: "half failed",
      attempts: .tried(.web, failed: 10, answered: 10),
      fires: true
    ),
    Case(
      what: "a client whose servers are mostly there",
      attempts: .tried(.web, failed: 10, answered: 11),
      fires: false
    ),
    Case(
      what: "half sure",
      attempts: changed(.tried(.web, failed: 10)) { $0.sure = 5 },
      fires: true
    ),
    Case(
      what: "less sure",
      attempts: changed(.tried(.web, failed: 10)) { $0.sure = 4 },
      fires: false
    ),
    Case(
      what: "too many to count",
      attempts: changed(.tried(.web, failed: 10)) { $0.busiestHour = nil },
      fires: true
    ),
    Case(what: "9 pings", attempts: .tried(.icmp, failed: 9), fires: false),
    Case(what: "10 pings", attempts: .tried(.icmp, failed: 0, answered: 10), fires: true),
    Case(
      what: "nine of ten pings are short",
      attempts: changed(.tried(.icmp, failed: 10)) { $0.tiny = 9 },
      fires: true
    ),
    Case(
      what: "a monitor that pings on and on",
      attempts: changed(.tried(.icmp, failed: 10)) { $0.tiny = 8 },
      fires: false
    ),
  ]

  @Test(
    "Ten addresses of one service in an hour, half of that on sensitive ports",
    arguments: addresses
  )
  func sweep(_ example: Case) {
    let findings = LateralScan().found(in: [.lateral([example.attempts])])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test(
    "Or twenty closed ports of one address, when half of the directions are sure",
    arguments: [(19, 19, 0), (20, 20, 1), (20, 10, 1), (20, 9, 0)]
  )
  func ports(ports: Int, sure: UInt64, findings: Int) {
    var victim = VictimPorts.closed(ports)
    victim.sure = sure
    #expect(LateralScan().found(in: [.lateral(victims: [victim])]).count == findings)
  }

  @Test("Inbound and outbound scans belong to other rules")
  func bearings() {
    let attempts = ServiceAttempts.tried(.ssh, failed: 50)
    let victims = [VictimPorts.closed(50)]
    #expect(LateralScan().found(in: [.trying([attempts], victims: victims)]).isEmpty)
    #expect(LateralScan().found(in: [.outbound([attempts], victims: victims)]).isEmpty)
  }

  @Test("The threshold can be set", arguments: [(29, 14, 0), (30, 14, 1), (29, 15, 1)])
  func userThreshold(web: Int, ssh: Int, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.lateralScan.addresses = 30
    let profile = SourceProfile.lateral([
      .tried(.ssh, failed: ssh), .tried(.web, failed: web),
    ])
    #expect(LateralScan().found(in: [profile], network).count == findings)
  }

  @Test(
    "An hour without it in the log makes it an attack; else it may have been so for long",
    arguments: [(3600, Stage.p5), (3599, .p4), (0, .p4)] as [(UInt32, Stage)]
  )
  func stage(secondsBefore: UInt32, stage: Stage) {
    var network = Example.network(own: 20)
    network.logStart = Example.start - secondsBefore
    let services = SourceProfile.lateral([.tried(.ssh, failed: 10)])
    #expect(LateralScan().found(in: [services], network).map(\.stage) == [stage])
    let ports = SourceProfile.lateral(victims: [.closed(20)])
    #expect(LateralScan().found(in: [ports], network).map(\.stage) == [stage])
  }

  @Test("The score combines addresses, ports and what is behind them")
  func score() throws {
    var network = Example.network(own: 20)
    network.logStart = Example.start - 86_400
    // 100 addresses: 0.6 * ln 10 / ln 100 = 0.3; no ports; sensitive: 0.2. 70 + 19 * (1 - 0.7 * 0.8) = 78.36
    let sweep = SourceProfile.lateral([.tried(.tcp(445), failed: 100)])
    let swept = try #require(LateralScan().found(in: [sweep], network).first)
    #expect(abs(swept.exactScore - 78.36) < 0.0001)
    // 100 ports: 0.5 * ln 5 / ln 50 = 0.2057. 70 + 19 * 0.2057 = 73.908
    let scan = SourceProfile.lateral(victims: [.closed(100)])
    let scanned = try #require(LateralScan().found(in: [scan], network).first)
    #expect(abs(scanned.exactScore - 73.908) < 0.001)
    #expect(scanned.why.map(\.weight) == [0.6, 0.5, 0.2])
  }

  @Test("A scan of one service has service, outcome and suppression")
  func oneService() throws {
    let profile = SourceProfile.lateral([.tried(.tcp(445), failed: 10, answered: 2)])
    let finding = try #require(LateralScan().found(in: [profile]).first)
    #expect(finding.rule == "lateral.scan")
    #expect(finding.title == "Internal scan")
    #expect(finding.outcome == .touched)
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.service == .tcp(445))
    #expect(finding.detail == "10 without response, 2 answered")
    #expect(!finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(
      finding.suppressWith
        == #"- {rule: lateral.scan, source: "192.0.2.3", port: 445, reason: "say why"}"#
    )
  }

  @Test("All services of a source are one finding, which names the widest")
  func severalServices() throws {
    let profile = SourceProfile.lateral(
      [.tried(.ssh, failed: 10), .tried(.tcp(445), failed: 30), .tried(.web, failed: 3)],
      victims: [.closed(30)]
    )
    let findings = LateralScan().found(in: [profile])
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.service == nil)
    #expect(finding.detail == "2 services, 30 addresses on SMB: all blocked")
    #expect(finding.counts.conversations == 40)
    #expect(finding.targets.count == 30)
    #expect(finding.targets.sample.allSatisfy { $0.port == nil })
    #expect(finding.evidenceQuery.protocols.isEmpty)
    #expect(finding.why.map(\.value) == [30, 30, 1])
    #expect(
      finding.suppressWith == #"- {rule: lateral.scan, source: "192.0.2.3", reason: "say why"}"#
    )
  }

  @Test("A scan of ports alone names the address")
  func portsAlone() throws {
    let profile = SourceProfile.lateral(victims: [.closed(30), .closed(12, of: Example.own(9))])
    let finding = try #require(LateralScan().found(in: [profile]).first)
    #expect(finding.detail == "30 closed ports in 1–30")
    #expect(finding.targets.sample.map(\.address) == [Example.own(0)])
    #expect(finding.evidenceQuery.destination == Example.own(0))
  }
}
