import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Outbound scan: an internal host tries one service on many external addresses")
struct OutboundSweepTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var attempts: ServiceAttempts
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  private static func unsure(_ attempts: ServiceAttempts, sure: UInt64) -> ServiceAttempts {
    var unsure = attempts
    unsure.sure = sure
    return unsure
  }

  private static func uncounted(_ attempts: ServiceAttempts) -> ServiceAttempts {
    var uncounted = attempts
    (uncounted.busiestHour, uncounted.busiestDay) = (nil, nil)
    return uncounted
  }

  private static let high = Service.tcp(9999)

  static let rates = [
    Case(what: "49 in an hour", attempts: .tried(.web, failed: 49), fires: false),
    Case(what: "50 in an hour", attempts: .tried(.web, failed: 50), fires: true),
    Case(
      what: "199 in a day",
      attempts: .tried(.web, failed: 900, hour: 49, day: 199),
      fires: false
    ),
    Case(
      what: "200 in a day",
      attempts: .tried(.web, failed: 900, hour: 49, day: 200),
      fires: true
    ),
    Case(what: "hunted port, 24 in an hour", attempts: .tried(.ssh, failed: 24), fires: false),
    Case(what: "hunted port, 25 in an hour", attempts: .tried(.ssh, failed: 25), fires: true),
    Case(
      what: "hunted port, 99 in a day",
      attempts: .tried(.tcp(7547), failed: 500, hour: 9, day: 99),
      fires: false
    ),
    Case(
      what: "hunted port, 100 in a day",
      attempts: .tried(.tcp(7547), failed: 500, hour: 9, day: 100),
      fires: true
    ),
    Case(what: "hunted as TCP, not as UDP", attempts: .tried(.udp(445), failed: 49), fires: false),
    Case(
      what: "too many to count",
      attempts: uncounted(.tried(.web, failed: 2_000_000)),
      fires: true
    ),
  ]

  static let kinds = [
    Case(what: "half failed", attempts: .tried(high, failed: 50, answered: 50), fires: true),
    Case(
      what: "a crawler: less failed",
      attempts: .tried(high, failed: 50, answered: 51),
      fires: false
    ),
    Case(what: "half sure", attempts: unsure(.tried(high, failed: 60), sure: 30), fires: true),
    Case(what: "less sure", attempts: unsure(.tried(high, failed: 60), sure: 29), fires: false),
    Case(what: "a mail server", attempts: .tried(.tcp(25), failed: 900), fires: false),
    Case(what: "a name server", attempts: .tried(.udp(53), failed: 900), fires: false),
    Case(what: "pings have no port", attempts: .tried(.icmp, failed: 900), fires: false),
    Case(what: "peers, 149 gone", attempts: .tried(.udp(6881), failed: 149), fires: false),
    Case(what: "peers, 150 gone", attempts: .tried(.udp(6881), failed: 150), fires: true),
    Case(
      what: "peers, nine of ten gone",
      attempts: .tried(.udp(6881), failed: 180, answered: 20),
      fires: true
    ),
    Case(
      what: "peers, less gone",
      attempts: .tried(.udp(6881), failed: 180, answered: 21),
      fires: false
    ),
    Case(what: "UDP services below 1024", attempts: .tried(.udp(161), failed: 50), fires: true),
  ]

  @Test("Fifty failures in an hour or 200 in a day, half of that where worms go", arguments: rates)
  func rate(_ example: Case) { check(example) }

  @Test("Half must fail, and some services have business everywhere", arguments: kinds)
  func kind(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    let findings = OutboundSweep().found(in: [.outbound([example.attempts])])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("Only outbound traffic is an outbound scan")
  func bearings() {
    let attempts = ServiceAttempts.tried(.ssh, failed: 500)
    #expect(OutboundSweep().found(in: [.trying([attempts])]).isEmpty)
    #expect(OutboundSweep().found(in: [.lateral([attempts])]).isEmpty)
  }

  @Test("The threshold can be set; hunted ports need half of it", arguments: [(50, 0), (51, 1)])
  func userThreshold(failed: Int, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.outboundSweep.addresses = 101
    let hunted = SourceProfile.outbound([.tried(.ssh, failed: failed, hour: failed, day: 0)])
    #expect(OutboundSweep().found(in: [hunted], network).count == findings)
    let other = SourceProfile.outbound([.tried(.web, failed: failed + 50, day: 0)])
    #expect(OutboundSweep().found(in: [other], network).count == findings)
  }

  @Test("500 hosts, 97 % failed, score 80.7")
  func score() throws {
    // 500 failed: 0.6 * ln 10 / ln 100 = 0.3; share 0.97: 0.4 * (0.97 - 0.5) / 0.5 = 0.376; 500 in an hour: 0.
    // 70 + 19 * (1 - 0.7 * 0.624) = 80.70
    let attempts = ServiceAttempts.tried(.ssh, failed: 500, answered: 15, hour: 500)
    let finding = try #require(OutboundSweep().found(in: [.outbound([attempts])]).first)
    #expect(abs(finding.exactScore - 80.7) < 0.05)
    #expect(finding.why.map(\.weight) == [0.6, 0.4, 0.3])
    // Everything at its top: 70 + 19 * (1 - 0.4 * 0.6 * 0.7) = 85.808
    let most = ServiceAttempts.tried(.ssh, failed: 5000)
    let top = try #require(OutboundSweep().found(in: [.outbound([most])]).first)
    #expect(abs(top.exactScore - 85.808) < 0.0001)
  }

  @Test("A finding has the host, the service, the failed attempts and the evidence")
  func content() throws {
    let attempts = ServiceAttempts.tried(.ssh, failed: 30, answered: 2, hour: 28, day: 30)
    let finding = try #require(OutboundSweep().found(in: [.outbound([attempts])]).first)
    #expect(finding.rule == "outbound.sweep")
    #expect(finding.title == "Outbound SSH scan")
    #expect(finding.stage == .p5)
    #expect(finding.outcome == .touched)
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.detail == "30 of 32 without response, 28 within one hour")
    #expect(finding.targets.count == 32)
    #expect(finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.destination == nil)
    #expect(finding.evidenceQuery.port == 22)
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.sweep, source: "192.0.2.3", port: 22, reason: "say why"}"#
    )
  }

  @Test("A host that scans several services is one finding, with the user's names for them")
  func services() {
    var network = Example.network(own: 20)
    network.names.services[9999] = "intranet"
    let profile = SourceProfile.outbound([
      .tried(.ssh, failed: 30), .tried(.tcp(80), failed: 20), .tried(.tcp(9999), failed: 60),
    ])
    let findings = OutboundSweep().found(in: [profile], network)
    #expect(findings.map(\.title) == ["Outbound scan of 2 services"])
    #expect(
      findings.first?.detail
        == "SSH, intranet; intranet: 60 of 60 without response, 60 within one hour"
    )
  }
}
