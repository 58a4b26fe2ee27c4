import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Open security group: it lets the whole internet in")
struct OpenSecurityGroupTests {
  private static func networks(_ count: Int) -> [IPNetwork] {
    (0..<count).compactMap {
      IPNetwork(IPAddress(v4: 0xcb00_0000 + UInt32($0) << 8), prefixLength: 24)
    }
  }

  @Test(
    "Ten networks over an hour are no list of allowed ones",
    arguments: [
      (9, 3600, 0), (10, 3600, 1), (10, 3599, 0), (10, 0, 0), (1000, 3599, 0), (9, 86_400, 0),
    ] as [(UInt64, UInt32, Int)]
  )
  func threshold(networks: UInt64, seconds: UInt32, findings: Int) {
    // Scanners are not required.
    let endpoint = ExposedEndpoint.open(networks: networks, probers: 0, seconds: seconds)
    #expect(OpenSecurityGroup().found(exposures: [endpoint]).count == findings)
  }

  @Test("The threshold can be set", arguments: [(24, 0), (25, 1)] as [(UInt64, Int)])
  func userThreshold(networks: UInt64, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.openSecurityGroup.networks = 25
    let endpoint = ExposedEndpoint.open(networks: networks)
    #expect(OpenSecurityGroup().found(exposures: [endpoint], network).count == findings)
  }

  @Test("Reversed times last no hour")
  func reversed() {
    var endpoint = ExposedEndpoint.open(networks: 50)
    (endpoint.sums.first, endpoint.sums.last) = (endpoint.sums.last, endpoint.sums.first)
    #expect(OpenSecurityGroup().found(exposures: [endpoint]).isEmpty)
  }

  @Test(
    "The score combines risk and networks",
    arguments: [
      // The risk alone: 0.5 * 0.7 = 0.35. 20 + 19 * 0.35 = 26.65
      (Service.ssh, 10, 26.65),
      // 100 networks: 0.3 * ln 10 / ln 100 = 0.15. 20 + 19 * (1 - 0.65 * 0.85) = 28.5025
      (.ssh, 100, 28.5025),
      // A database: 0.5 * 0.6 = 0.3. 20 + 19 * (1 - 0.7 * 0.85) = 27.695
      (.tcp(3306), 100, 27.695),
      // Everything at its top: 20 + 19 * (1 - 0.5 * 0.7) = 32.35
      (.tcp(9200), 1000, 32.35),
    ] as [(Service, UInt64, Double)]
  )
  func score(service: Service, networks: UInt64, score: Double) throws {
    let endpoint = ExposedEndpoint.open(service, networks: networks)
    let finding = try #require(OpenSecurityGroup().found(exposures: [endpoint]).first)
    #expect(abs(finding.exactScore - score) < 0.0001)
  }

  struct NumberText: Sendable, CustomTestStringConvertible {
    var sessions: Int
    var detail: String
    var next: String
    var testDescription: String { detail }
  }

  @Test(
    "It names the networks that a restricted rule must allow",
    arguments: [
      NumberText(
        sessions: 0,
        detail: "70 networks received responses; sessions from none",
        next:
          "Only brute-force sources had complete sessions. Remove the public inbound rule for the port from the security group."
      ),
      NumberText(
        sessions: 2,
        detail: "70 networks received responses; sessions from 203.0.0.0/24, 203.0.1.0/24",
        next:
          "Replace the public inbound rule with rules for the networks that need access. Complete sessions came from: 203.0.0.0/24, 203.0.1.0/24."
      ),
      NumberText(
        sessions: 4,
        detail:
          "70 networks received responses; sessions from 203.0.0.0/24, 203.0.1.0/24, 203.0.2.0/24 and 1 more",
        next:
          "Replace the public inbound rule with rules for the networks that need access. Complete sessions came from: 203.0.0.0/24, 203.0.1.0/24, 203.0.2.0/24, 203.0.3.0/24."
      ),
    ]
  )
  func words(_ words: NumberText) throws {
    let endpoint = ExposedEndpoint.open(networks: 70, sessions: Self.networks(words.sessions))
    let finding = try #require(OpenSecurityGroup().found(exposures: [endpoint]).first)
    #expect(finding.detail == words.detail)
    #expect(finding.next == words.next)
    #expect(finding.outcome == (words.sessions > 0 ? .open : .touched))
  }

  @Test("Networks of brute-force sources are excluded from those")
  func bruteForceSources() throws {
    var context = CompleteContext(Example.network(own: 20))
    context.bruteForceSources = Set(Self.networks(1))
    var observations = Observations()
    observations.exposures = [.open(networks: 70, sessions: Self.networks(2))]
    let finding = try #require(OpenSecurityGroup().found(in: observations, context).first)
    #expect(
      finding.next
        == "Replace the public inbound rule with rules for the networks that need access. Complete sessions came from: 203.0.1.0/24."
    )
    #expect(finding.detail.hasSuffix("from 203.0.1.0/24; without 1 brute-force network"))
  }

  @Test("A full list states that there are possibly more")
  func full() throws {
    let sessions = Self.networks(ExposedEndpoint.networkLimit)
    let endpoint = ExposedEndpoint.open(networks: 70, sessions: sessions)
    let finding = try #require(OpenSecurityGroup().found(exposures: [endpoint]).first)
    #expect(finding.detail.hasSuffix(" and 61 or more"))
    #expect(finding.next.hasSuffix(", and possibly more."))
  }

  @Test("A finding has the service, the host and the suppression")
  func content() throws {
    let endpoint = ExposedEndpoint.open(.tcp(3389), networks: 12)
    let finding = try #require(OpenSecurityGroup().found(exposures: [endpoint]).first)
    #expect(finding.rule == "sg.too-open")
    #expect(finding.title == "RDP open to the internet")
    #expect(finding.stage == .p2)
    #expect(finding.actor == .campaign("the internet"))
    #expect(finding.members == nil)
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 3389)])
    #expect(finding.firstSeen == Example.start)
    #expect(finding.lastSeen == Example.start + 7200)
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(finding.evidenceQuery.port == 3389)
    #expect(
      finding.suppressWith
        == #"- {rule: sg.too-open, destination: "192.0.2.1", port: 3389, reason: "say why"}"#
    )
  }
}
