import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

/// Findings as incidents are made of: who, whom, when and how much.
enum IncidentExample {
  static let start = Example.start
  static let host = Example.own(10)
  static let outside = Example.stranger(77)

  static func finding(
    _ rule: RuleID,
    score: Double,
    by actor: IPAddress,
    at targets: [IPAddress],
    port: UInt16 = 22,
    minute: UInt32 = 0,
    isInternal: Bool = false
  ) -> Finding {
    var draft = FindingDraft(
      rule.rule ?? VerticalScan.rule,
      title: rule.rule?.page.title ?? rule.rawValue,
      stage: .p1,
      actor: .address(actor)
    )
    draft.id = rule
    draft.key = targets.map(\.description) + ["\(port)", "\(minute)"]
    draft.actorIsInternal = isInternal
    draft.service = Service(protocolNumber: 6, port: port)
    draft.targets = Targets(
      count: UInt64(targets.count),
      isExact: true,
      sample: targets.map { Target(address: $0, port: port) }
    )
    (draft.sums.first, draft.sums.last) = (start + minute * 60, start + minute * 60 + 600)
    var finding = draft.finding
    finding.exactScore = score
    if rule.traits.contains(.isLogin) {
      finding.outcome = score >= 70 ? .likelySuccess : .possibleSuccess
    }
    return finding
  }

  /// What a host did.
  static func deed(
    _ rule: RuleID,
    score: Double,
    to targets: [IPAddress],
    port: UInt16 = 443,
    minute: UInt32 = 0
  ) -> Finding {
    finding(
      rule,
      score: score,
      by: host,
      at: targets,
      port: port,
      minute: minute,
      isInternal: true
    )
  }

  /// The rules of the findings of each incident, by rank of the incidents and in order of time.
  static func rules(
    _ findings: [Finding],
    isNew: (Finding) -> Bool = { _ in false }
  ) -> [[String]] {
    Incidents.joined(Ranking.sorted(findings), isNewDestination: isNew).map {
      $0.parts.map(\.rule.rawValue)
    }
  }
}
