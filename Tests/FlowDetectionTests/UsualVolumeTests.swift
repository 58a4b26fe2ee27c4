import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("What a host usually exchanges")
struct UsualVolumeTests {
  private static let hour = Remembered.hour

  private static func usual(
    _ hours: [(hour: UInt32, volume: HourVolume)],
    end: UInt32 = hour - 1
  ) -> UsualVolume {
    // Another host has traffic every day, so that every day of the baseline has a log.
    let first = hours.first?.hour ?? end
    let days = stride(from: first, through: max(first, end), by: 24).map {
      (hour: $0, volume: Remembered.volume(1))
    }
    var baseline = Remembered.baseline(
      volumes: [Remembered.host: hours, Example.own(99): days]
    )
    baseline.lastEnd = end * 3600
    return UsualVolume(baseline, Remembered.host)
  }

  /// Of a host that was there an hour before the first of the runs as well.
  private static func excess(_ bytes: UInt64, over historyRuns: [UInt64]) -> UsualVolume.Excess? {
    let hours = Remembered.sameHours(historyRuns)
    let before = (hour: hours[0].hour - 1, volume: Remembered.volume(1))
    return usual([before] + hours).excess(hour, bytes, by: \.bytes)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var historyRuns: [UInt64]
    var bytes: UInt64
    var median: UInt64
    var score: Double
    var testDescription: String { what }
  }

  @Test(
    "is told by the robust z",
    arguments: [
      // Median 16, distances 0 2 2 4 4 6 6: their median is 4. 0.6745 * 20 / 4 = 3.3725
      Case(
        what: "an odd number of runs",
        historyRuns: [22, 10, 18, 12, 16, 14, 20],
        bytes: 36,
        median: 16,
        score: 3.3725
      ),
      // Median 15, distances 1 1 3 3 5 5: their median is 3. 0.6745 * 12 / 3 = 2.698
      Case(
        what: "an even number",
        historyRuns: [20, 10, 18, 12, 16, 14],
        bytes: 27,
        median: 15,
        score: 2.698
      ),
      // Median 10, six distances of 0 and one of 14: their median is 0, their mean 2. 20 / (1.2533 * 2) = 7.97894
      Case(
        what: "most runs equal",
        historyRuns: [10, 10, 24, 10, 10, 10, 10],
        bytes: 30,
        median: 10,
        score: 20 / 2.5066
      ),
      Case(
        what: "all runs equal: the multiple",
        historyRuns: Array(repeating: 10, count: 7),
        bytes: 50,
        median: 10,
        score: 5
      ),
      Case(
        what: "no run with traffic: the multiple of one byte",
        historyRuns: Array(repeating: 0, count: 7),
        bytes: 5000,
        median: 0,
        score: 5000
      ),
      Case(
        what: "the largest numbers there are",
        historyRuns: Array(repeating: .max / 2, count: 7),
        bytes: .max,
        median: .max / 2,
        score: 2
      ),
    ]
  )
  func score(_ example: Case) throws {
    let excess = try #require(Self.excess(example.bytes, over: example.historyRuns))
    #expect(excess.usual == example.median)
    #expect(abs(excess.score - example.score) < 1e-9)
    #expect(excess.bytes == example.bytes)
    #expect(excess.hour == Self.hour)
  }

  @Test("is nothing that an hour at or below it exceeds", arguments: [0, 9, 10] as [UInt64])
  func below(bytes: UInt64) {
    #expect(Self.excess(bytes, over: Array(repeating: 10, count: 7)) == nil)
    #expect(Self.excess(bytes, over: [10, 0, 20, 10, 5, 30, 10]) == nil)
  }

  @Test("counts hours without traffic as nothing, from the host's first hour on")
  func missing() throws {
    // The run a week ago had 70, the six since then nothing: median 0, distances six times 0 and 70, mean 10.
    let hours = [(hour: Self.hour - 168, volume: Remembered.volume(70))]
    let excess = try #require(Self.usual(hours).excess(Self.hour, 50, by: \.bytes))
    #expect(excess.usual == 0)
    #expect(abs(excess.score - 50 / 12.533) < 1e-9)
  }

