package import FlowFindings
internal import FlowModel

/// The order of findings.
package enum Ranking {
  /// The minimum score of a finding that counts toward the rank of its host.
  private static let counting = 40
  /// The base-2 logarithm of e, for logarithms to the base 2.
  private static let log2e = 1.442_695_040_888_963_4

  /// By score, then by the rank of the actor, then the latest, then by id: a total order.
  package static func sorted(_ findings: [Finding]) -> [Finding] {
    let ranks = entityRanks(findings)
    return findings.sorted { left, right in
      if left.exactScore != right.exactScore { return left.exactScore > right.exactScore }
      let (leftRank, rightRank) = (ranks[left.actor] ?? 0, ranks[right.actor] ?? 0)
      if leftRank != rightRank { return leftRank > rightRank }
      return isBefore(left, right)
    }
  }

  /// The order independent of other findings.
  static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
    if left.exactScore != right.exactScore { return left.exactScore > right.exactScore }
    if left.lastSeen != right.lastSeen { return left.lastSeen > right.lastSeen }
    return (left.rule, left.id) < (right.rule, right.id)
  }

  /// The rank of each actor: its highest score plus a small logarithmic bonus for further rules with a score of 40 or
  /// more.
  ///
  /// Many low findings therefore cannot outweigh a high one.
  static func entityRanks(_ findings: [Finding]) -> [Actor: Double] {
    var best: [Actor: Double] = [:]
    var kinds: [Actor: Set<RuleID>] = [:]
    for finding in findings {
      best[finding.actor] = max(best[finding.actor] ?? 0, finding.exactScore)
      if finding.score >= counting { kinds[finding.actor, default: []].insert(finding.rule) }
    }
    return best.reduce(into: [:]) { ranks, entry in
      let others = max(0, (kinds[entry.key]?.count ?? 0) - 1)
      ranks[entry.key] = min(100, entry.value + 3 * naturalLog(1 + Double(others)) * log2e)
    }
  }
}
