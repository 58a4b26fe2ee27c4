public import FlowModel

/// Findings that share actors, targets and time, reported as one.
///
/// Brute force, the login that followed and what the host did afterwards are one incident with three parts. A finding
/// of medium severity or above that shares nothing with others is an incident of one part.
public struct Incident: Sendable {
  /// Stable across runs: derived from the finding that leads it.
  public var id: String
  /// What people call it.
  public var title: String
  /// The unrounded score, 0 to 100: that of its first finding, or higher where independent signs agree.
  public var exactScore: Double
  /// Which independent signs agree, so that the score is above that of each part; nil where none do.
  public var agreement: String?
  /// The internal host that it is about; nil where it is about an actor from outside.
  public var host: IPAddress?
  /// Its findings in order of time, at least one; those that a filter of the report left out as well.
  public private(set) var parts: [Finding]
  /// The finding with the highest rank.
  public private(set) var lead: Finding

  /// Puts an incident together.
  ///
  /// - Parameters:
  ///   - lead: the finding with the highest rank.
  ///   - others: further findings, in any order.
  ///   - host: the internal host that it is about.
  package init(_ lead: Finding, others: [Finding] = [], host: IPAddress? = nil) {
    id = "incident-\(lead.id)"
    self.lead = lead
    self.host = host
    exactScore = lead.exactScore
    parts = ([lead] + others).sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
    title = lead.title
    title = IncidentTitle(self).text
  }

  /// The score as shown, rounded half up.
  public var score: Int { Int(exactScore + 0.5) }
  /// The band of the score.
  public var severity: Severity { Severity(score: score) }
  /// Earliest record of its steps, Unix seconds.
  public var firstSeen: UInt32 { steps.map(\.firstSeen).min() ?? lead.firstSeen }
  /// Latest record of its steps, Unix seconds.
  public var lastSeen: UInt32 { steps.map(\.lastSeen).max() ?? lead.lastSeen }
  /// The slices of the log in which it was active.
  public var activity: UInt64 { steps.reduce(0) { $0 | $1.activity } }
  /// Whether it has several parts.
  public var isJoined: Bool { parts.count > 1 }

  /// What happened, in order of time: the parts without those that sum up others or are about reachability.
  public var steps: [Finding] {
    let steps = parts.filter { $0.joins.isEmpty && !$0.rule.traits.contains(.isReachability) }
    return steps.isEmpty ? [lead] : steps
  }

  /// The exposed services that made it possible; empty where no part is about one.
  public var exposure: [Finding] {
    let ids = Set(steps.map(\.id))
    return parts.filter { $0.joins.isEmpty && !ids.contains($0.id) }
  }

  /// Who acted, in order of time, each once.
  public var actors: [Actor] {
    var seen: Set<Actor> = []
    return steps.map(\.actor).filter { seen.insert($0).inserted }
  }

  /// What became of it since the last run; nil without a history.
  public var change: FindingChange? { IncidentChange(self).change }

  /// Replaces the parts by what became of them since, such as with raw lines.
  package mutating func update(_ findings: [String: Finding]) {
    parts = parts.map { findings[$0.id] ?? $0 }
    lead = findings[lead.id] ?? lead
  }
}

extension Incident {
  /// Whom it was done to: the targets of its parts, without the host that it is about unless there is no other.
  public var targets: Targets {
    let steps = steps
    guard steps.count > 1 else { return lead.targets }
    var seen: Set<IPAddress> = []
    var sample: [Target] = []
    for target in steps.flatMap(\.targets.sample) where seen.insert(target.address).inserted {
      sample.append(target)
    }
    let most = steps.map(\.targets.count).max() ?? 0
    let known = UInt64(sample.count)
    // With samples that hold all targets of each part the number is exact.
    let isWhole = steps.allSatisfy {
      $0.targets.isExact && $0.targets.count == UInt64($0.targets.sample.count)
    }
    return Targets(
      count: isWhole ? known : max(most, known),
      isExact: isWhole,
      sample: Array(sample.prefix(Self.sampleLimit))
    )
  }

  private static let sampleLimit = 8
}
