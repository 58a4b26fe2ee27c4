internal import FlowModel

/// Finds the findings that concern the investigation target.
///
/// Findings name their actor, and samples of members and targets. Where a sample does not hold all of them, the
/// investigation target's own conversations tell whether the finding counts one of them.
struct PivotFindings {
  /// So many host-service pairs are asked for findings whose actors nobody can list.
  private static let servicePairLimit = 4096

  private let investigated: InvestigationTarget
  private let ranges: InvestigationRanges
  private let report: Report
  private let servicePairs: [InvestigationContact]
  private let byPeer: [IPAddress: [InvestigationContact]]

  init(_ investigated: InvestigationTarget, _ traffic: InvestigationTraffic, _ report: Report) {
    self.investigated = investigated
    self.report = report
    ranges = InvestigationRanges(traffic.networks)
    servicePairs = traffic.servicePairs.rows
    byPeer = Dictionary(grouping: servicePairs, by: \.peer)
  }

  /// The findings that concern the investigation target, suppressed ones behind the others.
  var concerns: [Pivot.Concern] {
    let shown = report.findings.compactMap { concern($0, nil) }
    return shown + report.suppressed.compactMap { concern($0.finding, $0.entry) }
  }

  /// What inside hosts did that answered the investigation target, from the first answered host-service pair on.
  var afterwards: [Finding] {
    guard !investigated.isService else { return [] }
    var reached: [IPAddress: UInt32] = [:]
    for servicePair in servicePairs
    where servicePair.initiator == .investigated && servicePair.sums.answered > 0 {
      reached[servicePair.peer] = min(reached[servicePair.peer] ?? .max, servicePair.sums.first)
    }
    return report.findings.filter { finding in
      guard finding.actorIsInternal, case .address(let actor) = finding.actor,
        !ranges.contains(actor), let first = reached[actor]
      else { return false }
      return finding.lastSeen >= first
    }
  }

  private func concern(_ finding: Finding, _ suppression: Suppression?) -> Pivot.Concern? {
    if investigated.isService {
      return isAboutService(finding)
        ? Pivot.Concern(
          finding: finding,
          role: .target,
          isByTraffic: false,
          suppression: suppression
        ) : nil
    }
    let named = namedRole(finding)
    guard let role = named ?? countedRole(finding) else { return nil }
    return Pivot.Concern(
      finding: finding,
      role: role,
      isByTraffic: named == nil,
      suppression: suppression
    )
  }

  // MARK: By name

  /// Whether a finding is about one of the services that the investigation asks for, at one of its servers.
  private func isAboutService(_ finding: Finding) -> Bool {
    investigated.services.contains { service in
      guard finding.service?.port == service.port else { return false }
      return service.network.map { network in
        finding.targets.sample.contains { network.contains($0.address) }
      } ?? true
    }
  }

  private func namedRole(_ finding: Finding) -> Pivot.Role? {
    switch finding.actor {
    case .address(let address) where ranges.contains(address): return .actor
    case .prefix(let network) where covers(network): return .actor
    default: break
    }
    if finding.members?.sample.contains(where: ranges.contains) == true { return .member }
    let isTarget = finding.targets.sample.contains { target in
      ranges.contains(target.address)
        || target.interface.map(investigated.interfaces.contains) == true
    }
    return isTarget ? .target : nil
  }

  /// Whether all of a network belongs to the investigation target.
  private func covers(_ network: IPNetwork) -> Bool {
    ranges.networks.contains { $0.contains(network.base) && $0.contains(network.last) }
  }

  // MARK: By traffic

  private func countedRole(_ finding: Finding) -> Pivot.Role? {
    let query = finding.evidenceQuery
    guard
      query.source != nil || !query.members.isEmpty || query.destination != nil
        || query.port != nil
    else { return nil }
    if !hasAllTargets(finding),
      candidates(from: query).contains(where: { counts($0, finding) && isAimedAt($0, query) })
    {
      return .target
    }
    guard let members = finding.members, UInt64(members.sample.count) < members.count,
      candidates(to: query).contains(where: { counts($0, finding) && isFrom($0, query) })
    else { return nil }
    return .member
  }

  private func hasAllTargets(_ finding: Finding) -> Bool {
    finding.targets.isExact && UInt64(finding.targets.sample.count) >= finding.targets.count
  }

  /// Host-service pairs that peers began whom the query may mean.
  private func candidates(from query: EvidenceQuery) -> [InvestigationContact] {
    if let source = query.source, source.isOneAddress { return byPeer[source.base] ?? [] }
    if !query.members.isEmpty { return query.members.sorted().flatMap { byPeer[$0] ?? [] } }
    return Array(servicePairs.prefix(Self.servicePairLimit))
  }

  /// Host-service pairs that the investigation target began with peers whom the query may mean.
  private func candidates(to query: EvidenceQuery) -> [InvestigationContact] {
    if let destination = query.destination { return byPeer[destination] ?? [] }
    return Array(servicePairs.prefix(Self.servicePairLimit))
  }

  private func counts(_ servicePair: InvestigationContact, _ finding: Finding) -> Bool {
    let query = finding.evidenceQuery
    return servicePair.sums.first <= finding.lastSeen && servicePair.sums.last >= finding.firstSeen
      && (query.port == nil || query.port == servicePair.service.port)
      && (query.protocols.isEmpty || query.protocols.contains(servicePair.service.protocolNumber))
      && (!query.isRejected || servicePair.sums.rejected > 0)
  }

  /// Whether the peer is a source that the query means, and the investigation target a destination.
  private func isAimedAt(_ servicePair: InvestigationContact, _ query: EvidenceQuery) -> Bool {
    guard servicePair.initiator == .peer else { return false }
    if !query.members.isEmpty, !query.members.contains(servicePair.peer) { return false }
    if let source = query.source {
      guard source.contains(servicePair.peer) else { return false }
    } else if query.members.isEmpty, !query.isAnySource, isInside(servicePair.peer) {
      return false
    }
    if let destination = query.destination { return ranges.contains(destination) }
    if let network = query.destinationNetwork { return overlaps(network) }
    return query.isOutward != ranges.networks.contains { isInside($0.base) }
  }

  /// Whether the investigation target is a source that the query means, and the peer a destination.
  private func isFrom(_ servicePair: InvestigationContact, _ query: EvidenceQuery) -> Bool {
    guard servicePair.initiator == .investigated else { return false }
    if let source = query.source {
      guard overlaps(source) else { return false }
    } else if !query.isAnySource, ranges.networks.contains(where: { isInside($0.base) }) {
      return false
    }
    if let destination = query.destination { return destination == servicePair.peer }
    if let network = query.destinationNetwork { return network.contains(servicePair.peer) }
    return query.isOutward != isInside(servicePair.peer)
  }

  private func overlaps(_ network: IPNetwork) -> Bool {
    ranges.networks.contains { $0.contains(network.base) || network.contains($0.base) }
  }

  private func isInside(_ address: IPAddress) -> Bool {
    report.internalRanges.contains(address) || report.own.contains(address)
  }
}
