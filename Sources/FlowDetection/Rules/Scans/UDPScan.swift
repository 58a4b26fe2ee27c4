internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A source that asks UDP services in vain, or looks for ones that amplify.
///
/// # scan.udp
/// ## Title
/// UDP probes
/// ## Sees
/// addresses, ports, protocol, packets, action
/// ## Fires when
/// one external source, which reaches neither scan.horizontal nor scan.vertical, sends one or two UDP packets without
/// an answer to at least {pairs} distinct pairs of own address and port, or tries amplifying services (DNS, NTP, SNMP,
/// SSDP, memcached and others) on at least {amplifying} own addresses.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// pairs tried, how many of them amplify, first and last record
/// ## Blind spots
/// Refusals by ICMP look like silence. Late answers from service ports are left out.
/// ## Techniques
/// T1046, T1595.001
/// ## Source
/// rwscan's UDP model; US-CERT alert TA14-017A for amplifying services
/// ## Respond
/// See that no UDP service answers strangers that need not: reflectors are found this way.
struct UDPScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]
  static let thresholds: [Threshold] = [
    .count("pairs", 5, of: "pairs of own address and port that answer nothing"),
    .count("amplifying", 3, of: "own addresses on which one amplifying service is tried"),
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
    draft.detail = "\(pairs) pairs, \(amplifyingPairs) of amplifying services"
    if services.count > 1 {
      draft.service = nil
      draft.targets.isExact = joined.targets < 8
      for place in draft.targets.sample.indices { draft.targets.sample[place].port = nil }
    }
    return draft.finding
  }
}
