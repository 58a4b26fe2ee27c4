internal import FlowModel

/// How the findings of this run compare with those of the last one in the history.
public struct BaselineSummary: Sendable {
  /// The end of the last recorded run's log, Unix seconds; nil in the first run.
  public var comparedWith: UInt32?
  /// Days with records in the history, before this run.
  public var days: Int
  /// Findings that the last run did not have.
  public var new = 0
  /// Findings that the last run had, much the same.
  public var ongoing = 0
  /// Findings that the last run had, with a lower severity or a tenth of the targets.
  public var changed = 0
  /// Findings of the last run that this one does not have, by rank.
  public var gone: [RememberedFinding]
  /// Which findings are shown, if not all.
  public var only: Set<FindingChange.State> = []
  /// Incidents that go on and are not shown: then silence would be wrong.
  public var open: [Incident] = []
  /// Whether there was nothing that no run had read before.
  public var isNothingNew = false

  /// A comparison with nothing counted yet.
  public init(comparedWith: UInt32?, days: Int, gone: [RememberedFinding]) {
    self.comparedWith = comparedWith
    self.days = days
    self.gone = gone
  }

  /// Counts the findings by what became of them, from none; in the first run all are new.
  public mutating func count(_ findings: [Finding]) {
    func count(_ state: FindingChange.State) -> Int {
      findings.count { ($0.change?.state ?? .new) == state }
    }
    (new, ongoing, changed) = (count(.new), count(.ongoing), count(.changed))
  }

  /// Whether there is something to tell without any finding: alarms that go on, or what is gone where that was asked
  /// for.
  public var hasNews: Bool { !open.isEmpty || only.contains(.gone) && !gone.isEmpty }

  /// The report's first line: what changed.
  package var headline: String {
    guard let comparedWith else {
      return "First run: no baseline and no earlier findings to compare with."
    }
    let until = "\(UTCTime(comparedWith).date) \(UTCTime(comparedWith).clock) UTC"
    guard !isNothingNew else { return "Nothing new since the log that ended \(until)." }
    return
      "Since the log that ended \(until): \(new) new, \(ongoing) ongoing, \(changed) changed, \(gone.count) gone."
  }

  /// The incidents that go on and are not shown, in one line; nil without any.
  package var openLine: String? {
    guard !open.isEmpty else { return nil }
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = open.count { $0.severity == severity }
      return count > 0 ? "\(count) \(severity.name)" : nil
    }
    let named = open.prefix(Self.mostNamed).map { incident in
      let date = UTCTime(incident.change?.since ?? incident.firstSeen).monthAndDay
      let since = incident.change?.isAgain == true ? "again, first seen \(date)" : "since \(date)"
      let who = incident.host?.description ?? incident.lead.actor.description
      return "\(incident.title) \(who) \(since)"
    }
    let more = open.count - named.count
    let rest = more > 0 ? " and \(more) more" : ""
    return
      "still open: \(counts.joined(separator: ", ")): \(named.joined(separator: "; "))\(rest)"
  }

  private static let mostNamed = 3

  /// What the history cannot tell yet; nil once it holds a week.
  package var shortage: String? {
    guard days < Baseline.leastDays, !isNothingNew else { return nil }
    return
      "baseline: day \(days) of \(Baseline.leastDays), comparison rules are off (new.*, volume.unusual, admin.new-source, lateral.new-admin-edge, cross-vpc.unexpected)"
  }
}
