import FlowDetection
import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("How runs join")
struct JoiningTests {
  private let host = IPAddress.of("10.0.0.1")
  private let baselineEntry = BaselineEntry.outward()

  @Test("New inputs: earliest first, latest last, bytes and hours add up")
  func adding() throws {
    let history = try Place().open()
    let hour = HostHour(host: host, hour: dayZero / 3600 + 30)
    try history.remember(
      .of(day: 1, [baselineEntry: .noon(ofDay: 1, bytes: 5)], volumes: [hour: .of(1, 20, 3)])
    )
    let late = HistoryRun.of(
      day: 1,
      [baselineEntry: Seen(first: dayZero + aDay, last: dayZero + aDay + 9, bytes: 7)],
      volumes: [hour: .of(10, 2, 3)],
      objects: ["late"]
    )
    try history.remember(late)
    let baseline = try #require(try history.baseline())
    let noon = dayZero + aDay + aDay / 2
    #expect(
      baseline.seen(baselineEntry)
        == Seen(first: dayZero + aDay, last: noon + 3600, days: 1, bytes: 12)
    )
    #expect(baseline.volumes[host]?.map(\.volume) == [.of(11, 22, 6)])
  }

  @Test("The same inputs again change no baseline entry and no hour")
  func rereading() throws {
    let history = try Place().open()
    let historyRun = BusyNetwork(hosts: 5, outside: 20, objects: 3, findings: 2).historyRun(0)
    try history.remember(historyRun)
    let before = try history.lines().filter {
      !$0.contains("\"run\"") && !$0.contains("\"finding\"")
    }
    try history.remember(historyRun)
    let after = try history.lines().filter {
      !$0.contains("\"run\"") && !$0.contains("\"finding\"")
    }
    #expect(before == after)
    #expect(try history.runs().count == 2)
  }

  @Test("One known input among new ones: the larger number stands, what is new is taken in")
  func partly() throws {
    let history = try Place().open()
    let hours = (0..<3).map { HostHour(host: host, hour: dayZero / 3600 + $0) }
    try history.remember(
      .of(
        [baselineEntry: .noon(ofDay: 0, bytes: 50)],
        volumes: [hours[0]: .of(10, 1, 10), hours[1]: .of(1, 1, 1)],
        objects: ["a", "b"]
      )
    )
    let other = BaselineEntry.outward("10.0.0.1", "203.0.113.0/24")
    try history.remember(
      .of(
        [baselineEntry: .noon(ofDay: 0, bytes: 70), other: .noon(ofDay: 0)],
        volumes: [hours[0]: .of(5, 5, 10), hours[2]: .of(2, 2, 2)],
        objects: ["b", "c"]
      )
    )
    let baseline = try #require(try history.baseline())
    #expect(baseline.seen(baselineEntry)?.bytes == 70)
    #expect(baseline.seen(other) == .noon(ofDay: 0))
    #expect(
      baseline.volumes[host]?.map(\.volume) == [.of(10, 5, 10), .of(1, 1, 1), .of(2, 2, 2)]
    )
  }

  @Test("A file that grew under a known name is read again, and doubles nothing")
  func resized() throws {
    let history = try Place().open()
    try history.remember(.of([baselineEntry: .noon(ofDay: 0, bytes: 1)]))
    var historyRun = HistoryRun.of([baselineEntry: .noon(ofDay: 0, bytes: 1)])
    historyRun.objects = [ReadObject(name: "night-0", size: 11)]
    try history.remember(historyRun)
    #expect(try history.known(among: historyRun.objects) == Set(historyRun.objects))
    #expect(try history.baseline()?.seen(baselineEntry)?.bytes == 1)
  }

  /// Seconds from the first midnight, as begin and end of what each run saw; and how many days that makes.
  private static let dayRules: [(name: String, historyRuns: [(UInt32, UInt32)], days: UInt32)] = [
    ("a day each", [(100, 200), (aDay, aDay + 9), (2 * aDay, 2 * aDay)], 3),
    ("a gap between", [(100, 200), (40 * aDay, 40 * aDay)], 2),
    ("twice on a day", [(100, 200), (5000, 6000)], 1),
    ("the same again", [(100, 200), (aDay, aDay + 9), (100, 200), (aDay, aDay + 9)], 2),
    ("all day long", [(0, aDay - 1), (aDay, 2 * aDay - 1), (2 * aDay, 3 * aDay - 1)], 3),
    (
      "nights that begin with the last minute of the day before",
      [(10, aDay + 30), (aDay - 10, 2 * aDay + 30), (2 * aDay - 10, 3 * aDay - 1)], 3
    ),
    ("nights that end after midnight", [(30, aDay + 50), (aDay, 2 * aDay + 50)], 2),
    ("a late file of a known day", [(0, aDay - 1), (aDay, 2 * aDay - 1), (20, 320)], 2),
    ("an older log, read later", [(10 * aDay, 10 * aDay + 9), (5 * aDay, 5 * aDay + 9)], 2),
    (
      "a day between known ones is taken for known",
      [(0, 9), (2 * aDay, 2 * aDay + 9), (aDay, aDay + 9)], 2
    ),
  ]

  @Test("On how many days something was seen", arguments: dayRules)
  func days(_ rule: (name: String, historyRuns: [(UInt32, UInt32)], days: UInt32)) throws {
    let history = try Place().open()
    for (number, span) in rule.historyRuns.enumerated() {
      let seen = Seen(first: dayZero + span.0, last: dayZero + span.1)
      try history.remember(.of([baselineEntry: seen], objects: ["\(number)"]))
    }
    #expect(try history.baseline()?.seen(baselineEntry)?.days == rule.days, "\(rule.name)")
  }

  @Test("The network's days: those with an hour of records or more")
  func networkDays() throws {
    let history = try Place().open()
    func seen(_ first: UInt32, _ last: UInt32) -> HistoryRun {
      var run = HistoryRun.of(
        [baselineEntry: Seen(first: dayZero + first, last: dayZero + last)],
        objects: ["\(first)"]
      )
      (run.firstStart, run.lastEnd) = (dayZero + first, dayZero + last)
      return run
    }
    try history.remember(seen(0, aDay - 1))
    // A late file of the same day, and a day of which 59 minutes are known.
    try history.remember(seen(20, 320))
    try history.remember(seen(aDay, aDay + 3540))
    #expect(try history.baseline()?.days == 1)
    // The 60th minute, in a run of its own.
    try history.remember(seen(aDay + 3540, aDay + 3600))
    #expect(try history.baseline()?.days == 2)
    // The minute before midnight does not make the day before a day of the baseline.
    try history.remember(seen(5 * aDay - 60, 6 * aDay))
    #expect(try history.baseline()?.days == 3)
  }

  @Test("Sums stop at a large number instead of failing")
  func large() throws {
    let history = try Place().open()
    for number in 0..<3 {
      let seen = Seen.noon(ofDay: 0, bytes: .max)
      try history.remember(.of([baselineEntry: seen], objects: ["\(number)"]))
    }
    #expect(try history.baseline()?.seen(baselineEntry)?.bytes == .max)
  }

  @Test("Labels that Swift takes for the same text are one baseline entry")
  func equivalent() throws {
    let history = try Place().open()
    let spellings = ["caf\u{e9}", "cafe\u{301}"]
    for (number, label) in spellings.enumerated() {
      let origin = BaselineEntry(.origin, host: host, label: label)
      try history.remember(.of([origin: .noon(ofDay: 0, bytes: 4)], objects: ["\(number)"]))
    }
    let baseline = try #require(try history.baseline())
    #expect(baseline.seen(BaselineEntry(.origin, host: host, label: "café"))?.bytes == 8)
  }

  @Test("A NUL in the name of an input is kept as its sign")
  func nul() throws {
    let history = try Place().open()
    try history.remember(.of(objects: ["x\0y"]))
    let object = ReadObject(name: "x\0y", size: 10)
    #expect(try history.known(among: [object]) == [object])
    #expect(try history.lines().contains { $0.contains("x␀y") })
  }

  @Test("The same runs in the same order make the same file, row by row")
  func deterministic() throws {
    let network = BusyNetwork(hosts: 8, outside: 30, objects: 5, findings: 9)
    let contents = try (0..<2).map { _ in
      let history = try Place().open()
      for number in [0, 1, 1, 4] { try history.remember(network.historyRun(number)) }
      return try history.lines()
    }
    #expect(contents[0] == contents[1])
    #expect(contents[0].count > 8 * 30)
  }
}
