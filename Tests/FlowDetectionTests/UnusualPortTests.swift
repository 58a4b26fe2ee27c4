import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unusual port: a remote port that a host never used")
struct UnusualPortTests {
  /// So many hosts that use the web, `host` among them, some of which used the port as well.
  private static func network(
    days: Int = 7,
    hosts: Int = 30,
    users: Int = 0,
    of port: UInt16 = 31_337
  ) -> NetworkContext {
    Remembered.network(
      days: days,
      Remembered.others(hosts - 1) + [Remembered.outward()]
        + (0..<users).map {
          Remembered.outward(Example.own(100 + $0), Example.other(9), .tcp(port))
        }
    )
  }

  private static func use(
    _ service: Service,
    host: IPAddress = Remembered.host,
    out: UInt64 = 1000,
    back: UInt64 = 0,
    sessions: UInt64 = 1
  ) -> Observations {
    .uses(Remembered.use(host, Example.other(7), service, out: out, back: back, sessions: sessions))
  }

  @Test(
    "Whole sessions with ports that are neither the web's nor ephemeral",
    arguments: [
      (.tcp(31_337), 1, 1), (.tcp(31_337), 0, 0), (.udp(31_337), 1, 1), (.tcp(80), 1, 0),
      (.tcp(443), 1, 0), (.udp(443), 1, 0), (.tcp(32_767), 1, 1), (.tcp(32_768), 1, 0),
      (.icmp, 1, 0),
    ] as [(Service, UInt64, Int)]
  )
  func ports(service: Service, sessions: UInt64, findings: Int) {
    let use = Self.use(service, sessions: sessions)
    #expect(UnusualPort().found(in: use, Self.network()).count == findings)
  }

  @Test(
    "Five hosts in a hundred make a port usual",
    arguments: [(20, 1, 0), (21, 1, 1), (40, 2, 0), (41, 2, 1), (1, 0, 1)]
  )
  func share(hosts: Int, users: Int, findings: Int) {
    let network = Self.network(hosts: hosts, users: users)
    #expect(UnusualPort().found(in: Self.use(.tcp(31_337)), network).count == findings)
  }

  @Test("Does not fire without a baseline of a week, for new hosts, and for ports in use before")
  func silent() {
    let use = Self.use(.tcp(31_337))
    #expect(UnusualPort().found(in: use, Self.network(days: 6)).isEmpty)
    #expect(UnusualPort().found(in: use, Example.network(own: 20)).isEmpty)
    #expect(UnusualPort().found(in: use, Self.network(days: 7)).count == 1)
    let newcomer = Self.use(.tcp(31_337), host: Example.own(77))
    #expect(UnusualPort().found(in: newcomer, Self.network()).isEmpty)
    let user = Self.use(.tcp(31_337), host: Example.own(100))
    #expect(UnusualPort().found(in: user, Self.network(users: 1)).isEmpty)
  }

  @Test(
    "Three hosts in one run are a rollout",
    arguments: [(2, Stage.p4), (3, .note), (4, .note)]
  )
  func release(hosts: Int, stage: Stage) {
    var observations = Observations()
    for host in 0..<hosts {
      observations.uses += Self.use(.tcp(31_337), host: Example.own(100 + host)).uses
    }
    // Another port is another story.
    observations.uses += Self.use(.tcp(31_338)).uses
    let findings = UnusualPort().found(in: observations, Self.network())
    let release = findings.filter { $0.service == .tcp(31_337) }
    #expect(release.map(\.stage) == Array(repeating: stage, count: hosts))
    #expect(findings.first { $0.service == .tcp(31_338) }?.stage == .p4)
  }

  @Test("The score combines prevalence, bytes and known services")
  func score() throws {
    func score(_ port: UInt16, users: Int) throws -> Double {
      let network = Self.network(hosts: 41, users: users, of: port)
      let use = Self.use(.tcp(port), out: 900_000, back: 100_000)
      return try #require(UnusualPort().found(in: use, network).first).exactScore
    }
    // No earlier use 0.5; 1e6 bytes: ln 100 / ln 1e4 * 0.3 = 0.15; no known service 0.2.
    // 40 + 29 * (1 - 0.5 * 0.85 * 0.8) = 59.14
    #expect(abs(try score(31_337, users: 0) - 59.14) < 1e-6)
    // 40 + 29 * (1 - 0.85 * 0.8) = 49.28
    #expect(abs(try score(31_337, users: 2) - 49.28) < 1e-6)
    // 40 + 29 * 0.15 = 44.35
    #expect(abs(try score(22, users: 1) - 44.35) < 1e-6)
  }

  @Test("Several networks with one port are one finding, named by the one with most bytes")
  func joined() throws {
    let uses = Observations.uses(
      Remembered.use(Remembered.host, Example.other(7), .tcp(31_337), out: 10),
      Remembered.use(Remembered.host, Example.stranger(9), .tcp(31_337), out: 20_000, back: 5000),
      Remembered.use(Remembered.host, Example.ownV6(2), .tcp(31_337), out: 30)
    )
    let findings = UnusualPort().found(in: uses, Self.network(hosts: 41, users: 2))
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.targets.sample == [Target(address: Example.stranger(9), port: 31_337)])
    #expect(
      finding.detail == "19.5 KiB sent, 4.8 KiB received; 2 of 41 hosts used the port before"
    )
    #expect(finding.actor == .address(Remembered.host))
    #expect(
      finding.suppressWith
        == #"- {rule: port.unusual, source: "192.0.2.3", destination: "203.0.113.9", port: 31337, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.destination == Example.stranger(9))
    #expect(finding.evidenceQuery.port == 31_337)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (0..<5).map { Self.use(.tcp(31_337), host: Example.own(100 + $0)) }
    let answers = UnusualPort().answers(batches, Self.network())
    #expect(answers.count == 1)
    #expect(answers.first?.count == 5)
  }
}
