import FlowModel
import FlowTestSupport
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Incidents: findings that share actors, targets and time")
struct IncidentsTests {
  private typealias Make = IncidentExample
  private static let host = IncidentExample.host
  private static let other = Example.own(11)
  private static let outside = IncidentExample.outside

  private static let bruteForce = Make.finding(
    "ssh.bruteforce",
    score: 39,
    by: outside,
    at: [host]
  )
  private static let login = Make.finding(
    "ssh.likely-success",
    score: 83,
    by: outside,
    at: [host],
    minute: 30
  )
  private static let sweep = Make.deed(
    "outbound.sweep",
    score: 79,
    to: [Example.stranger(1), Example.stranger(2)],
    minute: 50
  )

  @Test("Brute force, the login and what the host did next are one incident")
  func breakIn() throws {
    let findings = [Self.sweep, Self.login, Self.bruteForce]
    let incidents = Incidents.joined(Ranking.sorted(findings))
    let incident = try #require(incidents.first)
    #expect(incidents.count == 1)
    #expect(incident.parts.map(\.id) == [Self.bruteForce, Self.login, Self.sweep].map(\.id))
    #expect(incident.host == Self.host)
    #expect(incident.lead.id == Self.login.id)
    #expect(incident.score == 83)
    #expect(incident.title == Self.login.title)
    #expect(incident.id == "incident-\(Self.login.id)")
    #expect((incident.firstSeen, incident.lastSeen) == (Make.start, Make.start + 50 * 60 + 600))
    #expect(incident.actors == [.address(Self.outside), .address(Self.host)])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var findings: [Finding]
    var incidents: [[String]]
    var testDescription: String { what }
  }

  private static func flood(_ number: Int, _ score: Double) -> Finding {
    Make.deed("outbound.dos", score: score, to: [Example.stranger(number)], minute: UInt32(number))
  }

  private static func attempt(_ number: Int, _ score: Double, at target: IPAddress) -> Finding {
    Make.finding("ssh.bruteforce", score: score, by: Example.stranger(number), at: [target])
  }

  @Test(
    "What belongs together",
    arguments: [
      Case(what: "nothing", findings: [], incidents: []),
      Case(
        what: "low findings begin no incident",
        findings: [bruteForce, attempt(3, 39.4, at: other)],
        incidents: []
      ),
      Case(
        what: "five floods of one host",
        findings: (1...5).map { flood($0, 70 + Double($0)) },
        incidents: [[String](repeating: "outbound.dos", count: 5)]
      ),
      Case(
        what: "two hosts",
        findings: [
          flood(1, 75),
          Make.finding(
            "outbound.dos",
            score: 74,
            by: other,
            at: [Example.stranger(1)],
            isInternal: true
          ),
        ],
        incidents: [["outbound.dos"], ["outbound.dos"]]
      ),
      Case(
        what: "brute force by three sources at one service, and its exposure",
        findings: [
          attempt(1, 44, at: host), attempt(2, 41, at: host), attempt(3, 30, at: host),
          Make.finding("exposure.probed", score: 31, by: Example.stranger(9), at: [host]),
        ],
        incidents: [["exposure.probed", "ssh.bruteforce", "ssh.bruteforce", "ssh.bruteforce"]]
      ),
      Case(
        what: "brute force at two hosts",
        findings: [attempt(1, 44, at: host), attempt(2, 41, at: other)],
        incidents: [["ssh.bruteforce"], ["ssh.bruteforce"]]
      ),
      Case(
        what: "beside a likely login only the attempts of the source that got in",
        findings: [login, bruteForce, attempt(2, 45, at: host)],
        incidents: [["ssh.bruteforce", "ssh.likely-success"], ["ssh.bruteforce"]]
      ),
      Case(
        what: "beside a possible login all attempts at the service",
        findings: [
          Make.finding("ssh.likely-success", score: 61, by: outside, at: [host]),
          attempt(2, 45, at: host),
          Make.finding("ssh.likely-success", score: 58, by: Example.stranger(3), at: [host]),
        ],
        incidents: [["ssh.bruteforce", "ssh.likely-success", "ssh.likely-success"]]
      ),
      Case(
        what: "behavior two days later",
        findings: [
          login,
          Make.deed(
            "outbound.sweep",
            score: 75,
            to: [Example.stranger(1), Example.stranger(2)],
            minute: 2 * 1440
          ),
        ],
        incidents: [["ssh.likely-success"], ["outbound.sweep"]]
      ),
      Case(
        what: "a low finding about the address of a beacon, and one about another address",
        findings: [
          Make.deed("beacon", score: 60, to: [Example.stranger(1)]),
          Make.deed("new.external", score: 25, to: [Example.stranger(1)]),
          Make.deed("dns.unapproved", score: 22, to: [Example.stranger(2)]),
        ],
        incidents: [["beacon", "new.external"]]
      ),
    ]
  )
  func joined(_ example: Case) {
    let rules = Make.rules(example.findings).map { $0.sorted() }
    #expect(rules == example.incidents.map { $0.sorted() })
  }

