import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Beacon shape: how periodic a series is")
struct BeaconShapeTests {
  private static let log = noon...noon + 86_399

  /// A start every so many seconds, each late or early by up to that share of the period.
  private static func starts(
    every period: UInt32,
    jitter: Double = 0,
    for seconds: UInt32 = 86_400,
    from first: UInt32 = noon,
    seed: UInt64 = 1
  ) -> [UInt32] {
    var dice = Dice(seed: seed)
    let reach = Int(Double(period) * jitter)
    return stride(from: first, to: first + seconds, by: Int(period)).map { start in
      let shift = reach > 0 ? dice.roll(2 * reach + 1) - reach : 0
      return UInt32(max(Int(noon), Int(start) + shift))
    }.sorted()
  }

  private static func shape(_ starts: [UInt32], sizes: [UInt64] = [500]) throws -> BeaconShape {
    try #require(BeaconShape(starts: starts[...], sizes: sizes[...], log: log))
  }

  @Test(
    "Four distinct starts are the least",
    arguments: [
      ([], false), ([1], false), ([1, 2, 3], false), ([1, 2, 3, 4], true),
      ([1, 1, 2, 2, 3, 3], false), ([1, 1, 2, 2, 3, 4], true), ([7, 7, 7, 7, 7, 7], false),
    ] as [([UInt32], Bool)]
  )
  func least(starts: [UInt32], isEnough: Bool) {
    let shape = BeaconShape(starts: starts[...], sizes: [1], log: 0...10)
    #expect((shape != nil) == isEnough)
  }

  @Test("A periodic series of a whole day scores 1 in everything", arguments: [30, 300, 3600])
  func perfect(period: UInt32) throws {
    let shape = try Self.shape(Self.starts(every: period))
    #expect(shape.timing == 1)
    #expect(shape.sizes == 1)
    #expect(shape.evenness == 1)
    #expect(shape.ownEvenness > 0.8)
    #expect(shape.persistence == 1)
    #expect(shape.score == 1)
    #expect([shape.period, shape.jitter] == [period, 0])
  }

  @Test("Pauses are judged by their skew and by their distance from the median")
  func timing() throws {
    // Pauses 100, 100, 200, 400: median 200 (the upper of two), quartiles 100 and 200; the middle is the upper
    // quartile, so no skew. Distances 0, 100, 100, 200: 100 (the lower of two). Timing (1 + (200 - 100) / 200) / 2 =
    // 0.75.
    let starts: [UInt32] = [0, 100, 200, 400, 800].map { noon + $0 }
    #expect(try Self.shape(starts).timing == 0.75)
    // Pauses 100, 200, 400: quartiles by rank ((3 - 1) * q + 2) / 4 = 1, 1, 2: 200, 200, 400. No skew. Distances
    // 0, 100, 200: 100. Timing (1 + (200 - 100) / 200) / 2 = 0.75.
    let three = try Self.shape([0, 100, 300, 700].map { noon + $0 })
    #expect(three.timing == 0.75)
    #expect([three.period, three.jitter] == [200, 100])
    // Pauses 100, 200, 300, 500, 900: quartiles 200, 300, 500. Skew ((500 - 300) - (300 - 200)) / 300 = 1/3. Distances
    // 0, 100, 200, 200, 600: 200. Timing (1 - 1/3 + 100/300) / 2 = 0.5.
    let five = try Self.shape([0, 100, 300, 600, 1100, 2000].map { noon + $0 })
    #expect(abs(five.timing - 0.5) < 1e-12)
  }

  @Test(
    "Sizes that are all alike score 1, that scatter less",
    arguments: [
      ([500], 1), ([500, 500, 500, 500, 9000], 1), ([0, 0, 0, 0], 0.5),
      // Median 500, distances 0, 400, 400, 500, 500: 400. (1 + 0.2) / 2, quartiles 100, 500, 900 have no skew.
      ([0, 100, 500, 900, 1000], 0.6),
    ] as [([UInt64], Double)]
  )
  func sizes(sizes: [UInt64], score: Double) throws {
    let shape = try Self.shape(Self.starts(every: 300), sizes: sizes)
    #expect(abs(shape.sizes - score) < 1e-12)
  }