  @Test("takes a week of the host's own hours", arguments: [(144, true), (143, false)])
  func week(hours: UInt32, isKnown: Bool) {
    let end = Self.hour - 1
    let first = end - hours
    let memory = (first...end).map { (hour: $0, volume: Remembered.volume(10)) }
    let usual = Self.usual(memory)
    #expect((usual.excess(Self.hour, 100, by: \.bytes) != nil) == isKnown)
  }

  @Test("is unknown for a host that is absent from the baseline")
  func unknown() {
    #expect(Self.usual([]).excess(Self.hour, .max, by: \.bytes) == nil)
    let other = UsualVolume(Remembered.baseline(), Example.own(77))
    #expect(other.excess(Self.hour, .max, by: \.bytes) == nil)
  }

  @Test("is that of the hour of the day until there are four weeks, then of the hour of the week")
  func hourOfWeek() throws {
    func memory(from first: UInt32) -> UsualVolume {
      let hours = stride(from: first, to: Self.hour, by: 1).map { hour in
        let isSameDay = (Self.hour - hour) % 168 == 0
        return (hour: hour, volume: Remembered.volume(isSameDay ? 1000 : 10))
      }
      return Self.usual(hours)
    }
    // Four of the same hour of the week: 1000 is what such an hour has.
    let weeks = memory(from: Self.hour - 4 * 168)
    #expect(weeks.excess(Self.hour, 1000, by: \.bytes) == nil)
    #expect(weeks.excess(Self.hour, 2000, by: \.bytes)?.usual == 1000)
    // An hour less: three of them, and 24 others.
    let days = memory(from: Self.hour - 4 * 168 + 1)
    #expect(days.excess(Self.hour, 1000, by: \.bytes)?.usual == 10)
  }

  @Test("leaves out days without data of any host in the baseline")
  func unknownDays() throws {
    // A week of 10, then a month without any run, then a run of 10.
    let hours = Remembered.sameHours(Array(repeating: 10, count: 38))
    let baseline = Remembered.baseline(
      volumes: [Remembered.host: Array(hours.prefix(7) + hours.suffix(1))]
    )
    let usual = UsualVolume(baseline, Remembered.host)
    #expect(try #require(usual.excess(Self.hour, 50, by: \.bytes)).usual == 10)
  }

  @Test("leaves out hours after the end of the baseline")
  func end() throws {
    // Ten runs of 10, but the baseline ends three days ago: unread days are unknown.
    let hours = Remembered.sameHours(Array(repeating: 10, count: 10)).prefix(7)
    let usual = Self.usual(Array(hours), end: Self.hour - 73)
    #expect(try #require(usual.excess(Self.hour, 50, by: \.bytes)).usual == 10)
    // If the baseline continues, a host without traffic has 0.
    let gap = Self.usual(Array(Remembered.sameHours(Array(repeating: 10, count: 10)).prefix(4)))
    #expect(try #require(gap.excess(Self.hour, 50, by: \.bytes)).usual == 0)
  }

  @Test("is available for bytes in both directions or sent bytes")
  func measures() throws {
    let usual = Self.usual(Remembered.sameHours(Array(repeating: 100, count: 7)))
    #expect(try #require(usual.excess(Self.hour, 900, by: \.bytes)).usual == 100)
    #expect(try #require(usual.excess(Self.hour, 900, by: \.bytesOut)).usual == 75)
  }

  @Test("is exceeded most by one hour of a run")
  func worst() throws {
    let usual = Self.usual(
      Remembered.sameHours(Array(repeating: 10, count: 7))
        .flatMap { [$0, (hour: $0.hour + 1, volume: Remembered.volume(100))] }
    )
    let historyRun = Remembered.historyRun(Remembered.host, 40, 300)
    #expect(try #require(usual.worst(historyRun.hours)).hour == Self.hour)
    #expect(usual.worst(Remembered.historyRun(Remembered.host, 1, 1).hours) == nil)
  }
}
