/// A rule as the catalog knows it: made from the rule's file in FlowDetection when the package is built.
public struct Rule: Sendable {
  /// The ids that findings carry; the first one names the rule.
  public let ids: [RuleID]
  /// What kind of behaviour it looks for: the folder in which it lies.
  public let family: RuleFamily
  /// What `weir explain` prints.
  public let page: RulePage
  /// What reporters and the comparison of runs must know of it.
  package let traits: RuleTraits
  /// What an actor did, in a sentence; nil where the title says it.
  package let deed: RuleDeed?
  /// The values on which it depends whether it fires; settings may change them.
  package let thresholds: [Threshold]
  /// The measured values that add to its score.
  package let terms: [ScoreTerm]

  /// The id that names the rule.
  public var id: RuleID { ids[0] }

  /// ATT&CK techniques, by id.
  public var techniques: [String] { page.techniques }

  /// The tactics of its techniques, each once, in order.
  public var tactics: [AttackTactic] { AttackTactic.all(of: techniques) }
}

/// What kind of behaviour a rule looks for.
public enum RuleFamily: String, Sendable, CaseIterable {
  /// Reconnaissance, from outside and within the network.
  case scans = "Scans"
  /// Brute force, and logins that follow it.
  case bruteForce = "BruteForce"
  /// What internal hosts do to others.
  case outbound = "Outbound"
  /// What is unlike the past, unlike other hosts or unlike the protocol.
  case anomaly = "Anomaly"
  /// Exposure, configuration, cost, and the log itself.
  case hygiene = "Hygiene"
}
