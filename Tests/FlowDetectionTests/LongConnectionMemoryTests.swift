import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Long connections with a baseline")
struct LongConnectionMemoryTests {
  private static func series(_ service: Service = .ssh) -> Observations {
    var series = Remembered.series(Remembered.host, Example.other(1), service)
    (series.longest, series.longestOut, series.longestIn) = (7 * 3600, 1000, 2000)
    return .series(series)
  }

  @Test(
    "A host with three earlier days of use causes a note",
    arguments: [(1, Stage.p4), (2, .p4), (3, .note)] as [(UInt32, Stage)]
  )
  func established(days: UInt32, stage: Stage) {
    let known = Remembered.outward(Remembered.host, Example.other(1), .ssh)
    let network = Remembered.network(Remembered.others(8) + [known], seenOn: days)
    let findings = LongConnection().found(in: Self.series(), network)
    #expect(findings.map(\.stage) == [stage])
  }

  @Test(
    "A service that three hosts have used causes a note",
    arguments: [(2, Stage.p4), (3, .note)]
  )
  func shared(users: Int, stage: Stage) {
    let known = (0..<users).map {
      Remembered.outward(Example.own(100 + $0), Example.other(1), .ssh)
    }
    let network = Remembered.network(Remembered.others(8) + known)
    #expect(LongConnection().found(in: Self.series(), network).map(\.stage) == [stage])
  }

  @Test("The web is exposure, unless it is absent from a baseline of a week")
  func web() {
    func stage(_ network: NetworkContext) -> [Stage] {
      LongConnection().found(in: Self.series(.web), network).map(\.stage)
    }
    #expect(stage(Remembered.network(Remembered.others(8))) == [.p4])
    #expect(stage(Remembered.network(days: 6, Remembered.others(8))) == [.p2])
    #expect(stage(Example.network(own: 20)) == [.p2])
    #expect(stage(Remembered.network(Remembered.others(8) + [Remembered.outward()])) == [.p2])
  }

  @Test("The score combines hours and rarity")
  func score() throws {
    // 7 hours: ln (7 / 4) / ln 42 = 0.14972 * 0.6 = 0.089834; rare 0.3. 40 + 29 * (1 - 0.910166 * 0.7) = 50.5236
    let network = Remembered.network(Remembered.others(8))
    let finding = try #require(LongConnection().found(in: Self.series(), network).first)
    #expect(abs(finding.exactScore - 50.5236) < 0.001)
    #expect(
      finding.detail
        == "7 h, 1000 B sent, 1.9 KiB received; used by 0 of 8 hosts, not seen before"
    )
  }
}