  @Test("The finding that sums up a chain is no step of it, and what was reachable is its exposure")
  func steps() throws {
    var chain = Make.deed("chain.compromise", score: 97, to: [Example.stranger(1)], minute: 30)
    chain.joins = [Self.login.id, Self.sweep.id]
    let exposed = Make.finding(
      "exposure.probed",
      score: 31,
      by: Example.stranger(9),
      at: [Self.host]
    )
    let findings = [chain, Self.login, Self.sweep, Self.bruteForce, exposed]
    let incident = try #require(Incidents.joined(Ranking.sorted(findings)).first)
    #expect(incident.parts.count == 5)
    #expect(incident.lead.id == chain.id)
    #expect(incident.steps.map(\.id) == [Self.bruteForce, Self.login, Self.sweep].map(\.id))
    #expect(incident.exposure.map(\.id) == [exposed.id])
  }

  @Test("A title names the most important parts; that of a compromise says it all")
  func titles() throws {
    let beacon = Make.deed("beacon", score: 62, to: [Example.stranger(1)])
    var upload = Make.deed("exfil.volume", score: 59, to: [Example.stranger(1)])
    upload.title = "Large upload"
    var named = beacon
    named.title = "HTTPS beacon"
    let incident = Incident(named, others: [upload], host: Self.host)
    #expect(incident.title == "HTTPS beacon, large upload")
    let sums = Incident(Self.login, others: [Self.bruteForce, Self.sweep], host: Self.host)
    #expect(sums.title == Self.login.title)
  }

  @Test("No finding is part of two incidents, and the order of the findings does not matter")
  func property() {
    var numbers = SeededNumbers(14)
    let rules: [RuleID] = [
      "ssh.bruteforce", "ssh.likely-success", "outbound.sweep", "beacon", "new.external",
      "exfil.volume", "scan.vertical", "exposure.probed", "lateral.scan",
    ]
    for _ in 0..<200 {
      let findings = (0..<12).map { place -> Finding in
        let isInternal = Bool.random(using: &numbers)
        let (one, two) = (
          Int.random(in: 0..<3, using: &numbers), Int.random(in: 0..<3, using: &numbers)
        )
        return Make.finding(
          rules[Int.random(in: 0..<rules.count, using: &numbers)],
          score: Double.random(in: 20...90, using: &numbers),
          by: isInternal ? Example.own(one) : Example.stranger(one),
          at: [isInternal ? Example.stranger(two) : Example.own(two)],
          minute: UInt32(place) * 200,
          isInternal: isInternal
        )
      }
      let first = Incidents.joined(Ranking.sorted(findings))
      let ids = first.flatMap { $0.parts.map(\.id) }
      #expect(Set(ids).count == ids.count)
      let covered = Set(ids)
      #expect(findings.allSatisfy { $0.score < 40 || covered.contains($0.id) })
      let second = Incidents.joined(Ranking.sorted(findings.reversed()))
      #expect(second.map(\.id) == first.map(\.id))
      #expect(second.map { $0.parts.map(\.id) } == first.map { $0.parts.map(\.id) })
    }
  }
}
