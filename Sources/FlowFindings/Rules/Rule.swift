/// A rule in the catalog.
///
/// The build generates it from the rule's file in FlowDetection.
public struct Rule: Sendable {
  /// The ids of its findings.
  ///
  /// The first one identifies the rule.
  public let ids: [RuleID]
  /// The kind of behavior that it detects: the folder of its file.
  public let family: RuleFamily
  /// The page that `weir explain` prints.
  public let page: RulePage
  /// Properties for reporters and the comparison of runs.
  package let traits: RuleTraits
  /// The action of the actor in a sentence; nil if the title states it.
  package let deed: RuleDeed?
  /// The thresholds of the firing condition.
  ///
  /// Settings can change them.
  package let thresholds: [Threshold]
  /// The measured values that contribute to its score.
  package let terms: [ScoreTerm]

  /// The id that identifies the rule.
  public var id: RuleID { ids[0] }

  /// ATT&CK techniques, by id.
  public var techniques: [String] { page.techniques }

  /// The tactics of its techniques, each once, in order.
  public var tactics: [AttackTactic] { AttackTactic.all(of: techniques) }
}

/// The kind of behavior that a rule detects.
public enum RuleFamily: String, Sendable, CaseIterable {
  /// Reconnaissance by external sources and internal hosts.
  case scans = "Scans"
  /// Brute force, and successful logins after it.
  case bruteForce = "BruteForce"
  /// Attacks of internal hosts on other hosts.
  case outbound = "Outbound"
  /// Deviation from the baseline, from other hosts or from the protocol.
  case anomaly = "Anomaly"
  /// Exposure, configuration, cost and log coverage.
  case hygiene = "Hygiene"
}
