internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A remote port that a host has not used before and that few other hosts use.
///
/// # port.unusual
/// ## Title
/// First use of a remote port
/// ## Input
/// sessions of internal hosts with external services, compared with a baseline of one week or more
/// ## Fires when
/// The host has not used the remote port before, and fewer than {users-share} of the other hosts have. Ports 80 and 443
/// and ephemeral ports (32768 and above) are excluded. A port that {hosts|three} hosts or more start to use in one run
/// is probably a software rollout and becomes a note.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// port, destination, bytes in both directions, number of hosts that use the port
/// ## Blind spots
/// Backdoors on port 443 are not detected.
/// ## Techniques
/// T1571
/// ## Source
/// GuardDuty's NetworkPortUnusual; Elastic's v3_linux_anomalous_network_port
/// ## Respond
/// Identify the process that opened the connection. Allow only the required ports in the outbound rules of the security
/// group.
struct UnusualPort: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .share(
      "users-share",
      0.05,
      of: "share of the hosts with use of the port below which the port is unusual"
    ),
    .count("hosts", 3, of: "hosts that start to use the port for a note instead of a finding"),
  ]
  static let terms: [ScoreTerm] = [
    .fact("not used before by any host", weight: 0.5),
    .log("bytes in both directions", 1e4...1e8, weight: 0.3),
    .fact("no known service", weight: 0.2),
  ]

  private static let ephemeral: UInt16 = 32_768

  private struct Key: Hashable {
    var host: IPAddress
    var service: Service
  }

  private var uses: [Key: OutwardUse] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for use in observations.uses where isUnusual(use, baseline, network) {
      let key = Key(host: use.host, service: use.use.service)
      if let known = uses[key], (known.bytes, use.use) > (use.bytes, known.use) { continue }
      uses[key] = use
    }
  }

  mutating func merge(_ other: UnusualPort) { uses.merge(other.uses) { first, _ in first } }

  func findings(_ context: CompleteContext) -> Found {
    var hosts: [Service: Int] = [:]
    for key in uses.keys { hosts[key.service, default: 0] += 1 }
    var found = Found()
    guard let baseline = context.settledBaseline else { return found }
    for (key, use) in uses {
      found.add(finding(use, hosts[key.service] ?? 1, baseline, context.network))
    }
    return found
  }

  private func isUnusual(
    _ use: OutwardUse,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Bool {
    let service = use.use.service
    guard use.sessions > 0, ProtocolNumber.hasPorts(service.protocolNumber),
      service.port < Self.ephemeral, service.port != 80, service.port != 443
    else { return false }
    guard baseline.hosts.contains(use.host), !baseline.uses(service, by: use.host) else {
      return false
    }
    let users = UInt64(baseline.hosts(using: service))
    return !users.isShare(
      network.thresholds.unusualPort.usersShare,
      of: UInt64(max(1, baseline.activeHosts))
    )
  }

  private func finding(
    _ use: OutwardUse,
    _ hosts: Int,
    _ baseline: Baseline,
    _ network: NetworkContext
  ) -> Finding {
    let service = use.use.service
    var draft = FindingDraft(
      Self.rule,
      title: "Unusual port \(network.names.name(of: service))",
      stage: hosts >= network.thresholds.unusualPort.hosts ? .note : .p4,
      actor: .address(use.host)
    )
    draft.note(host: use.host, peer: use.sample, service)
    draft.key = ["\(service.protocolNumber)/\(service.port)"]
    let users = baseline.hosts(using: service)
    draft.score = Self.score(
      notUsedBeforeByAnyHost: users == 0,
      bytesInBothDirections: max(1, Double(use.bytes)),
      noKnownService: !Ports.isServer[Int(service.port)]
    )
    draft.outcome = .open
    draft.countsRecords = false
    draft.conversations = use.conversations
    draft.sums.bytes = use.bytesOut
    (draft.sums.first, draft.sums.last, draft.sums.activity) = (use.first, use.last, use.activity)
    draft.detail =
      "\(NumberText.bytes(use.bytesOut)) sent, \(NumberText.bytes(use.bytesIn)) received; \(NumberText.count(users)) of \(NumberText.count(baseline.activeHosts)) hosts used the port before"
    return draft.finding
  }
}
