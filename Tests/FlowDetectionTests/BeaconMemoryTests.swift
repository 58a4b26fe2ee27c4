import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Beacons with a baseline")
struct BeaconMemoryTests {
  /// A connection every five minutes of a day, always alike.
  private static let clock: ConnectionSeries = {
    var series = Remembered.series()
    let starts = stride(from: Example.start, to: Example.start + 86_400, by: 300).map { $0 }
    series.shape = BeaconShape(
      starts: starts,
      sizes: starts.map { _ in 1000 },
      log: Example.start...(Example.start + 86_400)
    )
    (series.connections, series.answered, series.directed) = (288, 288, 288)
    (series.bytesOut, series.packetsOut) = (288_000, 2880)
    return series
  }()

  private static func finding(_ network: NetworkContext) throws -> Finding {
    try #require(Beacon().found(in: .series(clock), network).first)
  }

  @Test("A new destination weighs more; it requires a baseline of a week")
  func never() throws {
    let regularity = try #require(Beacon.regularity(Self.clock, Example.network(own: 20)))
    let weight = 0.7 * min(1, (regularity - 0.7) / 0.3)
    // One host of nine: rare.
    let new = try Self.finding(Remembered.network(Remembered.others(8)))
    #expect(abs(new.exactScore - (40 + 29 * (1 - (1 - weight) * 0.7 * 0.7))) < 1e-9)
    #expect(new.detail.hasSuffix("not seen before"))
    let short = try Self.finding(Remembered.network(days: 6, Remembered.others(8)))
    #expect(abs(short.exactScore - (40 + 29 * (1 - (1 - weight) * 0.7))) < 1e-9)
    #expect(!short.detail.contains("before"))
    let known = Remembered.network(Remembered.others(8) + [Remembered.outward()], seenOn: 1)
    let old = try Self.finding(known)
    #expect(abs(old.exactScore - short.exactScore) < 1e-9)
    #expect(old.detail.hasSuffix("seen on 1 earlier day"))
  }

  @Test(
    "A service that a third of the hosts have used is common",
    arguments: [(2, 1), (4, 0)]
  )
  func common(users: Int, findings: Int) {
    let network = Remembered.network(
      Remembered.others(8) + (0..<users).map { Remembered.outward(Example.own(100 + $0)) }
    )
    #expect(Beacon().found(in: .series(Self.clock), network).count == findings)
  }
}
