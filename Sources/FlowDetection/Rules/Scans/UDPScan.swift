internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A source that probes UDP services without success or searches for amplifying services.
///
/// # scan.udp
/// ## Title
/// UDP probes
/// ## Input
/// addresses, ports, protocol, packets and action
/// ## Fires when
/// One external source that reaches neither scan.horizontal nor scan.vertical sends one or two unanswered UDP packets
/// to at least {pairs} distinct pairs of local address and port. Alternatively, it tries one amplifying service (DNS,
/// NTP, SNMP, SSDP, memcached and others) on at least {amplifying} local addresses.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// pairs tried, pairs with amplifying services, first and last record
/// ## Blind spots
/// Refusals by ICMP are counted as unanswered. Late replies from service ports are excluded.
/// ## Techniques
/// T1046, T1595.001
/// ## Source
/// UDP model of rwscan; US-CERT alert TA14-017A for amplifying services
/// ## Respond
/// Check that no UDP service answers external sources without need. Remove the public inbound rules for unneeded UDP
/// ports. Attackers use such probes to find reflectors.
struct UDPScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]
  static let thresholds: [Threshold] = [
    .count("pairs", 5, of: "pairs of local address and port without a response"),
    .count("amplifying", 3, of: "local addresses on which one amplifying service is tried"),
  ]
  static let terms: [ScoreTerm] = [
    .log("local address and port pairs", 5...500, weight: 0.5),
    .log("amplifying pairs", 3...300, weight: 0.3),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where !profile.isInternal {
        guard profile.services.contains(where: Self.isUDP),
          !ScanThreshold.reachesAlone(profile, network),
          let finding = finding(profile, network)
        else { continue }
        found.add(finding)
      }
    }
  }

  mutating func merge(_ other: UDPScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private static func isUDP(_ attempts: ServiceAttempts) -> Bool {
    attempts.service.protocolNumber == ProtocolNumber.udp
  }

  private func finding(_ profile: SourceProfile, _ network: NetworkContext) -> Finding? {
    let services = profile.services.filter { Self.isUDP($0) && $0.tinyTargets > 0 }
    let pairs = services.reduce(UInt64(0)) { $0 + $1.tinyTargets }
    let amplifying = services.filter { Ports.amplifying.contains($0.service.port) }
    let amplifyingPairs = amplifying.reduce(UInt64(0)) { $0 + $1.tinyTargets }
    let widest = amplifying.map(\.tinyTargets).max() ?? 0
    let limits = network.thresholds.uDPScan
    guard pairs >= limits.pairs || widest >= limits.amplifying, var joined = services.first
    else { return nil }
    for attempts in services.dropFirst() {
      joined.outcomes.add(attempts.outcomes)
      joined.sums.add(attempts.sums)
      joined.sure += attempts.sure
      joined.sample = Array(Set(joined.sample + attempts.sample).sorted().prefix(8))
      joined.busiestHour = nil
    }
    joined.targets = max(
      services.map(\.targets).max() ?? 0,
      UInt64(joined.sample.count)
    )
    let score = Self.score(
      localAddressAndPortPairs: Double(pairs),
      amplifyingPairs: Double(amplifyingPairs)
    )
    var draft = FindingDraft(
      Self.rule,
      title: "UDP probes",
      stage: .p1,
      actor: .address(profile.address)
    )
    draft.score = score
    draft.take(joined, of: profile)
    draft.detail =
      "\(NumberText.count(pairs)) pairs, \(NumberText.count(amplifyingPairs)) with amplifying services"
    if services.count > 1 {
      draft.service = nil
      draft.targets.isExact = joined.targets < 8
      for place in draft.targets.sample.indices { draft.targets.sample[place].port = nil }
    }
    return draft.finding
  }
}
