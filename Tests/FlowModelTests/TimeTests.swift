import FlowModel
import FlowTestSupport
import Testing

@Suite("Days of the calendar")
struct CivilDayTests {
  static let known: [(days: Int, year: Int, month: Int, day: Int)] = [
    (0, 1970, 1, 1), (58, 1970, 2, 28), (59, 1970, 3, 1), (789, 1972, 2, 29), (790, 1972, 3, 1),
    (10_956, 1999, 12, 31), (11_016, 2000, 2, 29), (20_458, 2026, 1, 5), (47_540, 2100, 2, 28),
    (47_541, 2100, 3, 1),
  ]

  @Test("and days since 1970", arguments: known)
  func bothWays(_ known: (days: Int, year: Int, month: Int, day: Int)) {
    let day = CivilDay(daysSince1970: known.days)
    #expect((day.year, day.month, day.day) == (known.year, known.month, known.day))
    #expect(
      CivilDay(year: known.year, month: known.month, day: known.day)?.daysSince1970 == known.days
    )
  }

  @Test(
    "that no calendar has are none",
    arguments: [
      (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (1969, 12, 31),
    ]
  )
  func impossible(_ day: (year: Int, month: Int, day: Int)) {
    #expect(CivilDay(year: day.year, month: day.month, day: day.day) == nil)
  }
}

@Suite("Slices of a log")
struct LogSlicesTests {
  /// Midnight of 2026-01-05.
  static let midnight: UInt32 = 20_458 * 86_400

  @Test("of a day are 23 minutes long: 86,400 / 64 = 1,350 seconds, rounded up to whole minutes")
  func length() {
    let slices = LogSlices(Self.midnight...Self.midnight + 86_399)
    #expect(slices.secondsPerSlice == 1380)
    #expect(slices.start == Self.midnight)
    #expect(slices.start(of: 1) == Self.midnight + 1380)
  }

  @Test(
    "are touched by stretches of time",
    arguments: [
      (0, 0, 0b1), (1379, 1379, 0b1), (1380, 1380, 0b10), (0, 1380, 0b11), (2760, 4139, 0b100),
      (2760, 4140, 0b1100), (4000, 0, 0b100),
    ] as [(UInt32, UInt32, UInt64)]
  )
  func mask(_ stretch: (first: UInt32, last: UInt32, mask: UInt64)) {
    let slices = LogSlices(Self.midnight...Self.midnight + 86_399)
    let (first, last) = (Self.midnight + stretch.first, Self.midnight + stretch.last)
    #expect(slices.mask(first: first, last: last) == stretch.mask)
  }

  @Test("take what lies outside for the first or the last one")
  func outside() {
    let slices = LogSlices(Self.midnight...Self.midnight + 86_399)
    #expect(slices.mask(first: 0, last: 7) == 1)
    #expect(slices.mask(first: .max, last: .max) == 1 << 63)
    #expect(slices.mask(first: 0, last: .max) == .max)
  }

  @Test("begin exactly where they say, for any span")
  func perimeters() {
    var random = SplitMix(11)
    for _ in 0..<200 {
      let first = UInt32(truncatingIfNeeded: random.next() >> 33)
      let length = UInt32(truncatingIfNeeded: random.next() >> 36)
      let slices = LogSlices(first...(first + length))
      for slice in 0..<LogSlices.count {
        let start = slices.start(of: slice)
        #expect(slices.slice(start) == slice)
        if slice > 0 { #expect(slices.slice(start - 1) == slice - 1) }
      }
    }
  }

  @Test("cover all of time")
  func all() {
    let slices = LogSlices(0...UInt32.max)
    #expect(slices.slice(0) == 0)
    #expect(slices.slice(.max) == 63)
  }
}

@Suite("Records over time")
struct TrafficTimelineTests {
  typealias Bin = TrafficTimeline.Bin
  static let day: UInt32 = 20_458 * 86_400

  @Test("are counted by five minutes and action; what has no action counts for neither")
  func bins() {
    var timeline = TrafficTimeline()
    for (start, action) in [(0, 1), (299, 2), (299, 2), (300, 1), (301, 0), (90_000, 1)] {
      timeline.add(start: Self.day + UInt32(start), action: UInt8(action))
    }
    #expect(timeline.secondsPerBin == 300)
    #expect(
      timeline.bins == [
        Bin(start: Self.day, accepted: 1, rejected: 2),
        Bin(start: Self.day + 300, accepted: 1, rejected: 0),
        Bin(start: Self.day + 90_000, accepted: 1, rejected: 0),
      ]
    )
  }

