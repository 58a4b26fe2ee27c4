import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Likely successful login after brute force")
struct LikelyLoginTests {
  /// The findings besides the brute force itself.
  private static func found(
    _ sources: [LoginSource],
    _ network: NetworkContext = Example.network(logSeconds: 86_400)
  ) -> [Finding] {
    LoginBruteForce().found(logins: sources, network)
      .filter { $0.rule.rawValue.hasSuffix(".likely-success") }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var attempts = LoginAttempts.tries(26)
    var candidate: LoginCandidate
    var isOutlier = true
    var service = LoginService.ssh
    var logSeconds: UInt32 = 86_400
    var outcome: FindingOutcome?
    var testDescription: String { "\(what) → \(outcome?.rawValue ?? "silent")" }
  }

  /// Six packets and 1,572 bytes back more than usual, while the brute force continues.
  private static let outlier = LoginCandidate(
    .refused(plus: 6, bytes: 1572),
    at: 600,
    attemptsAfter: 15
  )

  private static func outlier(
    packets: UInt32 = 6,
    bytes: UInt32 = 1572,
    after: UInt32 = 15,
    change: (inout LoginCandidate) -> Void = { _ in }
  ) -> LoginCandidate {
    var candidate = LoginCandidate(
      .refused(plus: packets, bytes: bytes),
      at: 600,
      attemptsAfter: after
    )
    change(&candidate)
    return candidate
  }

  private static func tries(_ count: UInt32, outliers: UInt32) -> LoginAttempts {
    var tries = LoginAttempts.tries(count)
    tries.outliers = outliers - 1
    return tries
  }

  static let outliers = [
    Case(what: "6 packets and 1,572 B more", candidate: outlier, outcome: .possibleSuccess),
    Case(
      what: "4 packets and 1,000 B more",
      candidate: outlier(packets: 4, bytes: 1000),
      outcome: .possibleSuccess
    ),
    Case(what: "3 packets more", candidate: outlier(packets: 3), outcome: nil),
    Case(what: "999 B more", candidate: outlier(packets: 4, bytes: 999), outcome: nil),
    Case(
      what: "150 B for each packet more",
      candidate: outlier(packets: 10, bytes: 1500),
      outcome: .possibleSuccess
    ),
    Case(
      what: "less for each: more passwords on one connection",
      candidate: outlier(packets: 10, bytes: 1499),
      outcome: nil
    ),
    Case(what: "the last but one conversation", candidate: outlier(after: 1), outcome: nil),
    Case(
      what: "turned away within 40 seconds",
      candidate: outlier { ($0.nextStart, $0.nextFailed) = ($0.last + 40, true) },
      outcome: nil
    ),
    Case(
      what: "turned away later",
      candidate: outlier { ($0.nextStart, $0.nextFailed) = ($0.last + 41, true) },
      outcome: .possibleSuccess
    ),
    Case(
      what: "two outliers of 26",
      attempts: tries(26, outliers: 2),
      candidate: outlier,
      outcome: .possibleSuccess
    ),
    Case(
      what: "three of 26, more than 5 %",
      attempts: tries(26, outliers: 3),
      candidate: outlier,
      outcome: nil
    ),
    Case(
      what: "three of 60, 5 %",
      attempts: tries(60, outliers: 3),
      candidate: outlier,
      outcome: .possibleSuccess
    ),
    Case(what: "at RDP", candidate: outlier, service: .rdp, outcome: nil),
  ]

  /// An outlier with twice the usual response bytes, 2,410.
  private static func double(after: UInt32, bytes: UInt32 = 2410) -> LoginCandidate {
    outlier(packets: 8, bytes: bytes, after: after)
  }

