import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Outbound brute force: an internal host attacks external logins")
struct OutboundBruteForceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var targets = 1
    var attempts: LoginAttempts
    var service = LoginService.ssh
    var isInside = false
    var isInternal = true
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  private static func succeeding(_ tries: UInt32, of all: UInt32) -> LoginAttempts {
    var attempts = LoginAttempts.tries(all)
    attempts.successShaped = tries
    return attempts
  }

  private static func sources(_ example: Case) -> [LoginSource] {
    let targets = (0..<example.targets).map { number in
      LoginSource.Target.at(
        Example.other(number),
        example.service,
        isInside: example.isInside,
        example.attempts
      )
    }
    let address = example.isInternal ? Example.own(3) : Example.stranger(7)
    return [.trying(targets, from: address, isInternal: example.isInternal)]
  }

  @Test(
    "Twenty SSH attempts at one address, or five at each of five, are brute force",
    arguments: [
      Case(what: "19 at one", attempts: .tries(19), fires: false),
      Case(what: "20 at one", attempts: .tries(20), fires: true),
      Case(what: "5 at each of 4", targets: 4, attempts: .tries(5), fires: false),
      Case(what: "5 at each of 5", targets: 5, attempts: .tries(5), fires: true),
      Case(what: "4 at each of 50", targets: 50, attempts: .tries(4), fires: false),
      Case(what: "RDP of five", targets: 5, attempts: .tries(5), service: .rdp, fires: true),
      Case(what: "half alike", attempts: .tries(20, alike: 10), fires: true),
      Case(what: "less alike", attempts: .tries(20, alike: 9), fires: false),
      Case(what: "gets in in four of five", attempts: succeeding(16, of: 20), fires: false),
      Case(what: "gets in in less", attempts: succeeding(15, of: 20), fires: true),
      Case(what: "a mail client", targets: 9, attempts: .tries(99), service: .mail, fires: false),
      Case(
        what: "a directory client",
        targets: 9,
        attempts: .tries(99),
        service: .ldap,
        fires: false
      ),
      Case(what: "internal targets", attempts: .tries(99), isInside: true, fires: false),
      Case(what: "an external source", attempts: .tries(99), isInternal: false, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let findings = OutboundBruteForce().found(logins: Self.sources(example))
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("Every service is a separate finding, with the attacked targets only")
  func services() {
    let ssh = (0..<6).map {
      LoginSource.Target.at(Example.other($0), .ssh, isInside: false, .tries($0 == 5 ? 4 : 9))
    }
    let rdp = (0..<5).map {
      LoginSource.Target.at(Example.other($0), .rdp, isInside: false, .tries(5))
    }
    let source = LoginSource.trying(ssh + rdp, from: Example.own(3), isInternal: true)
    let findings = OutboundBruteForce().found(logins: [source]).sorted { $0.title < $1.title }
    #expect(findings.map(\.title) == ["Outbound RDP brute force", "Outbound SSH brute force"])
    #expect(findings.map(\.targets.count) == [5, 5])
    #expect(Set(findings.map(\.id)).count == 2)
  }

  @Test("A finding has the host, the attempts and the targets")
  func content() throws {
    let example = Case(what: "", attempts: .tries(100), fires: true)
    let finding = try #require(OutboundBruteForce().found(logins: Self.sources(example)).first)
    #expect(finding.rule == "outbound.bruteforce")
    #expect(finding.stage == .p5)
    #expect(finding.outcome == .touched)
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.detail == "100 attempts, usually 14 packets/1.9 KiB")
    #expect(finding.targets.sample == [Target(address: Example.other(0), port: 22)])
    #expect(finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.destination == Example.other(0))
    #expect(finding.evidenceQuery.port == 22)
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.bruteforce, source: "192.0.2.3", port: 22, reason: "say why"}"#
    )
    // 100 attempts: 0.5 * ln 10 / ln 100 = 0.25; all alike: 0.25; one target: 0.
    // 70 + 19 * (1 - 0.75 * 0.75) = 78.3125
    #expect(abs(finding.exactScore - 78.3125) < 0.0001)
  }
}