  @Test("A series of two hours of the day is even over its own span alone")
  func part() throws {
    let shape = try Self.shape(Self.starts(every: 30, for: 7200, from: noon + 36_000))
    #expect(shape.evenness < 0.5)
    #expect(shape.ownEvenness > 0.9)
    #expect(shape.persistence == 0)
    #expect(shape.score < 0.85)
    #expect(shape.burstScore > 0.85)
  }

  @Test("A series of 12 hours without a pause lasts", arguments: [(11, false), (12, true)])
  func persistence(hours: UInt32, isWhole: Bool) throws {
    let shape = try Self.shape(Self.starts(every: 300, for: hours * 3600))
    #expect((shape.persistence == 1) == isWhole)
  }

  struct Sweep: Sendable, CustomTestStringConvertible {
    var period: UInt32
    var jitter: Double
    var testDescription: String { "every \(period) s ± \(Int(jitter * 100)) %" }
  }

  static let sweep = [30, 300, 3600].flatMap { period in
    [0, 0.1, 0.2, 0.3, 0.4, 0.5].map { Sweep(period: UInt32(period), jitter: $0) }
  }

  @Test("A day of connections with jitter up to half of the interval is found", arguments: sweep)
  func jitter(_ example: Sweep) throws {
    for seed in 1...10 {
      let starts = Self.starts(every: example.period, jitter: example.jitter, seed: UInt64(seed))
      let shape = try Self.shape(starts)
      #expect(shape.score >= 0.85, "\(example), seed \(seed)")
    }
  }

  @Test("Interactive traffic is not periodic", arguments: 1...20 as ClosedRange<UInt64>)
  func chance(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    // Bursts of clicks, as a browser makes them, in some hours of the day.
    var starts: [UInt32] = []
    var sizes: [UInt64] = []
    for _ in 0..<20 {
      let visit = noon + 7200 + UInt32(dice.roll(30_000))
      for _ in 0..<1 + dice.roll(12) {
        starts.append(visit + UInt32(dice.roll(90)))
        sizes.append(UInt64(200 + dice.roll(dice.roll(4) == 0 ? 90_000 : 3000)))
      }
    }
    let shape = try Self.shape(starts.sorted(), sizes: sizes)
    #expect(shape.score < 0.85)
  }

  @Test("Any numbers give scores from 0 to 1", arguments: 1...200 as ClosedRange<UInt64>)
  func anything(seed: UInt64) {
    var dice = Dice(seed: seed)
    func time() -> UInt32 {
      switch dice.roll(4) {
      case 0: UInt32(dice.roll(3))
      case 1: .max - UInt32(dice.roll(3))
      default: UInt32(dice.roll(1 << 30)) &* 4
      }
    }
    let starts = (0..<4 + dice.roll(40)).map { _ in time() }.sorted()
    let sizes = starts.map { _ in dice.roll(3) == 0 ? UInt64.max : UInt64(dice.roll(1 << 30)) }
    let (one, other) = (time(), time())
    let log = min(one, other)...max(one, other)
    guard let shape = BeaconShape(starts: starts[...], sizes: sizes[...], log: log) else { return }
    for score in [
      shape.timing, shape.sizes, shape.evenness, shape.ownEvenness, shape.persistence,
      shape.score, shape.burstScore,
    ] {
      #expect(0...1 ~= score)
    }
  }

