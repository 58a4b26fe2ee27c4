internal import FlowAggregation
internal import FlowFindings

/// A rule, declared in one file of this module.
///
/// The build generates its catalog entry from that file.
protocol DetectionRule {
  /// The rule's entry of the catalog.
  static var rule: Rule { get }
  /// Properties of the rule beyond its findings.
  static var traits: RuleTraits { get }
  /// The thresholds of the rule.
  ///
  /// The values in force are in `network.thresholds`.
  static var thresholds: [Threshold] { get }
  /// The measured values that contribute to the score.
  ///
  /// The build generates `score` from them.
  static var terms: [ScoreTerm] { get }
}

extension DetectionRule {
  static var traits: RuleTraits { [] }
  static var thresholds: [Threshold] { [] }
  static var terms: [ScoreTerm] { [] }
}

/// Derives findings from the observations of the stages.
///
/// State can be merged: any split of the observations among workers gives the same findings. Ranking orders them.
protocol Detector: DetectionRule, Sendable {
  /// A detector without observations.
  init()
  /// Evaluates a batch.
  ///
  /// All sources of a source prefix are in one batch, unless there are very many.
  mutating func observe(_ observations: Observations, _ network: NetworkContext)
  /// Merges the state of another worker's detector.
  mutating func merge(_ other: Self)
  /// The findings, in no order.
  func findings(_ context: CompleteContext) -> Found
}

extension Detector {
  /// Merges another worker's detector of the same type.
  mutating func merge(any other: any Detector) {
    if let other = other as? Self { merge(other) }
  }
}

/// Correlates the findings of other detectors.
protocol FindingJoin: DetectionRule, Sendable {
  /// The findings that follow from several findings together.
  static func findings(from findings: [Finding], _ context: CompleteContext) -> [Finding]
}
