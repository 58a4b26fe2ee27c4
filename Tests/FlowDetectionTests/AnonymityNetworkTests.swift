import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Anonymity network: traffic with Tor")
struct AnonymityNetworkTests {
  private static func network(_ list: String = "tor.txt") -> NetworkContext {
    var network = Example.network(own: 20)
    network.threats = [
      AddressLists.List(name: "bad.txt", entries: 1, changed: nil),
      AddressLists.List(name: list, entries: 1, changed: nil),
    ]
    return network
  }

  private static func found(
    _ threats: [ThreatServicePair] = [],
    _ servicePairs: [HostServicePair] = [],
    list: String = "tor.txt"
  ) -> [Finding] {
    var observations = Observations()
    (observations.threats, observations.servicePairs) = (threats, servicePairs)
    return AnonymityNetwork().found(in: observations, network(list))
  }

  @Test(
    "A list is one of relays by the beginning of its file's name",
    arguments: [
      ("tor.txt", 1), ("tor-exits.csv", 1), ("TOR_relays", 1), ("/lists/tor.txt", 1),
      ("monitors.txt", 0), ("/tor/bad.txt", 0), ("", 0),
    ]
  )
  func lists(name: String, findings: Int) {
    let servicePair = ThreatServicePair.with(isOutbound: true, OutcomeCounts(sessions: 1), list: 1)
    #expect(Self.found([servicePair], list: name).count == findings)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var isOutbound = true
    var outcomes = OutcomeCounts(touched: 1)
    var list = 1
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "An internal host that initiates and is answered",
    arguments: [
      Case(what: "answered", fires: true),
      Case(what: "a session", outcomes: .init(sessions: 1), fires: true),
      Case(what: "unanswered", outcomes: .init(silent: 9), fires: false),
      Case(what: "an exit relay tries", isOutbound: false, fires: false),
      Case(what: "another list", list: 0, fires: false),
    ]
  )
  func listed(_ example: Case) {
    let servicePair = ThreatServicePair.with(
      isOutbound: example.isOutbound,
      example.outcomes,
      list: example.list
    )
    #expect(Self.found([servicePair]).map(\.stage) == (example.fires ? [.p5] : []))
  }

  private static func relays(
    _ count: Int,
    _ service: Service = .tcp(9001),
    _ outcomes: OutcomeCounts = OutcomeCounts(sessions: 1),
    _ trafficDirection: TrafficDirection = .outbound
  ) -> [HostServicePair] {
    (0..<count).map { .told(service, outcomes, trafficDirection, to: Example.other($0)) }
  }

  @Test("Without a list, sessions with relay ports of three addresses")
  func guessable() {
    #expect(Self.found([], Self.relays(2)).isEmpty)
    #expect(Self.found([], Self.relays(3)).map(\.stage) == [.p2])
    #expect(Self.found([], Self.relays(3, .tcp(9050))).count == 1)
    #expect(Self.found([], Self.relays(9, .web)).isEmpty)
    #expect(Self.found([], Self.relays(9, .tcp(9001), OutcomeCounts(touched: 5))).isEmpty)
    #expect(
      Self.found([], Self.relays(9, .tcp(9001), OutcomeCounts(sessions: 1), .lateral)).isEmpty
    )
    // Two ports of two addresses are still two.
    #expect(Self.found([], Self.relays(2) + Self.relays(2, .tcp(9030))).isEmpty)
  }

  @Test("A host with a listed relay has one finding")
  func both() {
    let listed = ThreatServicePair.with(
      inside: Example.own(3),
      isOutbound: true,
      OutcomeCounts(sessions: 1),
      list: 1
    )
    #expect(Self.found([listed], Self.relays(5)).map(\.stage) == [.p5])
  }

  @Test(
    "The score combines bytes and relays",
    arguments: [
      (3000, 1, true, 70),
      // 10 MB: 0.5 * ln 1000 / ln 100000 = 0.3. 70 + 19 * 0.3 = 75.7
      (10_000_000, 1, true, 75.7),
      // Ten relays with 10 MB: 0.3 * ln 10 / ln 50 = 0.17658. 70 + 19 * (1 - 0.7 * 0.82342) = 78.049
      (1_000_000, 10, true, 78.049),
      // Three by their ports with 6 kB: 0.3 * ln 3 / ln 50 = 0.084249. 20 + 19 * 0.084249 = 21.601
      (2000, 3, false, 21.601),
    ] as [(UInt64, Int, Bool, Double)]
  )
  func score(bytes: UInt64, relays: Int, isListed: Bool, score: Double) throws {
    let threats = (0..<relays).map {
      ThreatServicePair.with(
        Example.other($0),
        isOutbound: true,
        OutcomeCounts(sessions: 1),
        bytes: bytes,
        list: 1
      )
    }
    let servicePairs = (0..<relays).map {
      HostServicePair.told(.tcp(9001), bytes: bytes, back: 0, to: Example.other($0))
    }
    let findings = isListed ? Self.found(threats) : Self.found([], servicePairs)
    #expect(abs(try #require(findings.first).exactScore - score) < 0.001)
  }

  @Test("A finding names the relays and sums up what went each way")
  func content() throws {
    let finding = try #require(Self.found([], Self.relays(9)).first)
    #expect(finding.rule == "tor")
    #expect(finding.title == "Connections to Tor relay ports")
    #expect(finding.detail == "8.7 KiB sent, 8.7 KiB received")
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.service == .tcp(9001))
    #expect(finding.targets.count == 9)
    #expect(finding.targets.sample == (0..<8).map { Target(address: Example.other($0)) })
    #expect(finding.evidenceQuery.destination == nil)
    #expect(finding.evidenceQuery.port == 9001)
    #expect(finding.suppressWith == #"- {rule: tor, source: "192.0.2.3", reason: "say why"}"#)
    let mixed = try #require(
      Self.found([], Self.relays(3) + Self.relays(3, .tcp(9030)) + Self.relays(3)).first
    )
    #expect(mixed.service == nil)
    let one = ThreatServicePair.with(isOutbound: true, OutcomeCounts(touched: 1), list: 1)
    let listed = try #require(Self.found([one]).first)
    #expect(listed.title == "Connection to the Tor network")
    #expect(listed.evidenceQuery.destination == Example.other(66))
    #expect(listed.evidenceQuery.port == 443)
  }

  @Test("Any split of hosts among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = (0..<3).map {
        .told(.tcp(9001), from: Example.own(number), to: Example.other($0))
      }
      return observations
    }
    let orders = AnonymityNetwork().merged(batches, Self.network())
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
