internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A host inside that scans others inside.
///
/// # lateral.scan
/// ## Title
/// A scan within the network
/// ## Sees
/// conversations between own and internal addresses: addresses, ports, packets, bytes, action
/// ## Fires when
/// an own or internal address gets nothing on one protocol and port of at least 10 distinct internal addresses within an
/// hour, and these are at least half of those it tried; or on at least 20 distinct ports of one. Administration,
/// database and other sensitive ports count twice. ICMP: 10 addresses, nine of ten conversations of two packets or fewer.
/// All services and targets of a source are one finding.
/// ## Score
/// P5, 70 to 89, when the log begins at least an hour before the first record of what was scanned, so that it had not been
/// so all along, else P4, 40 to 69:
/// 0.6 log addresses 10..1000, 0.5 log ports 20..1000, 0.2 sensitive
/// ## Evidence
/// addresses and ports tried, where they were stopped, what answered
/// ## Blind spots
/// Service discovery, Kubernetes probes, backup and monitoring whose targets are gone look like this: suppress them by
/// source and port. Scans within a subnet that is not logged are invisible.
/// ## Techniques
/// T1046, T1018, T1570
/// ## Source
/// Elastic's and Splunk's internal scan rules, with failures in place of records
/// ## Respond
/// Find out what runs on the source. If it is no scanner or monitor of yours, isolate it: this is what follows a
/// break-in.
struct LateralScan: Detector {
  static let traits: RuleTraits = [.isScan, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "scanned {whom} within the network",
    afterwards: "scanned the network"
  )

  private static let portsOnOne: UInt64 = 20
  private static let quietBefore: UInt32 = 3600

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for neighbourhood in observations.neighbourhoods {
      for profile in neighbourhood.sources where profile.bearing == .lateral {
        let services = profile.services.filter { isSweep($0, network) }
        let victims = profile.victims.filter(Self.isScanned)
        guard !services.isEmpty || !victims.isEmpty else { continue }
        found.add(finding(services, victims, profile, network))
      }
    }
  }

  mutating func merge(_ other: LateralScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isSweep(_ attempts: ServiceAttempts, _ network: NetworkContext) -> Bool {
    let service = attempts.service
    let needed = network.thresholds.lateralAddresses
    guard ProtocolNumber.hasPorts(service.protocolNumber) else {
      return attempts.targets >= needed && attempts.tiny * 10 >= attempts.outcomes.total * 9
    }
    let weight: UInt64 = Self.isSensitive(service) ? 2 : 1
    return attempts.failedTargets * 2 >= attempts.targets
      && attempts.sure * 2 >= attempts.outcomes.total
      && (attempts.busiestHour ?? .max) >= (needed + weight - 1) / weight
  }

  private static func isSensitive(_ service: Service) -> Bool {
    service.protocolNumber == ProtocolNumber.tcp && Ports.isSensitive(service.port)
  }

  private static func isScanned(_ victim: VictimPorts) -> Bool {
    victim.failedPorts >= portsOnOne && victim.sure * 2 >= victim.outcomes.total
  }

  private func finding(
    _ services: [ServiceAttempts],
    _ victims: [VictimPorts],
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let first = services.map(\.sums.first).min() ?? victims.map(\.sums.first).min() ?? 0
    let wasQuiet = UInt64(first) >= UInt64(network.logStart) + UInt64(Self.quietBefore)
    var draft = FindingDraft(
      Self.rule,
      title: "Scan within the network",
      stage: wasQuiet ? .p5 : .p4,
      actor: .address(profile.address)
    )
    if victims.isEmpty || !services.isEmpty {
      draft.take(services, of: profile)
    } else {
      draft.take(victims, of: profile)
    }
    let addresses = services.map(\.failedTargets).max() ?? 0
    let ports = victims.map(\.failedPorts).max() ?? 0
    draft.score.addLog("addresses failed", Double(addresses), from: 10, to: 1000, weight: 0.6)
    draft.score.addLog("ports of one address", Double(ports), from: 20, to: 1000, weight: 0.5)
    draft.score.addFact(
      "sensitive port",
      services.contains { Self.isSensitive($0.service) },
      weight: 0.2
    )
    draft.suppression = SuppressionScope(
      source: profile.address.description,
      service: services.count == 1 ? services[0].service : nil
    )
    return draft.finding
  }
}

extension FindingDraft {
  /// Takes over what one source did to several services.
  fileprivate mutating func take(_ services: [ServiceAttempts], of profile: SourceProfile) {
    guard let widest = services.max(by: { $0.failedTargets < $1.failedTargets }) else { return }
    take(widest, of: profile)
    guard services.count > 1 else { return }
    var outcomes = OutcomeCounts()
    var sure: UInt64 = 0
    sums = RecordSums()
    for attempts in services {
      outcomes.add(attempts.outcomes)
      sums.add(attempts.sums)
      sure += attempts.sure
    }
    note(outcomes, sure: sure)
    service = nil
    for place in targets.sample.indices { targets.sample[place].port = nil }
    detail =
      "\(services.count) services, \(widest.failedTargets) addresses on \(widest.service.name): "
      + detail
    evidence.protocols = []
  }
}
