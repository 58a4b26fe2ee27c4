import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unexpected peering: two internal ranges that never talked")
struct UnexpectedPeeringTests {
  private static func near(_ number: UInt32) -> IPAddress { IPAddress(v4: 0x0a00_0000 + number) }
  private static func far(_ number: UInt32) -> IPAddress { IPAddress(v4: 0x0a01_0000 + number) }

  private static func servicePair(
    _ source: IPAddress = near(1),
    _ target: IPAddress = far(1),
    _ service: Service = .tcp(9200),
    _ trafficDirection: TrafficDirection = .lateral,
    _ outcomes: OutcomeCounts = OutcomeCounts(touched: 1),
    out: UInt64 = 1000,
    back: UInt64 = 0
  ) -> Observations {
    .servicePairs(
      Remembered.servicePair(
        source,
        target,
        service,
        trafficDirection,
        outcomes,
        out: out,
        back: back
      )
    )
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var servicePair: Observations
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  static let cases = [
    Case(
      what: "other /16s, another service",
      servicePair: servicePair(near(1), far(1), .web),
      fires: true
    ),
    Case(
      what: "the known service, other hosts",
      servicePair: servicePair(near(8), far(9), .ssh),
      fires: false
    ),
    Case(what: "the other way round", servicePair: servicePair(far(1), near(1), .ssh), fires: true),
    Case(what: "within a /16", servicePair: servicePair(near(1), near(0xfff1)), fires: false),
    Case(
      what: "without an answer",
      servicePair: servicePair(
        near(1),
        far(1),
        .web,
        .lateral,
        OutcomeCounts(blocked: 3, silent: 9)
      ),
      fires: false
    ),
    Case(
      what: "outbound",
      servicePair: servicePair(near(1), far(1), .web, .outbound),
      fires: false
    ),
    Case(
      what: "inbound",
      servicePair: servicePair(near(1), far(1), .web, .inbound),
      fires: false
    ),
    Case(
      what: "within a /48",
      servicePair: servicePair(Example.ownV6(1), IPAddress(high: 0x2001_0db8_000a_ffff, low: 1)),
      fires: false
    ),
    Case(
      what: "between /48s",
      servicePair: servicePair(Example.ownV6(1), Example.strangerV6(1)),
      fires: true
    ),
  ]

  private static let known = [Remembered.inner(near(1), far(1), .ssh)]

  @Test("One range reaches the other on a service for the first time", arguments: cases)
  func pairs(_ example: Case) {
    let network = Remembered.network(Self.known)
    let findings = UnexpectedPeering().found(in: example.servicePair, network)
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("Does not fire without a baseline of a week")
  func silent() {
    #expect(UnexpectedPeering().found(in: Self.servicePair(), Remembered.network(days: 6)).isEmpty)
    #expect(UnexpectedPeering().found(in: Self.servicePair(), Example.network(own: 20)).isEmpty)
    #expect(
      UnexpectedPeering().found(in: Self.servicePair(), Remembered.network(days: 7)).count == 1
    )
  }

  @Test("The score combines bytes in both directions and the type of port")
  func score() throws {
    func score(_ service: Service, _ bytes: UInt64) throws -> Double {
      let servicePair = Self.servicePair(
        Self.near(1),
        Self.far(1),
        service,
        out: bytes / 2,
        back: bytes / 2
      )
      let findings = UnexpectedPeering().found(in: servicePair, Remembered.network())
      return try #require(findings.first).exactScore
    }
    // 1e9 bytes: 0.4; a database: 0.3. 40 + 29 * (1 - 0.6 * 0.7) = 56.82
    #expect(abs(try score(.tcp(9200), 1_000_000_000) - 56.82) < 1e-9)
    #expect(abs(try score(.web, 1_000_000_000) - 51.6) < 1e-9)
    #expect(try score(.web, 10_000) == 40)
  }

  @Test("All traffic between two ranges with one service is one finding")
  func joined() throws {
    let servicePairs = Observations.servicePairs(
      Self.servicePair(Self.near(2), Self.far(1), out: 2000, back: 100).servicePairs[0],
      Self.servicePair(Self.near(1), Self.far(1), out: 1000, back: 400).servicePairs[0],
      Self.servicePair(Self.near(1), Self.far(9), out: 500, back: 0).servicePairs[0]
    )
    let findings = UnexpectedPeering().found(in: servicePairs, Remembered.network())
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.actor == .prefix(try #require(IPNetwork("10.0.0.0/16"))))
    #expect(finding.members?.sample == [Self.near(1), Self.near(2)])
    #expect(finding.targets.sample.map(\.address) == [Self.far(1), Self.far(9)])
    #expect(finding.targets.sample.map(\.port) == [9200, 9200])
    #expect(finding.counts.conversations == 3)
    #expect(finding.detail == "10.0.0.0/16 to 10.1.0.0/16, 3.4 KiB sent, 500 B received")
    #expect(
      finding.suppressWith
        == #"- {rule: cross-vpc.unexpected, source: "10.0.0.0/16", port: 9200, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.members == [Self.near(1), Self.near(2)])
    #expect(finding.evidenceQuery.destination == nil)
    #expect(finding.evidenceQuery.destinationNetwork == IPNetwork("10.1.0.0/16"))
    #expect(finding.evidenceQuery.port == 9200)
    let alone = UnexpectedPeering().found(in: Self.servicePair(), Remembered.network())
    #expect(alone.map(\.actor) == [.address(Self.near(1))])
    #expect(alone.map(\.evidenceQuery.destination) == [Self.far(1)])
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (1...5).map { Self.servicePair(Self.near($0), Self.far($0 % 3), out: UInt64($0)) }
    let answers = UnexpectedPeering().answers(batches, Remembered.network())
    #expect(answers.count == 1)
    #expect(answers.first?.count == 1)
  }
}
