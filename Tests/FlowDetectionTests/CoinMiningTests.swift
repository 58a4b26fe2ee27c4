import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Coin mining: a steady trickle to where mining pools listen")
struct CoinMiningTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var seconds: UInt32 = 3600
    var service = Service.tcp(3333)
    var out: UInt64 = 100_000
    var back: UInt64 = 100_000
    var isLateral = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "An hour with a pool's port, at 20 to 2,000 bytes a second",
    arguments: [
      Case(what: "a second less than an hour", seconds: 3599, fires: false),
      Case(what: "an hour", fires: true),
      Case(what: "just less than 20 bytes", out: 36_000, back: 35_999, fires: false),
      Case(what: "20 bytes a second", out: 36_000, back: 36_000, fires: true),
      Case(what: "2,000 bytes a second", out: 3_600_000, back: 3_600_000, fires: true),
      Case(what: "just more", out: 3_600_000, back: 3_600_001, fires: false),
      Case(what: "nothing back", out: 200_000, back: 0, fires: false),
      Case(what: "port 14444", service: .tcp(14_444), fires: true),
      Case(what: "UDP", service: .udp(3333), fires: false),
      Case(what: "the web", service: .web, fires: false),
      Case(what: "SSH", service: .ssh, fires: false),
      Case(what: "an internal development server", isLateral: true, fires: false),
      Case(
        what: "numbers beyond all measure",
        seconds: 2_000_000_000,
        out: .max,
        back: .max,
        fires: false
      ),
    ]
  )
  func threshold(_ example: Case) {
    var series = ConnectionSeries.lasting(
      example.seconds,
      example.service,
      out: example.out,
      back: example.back
    )
    series.isLateral = example.isLateral
    #expect(CoinMining().found(series: [series]).count == (example.fires ? 1 : 0))
  }

  @Test(
    "One host alone, or at most one in twenty",
    arguments: [(1, 2, 1), (2, 39, 0), (2, 40, 1), (5, 99, 0), (5, 100, 1)]
  )
  func prevalence(hosts: Int, active: Int, findings: Int) {
    let network = Example.network(own: 20).used(by: hosts, of: active, .tcp(3333))
    let series = ConnectionSeries.lasting(7200, .tcp(3333), out: 200_000, back: 200_000)
    #expect(CoinMining().found(series: [series], network).count == findings)
  }

  @Test(
    "The score combines hours and how rare it is",
    arguments: [
      (3600, 2, 40),
      // Rare: 40 + 29 * 0.3 = 48.7
      (3600, 1, 48.7),
      // 4 hours: 0.5 * ln 4 / ln 24 = 0.21810. 40 + 29 * (1 - 0.7819 * 0.7) = 53.127
      (14_400, 1, 53.127),
      // Top: 40 + 29 * (1 - 0.5 * 0.7) = 58.85
      (86_400, 1, 58.85),
    ] as [(UInt32, Int, Double)]
  )
  func score(seconds: UInt32, hosts: Int, score: Double) throws {
    let network = Example.network(own: 20).used(by: hosts, of: 40, .tcp(3333))
    let bytes = UInt64(seconds) * 50
    let series = ConnectionSeries.lasting(seconds, .tcp(3333), out: bytes, back: bytes)
    let finding = try #require(CoinMining().found(series: [series], network).first)
    #expect(finding.stage == .p4)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding has duration, rate and prevalence")
  func content() throws {
    let network = Example.network(own: 20).used(by: 1, of: 10, .tcp(3333))
    let series = ConnectionSeries.lasting(7200, .tcp(3333), out: 500_000, back: 220_000)
    let finding = try #require(CoinMining().found(series: [series], network).first)
    #expect(finding.rule == "outbound.mining")
    #expect(finding.title == "Mining pool traffic")
    #expect(finding.detail == "2 h, 100 B per second; used by 1 of 10 hosts")
    #expect(finding.evidenceQuery.port == 3333)
    #expect(
      finding.suppressWith
        == #"- {rule: outbound.mining, source: "192.0.2.3", destination: "198.51.100.9", port: 3333, reason: "say why"}"#
    )
  }

  @Test("Any split of series among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.series = [.lasting(7200, .tcp(3333), to: Example.other(number))]
      return observations
    }
    let orders = CoinMining().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
