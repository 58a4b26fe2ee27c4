import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Beacon: an internal host that connects to an external service periodically")
struct BeaconTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var score = 0.9
    var ownEvenness: Double?
    var connections: UInt64 = 144
    var hours = 12.0
    var period: UInt32 = 600
    var service = Service.web
    var isLateral = false
    var bytesEach: UInt64 = 500
    /// Conversations with more than resets; nil for all.
    var available: UInt64?
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }

    var series: ConnectionSeries {
      var shape = BeaconShape.scoring(score, period: period)
      if let ownEvenness { shape?.ownEvenness = ownEvenness }
      var series = ConnectionSeries.connections(
        connections,
        over: UInt32(hours * 3600),
        shape: shape,
        service
      )
      series.isLateral = isLateral
      series.bytesOut = connections * bytesEach
      if let available { series.refused = connections - available }
      return series
    }
  }

  static let thresholds = [
    Case(what: "a score of 0.849", score: 0.849, fires: false),
    Case(what: "a score of 0.85", score: 0.85, fires: true),
    Case(what: "11 connections", connections: 11, fires: false),
    Case(what: "12 connections", connections: 12, fires: true),
    Case(what: "11 connections every 2,999 s", connections: 11, period: 2999, fires: false),
    Case(what: "7 connections every 3,000 s", connections: 7, period: 3000, fires: false),
    Case(what: "8 connections every 3,000 s", connections: 8, period: 3000, fires: true),
    Case(what: "less than 6 hours", connections: 99, hours: 5.99, fires: false),
    Case(what: "6 hours", connections: 99, hours: 6, fires: true),
    Case(what: "every 9 s, few", connections: 99, period: 9, fires: false),
    Case(what: "every 10 s", connections: 99, period: 10, fires: true),
    Case(what: "once a day", connections: 12, hours: 300, period: 86_400, fires: true),
    Case(what: "less than once a day", connections: 12, hours: 300, period: 86_401, fires: false),
  ]

  static let bursts = [
    Case(what: "99 connections in 10 minutes", connections: 99, hours: 1 / 6.0, fires: false),
    Case(what: "100 connections in 10 minutes", connections: 100, hours: 1 / 6.0, fires: true),
    Case(what: "100 connections in less", connections: 100, hours: 0.16, fires: false),
    // (2 * 0.8 + 0.94) / 3 = 0.8467
    Case(what: "its own 0.847", score: 0.8, ownEvenness: 0.94, connections: 100, fires: false),
    // (2 * 0.8 + 0.96) / 3 = 0.8533
    Case(what: "its own 0.853", score: 0.8, ownEvenness: 0.96, connections: 100, fires: true),
    Case(what: "every second", connections: 700, hours: 0.2, period: 1, fires: true),
  ]

  /// Series whose peer does not answer, or only with resets.
  static let failed = [
    Case(what: "19 in 5 minutes", connections: 19, hours: 1 / 12.0, available: 0, fires: false),
    Case(what: "20 in 5 minutes", connections: 20, hours: 1 / 12.0, available: 0, fires: true),
    Case(what: "20 in less", connections: 20, hours: 0.0833, available: 0, fires: false),
    Case(
      what: "of 20, two answered",
      connections: 20,
      hours: 1 / 12.0,
      available: 2,
      fires: true
    ),
    Case(
      what: "of 20, three answered",
      connections: 20,
      hours: 1 / 12.0,
      available: 3,
      fires: false
    ),
    Case(
      what: "UDP needs no answer",
      connections: 20,
      hours: 1 / 12.0,
      service: .udp(9999),
      available: 0,
      fires: false
    ),
    // (2 * 0.8 + 0.94) / 3 = 0.8467
    Case(
      what: "irregular",
      score: 0.8,
      ownEvenness: 0.94,
      connections: 20,
      hours: 1 / 12.0,
      available: 0,
      fires: false
    ),
  ]

  static let kinds = [
    Case(what: "NTP", service: .udp(123), fires: false),
    Case(what: "TCP port 123", service: .tcp(123), fires: true),
    Case(what: "DNS", service: .udp(53), fires: false),
    Case(what: "DNS over TCP", service: .tcp(53), fires: false),
    Case(what: "DNS over TLS", service: .tcp(853), fires: false),
    Case(what: "pings", service: .icmp, fires: false),
    Case(what: "GRE", service: Service(protocolNumber: 47, port: 0), fires: false),
    Case(what: "UDP", service: .udp(9999), fires: true),
    Case(what: "an internal server", isLateral: true, fires: false),
    // Five packets of 40 bytes are bare headers.
    Case(what: "resets", bytesEach: 200, fires: false),
    Case(what: "resets and a byte each", bytesEach: 205, fires: true),
    Case(what: "small UDP", service: .udp(9999), bytesEach: 140, fires: true),
  ]

  @Test("Score, connections, span and interval have their bounds", arguments: thresholds)
  func threshold(_ example: Case) { check(example) }

  @Test("A hundred connections that are regular over their own span also fire", arguments: bursts)
  func burst(_ example: Case) { check(example) }

  @Test("Twenty regular connections without an available peer also fire", arguments: failed)
  func failedBurst(_ example: Case) { check(example) }

  @Test("A host that retries more than three services shares files", arguments: [(3, 3), (4, 0)])
  func retries(services: Int, findings: Int) {
    let failed = (0..<services).map { number in
      var series = ConnectionSeries.connections(
        20,
        over: 1200,
        shape: .scoring(0.9, period: 60),
        to: Example.other(number)
      )
      series.answered = 0
      return series
    }
    // Other conditions are not affected.
    let answered = ConnectionSeries.connections(144, shape: .scoring(0.9), to: Example.other(99))
    #expect(Beacon().found(series: failed + [answered]).count == findings + 1)
  }

  @Test("A host with peer-to-peer traffic retries its peers", arguments: [(3, 1), (4, 0)])
  func peerRetries(host: Int, findings: Int) {
    var failed = ConnectionSeries.connections(
      20,
      over: 1200,
      shape: .scoring(0.9, period: 60),
      from: Example.own(host)
    )
    failed.answered = 0
    var observations = Observations()
    observations.series = [failed]
    observations.sourcePrefixes = SourcePrefix.of([
      .peering(400, services: 300, from: Example.own(4))
    ])
    #expect(Beacon().found(in: observations).count == findings)
  }

  @Test(
    "The score without an available peer is below that of the same series with one",
    arguments: [(144, 45, "all refused"), (130, 45, "14 answered"), (129, 53.533, "")]
      as [(UInt64, Double, String)]
  )
  func unavailable(refused: UInt64, score: Double, words: String) throws {
    // 0.7 * (0.9 - 0.7) / 0.3 = 0.46667: 40 + 29 * 0.46667 = 53.533
    var series = ConnectionSeries.connections(144, shape: .scoring(0.9))
    series.refused = refused
    let network = Example.network(own: 20).used(by: 2, of: 7)
    let finding = try #require(Beacon().found(series: [series], network).first)
    #expect(abs(finding.exactScore - score) < 0.001)
    #expect(finding.detail.contains("each; \(words)\(words.isEmpty ? "" : "; ")used by"))
    #expect(finding.outcome == (refused == 144 ? .refused : .open))
  }

  struct Polling: Sendable, CustomTestStringConvertible {
    var what: String
    var busiest: UInt64 = 500
    var bytesIn: UInt64 = 299_999
    var available = true
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Five hundred connections in ten minutes that send more than they receive are polling",
    arguments: [
      Polling(what: "500", fires: true), Polling(what: "499", busiest: 499, fires: false),
      Polling(what: "as much received", bytesIn: 300_000, fires: false),
      Polling(what: "no available peer", available: false, fires: false),
    ]
  )
  func polling(_ example: Polling) throws {
    // Too irregular for all other conditions.
    var series = ConnectionSeries.connections(600, over: 540, shape: .scoring(0.5, jitter: 500))
    series.shape?.busiestTenMinutes = example.busiest
    series.bytesIn = example.bytesIn
    if !example.available { series.refused = 600 }
    // All hosts do it.
    let network = Example.network(own: 20).used(by: 9, of: 9)
    let findings = Beacon().found(series: [series], network)
    #expect(findings.count == (example.fires ? 1 : 0))
    #expect(findings.allSatisfy { $0.exactScore == 40 })
  }

  @Test("Common periodic traffic and packets without connections are excluded", arguments: kinds)
  func kind(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    #expect(Beacon().found(series: [example.series]).count == (example.fires ? 1 : 0))
  }

  @Test("Resets of IPv6 have headers of 60 bytes", arguments: [(300, 0), (305, 1)])
  func resetsV6(bytesEach: UInt64, count: Int) {
    var series = ConnectionSeries.connections(
      144,
      shape: .scoring(0.9),
      from: Example.ownV6(1),
      to: Example.strangerV6(1)
    )
    series.bytesOut = 144 * bytesEach
    #expect(Beacon().found(series: [series]).count == count)
  }

  @Test("A series without an interval is none")
  func shapeless() {
    #expect(Beacon().found(series: [.connections(144)]).isEmpty)
  }

  @Test(
    "A service that a third of four hosts or more use is common",
    arguments: [(1, 4, 1), (2, 4, 0), (33, 100, 1), (34, 100, 0), (3, 3, 1), (1, 1, 1)]
  )
  func prevalence(hosts: Int, active: Int, findings: Int) {
    let network = Example.network(own: 20).used(by: hosts, of: active)
    let series = ConnectionSeries.connections(144, shape: .scoring(0.9))
    #expect(Beacon().found(series: [series], network).count == findings)
  }

  struct Scored: Sendable {
    var score: Double
    var hosts: Int
    var active: Int
    var isNew = false
    var result: Double
  }

  @Test(
    "The score combines regularity, how rare it is, and that it is new",
    arguments: [
      // 0.7 * (0.85 - 0.7) / 0.3 = 0.35. 40 + 29 * 0.35 = 50.15
      Scored(score: 0.85, hosts: 2, active: 7, result: 50.15),
      // 0.7 * 0.25 / 0.3 = 0.5833. 40 + 29 * 0.5833 = 56.917
      Scored(score: 0.95, hosts: 2, active: 7, result: 56.917),
      // With 0.3 for rare: 40 + 29 * (1 - 0.41667 * 0.7) = 60.542
      Scored(score: 0.95, hosts: 1, active: 5, result: 60.542),
      // With 0.3 for never before, too: 40 + 29 * (1 - 0.41667 * 0.7 * 0.7) = 63.079
      Scored(score: 0.95, hosts: 1, active: 5, isNew: true, result: 63.079),
      // 40 + 29 * (1 - 0.3 * 0.7 * 0.7) = 64.737
      Scored(score: 1, hosts: 1, active: 5, isNew: true, result: 64.737),
    ]
  )
  func score(_ example: Scored) throws {
    var network = Example.network(own: 20).used(by: example.hosts, of: example.active)
    if example.isNew { network = network.remembering() }
    let series = ConnectionSeries.connections(144, shape: .scoring(example.score))
    let finding = try #require(Beacon().found(series: [series], network).first)
    #expect(finding.stage == .p4)
    #expect(abs(finding.exactScore - example.result) < 0.001)
  }

  @Test("A finding has count, volume and prevalence")
  func content() throws {
    let network = Example.network(own: 20).used(by: 1, of: 5).remembering()
    var series = ConnectionSeries.connections(144, shape: .scoring(0.95, jitter: 12))
    series.answered = 0
    let finding = try #require(Beacon().found(series: [series], network).first)
    #expect(finding.rule == "beacon")
    #expect(finding.title == "HTTPS beacon")
    #expect(
      finding.detail
        == "every 10 min ± 12 s, 144 times, ~500 B each; no response; used by 1 of 5 hosts, not seen before"
    )
    #expect(finding.outcome == .silent)
    #expect(finding.confidence == .high)
    #expect(finding.actor == .address(Example.own(3)))
    #expect(finding.actorIsInternal)
    #expect(finding.targets.count == 1)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 443)])
    #expect(finding.counts.conversations == 144)
    #expect(finding.counts.records == nil)
    #expect(finding.evidenceQuery.source == IPNetwork(only: Example.own(3)))
    #expect(finding.evidenceQuery.destination == Example.other(9))
    #expect(finding.evidenceQuery.protocols == [6])
    #expect(finding.evidenceQuery.port == 443)
    #expect(finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: beacon, source: "192.0.2.3", destination: "198.51.100.9", port: 443, reason: "say why"}"#
    )
  }

  @Test("The confidence depends on the known initiators", arguments: [(137, 1), (136, 0)])
  func confidence(directed: UInt64, isHigh: Int) throws {
    var series = ConnectionSeries.connections(144, shape: .scoring(0.9))
    series.directed = directed
    let finding = try #require(Beacon().found(series: [series]).first)
    #expect(finding.confidence == (isHigh == 1 ? .high : .medium))
  }

  @Test("Any split of series among workers gives the same findings")
  func merging() {
    let batches = (0..<5).map { number in
      var observations = Observations()
      observations.series = (0..<3).map {
        .connections(144 + UInt64($0), shape: .scoring(0.9), to: Example.other(number * 3 + $0))
      }
      return observations
    }
    let orders = Beacon().merged(batches)
    #expect(orders[0].count == 15)
    #expect(orders[0] == orders[1])
  }

  @Test("Of too many series the same ones are judged, however they come")
  func tooMany() {
    let shape = BeaconShape.scoring(0.9)
    let series = (0..<25_000).map { number in
      let peer = IPAddress(v4: 0xcb00_0000 + UInt32(number))
      var series = ConnectionSeries.connections(144, shape: shape, to: peer)
      series.bytesOut += UInt64(number)
      return series
    }
    func found(_ parts: [ArraySlice<ConnectionSeries>]) -> (ids: Set<String>, dropped: UInt64) {
      let network = Example.network(own: 20)
      var whole = Beacon()
      for part in parts {
        var observations = Observations()
        observations.series = Array(part)
        var worker = Beacon()
        worker.observe(observations, network)
        whole.merge(worker)
      }
      let found = whole.findings(network).kept
      return (Set(found.findings.map(\.id)), found.dropped)
    }
    let (one, other) = (found([series[...]]), found([series[12_000...], series[..<12_000]]))
    #expect(one.ids == other.ids)
    #expect(one.ids.count == Found.limit)
    #expect(one.dropped == 15_000)
    #expect(other.dropped == 15_000)
  }
}
