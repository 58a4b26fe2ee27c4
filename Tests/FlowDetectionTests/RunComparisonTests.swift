import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("What became of findings since the last run")
struct RunComparisonTests {
  private static let start = Example.start

  private static func finding(
    _ number: Int = 1,
    score: Int = 50,
    targets: UInt64 = 20,
    firstSeen: UInt32 = start
  ) -> Finding {
    var draft = FindingDraft(
      HorizontalScan.rule,
      title: "scan",
      stage: .p1,
      actor: .address(Example.stranger(number))
    )
    draft.targets = Targets(count: targets, isExact: true, sample: [])
    (draft.sums.first, draft.sums.last) = (firstSeen, firstSeen + 600)
    var finding = draft.finding
    finding.exactScore = Double(score)
    return finding
  }

  private static func compared(_ now: Finding, _ last: [Finding], since: UInt32? = nil)
    -> FindingChange
  {
    let remembered = last.map { RememberedFinding($0, since: since ?? $0.firstSeen) }
    return RunComparison(remembered).change(now)
  }

  @Test("New is what the last run did not have")
  func new() {
    let now = Self.finding(1)
    #expect(Self.compared(now, []) == FindingChange(state: .new, since: Self.start))
    #expect(Self.compared(now, [Self.finding(2)]).state == .new)
  }

  @Test("Ongoing findings date from their first record in an unbroken row of runs")
  func since() {
    let thisRun = Self.finding(firstSeen: Self.start)
    let previousRun = Self.finding(firstSeen: Self.start - 86_400)
    #expect(
      Self.compared(thisRun, [previousRun], since: Self.start - 5 * 86_400)
        == FindingChange(state: .ongoing, since: Self.start - 5 * 86_400)
    )
    // A late file contains an earlier record.
    let earlier = Self.finding(firstSeen: Self.start - 9 * 86_400)
    #expect(Self.compared(earlier, [previousRun]).since == Self.start - 9 * 86_400)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var then: (score: Int, targets: UInt64)
    var now: (score: Int, targets: UInt64)
    var what: String
    var testDescription: String { "\(then) to \(now): \(what.isEmpty ? "ongoing" : what)" }
  }

  @Test(
    "A higher severity, or ten times the targets, is a change: nothing else is worse",
    arguments: [
      Case(then: (50, 20), now: (50, 20), what: ""),
      Case(then: (50, 20), now: (69, 20), what: ""),
      Case(then: (50, 20), now: (45, 20), what: ""),
      Case(then: (39, 20), now: (40, 20), what: "severity low → medium"),
      Case(then: (50, 20), now: (90, 20), what: "severity medium → critical"),
      Case(then: (70, 20), now: (69, 20), what: ""),
      Case(then: (50, 20), now: (50, 199), what: ""),
      Case(then: (50, 20), now: (50, 200), what: "targets 20 → 200"),
      Case(then: (50, 20), now: (50, 1), what: ""),
      Case(then: (50, 1), now: (50, 9), what: ""),
      Case(then: (50, 1), now: (70, 10), what: "severity medium → high, targets 1 → 10"),
      Case(then: (50, 0), now: (50, 1), what: ""),
      Case(then: (50, 0), now: (50, .max), what: "targets 0 → 18446744073709551615"),
      Case(then: (50, .max), now: (50, .max), what: ""),
    ]
  )
  func changed(_ example: Case) {
    let last = Self.finding(score: example.then.score, targets: example.then.targets)
    let now = Self.finding(score: example.now.score, targets: example.now.targets)
    let change = Self.compared(now, [last])
    #expect(change.state == (example.what.isEmpty ? .ongoing : .changed))
    #expect(change.what == example.what)
  }

  @Test(
    "What the last run did not have but an earlier one did is there again, since its first record"
  )
  func again() {
    let now = Self.finding(1)
    let earlier = RememberedFinding(
      Self.finding(1, firstSeen: Self.start - 3 * 86_400),
      since: Self.start - 5 * 86_400
    )
    let older = RememberedFinding(Self.finding(1, score: 10), since: Self.start - 9 * 86_400)
    let comparison = RunComparison([], earlier: [earlier, older])
    let expected = FindingChange(
      state: .ongoing,
      since: Self.start - 5 * 86_400,
      isAgain: true
    )
    #expect(comparison.change(now) == expected)
    #expect(comparison.change(Self.finding(2)).state == .new)
    #expect(comparison.gone([]).isEmpty)
    // Worse than before the pause.
    #expect(comparison.change(Self.finding(1, score: 75)).what == "severity medium → high")
  }

  @Test("Gone is what the last run had and this one has not, by the rank that it had")
  func gone() {
    let last = [3, 1, 2].map { RememberedFinding(Self.finding($0), since: Self.start) }
    let comparison = RunComparison(last)
    #expect(comparison.gone([Self.finding(1)]) == [last[0], last[2]])
    #expect(comparison.gone([]) == last)
    #expect(comparison.gone([2, 3, 1, 9].map { Self.finding($0) }).isEmpty)
    #expect(RunComparison([]).gone([Self.finding(1)]).isEmpty)
  }

  @Test("The words of the states are those that options take")
  func words() {
    #expect(FindingChange.State.allCases.map(\.rawValue) == ["new", "ongoing", "changed", "gone"])
  }

  @Test("A finding is remembered with what the comparison needs")
  func remembered() {
    let finding = Self.finding(7, score: 33, targets: 4)
    let remembered = RememberedFinding(finding, since: Self.start - 5)
    #expect(remembered.id == finding.id)
    #expect((remembered.rule, remembered.title) == ("scan.horizontal", "scan"))
    #expect(remembered.actor == "203.0.113.7")
    #expect((remembered.score, remembered.targets) == (33, 4))
    #expect((remembered.firstSeen, remembered.lastSeen) == (Self.start, Self.start + 600))
    #expect(remembered.since == Self.start - 5)
  }
}
