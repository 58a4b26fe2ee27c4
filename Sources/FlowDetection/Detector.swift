internal import FlowAggregation

/// Looks at what sources did and says what a person should know.
///
/// State merges: any split of the sources among workers gives the same findings, in some order that ranking settles.
protocol Detector: Sendable {
  /// The rule's page.
  static var page: RulePage { get }
  /// Looks at all sources of some networks; only a network of very many sources comes in parts.
  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext)
  /// Takes in what another worker's detector saw.
  mutating func merge(_ other: Self)
  /// What was found, in no order.
  func findings() -> [Finding]
}
