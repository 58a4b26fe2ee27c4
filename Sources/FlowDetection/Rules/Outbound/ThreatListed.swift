internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Traffic with addresses that a threat list names.
///
/// # threat-list
/// ## Title
/// Traffic with a listed address
/// ## Sees
/// every conversation between an own or internal address and one that a file of --threat-list holds
/// ## Fires when
/// any conversation passed between the two. Lists may hold addresses and CIDR ranges. Public resolvers, internal ranges
/// and ranges wider than /8 (IPv6: /16) are never matched, whatever a list says.
/// ## Score
/// begun by the own host and answered: {P5}; begun by it by TCP or UDP and not answered, or from outside with whole
/// sessions: {P4}; from outside and answered shortly: {P2}; anything else, ICMP among it: {P1}. {terms}
/// ## Evidence
/// list and entry, how old the list is beside the log, bytes both ways, whether anything was answered
/// ## Blind spots
/// Lists age, and shared hosting puts honest sites beside bad ones: an old list says so.
/// ## Techniques
/// T1071, T1105
/// ## Source
/// GuardDuty's MaliciousIPCaller.Custom and C&CActivity; RITA's threat intelligence
/// ## Respond
/// If an own host began it, find the program that did. If strangers knock, nothing is to be done.
struct ThreatListed: Detector {
  static let traits: RuleTraits = [.continuesChainInP5]
  static let deed = RuleDeed(
    "called {whom}, a listed address,",
    afterwards: "called listed addresses",
    isOfInternalHost: true
  )
  static let terms: [ScoreTerm] = [
    .log("bytes both ways", 1e3...25e6, weight: 0.5),
    .log("conversations", 1...1000, weight: 0.3),
  ]

  /// Calls from inside are told for each pair, those from outside for each listed address.
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
    // All contacts of one source come in one batch.
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
    // Answers to pings and probes go out by ICMP and look like calls.
    guard group.hasPorts else { return .p1 }
    if key.isOutbound { return outcomes.touched + outcomes.sessions > 0 ? .p5 : .p4 }
    if outcomes.sessions > 0 { return .p4 }
    return outcomes.touched > 0 ? .p2 : .p1
  }

  private static func next(_ key: Key, _ stage: Stage) -> String {
    if key.isOutbound {
      guard stage != .p1 else { return "Nothing: answers to pings and probes look like this." }
      return
        "Find the program on the host that calls there, and what it sent; look at the listed address in other tools."
    }
    return stage == .p4
      ? "The listed address had whole sessions here: see what it reached, and close that to the internet."
      : "Nothing, if the service is meant to be public; else close it to the internet."
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
      bytesBothWays: max(1, bytes),
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

  /// How much older than the log's end the list is, from a day on.
  private func age(_ list: AddressLists.List, _ network: NetworkContext) -> String {
    guard let changed = list.changed, network.logEnd > changed else { return "" }
    let days = (network.logEnd - changed) / 86_400
    return days > 0 ? ", \(days) \(days == 1 ? "day" : "days") older than the log" : ""
  }
}