  static let stops = [
    Case(what: "3 attempts after it", candidate: double(after: 3), outcome: .likelySuccess),
    Case(what: "4 attempts after it", candidate: double(after: 4), outcome: .possibleSuccess),
    Case(
      what: "less than twice the usual bytes",
      candidate: double(after: 0, bytes: 2409),
      outcome: .possibleSuccess
    ),
    Case(
      what: "nine attempts before it",
      candidate: {
        var candidate = double(after: 0)
        candidate.attemptsBefore = 9
        return candidate
      }(),
      outcome: .possibleSuccess
    ),
    Case(
      what: "three sessions of the source",
      attempts: {
        var attempts = LoginAttempts.tries(26)
        attempts.clearSuccesses = 3
        return attempts
      }(),
      candidate: double(after: 0),
      outcome: .possibleSuccess
    ),
    Case(
      what: "attempts with the size of a successful login",
      attempts: .tries(26, shape: .refused(plus: 7, bytes: 1300)),
      candidate: LoginCandidate(.refused(plus: 25, bytes: 9000), at: 600),
      outcome: .possibleSuccess
    ),
    Case(
      what: "the log goes on for 15 minutes",
      candidate: double(after: 0),
      logSeconds: 620 + 900,
      outcome: .likelySuccess
    ),
    Case(
      what: "the log ends before",
      candidate: double(after: 0),
      logSeconds: 620 + 899,
      outcome: .possibleSuccess
    ),
    Case(
      what: "a slow source: ten of its intervals must pass",
      attempts: .tries(26, from: Example.start - 10_000, pause: 300),
      candidate: double(after: 0),
      logSeconds: 620 + 2999,
      outcome: .possibleSuccess
    ),
    Case(
      what: "ten pauses pass",
      attempts: .tries(26, from: Example.start - 10_000, pause: 300),
      candidate: double(after: 0),
      logSeconds: 620 + 3000,
      outcome: .likelySuccess
    ),
    Case(
      what: "it comes back much later",
      attempts: .tries(26, from: Example.start + 4000),
      candidate: double(after: 3),
      outcome: .possibleSuccess
    ),
  ]

  /// A session whose windows allow so many seconds and 120 more: its first and last window prove nothing.
  private static func long(
    _ seconds: UInt32,
    packets: UInt32 = 20,
    back: UInt32 = 4820
  ) -> LoginCandidate {
    let shape = LoginShape(
      clientPackets: packets,
      clientBytes: 2500,
      serverPackets: packets,
      serverBytes: back
    )
    return LoginCandidate(shape, at: 600, lasting: seconds + 120, attemptsAfter: 15)
  }

  static let stays = [
    Case(what: "130 s, 20 packets", candidate: long(130), outcome: .likelySuccess),
    Case(what: "129 s", candidate: long(129, back: 3000), outcome: nil),
    Case(
      what: "19 packets, little back",
      candidate: long(130, packets: 19, back: 3000),
      outcome: nil
    ),
    Case(
      what: "19 packets, 5,000 B back",
      candidate: long(130, packets: 19, back: 5000),
      outcome: .likelySuccess
    ),
    Case(
      what: "less than twice the usual bytes",
      candidate: long(130, back: 4819),
      outcome: .possibleSuccess
    ),
    Case(what: "20 kB at once", candidate: long(5, back: 20_000), outcome: .likelySuccess),
    Case(
      what: "29 attempts that continue",
      attempts: .tries(29),
      candidate: long(130),
      outcome: .possibleSuccess
    ),
    Case(
      what: "a slow source that continues",
      attempts: .tries(30, pause: 121),
      candidate: long(130),
      outcome: .possibleSuccess
    ),
    Case(
      what: "three attempts in one: the client port was used again",
      candidate: {
        var candidate = long(600)
        candidate.shape = LoginShape(
          clientPackets: 3 * 14,
          clientBytes: 3 * 1986,
          serverPackets: 3 * 13,
          serverBytes: 3 * 2410
        )
        return candidate
      }(),
      outcome: nil
    ),
    Case(
      what: "RDP, four times the usual bytes",
      candidate: long(130, back: 4 * 2410 + 600),
      service: .rdp,
      outcome: .likelySuccess
    ),
    Case(what: "RDP, less", candidate: long(130, back: 4 * 2410 - 1), service: .rdp, outcome: nil),
    Case(
      what: "RDP, large but short",
      candidate: long(129, back: 64_000),
      service: .rdp,
      outcome: nil
    ),
    Case(
      what: "blocked after it",
      candidate: {
        var candidate = long(300)
        (candidate.nextStart, candidate.nextFailed) = (candidate.last + 1, true)
        return candidate
      }(),
      outcome: nil
    ),
  ]

  @Test("A conversation of another size is a possible login, if it is rare", arguments: outliers)
  func outlierAlone(_ example: Case) { check(example) }

  @Test("If the attempts stop with it, it is a likely one", arguments: stops)
  func stopped(_ example: Case) { check(example) }

  @Test("What outlives the time for a login, or moves much, is likely by itself", arguments: stays)
  func staying(_ example: Case) {
    var alone = example
    alone.isOutlier = false
    if alone.attempts.attempts == 26 { alone.attempts = .tries(30) }
    check(alone)
  }

