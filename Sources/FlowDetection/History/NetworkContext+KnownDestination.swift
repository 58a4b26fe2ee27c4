internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

extension NetworkContext {
  /// With so many networks next to each other the host uses a provider whose addresses rotate.
  private static let leastSiblings = 3

  /// On how many earlier days a host used a destination, or one that stands for it; nil if it is new for the host.
  ///
  /// The addresses of a service rotate: a backup that goes to another network of the same service every day is not
  /// new every day. A destination is known by its network (/24, IPv6: /48), by its AWS service and region, by the
  /// autonomous system that owns it where the host used the service before, or by three networks of its range (/16,
  /// IPv6: /32) that the host used with the service.
  ///
  /// - Parameters:
  ///   - host: the internal host.
  ///   - use: the network and the service.
  ///   - address: an address of the network.
  ///   - baseline: what is known of earlier runs.
  /// - Returns: the days; nil if it is new.
  func daysKnown(
    _ host: IPAddress,
    _ use: NetworkUse,
    _ address: IPAddress,
    in baseline: Baseline
  ) -> UInt32? {
    let entry = BaselineEntry(.outward, host: host, peer: use.network, service: use.service)
    if let seen = baseline.seen(entry) { return seen.days }
    let labels =
      [listedAWSService(address).map { (BaselineEntry.Kind.awsService, $0) }]
      + originLabels(address).filter { $0.hasPrefix("AS") }.map { (.origin, $0) }
    if baseline.uses(use.service, host) {
      for (kind, label) in labels.compactMap(\.self) {
        if let seen = baseline.seen(BaselineEntry(kind, host: host, label: label)) {
          return seen.days
        }
      }
    }
    let siblings = baseline.siblings(of: use.network, host, use.service)
    return siblings >= Self.leastSiblings ? UInt32(siblings) : nil
  }
}
