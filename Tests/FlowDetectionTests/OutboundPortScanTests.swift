import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Outbound port scan: an internal host tries many ports of an external address")
struct OutboundPortScanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var hour: UInt64?
    var day: UInt64?
    var sure: UInt64 = 100
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  /// A hundred closed ports, of which so many in the busiest hour and day.
  private static func victim(
    hour: UInt64?,
    day: UInt64?,
    sure: UInt64 = 100,
    of address: IPAddress = Example.other(1)
  ) -> VictimPorts {
    var victim = VictimPorts.closed(100, of: address)
    (victim.busiestHour, victim.busiestDay, victim.sure) = (hour, day, sure)
    return victim
  }

  @Test(
    "25 closed ports in an hour or 50 in a day are a scan if half of the directions are certain",
    arguments: [
      Case(what: "24 in an hour", hour: 24, day: 24, fires: false),
      Case(what: "25 in an hour", hour: 25, day: 25, fires: true),
      Case(what: "49 in a day", hour: 5, day: 49, fires: false),
      Case(what: "50 in a day", hour: 5, day: 50, fires: true),
      Case(what: "100 in weeks", hour: 3, day: 12, fires: false),
      Case(what: "half sure", hour: 100, day: 100, sure: 50, fires: true),
      Case(what: "inbound replies: less certain", hour: 100, day: 100, sure: 49, fires: false),
      Case(what: "too many to count", hour: nil, day: nil, fires: true),
    ]
  )
  func threshold(_ example: Case) {
    let victim = Self.victim(hour: example.hour, day: example.day, sure: example.sure)
    let findings = OutboundPortScan().found(in: [.outbound(victims: [victim])])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("Inbound and internal scans belong to other rules")
  func bearings() {
    let victim = Self.victim(hour: 100, day: 100)
    #expect(OutboundPortScan().found(in: [.trying([], victims: [victim])]).isEmpty)
    #expect(OutboundPortScan().found(in: [.lateral(victims: [victim])]).isEmpty)
  }

  @Test("The thresholds can be set", arguments: [(39, 79, 0), (40, 79, 1), (39, 80, 1)])
  func userThreshold(hour: UInt64, day: UInt64, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.outboundPortScan.ports = 40
    let profile = SourceProfile.outbound(victims: [Self.victim(hour: hour, day: day)])
    #expect(OutboundPortScan().found(in: [profile], network).count == findings)
  }

  @Test("All scanned addresses of a host are one finding; the others stay out of it")
  func content() throws {
    let victims = [
      Self.victim(hour: 100, day: 100), Self.victim(hour: 9, day: 9, of: Example.other(2)),
      Self.victim(hour: 30, day: 30, of: Example.other(3)),
    ]
    let findings = OutboundPortScan().found(in: [.outbound(victims: victims)])
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.rule == "outbound.portscan")
    #expect(finding.title == "Outbound port scan")
    #expect(finding.stage == .p5)
    #expect(finding.outcome == .blocked)
    #expect(finding.actorIsInternal)
    #expect(finding.targets.sample.map(\.address) == [Example.other(1), Example.other(3)])
    #expect(finding.detail == "100 closed ports in 1–100")
    #expect(finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.destination == Example.other(1))
    #expect(finding.evidenceQuery.protocols == [6, 17])
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.portscan, source: "192.0.2.3", reason: "say why"}"#
    )
  }

  @Test(
    "The score combines ports and addresses",
    arguments: [
      // Everything at the foot of its scale.
      (25, 1, 70),
      // 0.6 * ln 4 / ln 40 = 0.2255; 70 + 19 * 0.2255 = 74.2845
      (100, 1, 74.2845),
      // Everything at its top: 70 + 19 * (1 - 0.4 * 0.8) = 82.92
      (1000, 50, 82.92),
    ]
  )
  func score(ports: Int, addresses: Int, score: Double) throws {
    let victims = (0..<addresses).map { VictimPorts.closed(ports, of: Example.other($0)) }
    let finding = try #require(
      OutboundPortScan().found(in: [.outbound(victims: victims)]).first
    )
    #expect(abs(finding.exactScore - score) < 0.001)
  }
}
