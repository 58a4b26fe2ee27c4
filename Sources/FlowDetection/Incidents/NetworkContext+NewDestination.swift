internal import FlowAggregation
package import FlowFindings
internal import FlowModel

extension NetworkContext {
  /// For so many days a destination counts as new, as in the first-seen modifier of RITA.
  private static let newDays: UInt32 = 7
  private static let day: UInt32 = 86_400

  /// Whether the internal host of a finding first connected to the finding's peer in the last days.
  ///
  /// A host does not get used to a destination overnight, so that an implant stays new for a week. What the baseline
  /// learned in its first week says nothing of age: then everything was new.
  package func isNewDestination(_ finding: Finding) -> Bool {
    guard let baseline = settledBaseline, let host = finding.address, finding.actorIsInternal,
      let peer = finding.onlyTarget, let service = finding.service
    else { return false }
    let use = NetworkUse(around: peer, service)
    let entry = BaselineEntry(.outward, host: host, peer: use.network, service: service)
    guard let seen = baseline.seen(entry) else {
      return daysKnown(host, use, peer, in: baseline) == nil
    }
    let learning = UInt64(baseline.firstStart) + UInt64(Self.newDays * Self.day)
    return UInt64(seen.first) >= learning
      && UInt64(finding.lastSeen) < UInt64(seen.first) + UInt64(Self.newDays * Self.day)
  }
}
