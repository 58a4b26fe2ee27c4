internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

extension BaselineEntry {
  /// Two internal hosts that communicate.
  static func inner(_ servicePair: HostServicePair) -> BaselineEntry {
    BaselineEntry(
      .inner,
      host: servicePair.source,
      peer: IPNetwork(only: servicePair.destination),
      service: servicePair.service
    )
  }
}
