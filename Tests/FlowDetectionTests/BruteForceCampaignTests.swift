import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Distributed brute force: many sources divide the attempts")
struct BruteForceCampaignTests {
  /// Sources with so many attempts each at one local address, an hour apart unless said.
  private static func members(
    _ count: Int,
    _ attempts: LoginAttempts = .tries(4),
    hours: Double = 1,
    service: LoginService = .ssh,
    target: IPAddress = Example.own(1),
    isInternal: Bool = false,
    from first: Int = 0
  ) -> [LoginSource] {
    (0..<count).map { number in
      var tried = attempts
      tried.first = Example.start + UInt32(Double(number) * hours * 3600)
      return .trying(
        [.at(target, service, tried)],
        from: Example.stranger(first + number),
        isInternal: isInternal
      )
    }
  }

  private static func rules(_ sources: [LoginSource]) -> [RuleID] {
    LoginBruteForce().found(logins: sources).map(\.rule).sorted()
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var sources: [LoginSource]
    var rules: [RuleID]
    var testDescription: String { "\(what) → \(rules.isEmpty ? "silent" : "\(rules)")" }
  }

  private static let campaign: [RuleID] = ["ssh.bruteforce.campaign"]

  static let cases: [Case] = [
    Case(what: "4 sources of 4 attempts", sources: members(4), rules: []),
    Case(what: "5 sources of 4 attempts", sources: members(5), rules: campaign),
    Case(what: "5 sources of 3 attempts", sources: members(5, .tries(3)), rules: []),
    Case(what: "one a day", sources: members(5, hours: 24.001), rules: []),
    Case(what: "five within a day", sources: members(5, hours: 6), rules: campaign),
    Case(what: "five in more than a day", sources: members(5, hours: 6.001), rules: []),
    Case(
      what: "five within a day among slow ones",
      sources: members(5, hours: 6) + members(3, hours: 300, from: 50),
      rules: campaign
    ),
    Case(
      what: "another target",
      sources: members(4) + members(1, target: Example.own(2), from: 50),
      rules: []
    ),
    Case(
      what: "one packet more",
      sources: members(4) + members(1, .tries(4, shape: .refused(plus: 1, bytes: 0)), from: 50),
      rules: []
    ),
    Case(what: "internal", sources: members(5, isInternal: true), rules: []),
    Case(
      what: "five with valid credentials",
      sources: members(5, succeeding),
      rules: []
    ),
    Case(
      what: "RDP joins alike",
      sources: members(5, service: .rdp),
      rules: ["rdp.bruteforce.campaign"]
    ),
    Case(what: "mail clients", sources: members(9, .tries(99), service: .mail), rules: []),
    Case(what: "directory clients", sources: members(9, .tries(99), service: .ldap), rules: []),
    Case(
      what: "two services are two campaigns",
      sources: members(5) + members(5, service: .rdp, from: 50),
      rules: ["rdp.bruteforce.campaign", "ssh.bruteforce.campaign"]
    ),
  ]

  private static let succeeding: LoginAttempts = {
    var tries = LoginAttempts.tries(4)
    tries.clearSuccesses = 4
    return tries
  }()

  @Test("Five equal sources with four attempts each, within a day, are one", arguments: cases)
  func threshold(_ example: Case) {
    #expect(Self.rules(example.sources) == example.rules)
    #expect(Self.rules(example.sources.reversed()) == example.rules)
  }

  @Test("Bytes of one step of 64 are the same size", arguments: [(1984, 1), (2047, 1), (2048, 0)])
  func steps(bytes: UInt32, campaigns: Int) {
    var shape = LoginShape.refused
    shape.clientBytes = bytes
    let sources = Self.members(4) + Self.members(1, .tries(4, shape: shape), from: 50)
    #expect(Self.rules(sources).count == campaigns)
  }