  private func check(_ example: Case) {
    let attempts = example.attempts.with(example.candidate, isOutlier: example.isOutlier)
    let source = LoginSource.trying([.at(Example.own(1), example.service, attempts)])
    let findings = Self.found([source], Example.network(logSeconds: example.logSeconds))
    #expect(findings.map(\.outcome) == (example.outcome.map { [$0] } ?? []))
    #expect(findings.allSatisfy { $0.stage == ($0.outcome == .likelySuccess ? .p5 : .p4s) })
  }

  @Test("Sources without brute force or with valid credentials are not judged")
  func clients() {
    let session = LoginCandidate(.refused(plus: 90, bytes: 90_000), lasting: 3600)
    let friend = LoginAttempts.tries(3).with(session)
    #expect(Self.found([.bruteForce(friend)]).isEmpty)
    var script = LoginAttempts.tries(30).with(session)
    script.clearSuccesses = 30
    #expect(Self.found([.bruteForce(script)]).isEmpty)
  }

  @Test("A possible login is scored by its size relative to the usual one: 59.3")
  func possible() throws {
    // 6 packets more: 0.4 * 2 / 12 = 0.0667; 1,572 B more: 0.4 * ln 1.572 / ln 8 = 0.0870;
    // 1 of 26: 0.3 * (25 / 26 - 0.9) / 0.1 = 0.1846. 55 + 14 * (1 - 0.9333 * 0.9130 * 0.8154) = 59.27
    let source = LoginSource.bruteForce(LoginAttempts.tries(26).with(Self.outlier))
    let finding = try #require(Self.found([source]).first)
    #expect(abs(finding.exactScore - 59.3) < 0.05)
    #expect(finding.title == "Possible SSH compromise")
    #expect(finding.detail == "20 s, 3.8 KiB in responses (usual attempt 2.3 KiB)")
    #expect(finding.why.map(\.weight) == [0.4, 0.4, 0.3])
  }

  @Test("A likely login is scored by duration, bytes and context: 80.2")
  func likely() throws {
    // 300 s: 0.5 * ln 2.5 / ln 30 = 0.1347; 40 kB: 0.5 * ln 8 / ln 1000 = 0.1505; stopped: 0.3;
    // 30 attempts: 0.3 * ln 6 / ln 200 = 0.1015. 70 + 19 * (1 - 0.8653 * 0.8495 * 0.7 * 0.8985) = 80.22
    let shape = LoginShape.refused(plus: 80, bytes: 40_000 - 2410)
    let candidate = LoginCandidate(shape, at: 1800, lasting: 300)
    let attempts = LoginAttempts.tries(30).with(candidate)
    let finding = try #require(Self.found([.bruteForce(attempts)]).first)
    #expect(abs(finding.exactScore - 80.2) < 0.05)
    #expect(finding.rule == "ssh.likely-success")
    #expect(finding.title == "Likely SSH compromise")
    #expect(finding.stage == .p5)
    #expect(finding.outcome == .likelySuccess)
    #expect(finding.actor == .address(Example.stranger(7)))
    #expect(!finding.actorIsInternal)
    #expect(finding.service == .ssh)
    #expect(
      finding.detail
        == "300 s, 39.0 KiB in responses (usual attempt 2.3 KiB), then the attempts stop"
    )
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 22)])
    #expect(finding.firstSeen == Example.start + 1800)
    #expect(finding.lastSeen == Example.start + 2100)
    #expect(finding.evidenceQuery.source == IPNetwork("203.0.113.7"))
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(finding.evidenceQuery.port == 22)
    #expect(
      finding.suppressWith
        == #"- {rule: ssh.likely-success, source: "203.0.113.7", destination: "192.0.2.1", port: 22, reason: "say why"}"#
    )
  }

  @Test("Of several at one target the one with the highest score is reported")
  func best() throws {
    let attempts = LoginAttempts.tries(60).with(Self.outlier).with(Self.long(600, back: 5000))
    let findings = Self.found([.bruteForce(attempts)])
    #expect(findings.map(\.outcome) == [.likelySuccess])
    let two = LoginSource.trying([
      .ssh(Example.own(1), LoginAttempts.tries(60).with(Self.outlier)),
      .ssh(Example.own(2), LoginAttempts.tries(60).with(Self.outlier)),
    ])
    #expect(Set(Self.found([two]).map(\.id)).count == 2)
  }
}
