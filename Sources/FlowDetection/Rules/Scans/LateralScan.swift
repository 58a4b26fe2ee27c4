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
/// an own or internal address gets nothing on one protocol and port of at least {addresses} distinct internal addresses
/// within an hour, and these are at least {failed-share|half} of those it tried; or on at least {ports} distinct ports
/// of one. Administration, database and other sensitive ports count twice. ICMP: {addresses} addresses,
/// {tiny-share|nine of ten} conversations of two packets or fewer. All services and targets of a source are one
/// finding.
/// ## Score
/// {P5}, when the log begins at least {quiet-before} before the first record of what was scanned, so that it had not
/// been so all along, else {P4}: {terms}
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
  static let thresholds: [Threshold] = [
    .count("addresses", 10, of: "internal addresses on which one service fails within an hour"),
    .count("ports", 20, of: "ports of one internal address that fail"),
    .share("failed-share", 0.5, of: "part of the addresses tried that fail"),
    .share("sure-share", 0.5, of: "part of the conversations whose direction is sure"),
    .share("tiny-share", 0.9, of: "part of the ICMP conversations that have two packets at most"),
    .seconds(
      "quiet-before",
      3600,
      of: "length of the log before the first record of the scan, for it to be new"
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
    return attempts.failedTargets.isShare(limits.failedShare, of: attempts.targets)
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
