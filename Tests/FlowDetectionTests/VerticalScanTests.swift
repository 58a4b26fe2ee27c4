import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Vertical scan: one source, many ports of one local address")
struct VerticalScanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var failedPorts: Int
    var conversations: Int
    var sure: Int
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Ten closed ports of one address are a scan when at least half of the directions are sure",
    arguments: [
      Case(what: "9 ports", failedPorts: 9, conversations: 9, sure: 9, fires: false),
      Case(what: "10 ports", failedPorts: 10, conversations: 10, sure: 10, fires: true),
      Case(what: "half sure", failedPorts: 20, conversations: 20, sure: 10, fires: true),
      Case(what: "less sure", failedPorts: 20, conversations: 20, sure: 9, fires: false),
      Case(what: "none sure", failedPorts: 10, conversations: 10, sure: 0, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    var victim = VictimPorts.closed(example.failedPorts)
    victim.outcomes = OutcomeCounts(silent: UInt64(example.conversations))
    victim.sure = UInt64(example.sure)
    let findings = VerticalScan().found(in: [.trying([], victims: [victim])])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("The size of the network does not matter", arguments: [1, 6, 19, 20, 500])
  func anyNetwork(own: Int) {
    let network = Example.network(own: own)
    let nine = SourceProfile.trying([], victims: [.closed(9)])
    let ten = SourceProfile.trying([], victims: [.closed(10)])
    #expect(VerticalScan().found(in: [nine], network).isEmpty)
    #expect(VerticalScan().found(in: [ten], network).count == 1)
  }

  @Test("IPv6 sources are judged equally; internal scans belong to lateral.scan")
  func otherSources() {
    let inside = SourceProfile.trying([], victims: [.closed(10)], isInternal: true)
    let victim = VictimPorts.closed(10, of: Example.ownV6(1))
    let sixth = SourceProfile.trying([], victims: [victim], from: Example.strangerV6(1))
    let findings = VerticalScan().found(in: [inside, sixth])
    #expect(findings.map(\.actorIsInternal) == [false])
    #expect(findings.map(\.actor.description) == ["2001:db8:b::1"])
  }

  @Test("Ports spread thin over many addresses are no vertical scan")
  func thin() {
    let victims = (0..<50).map { VictimPorts.closed(9, of: Example.own($0)) }
    #expect(VerticalScan().found(in: [.trying([], victims: victims)]).isEmpty)
  }

  @Test("All scanned addresses of a source are one finding; the others stay out of it")
  func severalVictims() throws {
    var open = VictimPorts.closed(30, of: Example.own(2))
    open.openPorts = 2
    let victims = [
      VictimPorts.closed(12, of: Example.own(1)), open, VictimPorts.closed(9, of: Example.own(3)),
    ]
    let findings = VerticalScan().found(in: [.trying([], victims: victims)])
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.targets.count == 2)
    #expect(finding.targets.sample.map(\.address) == [Example.own(1), Example.own(2)])
    #expect(finding.counts.conversations == 42)
    #expect(finding.detail == "30 closed ports in 1–30, 2 open")
    #expect(finding.evidenceQuery.protocols == [6, 17])
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(
      finding.suppressWith == #"- {rule: scan.vertical, source: "203.0.113.7", reason: "say why"}"#
    )
  }

  struct Golden: Sendable, CustomTestStringConvertible {
    var ports: Int
    var victims = 1
    var hours: Double
    var score: Double
    var testDescription: String { "\(ports) ports, \(victims) victims, \(hours) h → \(score)" }
  }

  @Test(
    "The score combines ports, addresses and hours",
    arguments: [
      // Everything at the foot of its scale.
      Golden(ports: 10, hours: 24, score: 5),
      // 0.6 * ln 2 / ln 100 = 0.0903; 0.2 * ln(65 / 24) / ln 30 = 0.0586;
      // 5 + 24 * (1 - 0.9097 * 0.9414) = 8.447
      Golden(ports: 20, hours: 65, score: 8.4),
      // 5 + 24 * (1 - 0.4 * 0.9414) = 19.962
      Golden(ports: 2773, hours: 65, score: 20.0),
      // Everything at its top: 5 + 24 * (1 - 0.4 * 0.8 * 0.8) = 22.856
      Golden(ports: 1000, victims: 50, hours: 720, score: 22.856),
    ]
  )
  func score(_ example: Golden) throws {
    let victims = (0..<example.victims).map {
      VictimPorts.closed(example.ports, of: Example.own($0), hours: example.hours)
    }
    let finding = try #require(
      VerticalScan().found(in: [.trying([], victims: victims)]).first
    )
    #expect(abs(finding.exactScore - example.score) < 0.05)
    #expect(
      finding.why.map(\.value) == [
        Double(example.ports), Double(example.victims), example.hours,
      ]
    )
  }

  @Test("Slow is said only when every scanned address was tried slowly")
  func slow() throws {
    func scan(_ busiest: [UInt64?]) throws -> Finding {
      let victims = busiest.enumerated().map { index, hour in
        var victim = VictimPorts.closed(20, of: Example.own(index), hours: 65)
        victim.busiestHour = hour
        return victim
      }
      return try #require(VerticalScan().found(in: [.trying([], victims: victims)]).first)
    }
    #expect(try scan([4]).isSlow)
    #expect(try scan([1, 4]).isSlow)
    #expect(try !scan([5]).isSlow)
    #expect(try !scan([1, 5]).isSlow)
    #expect(try !scan([nil]).isSlow)
  }
}
