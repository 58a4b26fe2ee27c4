import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Exposure probed: a sensitive service exposed to scanners")
struct ExposureProbedTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var networks: UInt64
    var probers: UInt64
    var fires: Bool
    var testDescription: String {
      "\(networks) networks, \(probers) probers → \(fires ? "fires" : "silent")"
    }
  }

  @Test(
    "Three networks answered, and one of the sources scans",
    arguments: [
      Case(networks: 2, probers: 2, fires: false),
      Case(networks: 3, probers: 1, fires: true),
      Case(networks: 3, probers: 0, fires: false),
      // Many clients without other attempts.
      Case(networks: 500, probers: 0, fires: false),
      Case(networks: 500, probers: 1, fires: true),
    ]
  )
  func threshold(_ example: Case) {
    let endpoint = ExposedEndpoint.open(networks: example.networks, probers: example.probers)
    #expect(ExposureProbed().found(exposures: [endpoint]).count == (example.fires ? 1 : 0))
  }

  @Test(
    "The risk is what an intruder gains behind the port",
    arguments: [
      (Service.tcp(6379), 1), (.tcp(2375), 1), (.tcp(27017), 1), (.ssh, 0.7), (.tcp(3389), 0.7),
      (.tcp(3306), 0.6), (.tcp(5432), 0.6),
    ] as [(Service, Double)]
  )
  func risk(service: Service, risk: Double) {
    #expect(ExposureRisk.of(service) == risk)
    let findings = ExposureProbed().found(exposures: [.open(service, networks: 3)])
    #expect(findings.map { $0.why.first?.value } == [risk])
  }

  struct Golden: Sendable, CustomTestStringConvertible {
    var service = Service.ssh
    var sources: UInt64 = 3
    var replyBytes: UInt64 = 1000
    var score: Double
    var testDescription: String {
      "\(service.name), \(sources) sources, \(replyBytes) B → \(score)"
    }
  }

  @Test(
    "The score combines risk, sources and bytes",
    arguments: [
      // The risk alone: 0.5 * 0.7 = 0.35. 20 + 19 * 0.35 = 26.65
      Golden(score: 26.65),
      // 30 sources: 0.3 * ln 10 / ln 100 = 0.15; 1e5 B: 0.2 * 2 / 4 = 0.1.
      // 20 + 19 * (1 - 0.65 * 0.85 * 0.9) = 29.552
      Golden(sources: 30, replyBytes: 100_000, score: 29.552),
      // Everything at its top: 20 + 19 * (1 - 0.5 * 0.7 * 0.8) = 33.68
      Golden(service: .tcp(6379), sources: 300, replyBytes: 10_000_000, score: 33.68),
    ]
  )
  func score(_ golden: Golden) throws {
    let endpoint = ExposedEndpoint.open(
      golden.service,
      networks: 3,
      sources: golden.sources,
      replyBytes: golden.replyBytes
    )
    let finding = try #require(ExposureProbed().found(exposures: [endpoint]).first)
    #expect(abs(finding.exactScore - golden.score) < 0.001)
  }

  @Test("A finding has the endpoint, the sources and the scanners")
  func content() throws {
    var endpoint = ExposedEndpoint.open(networks: 4, sources: 9, probers: 2)
    endpoint.conversations = 40
    let finding = try #require(ExposureProbed().found(exposures: [endpoint]).first)
    #expect(finding.rule == "exposure.probed")
    #expect(finding.title == "Exposed SSH being probed")
    #expect(finding.stage == .p2)
    #expect(finding.outcome == .touched)
    #expect(finding.actor == .campaign("external sources of SSH at 192.0.2.1"))
    #expect(!finding.actorIsInternal)
    #expect(
      finding.detail == "9 sources received responses, 2 of them also scan, 1000 B in responses"
    )
    #expect(finding.members?.count == 9)
    #expect(finding.members?.sample == [Example.stranger(0), Example.stranger(1)])
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 22)])
    #expect(finding.counts.conversations == 40)
    #expect(finding.evidenceQuery.source == nil)
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(finding.evidenceQuery.port == 22)
    #expect(
      finding.suppressWith
        == #"- {rule: exposure.probed, destination: "192.0.2.1", port: 22, reason: "say why"}"#
    )
  }

  @Test("Whole sessions make it open; the user's name of a service is used, and the id stays")
  func sessionsAndNames() throws {
    let network = try #require(IPNetwork("203.0.113.0/24"))
    let endpoint = ExposedEndpoint.open(networks: 3, sessions: [network])
    var named = Example.network(own: 20)
    named.names.services[22] = "door"
    let finding = try #require(ExposureProbed().found(exposures: [endpoint], named).first)
    #expect(finding.outcome == .open)
    #expect(finding.title == "Exposed door being probed")
    #expect(ExposureProbed().found(exposures: [endpoint]).map(\.id) == [finding.id])
  }

  @Test("Every endpoint is a separate finding")
  func endpoints() {
    let findings = ExposureProbed().found(exposures: [
      .open(networks: 3), .open(.tcp(3389), networks: 3), .open(networks: 3, at: Example.own(2)),
    ])
    #expect(Set(findings.map(\.id)).count == 3)
  }
}
