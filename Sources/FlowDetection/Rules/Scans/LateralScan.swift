internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that scans other internal hosts.
///
/// # lateral.scan
/// ## Title
/// A scan within the network
/// ## Input
/// conversations between internal addresses: addresses, ports, packets, bytes and action
/// ## Fires when
/// An internal address gets no response on one protocol and port of at least {addresses} distinct internal addresses
/// within one hour, and these are at least {failed-share|half} of the addresses that it tried. Alternatively, it gets
/// no response on at least {ports} distinct ports of one internal address. Administrative, database and other sensitive
/// ports count twice. For ICMP the minimum is {addresses} addresses, with {tiny-share|nine of ten} conversations of two
/// packets or fewer. All services and targets of a source form one finding.
/// ## Score
/// {P5} if the log begins at least {quiet-before} before the first record of the scan, so that the behavior is new
/// within the log; otherwise {P4}. Terms: {terms}
/// ## Evidence
/// addresses and ports tried, where the traffic was blocked, which targets answered
/// ## Blind spots
/// Service discovery, Kubernetes probes, backup and monitoring with unreachable targets match this rule. Suppress them
/// by source and port. Scans within a subnet that is not logged are not visible.
/// ## Techniques
/// T1046, T1018, T1570
/// ## Source
/// Internal scan rules of Elastic and Splunk, based on failed attempts instead of records
/// ## Respond
/// Identify the process on the source. If the source is not an authorized scanner or monitoring host, replace its
/// security groups with an isolation group, snapshot its volumes and revoke the sessions of its instance role. Internal
/// scanning is typical after a compromise.
struct LateralScan: Detector {
  static let traits: RuleTraits = [.isScan, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "scanned {whom} inside the network",
    afterwards: "scanned internal hosts"
  )
  static let thresholds: [Threshold] = [
    .count("addresses", 10, of: "internal addresses on which one service fails within one hour"),
    .count("ports", 20, atLeast: 5, of: "failed ports of one internal address"),
    .share("failed-share", 0.5, of: "share of the addresses tried that fail"),
    .share("sure-share", 0.5, of: "share of the conversations with a certain direction"),
    .share("tiny-share", 0.9, of: "share of the ICMP conversations with at most two packets"),
    .seconds(
      "quiet-before",
      3600,
      of: "minimum log time before the first record of the scan for P5"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("addresses failed", 10...1000, weight: 0.6),
    .log("ports of one address", 20...1000, weight: 0.5),
    .fact("sensitive port", weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection == .lateral {
        let services = profile.services.filter { isSweep($0, network) }
        let victims = profile.victims.filter { isScanned($0, network) }
        guard !services.isEmpty || !victims.isEmpty else { continue }
        found.add(finding(services, victims, profile, network))
      }
    }
  }

  mutating func merge(_ other: LateralScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isSweep(_ attempts: ServiceAttempts, _ network: NetworkContext) -> Bool {
    let service = attempts.service
    let limits = network.thresholds.lateralScan
    guard ProtocolNumber.hasPorts(service.protocolNumber) else {
      return attempts.targets >= limits.addresses
        && attempts.tiny.isShare(limits.tinyShare, of: attempts.outcomes.total)
    }
    let weight: UInt64 = Self.isSensitive(service) ? 2 : 1
    return !attempts.isBlockedClient
      && attempts.failedTargets.isShare(limits.failedShare, of: attempts.targets)
      && attempts.sure.isShare(limits.sureShare, of: attempts.outcomes.total)
      && (attempts.busiestHour ?? .max) >= (limits.addresses + weight - 1) / weight
  }

  private static func isSensitive(_ service: Service) -> Bool {
    service.protocolNumber == ProtocolNumber.tcp && Ports.isSensitive(service.port)
  }

  private func isScanned(_ victim: VictimPorts, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.lateralScan
    return victim.failedPorts >= limits.ports
      && victim.sure.isShare(limits.sureShare, of: victim.outcomes.total)
  }

  private func finding(
    _ services: [ServiceAttempts],
    _ victims: [VictimPorts],
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let first = services.map(\.sums.first).min() ?? victims.map(\.sums.first).min() ?? 0
    let wasQuiet =
      UInt64(first) >= UInt64(network.logStart) + network.thresholds.lateralScan.quietBefore
    var draft = FindingDraft(
      Self.rule,
      title: "Internal scan",
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
    draft.score = Self.score(
      addressesFailed: Double(addresses),
      portsOfOneAddress: Double(ports),
      sensitivePort: services.contains { Self.isSensitive($0.service) }
    )
    draft.suppression = SuppressionScope(
      source: profile.address.description,
      service: services.count == 1 ? services[0].service : nil
    )
    return draft.finding
  }
}

extension FindingDraft {
  /// Copies the attempts of one source at several services.
  mutating func take(_ services: [ServiceAttempts], of profile: SourceProfile) {
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
      "\(NumberText.count(services.count)) services, \(NumberText.count(widest.failedTargets)) addresses on \(widest.service.name): "
      + detail
    evidence.protocols = []
  }
}
