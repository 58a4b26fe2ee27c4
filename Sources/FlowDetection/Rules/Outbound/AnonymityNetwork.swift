internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Traffic with the Tor network.
///
/// # tor
/// ## Title
/// Traffic with the Tor network
/// ## Sees
/// conversations with addresses of a threat list whose file name begins with tor; without one, lasting conversations
/// with the ports of relays (9001, 9030, 9050, 9051, 9150)
/// ## Fires when
/// with a list: an own host begins a conversation with a listed address and is answered. Without: sessions with relay
/// ports of at least {relays|three} outside addresses.
/// ## Score
/// with a list {P5}; without {P2}: {terms}
/// ## Evidence
/// relays, bytes each way
/// ## Blind spots
/// Bridges are on no list. Relays on port 443 are found by a list alone.
/// ## Techniques
/// T1090.003
/// ## Source
/// GuardDuty's TorClient; the Tor project's lists of relays
/// ## Respond
/// Ask whether somebody researches. Otherwise find the program: it hides where it reports to.
struct AnonymityNetwork: Detector {
  static let deed = RuleDeed("talked to the Tor network")
  static let thresholds: [Threshold] = [
    .count(
      "relays",
      3,
      of: "outside addresses on whose relay ports there are sessions, without a list"
    )
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes both ways", 1e4...1e9, weight: 0.5),
    .log("relays", 1...50, weight: 0.3),
  ]

  /// A list with relays has a name that begins so.
  static let listName = "tor"

  fileprivate struct Relays {
    var isListed = false
    var addresses: Set<IPAddress> = []
    var service: Service?
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var replyBytes: UInt64 = 0
  }

  private var found = Found()

  /// Whether a list holds relays of the Tor network.
  static func isRelays(_ list: AddressLists.List) -> Bool {
    let file = list.name.split(separator: "/").last.map(String.init) ?? list.name
    return file.lowercased().hasPrefix(listName)
  }

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    // All contacts of one source come in one batch.
    var listed: [IPAddress: Relays] = [:]
    for servicePair in observations.threats
    where servicePair.isOutbound && servicePair.outcomes.touched + servicePair.outcomes.sessions > 0
      && Self.isRelays(network.threats[servicePair.match.list])
    {
      var relays = listed[servicePair.inside] ?? Relays()
      relays.isListed = true
      relays.add(
        servicePair.listed,
        servicePair.service,
        servicePair.outcomes,
        servicePair.sums,
        servicePair.replyBytes
      )
      listed[servicePair.inside] = relays
    }
    var guessable: [IPAddress: Relays] = [:]
    for servicePair in observations.servicePairs
    where servicePair.trafficDirection == .outbound && Ports.tor.contains(servicePair.service.port)
      && servicePair.outcomes.sessions > 0 && listed[servicePair.source] == nil
    {
      guessable[servicePair.source, default: Relays()].add(
        servicePair.destination,
        servicePair.service,
        servicePair.outcomes,
        servicePair.sums,
        servicePair.replyBytes
      )
    }
    for (host, relays) in listed { found.add(finding(host, relays)) }
    for (host, relays) in guessable
    where relays.addresses.count >= network.thresholds.anonymityNetwork.relays {
      found.add(finding(host, relays))
    }
  }

  mutating func merge(_ other: AnonymityNetwork) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(_ host: IPAddress, _ relays: Relays) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: relays.isListed ? "Connection to the Tor network" : "Connections to Tor relay ports",
      stage: relays.isListed ? .p5 : .p2,
      actor: .address(host)
    )
    let bytes = relays.sums.bytes.addingSaturated(relays.replyBytes)
    draft.score = Self.score(
      bytesBothWays: max(1, Double(bytes)),
      relays: Double(relays.addresses.count)
    )
    draft.note(relays.outcomes, sure: relays.outcomes.total)
    draft.actorIsInternal = true
    draft.service = relays.service
    draft.sums = relays.sums
    draft.targets = Targets(
      count: UInt64(relays.addresses.count),
      isExact: true,
      sample: relays.addresses.sorted().prefix(8).map { Target(address: $0) }
    )
    draft.detail =
      "\(NumberText.bytes(relays.sums.bytes)) out, \(NumberText.bytes(relays.replyBytes)) back"
    draft.suppression = SuppressionScope(source: host.description)
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: host),
      destination: relays.addresses.count == 1 ? relays.addresses.first : nil,
      port: relays.service?.port
    )
    draft.evidence.isOutward = true
    return draft.finding
  }
}

extension AnonymityNetwork.Relays {
  fileprivate mutating func add(
    _ address: IPAddress,
    _ service: Service,
    _ outcomes: OutcomeCounts,
    _ sums: RecordSums,
    _ replyBytes: UInt64
  ) {
    self.service = addresses.isEmpty || self.service == service ? service : nil
    addresses.insert(address)
    self.outcomes.add(outcomes)
    self.sums.add(sums)
    self.replyBytes = self.replyBytes.addingSaturated(replyBytes)
  }
}
