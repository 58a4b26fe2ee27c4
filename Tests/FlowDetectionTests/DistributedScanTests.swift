import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Distributed scan: sources of one network that share the work")
struct DistributedScanTests {
  /// The pairs of these numbers; each is another local address or port.
  private static func pairs(_ numbers: Range<Int>) -> [FailedServicePair] {
    numbers.map {
      FailedServicePair(destination: Example.own($0 % 10), service: .tcp(UInt16(8000 + $0)))
    }
  }

  /// One source for each range of pairs, all of one /24.
  private static func sources(_ ranges: [Range<Int>], hours: Double = 0) -> [SourceProfile] {
    ranges.enumerated().map { index, range in
      .failing(at: pairs(range), from: Example.stranger(index + 1), hours: hours)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var ranges: [Range<Int>]
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Three sources and twenty distinct pairs are needed",
    arguments: [
      Case(what: "3 sources, 20 pairs", ranges: [0..<7, 7..<14, 14..<20], fires: true),
      Case(what: "3 sources, 19 pairs", ranges: [0..<7, 7..<14, 14..<19], fires: false),
      Case(what: "2 sources, 40 pairs", ranges: [0..<20, 20..<40], fires: false),
      Case(what: "a third without failures", ranges: [0..<20, 20..<40, 0..<0], fires: false),
      Case(what: "3 sources, the same 19", ranges: [0..<19, 0..<19, 0..<19], fires: false),
      Case(what: "3 sources, the same 20", ranges: [0..<20, 0..<20, 0..<20], fires: true),
      Case(what: "20 sources, a pair each", ranges: (0..<20).map { $0..<$0 + 1 }, fires: true),
    ]
  )
  func threshold(_ example: Case) {
    let findings = DistributedScan().found(in: Self.sources(example.ranges))
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("Sources of two networks are not joined")
  func twoNetworks() {
    let here = Self.sources([0..<15, 15..<30])
    let there = SourceProfile.failing(at: Self.pairs(30..<45), from: Example.other(1))
    #expect(DistributedScan().found(in: here + [there]).isEmpty)
  }

  @Test("An IPv6 network is a /48")
  func addressFamily() throws {
    let sources = (0..<3).map { index in
      SourceProfile.failing(
        at: Self.pairs(index * 10..<index * 10 + 10),
        from: Example.strangerV6(index + 1)
      )
    }
    let finding = try #require(DistributedScan().found(in: sources).first)
    #expect(finding.actor == .prefix(try #require(IPNetwork("2001:db8:b::/48"))))
  }

  enum Alone: CaseIterable, Sendable { case verticalScan, horizontalScan }

  @Test("A source that raises a scan alone is no member", arguments: Alone.allCases)
  func loners(_ alone: Alone) throws {
    var sources = Self.sources([0..<20, 20..<27, 27..<34, 34..<41])
    switch alone {
    case .verticalScan: sources[0].victims = [.closed(10)]
    case .horizontalScan: sources[0].services = [.each(.ssh, blocked: 10)]
    }
    let finding = try #require(DistributedScan().found(in: sources).first)
    #expect(finding.members?.count == 3)
    #expect(finding.members?.sample.contains(Example.stranger(1)) == false)
    #expect(finding.counts.conversations == 21)
    sources.removeLast()
    #expect(DistributedScan().found(in: sources).isEmpty)
  }

  @Test("Members stand by activity, then by address")
  func memberOrder() throws {
    let sources = Self.sources([0..<5, 5..<15, 15..<25, 25..<40])
    let finding = try #require(DistributedScan().found(in: sources).first)
    #expect(finding.members?.sample == [4, 2, 3, 1].map(Example.stranger))
  }

  @Test("The network is the actor")
  func actor() throws {
    let sources = Self.sources([0..<10, 10..<20, 20..<30])
    let outside = try #require(DistributedScan().found(in: sources).first)
    #expect(outside.actor == .prefix(try #require(IPNetwork("203.0.113.0/24"))))
    #expect(!outside.actorIsInternal)
    #expect(outside.targets.count == 10)
    #expect(outside.targets.isExact)
    #expect(outside.targets.sample.map(\.address) == (0..<8).map(Example.own))
    #expect(outside.detail == "30 services from 3 sources")
    #expect(
      outside.suppressWith
        == #"- {rule: scan.distributed, source: "203.0.113.0/24", reason: "say why"}"#
    )
  }

  @Test("Pairs that a source could not list make the count a lower bound", arguments: [256, 257])
  func lowerBound(failures: UInt64) throws {
    var sources = Self.sources([0..<10, 10..<20, 20..<30])
    sources[1].failureCount = failures
    let finding = try #require(DistributedScan().found(in: sources).first)
    #expect(finding.targets.isExact == (failures == 256))
    #expect(finding.detail.hasPrefix("~") == (failures == 257))
  }

  @Test("The score combines sources, pairs and hours")
  func score() throws {
    // 3 sources, 20 pairs, no time: all at the foot.
    let least = try #require(
      DistributedScan().found(in: Self.sources([0..<7, 7..<14, 14..<20])).first
    )
    #expect(least.exactScore == 5)
    // 30 sources: 0.4 / 2 = 0.2; 200 pairs: 0.3 / 2 = 0.15; 120 h: 0.2 * ln 5 / ln 30 = 0.0946.
    // 5 + 24 * (1 - 0.8 * 0.85 * 0.9054) = 14.2245
    let ranges = (0..<30).map { $0 * 200 / 30..<($0 + 1) * 200 / 30 }
    let more = try #require(
      DistributedScan().found(in: Self.sources(ranges, hours: 120)).first
    )
    #expect(abs(more.exactScore - 14.2245) < 0.0005)
  }
}
