internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

extension Sighting {
  /// Two internal hosts that talk.
  static func inner(_ contact: Contact) -> Sighting {
    Sighting(
      .inner,
      host: contact.source,
      peer: IPNetwork(only: contact.destination),
      service: contact.service
    )
  }
}
