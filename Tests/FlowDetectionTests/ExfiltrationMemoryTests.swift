import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Exfiltration with a baseline")
struct ExfiltrationMemoryTests {
  /// A host that uploads; four other hosts are active.
  private static func series(
    hour: UInt64 = 0,
    day: UInt64 = 0,
    back: UInt64 = 0
  ) -> Observations {
    var series = Remembered.series()
    (series.busiestHour, series.busiestHourOut) = (Remembered.hour, hour)
    series.busiestDayOut = max(hour, day)
    (series.bytesOut, series.bytesIn) = (series.busiestDayOut, back)
    return .series(series)
  }

  private static func known(on days: UInt32, users: Int = 1, usual: UInt64? = nil) -> NetworkContext
  {
    let volumes = usual.map { usual in
      [Remembered.host: Remembered.sameHours(Array(repeating: usual, count: 7))]
    }
    return Remembered.network(
      Remembered.others(8)
        + (0..<users).map { Remembered.outward($0 == 0 ? Remembered.host : Example.own(100 + $0)) },
      seenOn: days,
      volumes: volumes ?? [:]
    )
  }

  private static let strange = Remembered.network(Remembered.others(8))

  @Test(
    "A hundred megabytes in an hour or a gigabyte a day to where the host never was",
    arguments: [
      (99_999_999, 0, 0), (100_000_000, 0, 1), (1, 999_999_999, 0), (1, 1_000_000_000, 1),
    ] as [(UInt64, UInt64, Int)]
  )
  func amounts(hour: UInt64, day: UInt64, findings: Int) {
    let series = Self.series(hour: hour, day: day)
    #expect(Exfiltration().found(in: series, Self.strange).count == findings)
  }

  @Test(
    "Of which little comes back: (out - in) / (out + in) is 0.8",
    arguments: [(100_000_000, 1), (101_000_000, 0)] as [(UInt64, Int)]
  )
  func share(back: UInt64, findings: Int) {
    let series = Self.series(hour: 900_000_000, back: back)
    #expect(Exfiltration().found(in: series, Self.strange).count == findings)
  }

  @Test("With a baseline of six days the thresholds are those without one")
  func sixDays() {
    let network = Remembered.network(days: 6, Remembered.others(8))
    func found(_ bytes: UInt64) -> Int {
      Exfiltration().found(in: Self.series(hour: bytes), network).count
    }
    #expect(found(499_999_999) == 0)
    #expect(found(500_000_000) == 1)
  }

  @Test(
    "Where the host was before, it takes few days and few hosts, or an unusual hour",
    arguments: [(2, 1, 1), (3, 1, 0), (2, 2, 0), (3, 2, 0)] as [(UInt32, Int, Int)]
  )
  func rare(days: UInt32, users: Int, findings: Int) {
    let network = Self.known(on: days, users: users)
    #expect(Exfiltration().found(in: Self.series(hour: 200_000_000), network).count == findings)
  }

  @Test(
    "An unusual hour has a robust z of 3.5",
    arguments: [(209, 0), (211, 1)] as [(UInt64, Int)]
  )
  func unusual(megabytes: UInt64, findings: Int) {
    // Usually 80 MB an hour, three quarters of them out: 60 MB, never anything else: 3.5 times are 210 MB.
    let network = Self.known(on: 9, users: 4, usual: 80_000_000)
    let series = Self.series(hour: megabytes * 1_000_000)
    #expect(Exfiltration().found(in: series, network).count == findings)
  }

  @Test("The score combines bytes, the hour's excess and a new destination")
  func score() throws {
    func finding(_ bytes: UInt64, _ network: NetworkContext) throws -> Finding {
      try #require(Exfiltration().found(in: Self.series(hour: bytes), network).first)
    }
    // 1e9 bytes: ln 10 / ln 1000 * 0.5 = 0.16667; new destination 0.3. 40 + 29 * (1 - 0.83333 * 0.7) = 52.0833
    let new = try finding(1_000_000_000, Self.strange)
    #expect(abs(new.exactScore - 52.0833) < 0.001)
    #expect(new.detail.hasSuffix("not seen before"))
    // z = 1000 / 60 = 16.7: 0.4. 40 + 29 * (1 - 0.83333 * 0.6) = 54.5
    let unusual = try finding(1_000_000_000, Self.known(on: 9, users: 4, usual: 80_000_000))
    #expect(abs(unusual.exactScore - 54.5) < 0.001)
    #expect(unusual.detail.contains("usually 57.2 MiB per hour"))
    #expect(unusual.detail.contains("seen on 9 earlier days"))
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (0..<4).map { number -> Observations in
      var batch = Self.series(hour: 200_000_000)
      batch.series[0].host = Example.own(number)
      return batch
    }
    let answers = Exfiltration().answers(batches, Self.strange)
    #expect(answers.count == 1)
    #expect(answers.first?.count == 4)
  }
}
