internal import FlowAggregation
internal import FlowFindings

/// A rule, as one file of this module describes it; its entry of the catalog is made from that file.
protocol DetectionRule {
  /// The rule's entry of the catalog.
  static var rule: Rule { get }
}

/// Looks at what the stages observed and says what a person should know.
///
/// State merges: any split of the observations among workers gives the same findings, in some order that ranking settles.
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
