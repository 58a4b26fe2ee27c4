internal import FlowAggregation
internal import FlowModel

/// A source that asks UDP services in vain, or looks for ones that amplify.
struct UDPScan: Detector {
  static let page = RulePage(
    rule: "scan.udp",
    title: "UDP probes",
    sees: "addresses, ports, protocol, packets, action",
    firesWhen: """
      one external source, which reaches neither scan.horizontal nor scan.vertical, sends one or two UDP packets \
      without an answer to at least 5 distinct pairs of own address and port, or tries amplifying services (DNS, \
      NTP, SNMP, SSDP, memcached and others) on at least 3 own addresses.
      """,
    score: "P1, 5 to 29: 0.5 log pairs 5..500, 0.3 log amplifying pairs 3..300",
    evidence: "pairs tried, how many of them amplify, first and last record",
    blindSpots: "Refusals by ICMP look like silence. Late answers from service ports are left out.",
    techniques: ["T1046", "T1595.001"],
    source: "rwscan's UDP model; US-CERT alert TA14-017A for amplifying services",
    respond:
      "See that no UDP service answers strangers that need not: reflectors are found this way."
  )

  private static let leastPairs: UInt64 = 5
  private static let leastAmplifying: UInt64 = 3

  private var found: [Finding] = []

  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext) {
    for neighbourhood in neighbourhoods {
      for profile in neighbourhood.sources where !profile.isInternal {
        guard profile.services.contains(where: Self.isUDP),
          !ScanThreshold.reachesAlone(profile, network),
          let finding = finding(profile)
        else { continue }
        found.append(finding)
      }
    }
  }

  mutating func merge(_ other: UDPScan) { found += other.found }

  func findings() -> [Finding] { found }

  private static func isUDP(_ attempts: ServiceAttempts) -> Bool {
    attempts.service.protocolNumber == ProtocolNumber.udp
  }

  private func finding(_ profile: SourceProfile) -> Finding? {
    let services = profile.services.filter { Self.isUDP($0) && $0.tinyTargets > 0 }
    let pairs = services.reduce(UInt64(0)) { $0 + $1.tinyTargets }
    let amplifying = services.filter { Ports.amplifying.contains($0.service.port) }
    let amplifyingPairs = amplifying.reduce(UInt64(0)) { $0 + $1.tinyTargets }
    let widest = amplifying.map(\.tinyTargets).max() ?? 0
    guard pairs >= Self.leastPairs || widest >= Self.leastAmplifying, var joined = services.first
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
    var score = Score()
    score.addLog("own address and port pairs", Double(pairs), from: 5, to: 500, weight: 0.5)
    score.addLog("amplifying pairs", Double(amplifyingPairs), from: 3, to: 300, weight: 0.3)
    var finding = Finding.single(
      Self.page,
      title: "UDP probes",
      joined,
      profile,
      score,
      detail: "\(pairs) pairs, \(amplifyingPairs) of amplifying services"
    )
    if services.count > 1 {
      finding.service = nil
      finding.targets.isExact = joined.targets < 8
    }
    return finding
  }
}
