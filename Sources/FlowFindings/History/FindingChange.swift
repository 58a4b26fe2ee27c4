/// What became of a finding since the last recorded run.
public struct FindingChange: Sendable, Equatable {
  /// How it compares.
  public enum State: String, Sendable, CaseIterable {
    /// The last run did not find it.
    case new
    /// The last run found it much the same.
    case ongoing
    /// The last run found it with a lower severity or a tenth of the targets.
    case changed
    /// The last run found it, this one does not.
    case gone
  }

  /// How it compares.
  public var state: State
  /// Earliest record of it in an unbroken row of runs, Unix seconds.
  public var since: UInt32
  /// What became worse, in words; empty unless it changed.
  public var what = ""
  /// Whether the last run did not find it, but an earlier one did: it paused.
  public var isAgain = false

  /// Puts the values together.
  package init(
    state: State,
    since: UInt32,
    what: String = "",
    isAgain: Bool = false
  ) {
    self.state = state
    self.since = since
    self.what = what
    self.isAgain = isAgain
  }
}

extension RememberedFinding {
  /// A finding as the history keeps it.
  public init(_ finding: Finding, since: UInt32) {
    self.init(
      id: finding.id,
      rule: finding.rule,
      title: finding.title,
      actor: finding.actor.description,
      score: finding.score,
      targets: finding.targets.count,
      firstSeen: finding.firstSeen,
      lastSeen: finding.lastSeen,
      since: since
    )
  }
}
