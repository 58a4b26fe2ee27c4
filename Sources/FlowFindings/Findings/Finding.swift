public import FlowModel

/// The sums behind a finding.
public struct FindingCounts: Sendable, Equatable {
  /// Conversations begun.
  public var conversations: UInt64
  /// Records; nil where conversations alone were counted.
  public var records: UInt64?
  /// Accepted records.
  public var accepted: UInt64?
  /// Rejected records.
  public var rejected: UInt64?
  /// Packets.
  public var packets: UInt64
  /// Bytes.
  public var bytes: UInt64

  /// Puts the values together.
  package init(
    conversations: UInt64,
    records: UInt64? = nil,
    accepted: UInt64? = nil,
    rejected: UInt64? = nil,
    packets: UInt64,
    bytes: UInt64
  ) {
    self.conversations = conversations
    self.records = records
    self.accepted = accepted
    self.rejected = rejected
    self.packets = packets
    self.bytes = bytes
  }
}

/// One measured value of the score's arithmetic.
public struct Reason: Sendable, Equatable {
  /// What was measured, with its unit.
  public var measure: String
  /// The measured value.
  public var value: Double
  /// Where the scale begins.
  public var from: Double
  /// Where it ends.
  public var to: Double
  /// The most that it can add.
  public var weight: Double
  /// What it adds: weight times the place on the scale.
  public var contribution: Double

  /// Puts the values together.
  package init(
    measure: String,
    value: Double,
    from: Double,
    to: Double,
    weight: Double,
    contribution: Double
  ) {
    self.measure = measure
    self.value = value
    self.from = from
    self.to = to
    self.weight = weight
    self.contribution = contribution
  }
}

/// Something that a person should know, with all that led to it.
public struct Finding: Sendable {
  /// Stable across runs: a hash of rule, actor and aim.
  public var id: String
  /// The rule, such as `scan.horizontal`.
  public var rule: RuleID
  /// What people call it.
  public var title: String
  /// The unrounded score, 0 to 100.
  public var exactScore: Double
  /// How sure the directions are.
  public var confidence: Confidence
  /// What happened, coarsely.
  public var stage: Stage
  /// How far it got.
  public var outcome: FindingOutcome
  /// The service; nil where there are several.
  public var service: Service?
  /// Who.
  public var actor: Actor
  /// Whether the actor is internal.
  public var actorIsInternal: Bool
  /// The sources behind the actor.
  public var members: Members?
  /// Whom.
  public var targets: Targets
  /// Earliest record, Unix seconds.
  public var firstSeen: UInt32
  /// Latest record, Unix seconds.
  public var lastSeen: UInt32
  /// The sums behind it.
  public var counts: FindingCounts
  /// Whether it kept below every window of an hour that other tools look at.
  public var isSlow: Bool
  /// The arithmetic of the score.
  public var why: [Reason]
  /// What the screen says of how far it got.
  public var detail: String
  /// What to look at next.
  public var next: String
  /// Ids of the findings that it joins, in order of time.
  public var joins: [String] = []
  /// What became of it since the last run; nil without a history.
  public var change: FindingChange?
  /// The slices of the log in which it was active, one bit each (`LogSlices`); 0 where that is not known.
  public var activity: UInt64 = 0
  /// Raw lines, filled in at the end of a run.
  public var evidence: [Evidence] = []
  /// MITRE ATT&CK techniques.
  public var techniques: [String]
  /// The line of a suppression file that would silence it.
  public var suppressWith: String
  /// Where its evidence lies.
  public var evidenceQuery: EvidenceQuery

  /// Puts the values together.
  package init(
    id: String,
    rule: RuleID,
    title: String,
    exactScore: Double,
    confidence: Confidence,
    stage: Stage,
    outcome: FindingOutcome,
    service: Service? = nil,
    actor: Actor,
    actorIsInternal: Bool,
    members: Members? = nil,
    targets: Targets,
    firstSeen: UInt32,
    lastSeen: UInt32,
    counts: FindingCounts,
    isSlow: Bool,
    why: [Reason],
    detail: String,
    next: String,
    joins: [String] = [],
    change: FindingChange? = nil,
    activity: UInt64 = 0,
    evidence: [Evidence] = [],
    techniques: [String],
    suppressWith: String,
    evidenceQuery: EvidenceQuery
  ) {
    self.id = id
    self.rule = rule
    self.title = title
    self.exactScore = exactScore
    self.confidence = confidence
    self.stage = stage
    self.outcome = outcome
    self.service = service
    self.actor = actor
    self.actorIsInternal = actorIsInternal
    self.members = members
    self.targets = targets
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.counts = counts
    self.isSlow = isSlow
    self.why = why
    self.detail = detail
    self.next = next
    self.joins = joins
    self.change = change
    self.activity = activity
    self.evidence = evidence
    self.techniques = techniques
    self.suppressWith = suppressWith
    self.evidenceQuery = evidenceQuery
  }

  /// The score as shown, rounded half up.
  public var score: Int { Int(exactScore + 0.5) }
  /// The band of the score.
  public var severity: Severity { Severity(score: score) }
}
