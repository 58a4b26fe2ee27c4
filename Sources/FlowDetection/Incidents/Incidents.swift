package import FlowFindings
internal import FlowModel

/// Joins findings to incidents.
///
/// From the highest rank down, each finding of medium severity or above that no incident has yet begins one, and takes
/// with it the findings that share its host, its attackers or its target at the same time. Every step follows the
/// ranking, which is a total order, so the incidents depend on nothing but the findings.
package struct Incidents {
  /// A finding below this score begins no incident.
  private static let least = 40

  private let findings: [Finding]
  private var isTaken: [Bool]
  private var byActor: [IPAddress: [Int]] = [:]
  private var byTarget: [IPAddress: [Int]] = [:]
  private var byID: [String: Int] = [:]

  private init(_ findings: [Finding]) {
    self.findings = findings
    isTaken = findings.map { _ in false }
    for (index, finding) in findings.enumerated() {
      byID[finding.id] = index
      if case .address(let address) = finding.actor { byActor[address, default: []].append(index) }
      if let target = finding.onlyTarget { byTarget[target, default: []].append(index) }
    }
  }

  /// The incidents of a run.
  ///
  /// - Parameters:
  ///   - findings: ranked findings.
  ///   - isNewDestination: whether the finding's internal host connected to the finding's peer for the first time in
  ///     the last days.
  /// - Returns: the incidents by rank; empty when no finding is of medium severity or above. No finding is part of two.
  /// - Complexity: linear in the findings, plus the pairs of findings of one actor or one target.
  package static func joined(
    _ findings: [Finding],
    isNewDestination: (Finding) -> Bool = { _ in false }
  ) -> [Incident] {
    var joining = Incidents(findings)
    var incidents: [Incident] = []
    for index in findings.indices where !joining.isTaken[index] && findings[index].score >= least {
      incidents.append(joining.incident(startingWith: index, isNewDestination))
    }
    return ranked(incidents)
  }

  /// By score, then the latest, then by id: a total order.
  private static func ranked(_ incidents: [Incident]) -> [Incident] {
    incidents.sorted { left, right in
      if left.exactScore != right.exactScore { return left.exactScore > right.exactScore }
      if left.lastSeen != right.lastSeen { return left.lastSeen > right.lastSeen }
      return left.id < right.id
    }
  }

  private mutating func incident(
    startingWith index: Int,
    _ isNewDestination: (Finding) -> Bool
  ) -> Incident {
    let lead = findings[index]
    isTaken[index] = true
    let joined = take(lead.joins.compactMap { byID[$0] })
    let scope = IncidentScope(lead, joined)
    let others = joined + take(related(to: scope)) + takeContacts(of: scope)
    var incident = Incident(lead, others: others, host: scope.host)
    if let agreement = Agreement(incident, isNewDestination) {
      incident.exactScore = max(incident.exactScore, agreement.score)
      incident.agreement = agreement.text
    }
    return incident
  }

  /// The findings that share host, attackers or target with an incident.
  private func related(to scope: IncidentScope) -> [Int] {
    let near = scope.hosts.flatMap { (byActor[$0] ?? []) + (byTarget[$0] ?? []) }
    let ofAttackers = scope.attackers.flatMap { byActor[$0] ?? [] }
    return Set(near + ofAttackers).sorted().filter { scope.includes(findings[$0]) }
  }

  /// Findings of the host below medium severity about an address that a part is about.
  private mutating func takeContacts(of scope: IncidentScope) -> [Finding] {
    guard let host = scope.host else { return [] }
    let own = byActor[host] ?? []
    var peers = Set(
      own.filter { isTaken[$0] && scope.isNear(findings[$0]) }
        .flatMap { findings[$0].targets.sample.map(\.address) }
    )
    // What is said of the host alone shares no address with it.
    peers.remove(host)
    return take(
      own.filter { index in
        scope.isNear(findings[index])
          && findings[index].targets.sample.contains { peers.contains($0.address) }
      }
    )
  }

  private mutating func take(_ indices: [Int]) -> [Finding] {
    let free = indices.filter { !isTaken[$0] }
    for index in free { isTaken[index] = true }
    return free.map { findings[$0] }
  }
}

extension Finding {
  /// The one local address that the finding is about; nil when there are several.
  var onlyTarget: IPAddress? { targets.count == 1 ? targets.sample.first?.address : nil }
}
