package import FlowAggregation
internal import FlowModel

/// The context of rules after all sources were observed: the network, and data that depends on all sources.
///
/// A separate type, so that no rule can read this data before it is complete.
@dynamicMemberLookup
package struct CompleteContext: Sendable {
  /// The context that was known before the observations.
  package let network: NetworkContext
  /// The prevalence of external services.
  package let prevalence: Prevalence
  /// The coverage of the log.
  package let quality: LogQuality
  /// The source prefixes (/24, IPv6: /48) of brute-force sources.
  var bruteForceSources: Set<IPNetwork> = []

  /// Adds the data of the complete log to the network context.
  package init(
    _ network: NetworkContext,
    prevalence: Prevalence = Prevalence(),
    quality: LogQuality = LogQuality()
  ) {
    (self.network, self.prevalence, self.quality) = (network, prevalence, quality)
  }

  /// Forwards to the network context.
  package subscript<Value>(dynamicMember path: KeyPath<NetworkContext, Value>) -> Value {
    network[keyPath: path]
  }
}
