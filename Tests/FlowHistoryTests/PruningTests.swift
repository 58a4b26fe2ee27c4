import FlowDetection
import FlowModel
import FlowTestSupport
import GRDB
import SystemFiles
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("What is forgotten, and when")
struct PruningTests {
  private let host = IPAddress.of("10.0.0.1")

  private func historyRun(_ day: UInt32, lasting: Bool = true) -> HistoryRun {
    var baselineEntries = [
      BaselineEntry.outward("10.0.0.1", "10.\(day).0.0/16"): Seen.noon(ofDay: day)
    ]
    if lasting { baselineEntries[.outward()] = .noon(ofDay: day) }
    return .of(
      day: day,
      baselineEntries,
      volumes: [HostHour(host: host, hour: dayZero / 3600 + day * 24): .of(1, 1, 1)],
      findings: [.of("f", day: day)]
    )
  }

  @Test("Remembering forgets what ended more than 90 days before the newest record")
  func automatic() throws {
    let history = try Place().open()
    for day in [UInt32(0), 1, 86, 91] { try history.remember(historyRun(day)) }
    let baseline = try #require(try history.baseline())
    // The newest record is the last second of day 91: the last second of day 1 is where the 90 days begin.
    #expect(baseline.seen(.outward())?.first == Seen.noon(ofDay: 0).first)
    #expect(baseline.seen(.outward("10.0.0.1", "10.0.0.0/16")) == nil)
    #expect(baseline.seen(.outward("10.0.0.1", "10.1.0.0/16")) == nil)
    #expect(baseline.seen(.outward("10.0.0.1", "10.91.0.0/16")) != nil)
    #expect(baseline.volumes[host]?.map { $0.hour / 24 - dayZero / aDay } == [1, 86, 91])
    #expect(try history.runs().map(\.number) == [2, 3, 4])
    // What was read is never read again, however old.
    #expect(try !history.known(among: historyRun(0).objects).isEmpty)
    #expect(try !history.known(among: historyRun(1).objects).isEmpty)
    #expect(try history.findings(run: 1).isEmpty)
    #expect(try history.findings(run: 2).count == 1)
    #expect(try history.damage().isEmpty)
  }

  @Test("A wrong time a century ahead forgets a week at the most")
  func leap() throws {
    let history = try Place().open()
    for day in [UInt32(0), 5, 88] { try history.remember(historyRun(day)) }
    var odd = historyRun(89)
    odd.lastEnd = .max
    try history.remember(odd)
    #expect(try history.runs().map(\.number) == [2, 3, 4])
  }

  @Test("A record from the future does not wipe the history")
  func future() throws {
    let place = try Place()
    let history = try place.open(clock: dayZero + 3 * aDay)
    try history.remember(historyRun(0))
    var odd = historyRun(1)
    odd.lastEnd = .max
    try history.remember(odd)
    #expect(try history.runs().count == 2)
    #expect(try history.baseline()?.baselineEntries.count == 3)
  }

  @Test("An old log that is read today is forgotten at once, but for its run")
  func old() throws {
    let history = try Place().open()
    try history.remember(historyRun(200))
    try history.remember(historyRun(3, lasting: false))
    #expect(try history.lastRun?.number == 2)
    #expect(try history.lastFindings().count == 1)
    #expect(try history.baseline()?.baselineEntries.count == 2)
    try history.remember(historyRun(201))
    #expect(try history.runs().map(\.number) == [1, 3])
  }

  @Test("Forgetting by hand says what went, and spares the last run")
  func byHand() throws {
    let history = try Place().open()
    for day in UInt32(0)..<4 { try history.remember(historyRun(day)) }
    let pruned = try history.prune(before: dayZero + 2 * aDay)
    #expect(
      pruned == Pruned.of(baselineEntries: 2, hostDays: 2, runs: 2, findings: 2)
    )
    #expect(try history.prune(before: dayZero + 2 * aDay) == Pruned())
    let rest = try history.prune(before: .max)
    #expect(rest == Pruned.of(baselineEntries: 3, hostDays: 2, runs: 1, findings: 1))
    #expect(try history.runs().map(\.number) == [4])
    #expect(try history.lastFindings().count == 1)
    #expect(try history.baseline()?.baselineEntries.isEmpty == true)
    try history.remember(historyRun(5))
    #expect(try history.lastRun?.number == 5)
  }

  @Test("The numbers of forgotten runs are not given again")
  func numbers() throws {
    let history = try Place().open()
    for day in UInt32(0)..<3 { try history.remember(historyRun(day)) }
    try history.writing { try $0.execute(sql: "DELETE FROM run") }
    try history.remember(historyRun(3))
    #expect(try history.lastRun?.number == 4)
  }

  @Test("Of earlier runs the worst findings stay")
  func findings() throws {
    let history = try Place().open()
    let many = (0..<(History.findingsKept + 500)).map { RememberedFinding.of("f\($0)", score: 20) }
    try history.remember(.of(day: 0, findings: many))
    #expect(try history.lastFindings() == many)
    try history.remember(.of(day: 1, findings: many))
    #expect(try history.findings(run: 1) == Array(many.prefix(History.findingsKept)))
    #expect(try history.lastFindings() == many)
    #expect(try history.runs().first?.findings == [.low: many.count])
  }

  @Test("The file shrinks with what is forgotten")
  func shrinking() throws {
    let place = try Place()
    let history = try place.open()
    try history.remember(BusyNetwork(hosts: 50, outside: 200).historyRun(0))
    let before = Folders.size(place.path)
    try history.prune(before: .max)
    #expect(Folders.size(place.path) < before / 4)
    #expect(Folders.size("\(place.path)-wal") == 0)
    #expect(try history.damage().isEmpty)
  }

  @Test("Run after run, the file stays as large as 90 days make it")
  func bounded() throws {
    let place = try Place()
    let history = try place.open()
    // Nobody pulls the plug here, and the disk need not be waited for.
    try history.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    let network = BusyNetwork(hosts: 5, outside: 20, objects: 10, findings: 5)
    for number in 0..<95 { try history.remember(network.historyRun(number)) }
    let size = Folders.size(place.path)
    for number in 95..<130 { try history.remember(network.historyRun(number)) }
    // What grows is the names of inputs that were read, which are kept for good.
    #expect(Folders.size(place.path) < size + size / 4)
    #expect(try history.summary().runs == 91)
    #expect(try history.summary().hours == 91 * 5 * 24)
    #expect(try history.damage().isEmpty)
  }
}

extension Pruned {
  static func of(baselineEntries: Int, hostDays: Int, runs: Int, findings: Int) -> Pruned {
    var pruned = Pruned()
    (pruned.baselineEntries, pruned.hostDays, pruned.runs) = (baselineEntries, hostDays, runs)
    pruned.findings = findings
    return pruned
  }
}
