import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Likely login: the context of other sources")
struct LikelyLoginContextTests {
  /// The findings besides the brute force itself.
  private static func found(_ sources: [LoginSource]) -> [Finding] {
    LoginBruteForce().found(logins: sources).filter {
      $0.rule.rawValue.hasSuffix(".likely-success")
    }
  }

  struct Artefact: Sendable, CustomTestStringConvertible {
    var what: String
    var seconds: [UInt32]
    var targets = [1, 1, 1]
    var findings: Int
    var testDescription: String { "\(what) → \(findings)" }
  }

  @Test(
    "Outliers of three sources at one target within five minutes are a bad moment of the server",
    arguments: [
      Artefact(what: "three within 300 s", seconds: [600, 700, 900], findings: 0),
      Artefact(what: "the last one later", seconds: [600, 700, 901], findings: 2),
      Artefact(what: "all apart", seconds: [600, 1000, 1400], findings: 3),
      Artefact(what: "two only", seconds: [600, 600], findings: 2),
      Artefact(
        what: "at two targets",
        seconds: [600, 600, 600],
        targets: [1, 1, 2],
        findings: 3
      ),
    ]
  )
  func artefacts(_ example: Artefact) {
    let sources = example.seconds.enumerated().map { number, second in
      let candidate = LoginCandidate(
        .refused(plus: 6, bytes: 1572),
        at: second,
        attemptsAfter: 15
      )
      // Sources of different sizes of attempts, so that they are no campaign.
      let usual = LoginAttempts.tries(26, shape: .refused(plus: UInt32(number % 2), bytes: 0))
      return LoginSource.trying(
        [.ssh(Example.own(example.targets[number]), usual.with(candidate))],
        from: Example.stranger(number)
      )
    }
    #expect(Self.found(sources).count == example.findings)
  }

  @Test(
    "In a campaign the end of a source's share is no stop",
    arguments: [(30, true), (29, true), (27, true), (26, false)]
  )
  func share(tries: UInt32, isDone: Bool) {
    // Five members with 30 attempts each; the sixth has its outlier last, after its share or before.
    let members = (0..<5).map { LoginSource.bruteForce(.tries(30), from: Example.stranger($0)) }
    let suspect = LoginSource.bruteForce(
      LoginAttempts.tries(tries).with(LoginCandidate(.refused(plus: 8, bytes: 2410))),
      from: Example.stranger(9)
    )
    let outcomes = Self.found(members + [suspect]).map(\.outcome)
    #expect(outcomes == [isDone ? .possibleSuccess : .likelySuccess])
  }

  struct Sibling: Sendable, CustomTestStringConvertible {
    var what: String
    var from = Example.stranger(200)
    var target = Example.own(1)
    var service = LoginService.ssh
    var second: UInt32 = 3600
    var seconds: UInt32 = 600
    var isInternal = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "A long session from the prefix of a brute-force source, at its target within a day, is a possible login",
    arguments: [
      Sibling(what: "an hour later", fires: true),
      Sibling(what: "from another /24", from: Example.other(200), fires: false),
      Sibling(what: "from the source's address", from: Example.stranger(7), fires: false),
      Sibling(what: "at another target", target: Example.own(2), fires: false),
      Sibling(what: "at another service", service: .rdp, fires: false),
      Sibling(what: "while the brute force starts", second: 0, fires: true),
      // The last try ends 1,520 seconds after the start.
      Sibling(what: "a day after the last try", second: 1520 + 86_400, fires: true),
      Sibling(what: "more than a day after", second: 1520 + 86_401, fires: false),
      Sibling(what: "short", seconds: 249, fires: false),
      Sibling(what: "internal", isInternal: true, fires: false),
    ]
  )
  func siblings(_ example: Sibling) {
    var session = LoginAttempts()
    session.works = 1
    let candidate = LoginCandidate(
      .refused(plus: 20, bytes: 8000),
      at: example.second,
      lasting: example.seconds
    )
    let visitor = LoginSource.trying(
      [.at(example.target, example.service, session.with(candidate, isOutlier: false))],
      from: example.from,
      isInternal: example.isInternal
    )
    let findings = Self.found([.bruteForce(.tries(26)), visitor])
    #expect(findings.map(\.outcome) == (example.fires ? [.possibleSuccess] : []))
    #expect(findings.allSatisfy { $0.actor == .address(example.from) })
  }

  @Test("A session before the brute force is not counted")
  func before() {
    var session = LoginAttempts()
    session.works = 1
    let visitor = LoginSource.bruteForce(
      session.with(LoginCandidate(.refused(plus: 20, bytes: 8000), at: 0, lasting: 600)),
      from: Example.stranger(200)
    )
    let bruteForceSource = LoginSource.bruteForce(.tries(26, from: Example.start + 1))
    #expect(Self.found([visitor, bruteForceSource]).isEmpty)
  }
}
