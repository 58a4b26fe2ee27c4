public import FlowModel

/// Everything about the investigation target: hosts, or the users of a service.
public struct Pivot: Sendable {
  /// In which part the investigation target stands in a finding.
  public enum Role: String, Sendable, CaseIterable {
    /// It did what was found.
    case actor
    /// It is one of those who did.
    case member
    /// It was done to it.
    case target
  }

  /// A finding that concerns the investigation target.
  public struct Concern: Sendable {
    /// The finding.
    public var finding: Finding
    /// The investigation target's part.
    public var role: Role
    /// Whether the finding does not name it, but counts its conversations: samples hold a few addresses only.
    public var isByTraffic: Bool
    /// The entry that left the finding out of the report, if one did.
    public var suppression: Suppression?
  }

  /// The investigation target.
  public var investigated: InvestigationTarget
  /// Which of its conversations count.
  public var filter = InvestigationFilter()
  /// Whether it lies inside the network; nil when that is not known, or only a part does.
  public var isInside: Bool?
  /// Plain sums over the records with it.
  public var records: RecordSums
  /// The windows of an interface without traffic.
  public var quiet: QuietWindows
  /// Accepted and rejected ones over time.
  public var timeline: TrafficTimeline
  /// Its conversations.
  public var traffic: InvestigationTraffic
  /// The findings that concern it, by rank.
  public var concerns: [Concern]
  /// Later findings of internal hosts that answered it: findings of which they are the actors, by rank.
  public var afterwards: [Finding]

  /// Puts together what a run found out.
  ///
  /// - Parameters:
  ///   - investigated: what the investigation is about.
  ///   - tally: its records.
  ///   - traffic: its conversations.
  ///   - report: everything else.
  public init(
    _ investigated: InvestigationTarget,
    _ tally: InvestigationTally,
    _ traffic: InvestigationTraffic,
    _ report: Report
  ) {
    self.investigated = investigated
    records = tally.sums
    quiet = tally.quiet
    timeline = tally.timeline
    self.traffic = traffic
    isInside = Self.isInside(traffic.networks, report)
    let search = PivotFindings(investigated, traffic, report)
    concerns = search.concerns
    afterwards = search.afterwards
  }

  /// Peers that did what findings of this score or a higher one tell stand above all others.
  package static let leastSuspicious = 40

  /// The peers kept, in the order in which they are shown.
  ///
  /// Actors of grave findings that concern the investigation target or came after it stand first, then the peers with
  /// the most bytes. Of a service, its users stand first and its attackers last.
  package var peersByInterest: [InvestigationPeer] {
    let last = attackers
    let first = investigated.isService ? [:] : actors { $0.score >= Self.leastSuspicious }
    func rank(_ peer: InvestigationPeer) -> Int {
      last.contains(peer.address) ? -1 : first[peer.address] ?? 0
    }
    let ranked = traffic.peers.rows.enumerated().sorted { left, right in
      (rank(right.element), left.offset) < (rank(left.element), right.offset)
    }
    return ranked.map(\.element)
  }

  /// Of a service: the actors of findings that concern it; none of hosts.
  ///
  /// Rules about something new, or about the service itself, have its ordinary users as actors.
  var attackers: Set<IPAddress> {
    guard investigated.isService else { return [] }
    let actors = actors {
      $0.rule.traits.isDisjoint(with: [.isUnusual, .isAboutTarget])
    }
    return Set(actors.keys)
  }

  /// The actors of some of the findings that concern the investigation target or came after it, with their highest
  /// score.
  private func actors(of isCounted: (Finding) -> Bool) -> [IPAddress: Int] {
    var actors: [IPAddress: Int] = [:]
    for finding in concerns.map(\.finding) + afterwards where isCounted(finding) {
      var own = finding.members?.sample ?? []
      if case .address(let actor) = finding.actor { own.append(actor) }
      for actor in own { actors[actor] = max(actors[actor] ?? 0, finding.score) }
    }
    return actors
  }

  /// The same without the raw lines of findings.
  public var withoutEvidence: Pivot {
    var pivot = self
    for place in concerns.indices { pivot.concerns[place].finding.evidence = [] }
    for place in afterwards.indices { pivot.afterwards[place].evidence = [] }
    return pivot
  }

  /// Whether any record holds it, be it one without traffic.
  public var occurs: Bool { hasTraffic || quiet.total > 0 }

  /// Whether any record of traffic holds it.
  public var hasTraffic: Bool { records.records > 0 }

  /// Whether it may have several addresses.
  public var hasMembers: Bool { investigated.address == nil }

  /// An interface whose local address is not known, so that nobody can tell who its peers are.
  public var lacksAddress: Bool {
    !investigated.isService && occurs && traffic.networks.isEmpty
  }

  /// What holds for all networks; nil where they differ.
  private static func isInside(_ networks: [IPNetwork], _ report: Report) -> Bool? {
    let answers = Set(networks.map { isInside($0, report) })
    return answers.count == 1 ? answers.first ?? nil : nil
  }

  private static func isInside(_ first: IPNetwork, _ report: Report) -> Bool? {
    let (base, last) = (
      report.internalRanges.contains(first.base), report.internalRanges.contains(first.last)
    )
    if base, last { return true }
    if first.isOneAddress { return report.own.contains(first.base) }
    return base || last || report.own.contains(where: first.contains) ? nil : false
  }
}
