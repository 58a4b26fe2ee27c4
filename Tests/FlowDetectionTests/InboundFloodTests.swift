import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Inbound flood: very many sources or packets at one local service")
struct InboundFloodTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var sources: UInt64 = 1
    var answered: UInt64 = 0
    var packets: UInt64 = 1000
    var bytes: UInt64 = 600_000_000
    var back: UInt64 = 0
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Ten thousand new sources that are not answered, or ten million packets for next to nothing",
    arguments: [
      Case(what: "9,999 sources", sources: 9999, fires: false),
      Case(what: "10,000 sources", sources: 10_000, fires: true),
      Case(what: "half of them answered", sources: 10_000, answered: 5000, fires: false),
      Case(what: "just less than half", sources: 10_000, answered: 4999, fires: true),
      Case(what: "9,999,999 packets", packets: 9_999_999, fires: false),
      Case(what: "10,000,000 packets", packets: 10_000_000, fires: true),
      Case(what: "5 % come back", packets: 10_000_000, back: 30_000_000, fires: false),
      Case(what: "just less comes back", packets: 10_000_000, back: 29_999_999, fires: true),
      Case(what: "packets of internal hosts", sources: 0, packets: 10_000_000, fires: false),
      Case(
        what: "a crowd that is served",
        sources: 50_000,
        answered: 49_000,
        packets: 20_000_000,
        back: 9_000_000_000,
        fires: false
      ),
    ]
  )
  func threshold(_ example: Case) {
    let endpoint = ServedEndpoint.visited(
      .web,
      sources: example.sources,
      answered: example.answered,
      packets: example.packets,
      bytes: example.bytes,
      back: example.back
    )
    #expect(InboundFlood().found(served: [endpoint]).count == (example.fires ? 1 : 0))
  }

  @Test(
    "The score combines sources, packets, and how many got no answer",
    arguments: [
      // All at the foot but the share: 30 + 24 * 0.3 = 37.2
      (10_000, 0, 10_000, 37.2),
      // A quarter without answer is half of the share's scale: 0.15. 30 + 24 * 0.15 = 33.6
      (10_000, 2500, 10_000, 33.6),
      // 100,000 sources: 0.25; 10 million packets: 0.5 / 3. 30 + 24 * (1 - 0.75 * 0.83333 * 0.7) = 43.5
      (100_000, 0, 10_000_000, 43.5),
      // Tops: 30 + 24 * (1 - 0.5 * 0.5 * 0.7) = 49.8
      (1_000_000, 0, 1_000_000_000, 49.8),
    ] as [(UInt64, UInt64, UInt64, Double)]
  )
  func score(sources: UInt64, answered: UInt64, packets: UInt64, score: Double) throws {
    let endpoint = ServedEndpoint.visited(
      .web,
      sources: sources,
      answered: answered,
      packets: packets
    )
    let finding = try #require(InboundFlood().found(served: [endpoint]).first)
    #expect(finding.stage == .p3)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("The hour with the most sources is reported, otherwise the one with the most packets")
  func hours() throws {
    var endpoint = ServedEndpoint.visited(.web, sources: 20_000, packets: 30_000)
    endpoint.heaviest.packets = 50_000_000
    endpoint.heaviest.sources = 3
    let byCrowd = try #require(InboundFlood().found(served: [endpoint]).first)
    #expect(
      byCrowd.detail
        == "20,000 new sources and 30,000 packets in one hour, 0 sources received responses"
    )
    endpoint.busiest.sources = 9000
    let byWeight = try #require(InboundFlood().found(served: [endpoint]).first)
    #expect(
      byWeight.detail
        == "3 new sources and 50,000,000 packets in one hour, 0 sources received responses"
    )
  }

  @Test("A finding is about the endpoint, independent of the sources")
  func content() throws {
    let endpoint = ServedEndpoint.visited(.web, sources: 20_000, answered: 3)
    let finding = try #require(InboundFlood().found(served: [endpoint]).first)
    #expect(finding.rule == "inbound.flood")
    #expect(finding.title == "HTTPS flood")
    #expect(finding.actor == .campaign("20,000 sources"))
    #expect(!finding.actorIsInternal)
    #expect(finding.outcome == .touched)
    #expect(finding.members == Members(count: 20_000, sample: [Example.stranger(1)]))
    #expect(finding.targets.sample == [Target(address: Example.own(1), port: 443)])
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(finding.evidenceQuery.source == nil)
    #expect(finding.evidenceQuery.port == 443)
    #expect(!finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: inbound.flood, destination: "192.0.2.1", port: 443, reason: "say why"}"#
    )
    // The same flood of another run, with other sources, is the same finding.
    let next = ServedEndpoint.visited(.web, sources: 30_000)
    #expect(InboundFlood().found(served: [next]).map(\.id) == [finding.id])
  }

  @Test("Any split of endpoints among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.served = [.visited(.web, sources: 20_000, at: Example.own(number))]
      return observations
    }
    let orders = InboundFlood().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
