import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unapproved resolver: internal hosts that use resolvers other than Amazon's")
struct UnapprovedResolverTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.udp(53)
    var outcomes = OutcomeCounts(touched: 1)
    var trafficDirection = TrafficDirection.outbound
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "One response of an external DNS resolver is enough",
    arguments: [
      Case(what: "DNS, answered", fires: true),
      Case(what: "DNS over TCP", service: .tcp(53), fires: true),
      Case(what: "DNS over TLS", service: .tcp(853), fires: true),
      Case(what: "a session", outcomes: .init(sessions: 1), fires: true),
      Case(what: "no response", outcomes: .init(silent: 500), fires: false),
      Case(what: "blocked", outcomes: .init(blocked: 500), fires: false),
      Case(what: "an internal resolver", trafficDirection: .lateral, fires: false),
      Case(what: "inbound queries", trafficDirection: .inbound, fires: false),
      Case(what: "NTP", service: .udp(123), fires: false),
      Case(what: "the web", service: .web, fires: false),
    ]
  )
  func kind(_ example: Case) {
    let servicePair = HostServicePair.told(
      example.service,
      example.outcomes,
      example.trafficDirection
    )
    let findings = UnapprovedResolver().found(servicePairs: [servicePair])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  private static func asking(_ resolvers: Int, packets: UInt64 = 10) -> [HostServicePair] {
    (0..<resolvers).map { .told(.udp(53), packets: packets, to: Example.other($0)) }
  }

  @Test(
    "A host that uses fifty of them is a resolver itself",
    arguments: [(1, Stage.p2), (49, .p2), (50, .note)]
  )
  func recursor(resolvers: Int, stage: Stage) throws {
    let findings = UnapprovedResolver().found(servicePairs: Self.asking(resolvers))
    #expect(findings.map(\.stage) == [stage])
    #expect(findings.first?.targets.count == UInt64(resolvers))
  }

  @Test("A finding is about one host")
  func hosts() {
    let servicePairs = (1...3).flatMap { host in
      (1...2).map { HostServicePair.told(.udp(53), from: Example.own(host), to: Example.other($0)) }
    }
    let findings = UnapprovedResolver().found(servicePairs: servicePairs)
    #expect(Set(findings.map(\.actor)) == Set((1...3).map { .address(Example.own($0)) }))
    #expect(findings.count == 3)
  }

  @Test(
    "The score combines queries and a new resolver",
    arguments: [
      (10, false, 20),
      // 0.3 * ln 100 / ln 10000 = 0.15. 20 + 19 * 0.15 = 22.85
      (1000, false, 22.85),
      // 20 + 19 * 0.3 = 25.7
      (100_000, false, 25.7),
      // 20 + 19 * (1 - 0.85 * 0.7) = 27.695
      (1000, true, 27.695),
    ] as [(UInt64, Bool, Double)]
  )
  func score(queries: UInt64, isNew: Bool, score: Double) throws {
    var network = Example.network(own: 20)
    if isNew { network = network.remembering() }
    let finding = try #require(
      UnapprovedResolver().found(servicePairs: Self.asking(1, packets: queries), network).first
    )
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A resolver that another host used before is not new; nor is any with a short baseline")
  func known() throws {
    let baselineEntry = BaselineEntry(
      .outward,
      host: Example.own(9),
      peer: IPNetwork(around: Example.other(0)),
      service: .udp(53)
    )
    let network = Example.network(own: 20)
    for network in [network.remembering([baselineEntry: 1]), network.remembering(days: 6)] {
      let finding = try #require(
        UnapprovedResolver().found(servicePairs: Self.asking(1), network).first
      )
      #expect(finding.exactScore == 20)
    }
  }

  @Test("A finding sums up the queries of the host")
  func content() throws {
    let servicePairs =
      Self.asking(9) + [.told(.udp(53), OutcomeCounts(silent: 1), to: Example.other(99))]
    let finding = try #require(UnapprovedResolver().found(servicePairs: servicePairs).first)
    #expect(finding.rule == "dns.unapproved")
    #expect(finding.title == "External DNS resolver")
    #expect(finding.detail == "90 query packets, 8.7 KiB sent, 8.7 KiB received")
    #expect(finding.service == .udp(53))
    #expect(finding.targets.count == 9)
    #expect(
      finding.targets.sample == (0..<8).map { Target(address: Example.other($0), port: 53) }
    )
    #expect(finding.counts.conversations == 9)
    #expect(finding.evidenceQuery.source == IPNetwork(only: Example.own(3)))
    #expect(finding.evidenceQuery.port == 53)
    #expect(finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: dns.unapproved, source: "192.0.2.3", reason: "say why"}"#
    )
  }

  @Test("A resolver with UDP and TCP queries is one target, and evidence is limited to its port")
  func bothProtocols() throws {
    let servicePairs = [HostServicePair.told(.tcp(53)), .told(.udp(53))]
    let finding = try #require(UnapprovedResolver().found(servicePairs: servicePairs).first)
    #expect(finding.service == nil)
    #expect(finding.targets.count == 1)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 53)])
    #expect(finding.evidenceQuery.port == 53)
  }

  @Test("Any split of hosts among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = (0..<3).map {
        .told(.udp(53), from: Example.own(number), to: Example.other($0))
      }
      return observations
    }
    let orders = UnapprovedResolver().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
