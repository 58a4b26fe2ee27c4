import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Chain of compromise: a host that was got into now attacks")
struct ChainOfCompromiseTests {
  private static let day = 86_400
  private static let host = Example.own(3)

  /// What an external source did to the host, from the start on.
  private static func entry(
    _ rule: RuleID = "ssh.likely-success",
    host: IPAddress = host,
    seconds: Int = 0,
    score: Double = 80
  ) throws -> Finding {
    let attempts = LoginAttempts.tries(30)
      .with(LoginCandidate(.refused(plus: 80, bytes: 40_000), lasting: 300))
    let source = LoginSource.trying([.ssh(host, attempts)])
    var finding = try #require(
      LoginBruteForce().found(logins: [source]).first { $0.rule == "ssh.likely-success" }
    )
    (finding.rule, finding.exactScore) = (rule, score)
    if rule == "exposure.probed" { finding.outcome = .open }
    (finding.firstSeen, finding.lastSeen) = (Example.start, Example.start + UInt32(seconds))
    return finding
  }

  /// What an internal host did so many seconds after the start.
  private static func behaviour(
    _ rule: RuleID = "outbound.sweep",
    after seconds: Int = 7200,
    by address: IPAddress = host,
    isInternal: Bool = true
  ) throws -> Finding {
    let profile = SourceProfile.outbound([.tried(.ssh, failed: 60)], from: address)
    var finding = try #require(OutboundSweep().found(in: [profile]).first)
    (finding.rule, finding.actorIsInternal) = (rule, isInternal)
    finding.id = "\(rule) \(seconds)"
    finding.stage = .p5
    finding.firstSeen = UInt32(Int(Example.start) + seconds)
    finding.lastSeen = finding.firstSeen + 60
    return finding
  }

  private static func chains(_ findings: [Finding]) -> [Finding] {
    ChainOfCompromise.findings(
      from: findings,
      CompleteContext(Example.network(own: 20))
    )
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var entry: RuleID
    var behaviour: RuleID
    var isChain: Bool
    var testDescription: String { "\(entry), \(behaviour) → \(isChain ? "chain" : "none")" }
  }

  @Test(
    "Initial access is a login after brute force or an exposed port; an attack by the host follows",
    arguments: [
      Case(entry: "ssh.likely-success", behaviour: "outbound.sweep", isChain: true),
      Case(entry: "rdp.likely-success", behaviour: "outbound.portscan", isChain: true),
      Case(entry: "exposure.probed", behaviour: "outbound.bruteforce", isChain: true),
      Case(entry: "exposure.probed", behaviour: "outbound.dos", isChain: true),
      Case(entry: "ssh.likely-success", behaviour: "outbound.smtp", isChain: true),
      Case(entry: "ssh.likely-success", behaviour: "lateral.scan", isChain: true),
      Case(entry: "ssh.likely-success", behaviour: "threat-list", isChain: true),
      Case(entry: "ssh.bruteforce", behaviour: "outbound.sweep", isChain: false),
      Case(entry: "sg.too-open", behaviour: "outbound.sweep", isChain: false),
      Case(entry: "scan.vertical", behaviour: "outbound.sweep", isChain: false),
      Case(entry: "ssh.likely-success", behaviour: "reject.storm", isChain: false),
      Case(entry: "ssh.likely-success", behaviour: "ssh.bruteforce", isChain: true),
      Case(entry: "exposure.probed", behaviour: "threat-list", isChain: false),
      Case(entry: "exposure.probed", behaviour: "outbound.smtp", isChain: false),
    ]
  )
  func rules(_ example: Case) throws {
    let findings = [try Self.entry(example.entry), try Self.behaviour(example.behaviour)]
    #expect(Self.chains(findings).count == (example.isChain ? 1 : 0))
    #expect(Self.chains(findings.reversed()).count == (example.isChain ? 1 : 0))
  }

  @Test(
    "It must start after the initial access, and within a day of its end",
    arguments: [
      (0, -1, false), (0, 0, true), (0, day, true), (0, day + 1, false),
      (600, day + 600, true), (600, day + 601, false),
    ]
  )
  func times(entryLasts: Int, begins: Int, isChain: Bool) throws {
    let findings = [try Self.entry(seconds: entryLasts), try Self.behaviour(after: begins)]
    #expect(Self.chains(findings).isEmpty != isChain)
  }

  @Test("Both must be about one host, and one of the network's")
  func hosts() throws {
    let other = Example.own(4)
    #expect(Self.chains([try Self.entry(), try Self.behaviour(by: other)]).isEmpty)
    #expect(Self.chains([try Self.entry(), try Self.behaviour(isInternal: false)]).isEmpty)
    #expect(Self.chains([try Self.entry()]).isEmpty)
    #expect(Self.chains([try Self.behaviour()]).isEmpty)
    #expect(Self.chains([]).isEmpty)
  }

  struct Golden: Sendable, CustomTestStringConvertible {
    var kinds: Int
    var after: Int
    var score: Double
    var testDescription: String { "\(kinds) kinds after \(after) s → \(score)" }
  }

  @Test(
    "The score combines up to three kinds of behavior and the time to the first one",
    arguments: [
      // 90 + 10 * 0.4
      Golden(kinds: 1, after: 3601, score: 94),
      // 90 + 10 * (1 - 0.6 * 0.7)
      Golden(kinds: 1, after: 3600, score: 95.8),
      // 90 + 10 * (1 - 0.6 * 0.6)
      Golden(kinds: 2, after: 7200, score: 96.4),
      // 90 + 10 * (1 - 0.6 * 0.6 * 0.6 * 0.7)
      Golden(kinds: 3, after: 60, score: 98.488),
      // A fourth kind adds nothing.
      Golden(kinds: 4, after: 60, score: 98.488),
    ]
  )
  func score(_ golden: Golden) throws {
    let rules: [RuleID] = ["outbound.sweep", "outbound.portscan", "lateral.scan", "threat-list"]
    let behaviours = try rules.prefix(golden.kinds).enumerated().map {
      try Self.behaviour($0.element, after: golden.after + $0.offset)
    }
    let chain = try #require(Self.chains(behaviours + [try Self.entry()]).first)
    #expect(abs(chain.exactScore - golden.score) < 0.0001)
  }

  @Test("Several findings of one kind count once")
  func kinds() throws {
    let findings = [
      try Self.entry(), try Self.behaviour(after: 7200), try Self.behaviour(after: 7300),
    ]
    let chains = Self.chains(findings)
    #expect(chains.count == 1)
    #expect(
      chains.map { $0.why.map(\.measure) } == [["afterwards: outbound.sweep", "within an hour"]]
    )
  }

  @Test("Of several initial accesses the worst one with later behavior is reported")
  func entries() throws {
    let behaviour = try Self.behaviour(after: 7200)
    let probed = try Self.entry("exposure.probed", score: 30)
    var late = try Self.entry(score: 88)
    (late.firstSeen, late.lastSeen) = (Example.start + 9000, Example.start + 9000)
    let both = Self.chains([probed, late, behaviour])
    #expect(both.count == 1)
    #expect(both.first?.firstSeen == probed.firstSeen)
    let early = try Self.entry(score: 70)
    #expect(Self.chains([probed, early, behaviour]).count == 1)
  }

  @Test("A finding has both parts in order of time")
  func content() throws {
    let findings = [
      try Self.behaviour("lateral.scan", after: 1200), try Self.behaviour(after: 900),
      try Self.entry(seconds: 300),
    ]
    let chain = try #require(Self.chains(findings).first)
    #expect(chain.rule == "chain.compromise")
    #expect(chain.title == "Compromised host")
    #expect(chain.stage == .p6)
    #expect(chain.severity == .critical)
    #expect(chain.outcome == .likelySuccess)
    #expect(chain.actor == .address(Self.host))
    #expect(chain.actorIsInternal)
    #expect(
      chain.detail
        == "10:00 Likely SSH compromise, from 203.0.113.7; 10:15 Outbound SSH scan; 10:20 Outbound SSH scan"
    )
    #expect(chain.firstSeen == Example.start)
    #expect(chain.lastSeen == Example.start + 1260)
    #expect(chain.counts.conversations == 120)
    #expect(chain.evidenceQuery.source == IPNetwork("203.0.113.7"))
    #expect(chain.evidenceQuery.destination == Self.host)
    #expect(
      chain.suppressWith
        == #"- {rule: chain.compromise, source: "192.0.2.3", reason: "say why"}"#
    )
  }

  @Test("The detectors together report the chain with its parts")
  func together() {
    var network = Example.network(own: 20)
    (network.logStart, network.logEnd) = (Example.start, Example.start + 86_400)
    var observations = Observations()
    let attempts = LoginAttempts.tries(30)
      .with(LoginCandidate(.refused(plus: 80, bytes: 40_000), lasting: 300))
    observations.logins = [.trying([.ssh(Self.host, attempts)])]
    var sweep = ServiceAttempts.tried(.ssh, failed: 60)
    (sweep.sums.first, sweep.sums.last) = (Example.start + 3000, Example.start + 4000)
    observations.sourcePrefixes = SourcePrefix.of([.outbound([sweep], from: Self.host)])
    var detectors = Detectors(network)
    detectors.observe(observations)
    #expect(
      detectors.findings().findings.map(\.rule)
        == ["chain.compromise", "ssh.likely-success", "outbound.sweep", "ssh.bruteforce"]
    )
  }
}
