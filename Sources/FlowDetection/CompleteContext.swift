package import FlowAggregation
internal import FlowModel

/// What rules may read once every source was seen: the network, and what only all sources together tell.
///
/// A type of its own, so that no rule can read while it observes what is not known yet.
@dynamicMemberLookup
package struct CompleteContext: Sendable {
  /// What was known before.
  package let network: NetworkContext
  /// How common outside services are.
  package let prevalence: Prevalence
  /// What the log itself is like.
  package let quality: LogQuality
  /// The /24s and /48s of sources that try passwords here.
  var bruteForceSources: Set<IPNetwork> = []

  /// Adds what is known at the end to what was known before.
  package init(
    _ network: NetworkContext,
    prevalence: Prevalence = Prevalence(),
    quality: LogQuality = LogQuality()
  ) {
    (self.network, self.prevalence, self.quality) = (network, prevalence, quality)
  }

  /// What was known before.
  package subscript<Value>(dynamicMember path: KeyPath<NetworkContext, Value>) -> Value {
    network[keyPath: path]
  }
}
