import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Independent signs about one host and one destination make a high incident")
struct AgreementTests {
  private typealias Make = IncidentExample
  private static let peer = Example.stranger(1)

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var findings: [(rule: RuleID, score: Double, peer: IPAddress)]
    var isNew = false
    /// The exact score of the first incident, and the signs.
    var score: Double
    var signs: String?
    var testDescription: String { what }
  }

  @Test(
    "Scores",
    arguments: [
      // 70 + (59 - 40) / 2
      Case(
        what: "a beacon and an upload",
        findings: [("beacon", 62, peer), ("exfil.volume", 59, peer)],
        score: 79.5,
        signs: "persistent connections and an unusual volume"
      ),
      // 70 + (45 - 40) / 2
      Case(
        what: "three signs: the second one counts",
        findings: [("beacon", 62, peer), ("exfil.volume", 45, peer), ("new.external", 42, peer)],
        score: 72.5,
        signs:
          "persistent connections, an unusual volume and a destination that is new for the host"
      ),
      // 70 + (40 - 40) / 2
      Case(
        what: "a beacon and a low finding about its network",
        findings: [("beacon", 60, peer), ("new.external", 25, peer)],
        score: 70,
        signs: "persistent connections and a destination that is new for the host"
      ),
      Case(
        what: "a beacon to a destination that is new since some days",
        findings: [("beacon", 60, peer)],
        isNew: true,
        score: 70,
        signs: "persistent connections and a destination that is new for the host"
      ),
      Case(
        what: "two signs of one kind",
        findings: [("beacon", 62, peer), ("long-connection", 59, peer)],
        score: 62
      ),
      Case(
        what: "two destinations",
        findings: [("beacon", 62, peer), ("exfil.volume", 59, Example.own(200))],
        score: 62
      ),
      Case(
        what: "weak signs",
        findings: [("beacon", 49, peer), ("exfil.volume", 48, peer)],
        score: 49
      ),
      Case(
        what: "a low beacon",
        findings: [("exfil.volume", 59, peer), ("beacon", 39, peer)],
        score: 59
      ),
      Case(
        what: "high already",
        findings: [("outbound.dos", 75, peer), ("beacon", 62, peer), ("exfil.volume", 59, peer)],
        score: 75
      ),
    ]
  )
  func score(_ example: Case) throws {
    let findings = example.findings.map { Make.deed($0.rule, score: $0.score, to: [$0.peer]) }
    let incidents = Incidents.joined(
      Ranking.sorted(findings),
      isNewDestination: { _ in example.isNew }
    )
    let first = try #require(incidents.first)
    #expect(first.exactScore == example.score)
    #expect(first.agreement == example.signs)
  }

  @Test("An external actor has no agreement")
  func external() throws {
    let findings = ["beacon", "exfil.volume"].map {
      Make.finding(RuleID(rawValue: $0), score: 60, by: Example.stranger(3), at: [Example.own(1)])
    }
    let first = try #require(Incidents.joined(Ranking.sorted(findings)).first)
    #expect(first.agreement == nil)
    #expect(first.score == 60)
  }
}
