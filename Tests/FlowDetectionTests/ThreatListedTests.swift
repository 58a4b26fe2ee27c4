import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Threat listed: traffic with addresses that a list names")
struct ThreatListedTests {
  /// A network with two lists, and a log that ends so many days after the first list was changed.
  private static func network(days: Double = 0) -> NetworkContext {
    var network = Example.network(logSeconds: UInt32(days * 86_400))
    network.threats = [
      AddressLists.List(name: "bad.txt", entries: 9, changed: Example.start),
      AddressLists.List(name: "worse.txt", entries: 1, changed: nil),
    ]
    return network
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var isOutbound: Bool
    var outcomes: OutcomeCounts
    var stage: Stage
    var outcome: FindingOutcome
    var testDescription: String { "\(what) → \(stage.rawValue)" }
  }

  @Test(
    "The stage depends on the initiator and the outcome",
    arguments: [
      Case(
        what: "internal host connects, answered",
        isOutbound: true,
        outcomes: OutcomeCounts(sessions: 1),
        stage: .p5,
        outcome: .open
      ),
      Case(
        what: "internal host connects, unanswered",
        isOutbound: true,
        outcomes: OutcomeCounts(silent: 1),
        stage: .p4,
        outcome: .silent
      ),
      Case(
        what: "an external source has sessions",
        isOutbound: false,
        outcomes: OutcomeCounts(blocked: 9, sessions: 1),
        stage: .p4,
        outcome: .open
      ),
      Case(
        what: "an external source has brief answers",
        isOutbound: false,
        outcomes: OutcomeCounts(blocked: 9, touched: 1),
        stage: .p2,
        outcome: .touched
      ),
      Case(
        what: "an external source is unanswered",
        isOutbound: false,
        outcomes: OutcomeCounts(blocked: 9),
        stage: .p1,
        outcome: .blocked
      ),
    ]
  )
  func stages(_ example: Case) throws {
    let servicePair = ThreatServicePair.with(isOutbound: example.isOutbound, example.outcomes)
    let findings = ThreatListed().found(threats: [servicePair], Self.network())
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.stage == example.stage)
    #expect(finding.outcome == example.outcome)
    #expect(finding.actorIsInternal == example.isOutbound)
    #expect(finding.stage.band.contains(finding.exactScore))
  }

  @Test("All that two hosts had with each other is one finding, with the service if there is one")
  func joined() throws {
    let blocked = OutcomeCounts(blocked: 2)
    let one = ThreatListed().found(
      threats: [.with(isOutbound: false, blocked), .with(isOutbound: false, blocked)],
      Self.network()
    )
    #expect(one.map(\.service) == [.web])
    #expect(one.map(\.counts.conversations) == [4])
    let several = ThreatListed().found(
      threats: [
        .with(isOutbound: false, blocked), .with(isOutbound: false, blocked, service: .ssh),
        .with(isOutbound: false, blocked),
      ],
      Self.network()
    )
    #expect(several.map(\.service) == [nil])
    #expect(several.map { $0.targets.sample.map(\.port) } == [[nil]])
  }

  @Test("An ICMP reply is no connection")
  func backscatter() {
    let servicePair = ThreatServicePair.with(
      isOutbound: true,
      OutcomeCounts(silent: 3),
      service: .icmp
    )
    let findings = ThreatListed().found(threats: [servicePair], Self.network())
    #expect(findings.map(\.stage) == [.p1])
  }

  @Test(
    "Attempts of a listed source at several hosts are one finding; each connecting host is separate"
  )
  func apart() {
    let blocked = OutcomeCounts(blocked: 1)
    let findings = ThreatListed().found(
      threats: [
        .with(isOutbound: false, blocked), .with(isOutbound: true, blocked),
        .with(inside: Example.own(2), isOutbound: false, blocked),
        .with(Example.other(67), isOutbound: false, blocked),
      ],
      Self.network()
    )
    #expect(Set(findings.map(\.id)).count == 3)
    #expect(findings.map(\.targets.count).max() == 2)
  }

  @Test(
    "From a day on it is said how much older than the log the list is",
    arguments: [
      (0, "list bad.txt, entry 198.51.100.66/32; all blocked"),
      (0.99, "list bad.txt, entry 198.51.100.66/32; all blocked"),
      (2, "list bad.txt, entry 198.51.100.66/32, 2 days older than the log; all blocked"),
      (400.5, "list bad.txt, entry 198.51.100.66/32, 400 days older than the log; all blocked"),
    ] as [(Double, String)]
  )
  func age(days: Double, detail: String) {
    let servicePair = ThreatServicePair.with(isOutbound: false, OutcomeCounts(blocked: 1))
    let findings = ThreatListed().found(threats: [servicePair], Self.network(days: days))
    #expect(findings.map(\.detail) == [detail])
  }

  @Test("A list of unknown age has none")
  func unknownAge() {
    let servicePair = ThreatServicePair.with(isOutbound: false, OutcomeCounts(blocked: 1), list: 1)
    let findings = ThreatListed().found(threats: [servicePair], Self.network(days: 400))
    #expect(
      findings.map(\.detail) == ["list worse.txt, entry 198.51.100.66/32; all blocked"]
    )
  }

  @Test(
    "The score combines bytes in both directions and conversations",
    arguments: [
      // Everything at the foot of its scale.
      (1000, 0, 1, 70),
      // 1e6 B in both directions: 0.5 * ln 1000 / ln 25000 = 0.3411; 10 conversations: 0.3 / 3 = 0.1.
      // 70 + 19 * (1 - 0.6589 * 0.9) = 77.733
      (400_000, 600_000, 10, 77.733),
      // Everything at its top: 70 + 19 * (1 - 0.5 * 0.7) = 82.35
      (0, 25_000_000, 1000, 82.35),
    ] as [(UInt64, UInt64, UInt64, Double)]
  )
  func score(bytes: UInt64, replyBytes: UInt64, conversations: UInt64, score: Double) throws {
    let servicePair = ThreatServicePair.with(
      isOutbound: true,
      OutcomeCounts(sessions: conversations),
      bytes: bytes,
      replyBytes: replyBytes
    )
    let finding = try #require(ThreatListed().found(threats: [servicePair], Self.network()).first)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("For an outbound connection the host is the actor and the listed address the target")
  func outbound() throws {
    let servicePair = ThreatServicePair.with(isOutbound: true, OutcomeCounts(sessions: 1))
    let finding = try #require(ThreatListed().found(threats: [servicePair], Self.network()).first)
    #expect(finding.rule == "threat-list")
    #expect(finding.title == "Connection to a listed address")
    #expect(finding.actor == .address(Example.own(1)))
    #expect(finding.targets.sample == [Target(address: Example.other(66), port: 443)])
    #expect(finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.1"))
    #expect(finding.evidenceQuery.destination == Example.other(66))
    #expect(
      finding.suppressWith
        == #"- {rule: threat-list, source: "192.0.2.1", destination: "198.51.100.66", reason: "say why"}"#
    )
  }

  @Test("A listed source is the actor of inbound connections")
  func inbound() throws {
    let servicePair = ThreatServicePair.with(isOutbound: false, OutcomeCounts(blocked: 1))
    let finding = try #require(ThreatListed().found(threats: [servicePair], Self.network()).first)
    #expect(finding.title == "Connection from a listed address")
    #expect(finding.actor == .address(Example.other(66)))
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 443)])
    #expect(!finding.evidenceQuery.isOutward)
    #expect(finding.evidenceQuery.source == IPNetwork("198.51.100.66"))
    #expect(finding.evidenceQuery.destination == nil)
  }
}
