import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Brute force: login attempts of one source")
struct LoginBruteForceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var attempts: LoginAttempts
    var service = LoginService.ssh
    var isInternal = false
    var isInside = true
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  private static func changed(
    _ attempts: LoginAttempts,
    _ change: (inout LoginAttempts) -> Void
  ) -> LoginAttempts {
    var changed = attempts
    change(&changed)
    return changed
  }

  static let ssh = [
    Case(what: "9 in a chain, few alike", attempts: .tries(9, alike: 2), fires: false),
    Case(what: "10 in a chain, few alike", attempts: .tries(10, alike: 2), fires: true),
    Case(
      what: "30 attempts, 9 in a chain, few alike",
      attempts: .tries(30, alike: 17, chained: 9),
      fires: false
    ),
    Case(what: "4 attempts, all alike", attempts: .tries(4), fires: false),
    Case(what: "5 attempts, 3 alike", attempts: .tries(5, alike: 3, chained: 1), fires: true),
    Case(what: "5 attempts, 2 alike", attempts: .tries(5, alike: 2, chained: 1), fires: false),
    Case(
      what: "4 within a minute",
      attempts: .tries(5, alike: 2, chained: 5, inOneMinute: 4),
      fires: false
    ),
    Case(
      what: "5 within a minute",
      attempts: .tries(5, alike: 2, chained: 5, inOneMinute: 5),
      fires: true
    ),
    Case(what: "internal", attempts: .tries(10), isInternal: true, fires: true),
    Case(what: "an external target", attempts: .tries(100), isInside: false, fires: false),
    Case(
      what: "gets in in four of five",
      attempts: changed(.tries(30)) { $0.clearSuccesses = 24 },
      fires: false
    ),
    Case(
      what: "gets in in less",
      attempts: changed(.tries(30)) { $0.clearSuccesses = 23 },
      fires: true
    ),
    Case(
      what: "works count towards the share",
      attempts: changed(.tries(30)) { ($0.works, $0.clearSuccesses) = (70, 80) },
      fires: false
    ),
    Case(
      what: "larger attempts of external sources are no automation",
      attempts: changed(.tries(30)) { $0.successShaped = 30 },
      fires: true
    ),
    Case(
      what: "larger attempts of internal sources are",
      attempts: changed(.tries(30)) { $0.successShaped = 24 },
      isInternal: true,
      fires: false
    ),
  ]

  static let others = [
    Case(what: "9 at RDP", attempts: .tries(9), service: .rdp, fires: false),
    Case(what: "10 at RDP", attempts: .tries(10), service: .rdp, fires: true),
    Case(what: "10 at RDP, half alike", attempts: .tries(10, alike: 5), service: .rdp, fires: true),
    Case(
      what: "10 at RDP, less alike",
      attempts: .tries(10, alike: 4),
      service: .rdp,
      fires: false
    ),
    Case(
      what: "RDP, 9 in a chain",
      attempts: .tries(99, chained: 9, inOneMinute: 9),
      service: .rdp,
      fires: false
    ),
    Case(
      what: "RDP, internal",
      attempts: .tries(99),
      service: .rdp,
      isInternal: true,
      fires: false
    ),
    Case(what: "29 at Redis", attempts: .tries(29), service: .redis, fires: false),
    Case(what: "30 at Redis", attempts: .tries(30), service: .redis, fires: true),
    Case(what: "a mail client", attempts: .tries(999), service: .mail, fires: false),
    Case(what: "a directory client", attempts: .tries(999), service: .ldap, fires: false),
  ]

  @Test("SSH attempts are brute force by chain, equal size or interval", arguments: ssh)
  func secureShell(_ example: Case) { check(example) }

  @Test("At other services ten inbound attempts of equal size in a chain are", arguments: others)
  func otherServices(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    let target = LoginSource.Target.at(
      Example.own(1),
      example.service,
      isInside: example.isInside,
      example.attempts
    )
    let source = LoginSource.trying([target], isInternal: example.isInternal)
    let findings = LoginBruteForce().found(logins: [source])
    #expect(findings.map(\.rule) == (example.fires ? ["\(example.service.id).bruteforce"] : []))
  }

  @Test("The threshold can be set", arguments: [(19, 0), (20, 1)] as [(UInt32, Int)])
  func userThreshold(tries: UInt32, findings: Int) {
    var network = Example.network(logSeconds: 86_400)
    network.thresholds.loginBruteForce.attempts = 20
    for service in [LoginService.ssh, .rdp] {
      let target = LoginSource.Target.at(
        Example.own(1),
        service,
        .tries(tries, alike: tries * 11 / 20)
      )
      let found = LoginBruteForce().found(logins: [.trying([target])], network)
      #expect(found.count == findings)
    }
  }

  @Test("The score combines attempts, equal sizes and targets")
  func score() throws {
    let one = LoginAttempts.tries(300, alike: 285)
    let single = try #require(LoginBruteForce().found(logins: [.bruteForce(one)]).first)
    // 300 attempts: 0.5 * ln 30 / ln 100 = 0.3693; 95 % alike: 0.25 * 0.9 = 0.225; one source, one target: 0.
    // 30 + 24 * (1 - 0.6307 * 0.775) = 42.269
    #expect(abs(single.exactScore - 42.269) < 0.001)
    // 20 attempts at each of 4 targets: 80 attempts: 0.5 * ln 8 / ln 100 = 0.2258; flatness 0.95: 0.225;
    // 4 targets: 0.2 * ln 2 / ln 25 = 0.0431. 30 + 24 * (1 - 0.7742 * 0.775 * 0.9569) = 40.22
    let targets = (0..<4).map { LoginSource.Target.ssh(Example.own($0), .tries(20, alike: 19)) }
    let several = try #require(LoginBruteForce().found(logins: [.trying(targets)]).first)
    #expect(abs(several.exactScore - 40.22) < 0.01)
    #expect(several.why.map(\.value) == [80, 0.95, 1, 4])
    #expect(several.why.map(\.weight) == [0.5, 0.25, 0.5, 0.2])
  }

  @Test("Thirty sessions, nearly all alike, score 37.6")
  func golden() {
    // 0.5 * ln 3 / ln 100 = 0.1193; 0.25 * (0.95 - 0.5) / 0.5 = 0.225; 30 + 24 * (1 - 0.8807 * 0.775) = 37.62
    let score = BruteForceScore.of(attempts: 30, flatness: 0.95, sources: 1, targets: 1)
    #expect(abs(score.value(in: Stage.p3.band) - 37.6) < 0.05)
  }

  @Test("A finding has source, service, attempts and usual size")
  func content() throws {
    var attempts = LoginAttempts.tries(30)
    attempts.others = 5
    attempts.endsTurnedAway = true
    let finding = try #require(LoginBruteForce().found(logins: [.bruteForce(attempts)]).first)
    #expect(finding.rule == "ssh.bruteforce")
    #expect(finding.title == "SSH brute force")
    #expect(finding.stage == .p3)
    #expect(finding.outcome == .touched)
    #expect(finding.actor == .address(Example.stranger(7)))
    #expect(
      finding.detail
        == "30 attempts, median interval 60 s, usually 14 packets/1.9 KiB, then blocked"
    )
    #expect(finding.service == .ssh)
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 22)])
    #expect(finding.firstSeen == Example.start)
    #expect(finding.lastSeen == Example.start + 29 * 60 + 20)
    #expect(finding.counts.conversations == 35)
    #expect(finding.counts.bytes == 30 * (1986 + 2410))
    #expect(finding.evidenceQuery.source == IPNetwork("203.0.113.7"))
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(finding.evidenceQuery.port == 22)
    #expect(finding.evidenceQuery.protocols == [6])
    #expect(
      finding.suppressWith
        == #"- {rule: ssh.bruteforce, source: "203.0.113.7", port: 22, reason: "say why"}"#
    )
  }

  @Test("From an internal host it is unusual behavior")
  func inside() throws {
    let source = LoginSource.trying([.ssh(.tries(10))], from: Example.own(3), isInternal: true)
    let finding = try #require(LoginBruteForce().found(logins: [source]).first)
    #expect(finding.stage == .p4)
    #expect(finding.actorIsInternal)
    // Ten attempts are the foot of the scale; all alike: 0.25. 40 + 29 * 0.25 = 47.25
    #expect(abs(finding.exactScore - 47.25) < 0.0001)
  }

  @Test("All targets of one service are one finding; every service is separate")
  func services() throws {
    let source = LoginSource.trying([
      .ssh(Example.own(1), .tries(10)), .ssh(Example.own(2), port: 2222, .tries(12)),
      .at(Example.own(2), .rdp, .tries(10)), .ssh(Example.own(3), .tries(2)),
    ])
    let findings = LoginBruteForce().found(logins: [source]).sorted { $0.rule < $1.rule }
    #expect(findings.map(\.rule) == ["rdp.bruteforce", "ssh.bruteforce"])
    let ssh = try #require(findings.last)
    // Two ports: the finding names neither.
    #expect(ssh.service == nil)
    #expect(ssh.evidenceQuery.port == nil)
    #expect(ssh.evidenceQuery.destination == nil)
    #expect(ssh.targets.count == 2)
    #expect(ssh.detail.hasPrefix("22 attempts"))
  }
}