  @Test("The threshold can be set", arguments: [(9, 0), (10, 1)])
  func userThreshold(sources: Int, findings: Int) {
    var network = Example.network(logSeconds: 86_400)
    network.thresholds.distributedBruteForce.sources = 10
    #expect(LoginBruteForce().found(logins: Self.members(sources), network).count == findings)
  }

  @Test("Members have no separate finding; other sources keep theirs")
  func nothingElse() {
    let sources = Self.members(6, .tries(30))
    let other = LoginSource.bruteForce(
      .tries(30, shape: .refused(plus: 5, bytes: 0)),
      from: Example.other(1)
    )
    #expect(Self.rules(sources) == ["ssh.bruteforce.campaign"])
    #expect(Self.rules(sources + [other]) == ["ssh.bruteforce", "ssh.bruteforce.campaign"])
  }

  @Test("Two sets of targets are two campaigns, with an id each")
  func setsOfTargets() {
    let findings = LoginBruteForce().found(
      logins: Self.members(5) + Self.members(5, target: Example.own(2), from: 50)
    )
    #expect(findings.map(\.rule) == Self.campaign + Self.campaign)
    #expect(Set(findings.map(\.id)).count == 2)
  }

  @Test("333 sources with 9,447 attempts at one target score 49.4")
  func golden() throws {
    // Sources and attempts above their scales: 0.5 each; flatness 0.966: 0.25 * 0.932 = 0.233; one target: 0.
    // 30 + 24 * (1 - 0.5 * 0.5 * 0.767) = 49.398
    let score = BruteForceScore.of(attempts: 9447, flatness: 0.966, sources: 333, targets: 1)
    #expect(abs(score.value(in: Stage.p3.band) - 49.4) < 0.05)
    // The same from sources: 333 * 28 = 9,324 attempts of which 27 in 28 are alike, flatness 0.9643: 0.2321.
    // 30 + 24 * (1 - 0.5 * 0.5 * 0.7679) = 49.393
    let sources = (0..<333).map { number in
      LoginSource.bruteForce(
        .tries(28, alike: 27),
        from: IPAddress(v4: 0xcb00_7100 + UInt32(number) * 256)
      )
    }
    let finding = try #require(LoginBruteForce().found(logins: sources).first)
    #expect(abs(finding.exactScore - 49.393) < 0.001)
    #expect(
      finding.detail
        == "9,324 attempts from 333 networks, 333 sources × 28, 14 packets/1.9 KiB"
    )
  }

  @Test("A finding has members, targets and the most active source")
  func content() throws {
    let sources = Self.members(5, .tries(6)) + Self.members(1, .tries(9), from: 50)
    let finding = try #require(LoginBruteForce().found(logins: sources).first)
    #expect(finding.title == "Distributed SSH brute force")
    #expect(finding.stage == .p3)
    #expect(finding.outcome == .touched)
    #expect(finding.actor == .campaign("SSH brute force, 14 packets/1.9 KiB per attempt"))
    #expect(finding.detail.hasPrefix("39 attempts from "))
    #expect(finding.detail.hasSuffix(", 5 sources × 6, 14 packets/1.9 KiB"))
    #expect(finding.members?.count == 6)
    #expect(finding.members?.sample.first == Example.stranger(50))
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 22)])
    #expect(finding.firstSeen == Example.start)
    #expect(finding.counts.conversations == 39)
    #expect(finding.evidenceQuery.source == nil)
    #expect(finding.evidenceQuery.members == Set(finding.members?.sample ?? []))
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(
      finding.suppressWith
        == #"- {rule: ssh.bruteforce.campaign, destination: "192.0.2.1", port: 22, reason: "say why"}"#
    )
  }

  @Test("The id stays when members come and go")
  func stableID() {
    let some = LoginBruteForce().found(logins: Self.members(5)).map(\.id)
    let others = LoginBruteForce().found(logins: Self.members(9, .tries(8), from: 40)).map(\.id)
    #expect(some == others)
    #expect(some.count == 1)
  }
}