  @Test(
    "No part is finer than a window: short series of starts at windows are even",
    arguments: [(60, 6), (60, 7), (60, 30), (600, 5), (600, 47)] as [(UInt32, UInt32)]
  )
  func windows(window: UInt32, count: UInt32) throws {
    // Four connections in each window.
    let starts = (0..<count * 4).map { noon + $0 / 4 * window }
    let sizes = starts.map { _ in UInt64(150) }
    let shape = try #require(
      BeaconShape(starts: starts[...], sizes: sizes[...], log: Self.log, window: window)
    )
    #expect(shape.ownEvenness > 0.8)
    #expect(shape.burstScore > 0.9)
    #expect(shape.connections == UInt64(count) * 4)
    #expect(shape.span == count * window - 1)
    #expect(shape.busiestTenMinutes == UInt64(min(count, 600 / window) * 4))
  }

  @Test("A series begins and ends within a window")
  func partialWindows() throws {
    let counts: [UInt32] = [1, 9, 9, 9, 9, 2]
    let starts = counts.enumerated().flatMap { number, count in
      (0..<count).map { _ in noon + UInt32(number) * 600 }
    }
    func evenness(_ starts: [UInt32]) -> Double? {
      BeaconShape(starts: starts[...], sizes: [1], log: Self.log, window: 600)?.ownEvenness
    }
    #expect(evenness(starts) == 1)
    // Of four windows all count: 1, 9, 9, 2: mean 5.25, deviation 3.77. 1 - 3.77 / 5.25 = 0.282
    let few = starts.filter { $0 < noon + 1800 } + [noon + 1800, noon + 1800]
    #expect(try abs(#require(evenness(few)) - 0.282) < 0.001)
    // No start within.
    #expect(evenness([noon, noon + 1, noon + 2, noon + 3000]) == 0)
  }

  /// Ten days.
  private static let tenDays = noon...noon + 863_999

  private static func best(_ starts: [UInt32], log: ClosedRange<UInt32> = tenDays) -> BeaconShape? {
    BeaconShape.best(starts: starts, sizes: starts.map { _ in 500 }, log: log, window: 60)
  }

  @Test(
    "A beacon of 18 hours is judged over its best day of ten",
    arguments: [0, 30_000, 300_000, 799_000] as [UInt32]
  )
  func bestDay(first: UInt32) throws {
    let starts = Self.starts(every: 300, for: 64_800, from: noon + first)
    let whole = try #require(
      BeaconShape(starts: starts[...], sizes: [500], log: Self.tenDays)
    )
    #expect(whole.score < 0.85)
    let best = try #require(Self.best(starts))
    #expect(best.score >= 0.85)
    #expect(best.connections <= 216)
    #expect(best.connections >= 150)
  }

  @Test("The yardstick is a day, not the series' own span", arguments: [2, 4] as [UInt32])
  func yardstick(hours: UInt32) throws {
    let starts = Self.starts(every: 60, for: hours * 3600, from: noon + 300_000)
    #expect(try #require(Self.best(starts)).score < 0.85)
  }

  @Test("A series of the whole log keeps all of its starts")
  func wholeLog() throws {
    let starts = Self.starts(every: 3600, for: 864_000)
    #expect(try #require(Self.best(starts)).connections == 240)
  }

  @Test("The best of ten days of chance is not periodic", arguments: 1...100 as ClosedRange<UInt64>)
  func chanceOfDays(seed: UInt64) {
    var dice = Dice(seed: seed)
    let starts = (0..<150).map { _ in noon + UInt32(dice.roll(864_000)) }.sorted()
    let sizes = starts.map { _ in UInt64(200 + dice.roll(3000)) }
    let shape = BeaconShape.best(starts: starts, sizes: sizes, log: Self.tenDays, window: 60)
    #expect(shape.map { $0.score < 0.85 || $0.jitter * 3 > $0.period } ?? true)
  }

  @Test("A forged time extends the log by a century without effect on a day")
  func forged() throws {
    let starts = Self.starts(every: 300, for: 86_400) + [.max - 5, .max - 1]
    let best = try #require(Self.best(starts, log: noon...UInt32.max))
    #expect(best.connections == 288)
    #expect(best.score > 0.99)
  }
}
