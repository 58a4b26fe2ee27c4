internal import FlowAggregation
internal import FlowFindings

/// A rule, as one file of this module describes it; its entry of the catalog is made from that file.
protocol DetectionRule {
  /// The rule's entry of the catalog.
  static var rule: Rule { get }
  /// What others must know of it beyond its findings.
  static var traits: RuleTraits { get }
  /// On which values it depends whether it fires; those in force are `network.thresholds`.
  static var thresholds: [Threshold] { get }
  /// The measured values that add to the score; the build makes `score` from them.
  static var terms: [ScoreTerm] { get }
}

extension DetectionRule {
  static var traits: RuleTraits { [] }
  static var thresholds: [Threshold] { [] }
  static var terms: [ScoreTerm] { [] }
}

/// Looks at what the stages observed and says what a person should know.
///
/// State merges: any split of the observations among workers gives the same findings, in some order that ranking
/// settles.
protocol Detector: DetectionRule, Sendable {
  /// A detector that has seen nothing.
  init()
  /// Looks at a batch. All sources of a network come in one batch, unless there are very many.
  mutating func observe(_ observations: Observations, _ network: NetworkContext)
  /// Takes in what another worker's detector saw.
  mutating func merge(_ other: Self)
  /// What was found, in no order.
  func findings(_ context: CompleteContext) -> Found
}

extension Detector {
  /// Takes in another worker's detector of the same kind.
  mutating func merge(any other: any Detector) {
    if let other = other as? Self { merge(other) }
  }
}

/// Joins what other detectors found.
protocol FindingJoin: DetectionRule, Sendable {
  /// What follows from the findings together.
  static func findings(from findings: [Finding], _ context: CompleteContext) -> [Finding]
}
