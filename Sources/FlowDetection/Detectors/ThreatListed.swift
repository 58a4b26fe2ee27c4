internal import FlowAggregation
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
/// begun by the own host: P5, 70 to 89; from outside with whole sessions: P4, 40 to 69; answered shortly: P2, 20 to 39;
/// not answered: P1, 5 to 29. 0.5 log bytes both ways 1e3..25e6, 0.3 log conversations 1..1000
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
  private struct Key: Hashable {
    var listed: IPAddress
    var inside: IPAddress
    var isOutbound: Bool
  }

  private struct Group: Sendable {
    var match: AddressLists.Match
    var service: Service?
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var replyBytes: UInt64 = 0
    var sure: UInt64 = 0

    mutating func add(_ contact: ThreatContact) {
      if service != contact.service { service = nil }
      outcomes.add(contact.outcomes)
      sums.add(contact.sums)
      replyBytes += contact.replyBytes
      sure += contact.sure
    }
  }

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    // Contacts of one source come in one batch or in the next one; a pair that is cut gives two findings of one id, of
    // which the higher one stays.
    var groups: [Key: Group] = [:]
    for contact in observations.threats {
      let key = Key(
        listed: contact.listed,
        inside: contact.inside,
        isOutbound: contact.isOutbound
      )
      groups[key, default: Group(match: contact.match, service: contact.service)].add(contact)
    }
    for (key, group) in groups { found.add(finding(key, group, network)) }
  }

  mutating func merge(_ other: ThreatListed) { found.add(other.found) }

  func findings(_ network: NetworkContext) -> Found { found }

  private static func stage(_ key: Key, _ outcomes: OutcomeCounts) -> Stage {
    if key.isOutbound { return .p5 }
    if outcomes.sessions > 0 { return .p4 }
    return outcomes.touched > 0 ? .p2 : .p1
  }

  private func finding(_ key: Key, _ group: Group, _ network: NetworkContext) -> Finding {
    let list = network.threats[group.match.list]
    var draft = FindingDraft(
      Self.page,
      title: key.isOutbound ? "Call to a listed address" : "Listed address calls",
      stage: Self.stage(key, group.outcomes),
      actor: .address(key.isOutbound ? key.inside : key.listed)
    )
    draft.key = [key.listed.description, key.inside.description]
    let bytes = Double(group.sums.bytes) + Double(group.replyBytes)
    draft.score.addLog("bytes both ways", max(1, bytes), from: 1e3, to: 25e6, weight: 0.5)
    draft.score.addLog(
      "conversations",
      Double(group.outcomes.total),
      from: 1,
      to: 1000,
      weight: 0.3
    )
    draft.note(group.outcomes, sure: group.sure)
    draft.service = group.service
    draft.actorIsInternal = key.isOutbound
    let target = Target(
      address: key.isOutbound ? key.listed : key.inside,
      port: group.service?.port
    )
    draft.targets = Targets(count: 1, isExact: true, sample: [target])
    draft.sums = group.sums
    draft.detail =
      "list \(list.name), entry \(group.match.network)\(age(list, network)); \(draft.detail)"
    draft.suppression = SuppressionScope(
      source: draft.actor.description,
      destination: target.address
    )
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: key.isOutbound ? key.inside : key.listed),
      destination: target.address
    )
    draft.evidence.isOutward = key.isOutbound
    return draft.finding
  }

  /// How much older than the log's end the list is, from a day on.
  private func age(_ list: AddressLists.List, _ network: NetworkContext) -> String {
    guard let changed = list.changed, network.logEnd > changed else { return "" }
    let days = (network.logEnd - changed) / 86_400
    return days > 0 ? ", \(days) days older than the log" : ""
  }
}
