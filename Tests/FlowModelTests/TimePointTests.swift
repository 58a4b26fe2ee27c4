import FlowModel
import Testing

@Suite("A time of day is on the day that the log tells")
struct TimePointTests {
  /// 2026-01-05T00:00Z.
  private static let day: UInt32 = 1_767_571_200
  private static let noon: UInt32 = 43_200

  /// The days of the log's start and end with their seconds, a time of day, and the day that is meant.
  private static let cases: [(log: ClosedRange<UInt32>, clock: UInt32, day: UInt32)] = [
    // A whole day.
    (day...day + 86_399, noon, day),
    // Two days: the last one.
    (day...day + 86_400 + 80_000, noon, day + 86_400),
    // The last day ends before that time, so that the day before is meant.
    (day...day + 86_400 + 600, noon, day),
    // The log begins after that time of the day before.
    (day + noon + 60...day + 86_400 + 600, noon, day + 86_400),
    // A part of a day, before and after the time.
    (day...day + noon - 60, noon, day), (day + noon + 60...day + 80_000, noon, day),
    (0...0, noon, 0),
  ]

  @Test("of the log's end, or the day before", arguments: cases)
  func clock(log: ClosedRange<UInt32>, clock: UInt32, day: UInt32) {
    #expect(TimePoint.clock(clock).time(in: log) == day + clock)
    #expect(TimePoint.time(7).time(in: log) == 7)
  }

  @Test("The end of a window comes after its start")
  func window() throws {
    let log = Self.day...Self.day + 86_399
    let night = try #require(
      TimePoint.window(since: .clock(82_800), until: .clock(3600), in: log)
    )
    #expect(night.since == Self.day + 82_800 && night.until == Self.day + 86_400 + 3600)
    let morning = try #require(TimePoint.window(since: nil, until: .clock(3600), in: log))
    #expect(morning.since == 0 && morning.until == Self.day + 3600)
    #expect(TimePoint.window(since: .time(9), until: .time(8), in: log) == nil)
    #expect(TimePoint.window(since: .time(9), until: nil, in: log)?.until == .max)
  }
}
