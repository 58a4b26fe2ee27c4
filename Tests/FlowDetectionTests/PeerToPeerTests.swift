import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

extension SourceProfile {
  /// A host that failed on so many peers, each on one of so many ports.
  static func peering(
    _ peers: Int,
    services: Int,
    pairs: Int? = nil,
    from address: IPAddress = Example.own(3)
  ) -> SourceProfile {
    let share = max(1, peers / max(1, services))
    var profile = SourceProfile.outbound(
      (0..<services).map { .tried(.udp(UInt16(20_000 + $0)), failed: share, hour: 1, day: 1) },
      from: address
    )
    (profile.targets, profile.failedPeers) = (UInt64(2 * peers), UInt64(peers))
    profile.failureCount = UInt64(pairs ?? peers)
    profile.failures = (0..<min(peers, 20)).map {
      FailedServicePair(destination: Example.other($0), service: .udp(20_000))
    }
    (profile.failedPeersOfDay, profile.failedServicesOfDay) = (UInt64(peers), UInt64(services))
    profile.outcomes = OutcomeCounts(silent: UInt64(peers), touched: UInt64(peers))
    profile.sure = UInt64(2 * peers)
    return profile
  }
}

@Suite("Peer-to-peer: an internal host with many failed peers and many failed services")
struct PeerToPeerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var profile: SourceProfile
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  private static func changed(_ change: (inout SourceProfile) -> Void) -> SourceProfile {
    var profile = SourceProfile.peering(400, services: 300)
    change(&profile)
    return profile
  }

  static let cases = [
    Case(what: "50 peers, 50 services", profile: .peering(50, services: 50), fires: true),
    Case(what: "49 peers", profile: .peering(49, services: 50), fires: false),
    Case(what: "49 services", profile: .peering(900, services: 49), fires: false),
    Case(what: "a sweep of one service", profile: .peering(900, services: 1), fires: false),
    Case(what: "4 services of each", profile: .peering(50, services: 50, pairs: 200), fires: true),
    Case(
      what: "a scan of 50 ports of each",
      profile: .peering(50, services: 50, pairs: 2500),
      fires: false
    ),
    Case(what: "49 peers in a day", profile: changed { $0.failedPeersOfDay = 49 }, fires: false),
    Case(
      what: "49 services in a day",
      profile: changed { $0.failedServicesOfDay = 49 },
      fires: false
    ),
    Case(
      what: "too many to count",
      profile: changed { ($0.failedPeersOfDay, $0.failedServicesOfDay) = (nil, nil) },
      fires: true
    ),
    Case(what: "half sure", profile: changed { $0.sure = 400 }, fires: true),
    Case(what: "less sure", profile: changed { $0.sure = 399 }, fires: false),
    Case(
      what: "told as an outbound scan",
      profile: changed { $0.services.append(.tried(.ssh, failed: 25)) },
      fires: false
    ),
    Case(
      what: "below an outbound scan",
      profile: changed { $0.services.append(.tried(.ssh, failed: 24)) },
      fires: true
    ),
    Case(
      what: "told as a port scan",
      profile: changed { $0.victims = [.closed(25, of: Example.other(1))] },
      fires: false
    ),
    Case(
      what: "an external source",
      profile: changed { $0.trafficDirection = .inbound },
      fires: false
    ),
    Case(
      what: "internal peers",
      profile: changed { $0.trafficDirection = .lateral },
      fires: false
    ),
  ]

  @Test(
    "Fifty peers and fifty services must fail within a day, and a scan is none",
    arguments: cases
  )
  func threshold(_ example: Case) {
    #expect(PeerToPeer().found(in: [example.profile]).count == (example.fires ? 1 : 0))
  }

  @Test("The thresholds can be set", arguments: [(99, 0), (100, 1)])
  func userThreshold(peers: Int, findings: Int) {
    var network = Example.network(own: 20)
    network.thresholds.peerToPeer.peers = 100
    let profile = SourceProfile.peering(peers, services: 60)
    #expect(PeerToPeer().found(in: [profile], network).count == findings)
  }

  @Test(
    "The score grows with peers and services and stays far below 70",
    arguments: [
      (50, 50, 40),
      // 0.15 * ln 10 / ln 100 = 0.075 each: 40 + 29 * (1 - 0.925 * 0.925) = 44.187
      (500, 500, 44.187),
      // 40 + 29 * (1 - 0.85 * 0.85) = 48.0475
      (5000, 5000, 48.0475), (20_000, 20_000, 48.0475),
    ] as [(Int, Int, Double)]
  )
  func score(peers: Int, services: Int, score: Double) throws {
    let profile = SourceProfile.peering(peers, services: services)
    let finding = try #require(PeerToPeer().found(in: [profile]).first)
    #expect(finding.stage == .p4)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding has the host, its peers and how many failed")
  func content() throws {
    let finding = try #require(PeerToPeer().found(in: [.peering(400, services: 300)]).first)
    #expect(finding.rule == "outbound.p2p")
    #expect(finding.title == "Peer-to-peer traffic")
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.detail == "400 of 800 addresses and 300 of 300 services without response")
    #expect(finding.targets.count == 400)
    #expect(
      finding.targets.sample == (0..<8).map { Target(address: Example.other($0), port: nil) }
    )
    #expect(finding.evidenceQuery.source == IPNetwork(only: Example.own(3)))
    #expect(finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.p2p, source: "192.0.2.3", reason: "say why"}"#
    )
  }

  @Test("Any split of hosts among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.sourcePrefixes = SourcePrefix.of([
        .peering(60 + number, services: 60, from: Example.own(number))
      ])
      return observations
    }
    let orders = PeerToPeer().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
