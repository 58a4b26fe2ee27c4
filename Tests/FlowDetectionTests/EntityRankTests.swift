import FlowTestSupport
import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Entity rank: findings of equal score follow the rank of their actor")
struct EntityRankTests {
  private static func finding(
    _ id: String,
    _ actor: Int,
    score: Double,
    rule: RuleID = "scan.vertical",
    last: UInt32 = 100
  ) -> Finding {
    var draft = FindingDraft(
      VerticalScan.rule,
      title: "Port scan",
      stage: .p1,
      actor: .address(Example.stranger(actor))
    )
    draft.sums.last = last
    var finding = draft.finding
    (finding.id, finding.rule, finding.exactScore) = (id, rule, score)
    return finding
  }

  private static func rank(_ findings: [Finding]) -> Double? {
    Ranking.entityRanks(findings)[.address(Example.stranger(1))]
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var findings: [(rule: RuleID, score: Double)]
    var rank: Double
    var testDescription: String { "\(what) → \(rank)" }
  }

  @Test(
    "The rank is the highest score, and a little for each further kind of 40 or more",
    arguments: [
      Case(what: "one", findings: [("a", 50)], rank: 50),
      Case(what: "the highest", findings: [("a", 12), ("a", 20), ("a", 5)], rank: 20),
      // 3 * log2(2) = 3
      Case(what: "two kinds", findings: [("a", 50), ("b", 40)], rank: 53),
      // 3 * log2(4) = 6
      Case(what: "four kinds", findings: [("a", 50), ("b", 40), ("c", 40), ("d", 49)], rank: 56),
      Case(what: "one kind twice", findings: [("a", 50), ("a", 45)], rank: 50),
      Case(what: "a small one", findings: [("a", 50), ("b", 39.4)], rank: 50),
      Case(what: "one that rounds to 40", findings: [("a", 50), ("b", 39.5)], rank: 53),
      Case(what: "many small ones", findings: (0..<99).map { ("r\($0)", 39) }, rank: 39),
      Case(what: "never above 100", findings: [("a", 99), ("b", 90)], rank: 100),
    ]
  )
  func rank(_ example: Case) throws {
    let findings = example.findings.enumerated().map {
      Self.finding("\($0.offset)", 1, score: $0.element.score, rule: $0.element.rule)
    }
    let others = [Self.finding("x", 2, score: 90, rule: "z")]
    let rank = try #require(Self.rank(findings + others))
    #expect(abs(rank - example.rank) < 1e-9)
    #expect(abs(try #require(Self.rank(others + findings.reversed())) - example.rank) < 1e-9)
  }

  @Test("The score comes first; of equal scores those of the worse actor; then the latest")
  func order() {
    let findings = [
      Self.finding("high", 3, score: 60),
      Self.finding("bad", 1, score: 45, rule: "a", last: 5),
      Self.finding("bad too", 1, score: 45, rule: "b", last: 4),
      Self.finding("late", 2, score: 45, last: 200),
      Self.finding("early", 4, score: 45, last: 100),
      Self.finding("low", 1, score: 20),
    ]
    for seed in 1...50 as ClosedRange<UInt64> {
      var numbers = SeededNumbers(seed)
      let ranked = Ranking.sorted(findings.shuffled(using: &numbers))
      #expect(ranked.map(\.id) == ["high", "bad", "bad too", "late", "early", "low"])
    }
  }

  @Test("Any order before gives the same order after", arguments: 1...20)
  func total(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    let findings = (0..<60).map { number in
      Self.finding(
        "\(number)",
        Int.random(in: 0..<6, using: &numbers),
        score: Double(Int.random(in: 36..<46, using: &numbers)),
        rule: "r\(Int.random(in: 0..<4, using: &numbers))",
        last: UInt32.random(in: 0..<3, using: &numbers)
      )
    }
    let ranked = Ranking.sorted(findings).map(\.id)
    #expect(Ranking.sorted(findings.shuffled(using: &numbers)).map(\.id) == ranked)
    #expect(Set(ranked).count == findings.count)
  }

  @Test("Networks and campaigns have a rank as addresses have")
  func actors() throws {
    let network = try #require(IPNetwork("203.0.113.0/24"))
    var swarm = Self.finding("a", 1, score: 20)
    swarm.actor = .prefix(network)
    var campaign = Self.finding("b", 1, score: 47)
    campaign.actor = .campaign("SSH brute force")
    let ranks = Ranking.entityRanks([swarm, campaign])
    #expect(ranks == [.prefix(network): 20, .campaign("SSH brute force"): 47])
  }
}
