internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Traffic with the Tor network.
///
/// # tor
/// ## Title
/// Traffic with the Tor network
/// ## Input
/// conversations with addresses of a threat list whose file name begins with tor; without such a list, sessions with
/// the relay ports 9001, 9030, 9050, 9051 and 9150
/// ## Fires when
/// With a list: an internal host initiates a conversation with a listed address and gets a response. Without a list:
/// sessions exist with relay ports of at least {relays|three} external addresses.
/// ## Score
/// with a list {P5}; without a list {P2}: {terms}
/// ## Evidence
/// relays, bytes in both directions
/// ## Blind spots
/// Tor bridges are not on public lists. Relays on port 443 are only detected with a list.
/// ## Techniques
/// T1090.003
/// ## Source
/// GuardDuty's TorClient; relay lists of the Tor Project
/// ## Respond
/// Ask the owner of the host whether Tor is used for an authorized purpose. Otherwise identify the process, because Tor
/// hides the command-and-control server. Block the traffic in the outbound rules of the security group. Check GuardDuty
/// for TorClient findings.
struct AnonymityNetwork: Detector {
  static let deed = RuleDeed("connected to the Tor network")
  static let thresholds: [Threshold] = [
    .count("relays", 3, of: "external addresses with sessions on relay ports, without a list")
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e4...1e9, weight: 0.5),
    .log("relays", 1...50, weight: 0.3),
  ]

  /// The prefix of the file name of a list with relays.
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

  /// Whether a list contains relays of the Tor network.
  static func isRelays(_ list: AddressLists.List) -> Bool {
    let file = list.name.split(separator: "/").last.map(String.init) ?? list.name
    return file.lowercased().hasPrefix(listName)
  }

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    // All host-service pairs of one source come in one batch.
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
      bytesInBothDirections: max(1, Double(bytes)),
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
      "\(NumberText.bytes(relays.sums.bytes)) sent, \(NumberText.bytes(relays.replyBytes)) received"
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
