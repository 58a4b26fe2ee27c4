internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that tries many unavailable peers, each on a port of its own.
///
/// # outbound.p2p
/// ## Title
/// Peer-to-peer traffic with many unavailable peers
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// Within 24 hours an internal host gets no response from at least {peers} external addresses and on at least
/// {services} distinct TCP or UDP services, each counted at its first failed attempt. At most {services-per-peer}
/// services fail per address on average, and the direction is certain for at least {sure-share|half} of the
/// conversations. Excluded are hosts that scan one service of many addresses (outbound.sweep) or many ports of one
/// address (outbound.portscan).
/// ## Score
/// {P4}, at most 48: {terms}. The traffic of bots is the same as that of file sharing.
/// ## Evidence
/// addresses and services tried, addresses and services without a response
/// ## Blind spots
/// BitTorrent, blockchain nodes and media servers that connect to many clients match this rule, too. Bots whose peers
/// all use one port are covered by outbound.sweep. Bots with few peers are not detected.
/// ## Techniques
/// T1095, T1571
/// ## Source
/// Failed connections as the mark of peer-to-peer bots, whose peer lists are outdated: own thresholds
/// ## Respond
/// Ask the owner of the host whether file sharing or a blockchain node runs on it. Otherwise identify the process that
/// opens the connections, and treat the host as infected. Allow only the outbound ports that the host needs.
struct PeerToPeer: Detector {
  static let traits: RuleTraits = [.isUnusual]
  static let deed = RuleDeed("tried many unavailable addresses outside the network on many ports")
  static let thresholds: [Threshold] = [
    .count("peers", 50, of: "external addresses that fail within 24 hours"),
    .count("services", 50, of: "distinct services that fail within 24 hours"),
    .count("services-per-peer", 4, of: "failed services per failed address"),
    .share("sure-share", 0.5, of: "share of the conversations with a certain direction"),
  ]
  static let terms: [ScoreTerm] = [
    .log("addresses failed", 50...5000, weight: 0.15),
    .log("services failed", 50...5000, weight: 0.15),
  ]

  private static let sampleLimit = 8

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where Self.isPeer(profile, network) {
        found.add(finding(profile))
      }
    }
  }

  mutating func merge(_ other: PeerToPeer) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  /// Whether the failures of the host have the form of peer-to-peer traffic.
  static func isPeer(_ profile: SourceProfile, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.peerToPeer
    // Without counts of a day, there were too many attempts to count.
    return profile.trafficDirection == .outbound
      && profile.failedPeers >= limits.peers && failedServices(profile) >= limits.services
      && profile.failedPeersOfDay ?? .max >= limits.peers
      && profile.failedServicesOfDay ?? .max >= limits.services
      && profile.failureCount
        <= profile.failedPeers.multipliedSaturated(by: limits.servicesPerPeer)
      && profile.sure.isShare(limits.sureShare, of: profile.outcomes.total)
      && !isScan(profile, network)
  }

  private static func isScan(_ profile: SourceProfile, _ network: NetworkContext) -> Bool {
    profile.services.contains { OutboundSweep.isSweep($0, network) }
      || profile.victims.contains { OutboundPortScan.isScan($0, network) }
  }

  private static func failedServices(_ profile: SourceProfile) -> UInt64 {
    UInt64(
      profile.services.count {
        $0.failedTargets > 0 && ProtocolNumber.hasPorts($0.service.protocolNumber)
      }
    )
  }

  private func finding(_ profile: SourceProfile) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Peer-to-peer traffic",
      stage: .p4,
      actor: .address(profile.address)
    )
    let (peers, services) = (profile.failedPeers, Self.failedServices(profile))
    draft.note(profile.outcomes, sure: profile.sure)
    draft.score = Self.score(addressesFailed: Double(peers), servicesFailed: Double(services))
    draft.sums = profile.sums
    draft.actorIsInternal = true
    draft.targets = Targets(count: peers, isExact: true, sample: Self.sample(profile.failures))
    draft.suppression = SuppressionScope(source: profile.address.description)
    draft.evidence = EvidenceQuery(source: IPNetwork(only: profile.address))
    draft.evidence.isOutward = true
    draft.detail =
      "\(NumberText.count(peers)) of \(NumberText.count(profile.targets)) addresses and \(NumberText.count(services)) of \(NumberText.count(profile.services.count)) services without response"
    return draft.finding
  }

  /// The first distinct addresses.
  private static func sample(_ failures: [FailedServicePair]) -> [Target] {
    var addresses: [IPAddress] = []
    for failure in failures where addresses.last != failure.destination {
      guard addresses.count < sampleLimit else { break }
      addresses.append(failure.destination)
    }
    return addresses.map { Target(address: $0, port: nil) }
  }
}