  @Test("without records has no bins")
  func empty() { #expect(TrafficTimeline().bins.isEmpty) }

  @Test("of more than 400 days are counted by the day")
  func coarse() {
    var timeline = TrafficTimeline()
    for day in 0..<401 {
      timeline.add(start: UInt32(day) * 86_400 + 7, action: 1)
      timeline.add(start: UInt32(day) * 86_400 + 70_000, action: 2)
    }
    #expect(timeline.secondsPerBin == 86_400)
    #expect(timeline.bins.count == 401)
    #expect(timeline.bins[400] == Bin(start: 400 * 86_400, accepted: 1, rejected: 1))
  }

  @Test(
    "are the same in any order and any parts, on few days and on many",
    arguments: [3, 399, 402, 900]
  )
  func anyOrder(days: Int) {
    var random = SplitMix(UInt64(days))
    let records = (0..<4000).map { _ in
      (
        UInt32(truncatingIfNeeded: random.next() % UInt64(days * 86_400)),
        UInt8(truncatingIfNeeded: random.next() % 3)
      )
    }
    func counted(_ records: some Sequence<(UInt32, UInt8)>) -> TrafficTimeline {
      records.reduce(into: TrafficTimeline()) { $0.add(start: $1.0, action: $1.1) }
    }
    let whole = counted(records)
    var parts = counted(records.prefix(100))
    var other = counted(records[100..<2500].reversed())
    other.add(counted(records[2500...]))
    parts.add(other)
    var turned = other
    turned.add(counted(records.prefix(100)))
    for joined in [parts, turned] {
      #expect(joined.bins == whole.bins)
      #expect(joined.secondsPerBin == whole.secondsPerBin)
    }
    #expect(whole.bins.reduce(0) { $0 + $1.accepted } == UInt64(records.count { $0.1 == 1 }))
    #expect(whole.bins.reduce(0) { $0 + $1.rejected } == UInt64(records.count { $0.1 == 2 }))
  }
}

@Suite("Windows of time")
struct TimeWindowTests {
  @Test(
    "take records that have a part in them: from since on, before until",
    arguments: [
      (50, 60, false), (50, 100, true), (100, 100, true), (150, 160, true), (199, 300, true),
      (200, 300, false), (90, 20, false), (120, 20, true), (0, 4_000_000_000, true),
    ] as [(UInt32, UInt32, Bool)]
  )
  func overlap(_ record: (start: UInt32, end: UInt32, isIn: Bool)) throws {
    let window = try #require(TimeWindow(since: 100, until: 200))
    #expect(window.overlaps(start: record.start, end: record.end) == record.isIn)
  }

  @Test("that hold no second are none")
  func empty() {
    #expect(TimeWindow(since: 5, until: 5) == nil)
    #expect(TimeWindow(since: 6, until: 5) == nil)
  }

  @Test("cut spans")
  func clamp() throws {
    let window = try #require(TimeWindow(since: 100, until: 200))
    #expect(window.clamp(50...150) == 100...150)
    #expect(window.clamp(150...900) == 150...199)
    #expect(window.clamp(0...99) == nil)
    #expect(window.clamp(200...201) == nil)
  }

  @Test("leave of a batch the records that have a part in them, in their order")
  func batch() throws {
    var batch = RecordBatch()
    for row in 0..<10 {
      (batch.start[row], batch.end[row]) = (UInt32(row * 10), UInt32(row * 10 + 5))
    }
    batch.count = 10
    batch.keep(try #require(TimeWindow(since: 30, until: 61)))
    #expect(batch.count == 10)
    #expect((0..<batch.selection.count).map { batch.selection[$0] } == [3, 4, 5, 6])
    batch.keep(try #require(TimeWindow(since: 50)))
    #expect((0..<batch.selection.count).map { batch.selection[$0] } == [5, 6])
  }

  @Test("cut covered minutes")
  func minutes() throws {
    var minutes = CoveredMinutes()
    minutes.insert(start: 0, end: 86_400)
    minutes.insert(start: 86_401, end: 172_800)
    for minute in 1400...1500 as ClosedRange<UInt32> { minutes.insert(start: minute * 60, end: 0) }
    minutes.keep(try #require(TimeWindow(since: 600, until: 90_000)))
    #expect(minutes.usualSpan?.first == 600)
    #expect(minutes.usualSpan?.last == 89_999)
    #expect(minutes.holes(longerThan: 60).isEmpty)
  }

  /// The minutes of a day in which a record of one minute began each.
  private static func day(_ minutes: ClosedRange<UInt32>) -> CoveredMinutes {
    var covered = CoveredMinutes()
    for minute in minutes { covered.insert(start: minute * 60, end: minute * 60 + 30) }
    return covered
  }

  @Test("One record makes no day usual, however long it says it is")
  func forged() {
    var covered = Self.day(100...200)
    covered.insert(start: 4_000_000_000, end: 4_000_003_600)
    #expect(covered.usualSpan?.last == 12_059)
    #expect(covered.widerSpan?.last == 12_059)
    #expect(covered.usualEnd == 12_059)
    // Nine beginnings are none of a usual day, ten are.
    #expect(Self.day(0...8).usualSpan == nil)
    #expect(Self.day(0...9).usualSpan?.last == 599)
  }

  @Test("A log that ends shortly behind midnight ends there, on the day before")
  func midnight() {
    var covered = Self.day(1000...1445)
    #expect(covered.usualSpan?.last == 86_399)
    #expect(covered.usualEnd == 86_759)
    #expect(covered.widerSpan?.last == 86_759)
    // What comes ten minutes later is of the log, but not told to be its end.
    covered.insert(start: 1456 * 60, end: 0)
    #expect(covered.usualEnd == 86_759)
    #expect(covered.widerSpan?.last == 87_419)
    #expect(CoveredMinutes().usualEnd == nil)
  }

  @Test("The slices end where time does")
  func slices() {
    let slices = LogSlices(4_294_967_290...4_294_967_295)
    #expect(slices.start == 4_294_967_280 && slices.end == .max)
    #expect(LogSlices(0...86_399).end == 88_319)
  }
}
