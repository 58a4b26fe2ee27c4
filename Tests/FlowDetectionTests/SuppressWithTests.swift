import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection

@Suite("Suppress with: the line that every finding offers silences it")
struct SuppressWithTests {
  /// The entry that the line stands for.
  private static func entry(_ line: String) throws -> Suppression {
    func value(_ key: String) -> String? {
      guard let start = line.firstRange(of: "\(key): ") else { return nil }
      let word = line[start.upperBound...].prefix { $0 != "," }
      return String(word).replacing("\"", with: "")
    }
    let rule = try #require(value("{rule"))
    var entry = Suppression(rule: rule, reason: "say why", path: "quiet.yaml", line: 1)
    entry.source = try value("source").map { try #require(IPNetwork($0)) }
    entry.destination = try value("destination").map { try #require(IPNetwork($0)) }
    entry.port = try value("port").map { try #require(UInt16($0)) }
    #expect(line.hasSuffix(#"reason: "say why"}"#))
    return entry
  }

  /// Observations in which every rule finds something.
  private static func observations() -> Observations {
    var observations = Observations()
    let swarm = (0..<3).map { number in
      SourceProfile.failing(
        at: (0..<10).map {
          FailedContact(destination: Example.own(number * 10 + $0), service: .tcp(8081))
        },
        from: IPAddress(v4: 0xcb00_7180 + UInt32(number))
      )
    }
    let host = Example.own(3)
    // The sweep follows the login.
    var sweep = ServiceAttempts.tried(.ssh, failed: 60)
    (sweep.sums.first, sweep.sums.last) = (Example.start + 3000, Example.start + 4000)
    observations.neighbourhoods = Neighbourhood.of(
      swarm + [
        .trying([.each(.ssh, blocked: 12)], from: Example.stranger(1)),
        .trying([], victims: [.closed(40)], from: Example.stranger(2)),
        .trying([.each(.ssh, blocked: 2)], from: Example.other(3)),
        .trying([.each(.icmp, blocked: 7)], from: Example.other(4)),
        .trying([.each(.udp(53), blocked: 4)], from: Example.strangerV6(5)),
        .outbound(
          [sweep, .tried(.tcp(25), failed: 0, answered: 20)],
          victims: [.closed(60, of: Example.other(1))],
          heavy: [.got(200_000, in: 60)],
          from: host
        ),
        .lateral([.tried(.tcp(445), failed: 20)], rejected: [.times(500, hours: 1)], from: host),
      ]
    )
    let login = LoginAttempts.tries(30)
      .with(LoginCandidate(.refused(plus: 80, bytes: 40_000), lasting: 300))
    let campaign = (0..<5).map {
      LoginSource.guessing(.tries(9, shape: .refused(plus: 5, bytes: 0)), from: Example.other($0))
    }
    observations.logins =
      campaign + [
        .trying([.ssh(host, login)]),
        .trying(
          [.at(Example.other(1), .ssh, isInside: false, .tries(50))],
          from: host,
          isInternal: true
        ),
      ]
    observations.exposures = [.open(networks: 20)]
    observations.threats = [
      .with(inside: Example.own(9), isOutbound: true, OutcomeCounts(sessions: 1)),
      .with(isOutbound: false, OutcomeCounts(blocked: 1)),
    ]
    return observations
  }

  @Test("Every finding of every rule is matched by the line that it offers")
  func everyRule() throws {
    var network = Example.network(own: 30, ownV6: 30)
    (network.logStart, network.logEnd) = (Example.start, Example.start + 86_400)
    network.threats = [AddressLists.List(name: "bad.txt", entries: 1, changed: nil)]
    var detectors = Detectors(network)
    detectors.observe(Self.observations())
    let findings = detectors.findings().findings
    #expect(Set(findings.map(\.rule)) == Set(Detectors.pages.map(\.rule)))
    for finding in findings {
      let entry = try Self.entry(finding.suppressWith)
      #expect(entry.rule == finding.rule)
      #expect(entry.matches(finding), "\(finding.suppressWith)")
    }
  }

  @Test("It says more than the rule alone, save for what everybody does")
  func narrow() {
    var detectors = Detectors(Example.network(own: 30, ownV6: 30))
    var observations = Self.observations()
    observations.threats = []
    detectors.observe(observations)
    for finding in detectors.findings().findings {
      let keys = ["source: ", "destination: ", "port: "].filter(finding.suppressWith.contains)
      #expect(!keys.isEmpty, "\(finding.suppressWith)")
    }
  }
}
