internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Traffic with addresses on a threat list.
///
/// # threat-list
/// ## Title
/// Traffic with a listed address
/// ## Input
/// every conversation between an internal address and an address in a file of --threat-list
/// ## Fires when
/// A conversation took place between the two addresses. Lists can contain addresses and CIDR ranges. Public resolvers,
/// internal ranges and ranges wider than /8 (IPv6: /16) are never matched.
/// ## Score
/// initiated by the internal host and answered: {P5}; initiated by the internal host over TCP or UDP and not answered,
/// or sessions initiated by the listed address: {P4}; brief answered conversations initiated by the listed address:
/// {P2}; all other traffic, including ICMP: {P1}. {terms}
/// ## Evidence
/// list and entry, age of the list relative to the log, bytes in both directions, outcome
/// ## Blind spots
/// Threat lists become outdated. On shared hosting one address serves legitimate and malicious sites. The finding
/// states the age of the list.
/// ## Techniques
/// T1071, T1105
/// ## Source
/// GuardDuty's MaliciousIPCaller.Custom and C&CActivity; threat intelligence of RITA
/// ## Respond
/// If an internal host initiated the connection, identify the process and check the host in GuardDuty. No action is
/// needed for unanswered connections from external sources.
struct ThreatListed: Detector {
  static let traits: RuleTraits = [.continuesChainInP5, .isListed]
  static let deed = RuleDeed(
    "connected to {whom}, a listed address,",
    afterwards: "connected to listed addresses",
    isOfInternalHost: true
  )
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e3...25e6, weight: 0.5),
    .log("conversations", 1...1000, weight: 0.3),
  ]

  /// Outbound connections form one finding per pair of addresses, inbound ones one finding per listed address.
  private struct Key: Hashable {
    var listed: IPAddress
    var inside: IPAddress?
    var isOutbound: Bool
  }

  private struct Group: Sendable {
    var match: AddressLists.Match
    var service: Service?
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var replyBytes: UInt64 = 0
    var sure: UInt64 = 0
    var hasPorts = false
    var inside: Set<IPAddress> = []

    mutating func add(_ servicePair: ThreatServicePair) {
      if service != servicePair.service { service = nil }
      if ProtocolNumber.hasPorts(servicePair.service.protocolNumber) { hasPorts = true }
      inside.insert(servicePair.inside)
      outcomes.add(servicePair.outcomes)
      sums.add(servicePair.sums)
      replyBytes = replyBytes.addingSaturated(servicePair.replyBytes)
      sure += servicePair.sure
    }
  }

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    // All host-service pairs of one source come in one batch.
    var groups: [Key: Group] = [:]
    for servicePair in observations.threats
    where !servicePair.isOutbound
      || !AnonymityNetwork.isRelays(network.threats[servicePair.match.list])
    {
      let key = Key(
        listed: servicePair.listed,
        inside: servicePair.isOutbound ? servicePair.inside : nil,
        isOutbound: servicePair.isOutbound
      )
      groups[key, default: Group(match: servicePair.match, service: servicePair.service)].add(
        servicePair
      )
    }
    for (key, group) in groups { found.add(finding(key, group, network)) }
  }

  mutating func merge(_ other: ThreatListed) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private static func stage(_ key: Key, _ group: Group) -> Stage {
    let outcomes = group.outcomes
    // ICMP replies to pings and probes look like outbound connections.
    guard group.hasPorts else { return .p1 }
    if key.isOutbound { return outcomes.touched + outcomes.sessions > 0 ? .p5 : .p4 }
    if outcomes.sessions > 0 { return .p4 }
    return outcomes.touched > 0 ? .p2 : .p1
  }

  private static func next(_ key: Key, _ stage: Stage) -> String {
    if key.isOutbound {
      guard stage != .p1 else {
        return "No action is needed: ICMP replies to pings and probes look like this."
      }
      return
        "Identify the process on the host that connects to the address and the data that it sent. Check the address in other threat-intelligence sources and the host in GuardDuty."
    }
    return stage == .p4
      ? "The listed address had complete sessions. Check the services that it used, and remove their public inbound rules from the security group."
      : "No action is needed if the service is intentionally public. Otherwise remove its public inbound rule from the security group."
  }

  private func finding(_ key: Key, _ group: Group, _ network: NetworkContext) -> Finding {
    let list = network.threats[group.match.list]
    var draft = FindingDraft(
      Self.rule,
      title: key.isOutbound ? "Connection to a listed address" : "Connection from a listed address",
      stage: Self.stage(key, group),
      actor: .address(key.inside ?? key.listed)
    )
    draft.next = Self.next(key, draft.stage)
    draft.key = [key.listed.description]
    let bytes = Double(group.sums.bytes) + Double(group.replyBytes)
    draft.score = Self.score(
      bytesInBothDirections: max(1, bytes),
      conversations: Double(group.outcomes.total)
    )
    draft.note(group.outcomes, sure: group.sure)
    draft.service = group.service
    draft.actorIsInternal = key.isOutbound
    let targets = key.isOutbound ? [key.listed] : group.inside.sorted()
    draft.targets = Targets(
      count: UInt64(targets.count),
      isExact: true,
      sample: targets.prefix(8).map { Target(address: $0, service: group.service) }
    )
    draft.sums = group.sums
    draft.detail =
      "list \(list.name), entry \(group.match.network)\(age(list, network)); \(draft.detail)"
    draft.suppression = SuppressionScope(
      source: draft.actor.description,
      destination: key.isOutbound ? key.listed : nil
    )
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: key.inside ?? key.listed),
      destination: key.isOutbound ? key.listed : nil
    )
    draft.evidence.isOutward = key.isOutbound
    return draft.finding
  }

  /// The age of the list at the end of the log, if it is a day or more.
  private func age(_ list: AddressLists.List, _ network: NetworkContext) -> String {
    guard let changed = list.changed, network.logEnd > changed else { return "" }
    let days = (network.logEnd - changed) / 86_400
    return days > 0 ? ", \(days) \(days == 1 ? "day" : "days") older than the log" : ""
  }
}
