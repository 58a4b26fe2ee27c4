import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Reject storm: an internal client is rejected again and again")
struct RejectStormTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var records: UInt64
    var hours: Double
    var fires: Bool
    var testDescription: String { "\(records) in \(hours) h → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "A hundred records an hour from the first to the last are a storm, or twenty over ten hours",
    arguments: [
      Case(records: 99, hours: 0.1, fires: false),
      Case(records: 100, hours: 0.1, fires: true),
      Case(records: 100, hours: 1, fires: true),
      Case(records: 199, hours: 2, fires: false),
      Case(records: 200, hours: 2, fires: true),
      Case(records: 480, hours: 24, fires: true),
      Case(records: 479, hours: 24, fires: false),
      Case(records: 200, hours: 10, fires: true),
      Case(records: 198, hours: 9.9, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let profile = SourceProfile.lateral(rejected: [.times(example.records, hours: example.hours)])
    #expect(RejectStorm().found(in: [profile]).count == (example.fires ? 1 : 0))
  }

  @Test(
    "A client that all targets block is told after half an hour, reversed times last none",
    arguments: [(1800, 1), (1799, 0), (-1, 0), (-7200, 0)] as [(Int64, Int)]
  )
  func blocked(seconds: Int64, findings: Int) {
    var attempts = ServiceAttempts.each(.tcp(8080), blocked: 1)
    attempts.outcomes = OutcomeCounts(blocked: 30)
    attempts.sums.last = UInt32(Int64(attempts.sums.first) + seconds)
    let profile = SourceProfile.trying([attempts], from: Example.own(3), isInternal: true)
    #expect(RejectStorm().found(in: [profile]).count == findings)
  }

  @Test("The threshold can be set", arguments: [(50, 900, 1), (500, 900, 0)])
  func userThreshold(anHour: UInt64, records: UInt64, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.rejectStorm.hourlyRecords = anHour
    let profile = SourceProfile.lateral(rejected: [.times(records, hours: 9)])
    #expect(RejectStorm().found(in: [profile], network).count == findings)
  }

  @Test(
    "The rejecting side is named",
    arguments: [
      (0, "200 records rejected at the destination"), (1, "200 records rejected on both sides"),
      (199, "200 records rejected on both sides"), (200, "200 records rejected at the source"),
    ] as [(UInt64, String)]
  )
  func sides(atSource: UInt64, detail: String) {
    let profile = SourceProfile.lateral(rejected: [.times(200, hours: 1, atSource: atSource)])
    #expect(RejectStorm().found(in: [profile]).map(\.detail) == [detail])
  }

  @Test(
    "The score is a note's: records and hours",
    arguments: [
      // Everything at the foot of its scale.
      (100, 1, 1),
      // 1,000 records: 0.5 * ln 10 / ln 100 = 0.25; 10 h: 0.3 * ln 10 / ln 168 = 0.1348.
      // 1 + 14 * (1 - 0.75 * 0.8652) = 5.915
      (1000, 10, 5.915),
      // Everything at its top: 1 + 14 * (1 - 0.5 * 0.7) = 10.1
      (16_800, 168, 10.1),
    ] as [(UInt64, Double, Double)]
  )
  func score(records: UInt64, hours: Double, score: Double) throws {
    let profile = SourceProfile.lateral(rejected: [.times(records, hours: hours)])
    let finding = try #require(RejectStorm().found(in: [profile]).first)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding has source and destination; only rejected records are evidence")
  func content() throws {
    let profile = SourceProfile.lateral(rejected: [.times(200, hours: 1)])
    let finding = try #require(RejectStorm().found(in: [profile]).first)
    #expect(finding.rule == "reject.storm")
    #expect(finding.title == "Repeated HTTPS rejects")
    #expect(finding.stage == .note)
    #expect(finding.outcome == .blocked)
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.targets.sample == [Target(address: Example.own(4), port: 443)])
    #expect(finding.counts.rejected == 200)
    #expect(finding.lastSeen - finding.firstSeen == 3600)
    #expect(finding.evidenceQuery.isRejected)
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.destination == Example.own(4))
    #expect(finding.evidenceQuery.port == 443)
    #expect(
      finding.suppressWith
        == #"- {rule: reject.storm, source: "192.0.2.3", destination: "192.0.2.4", port: 443, reason: "say why"}"#
    )
  }

  @Test("Every rejecting service is a separate finding, with the user's name for it")
  func services() {
    var network = Example.network(own: 20)
    network.names.services[8080] = "hooks"
    let profile = SourceProfile.lateral(rejected: [
      .times(200, hours: 1), .times(200, hours: 1, .tcp(8080)), .times(20, hours: 1, .udp(53)),
    ])
    let findings = RejectStorm().found(in: [profile], network)
    #expect(
      findings.map(\.title) == ["Repeated HTTPS rejects", "Repeated hooks rejects"]
    )
    #expect(Set(findings.map(\.id)).count == 2)
  }
}
