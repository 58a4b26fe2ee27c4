internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// External sources that try a sensitive service on too few local addresses for a scan; one finding per service.
///
/// # scan.probe
/// ## Title
/// External sources that probe a sensitive service
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// At least {sources|one} external source initiates a conversation to an administrative, database or other sensitive
/// TCP port of a local address and does not reach scan.horizontal for that service. All such sources of a service are
/// members of one finding.
/// ## Score
/// {P1}, at most 15: {terms}
/// ## Evidence
/// number of sources, most active sources, outcomes, first and last record
/// ## Blind spots
/// Administrators who connect from external addresses are also members. Declare their networks with --internal.
/// ## Techniques
/// T1595.001, T1046
/// ## Source
/// Operational practice: which external addresses try the SSH port
/// ## Respond
/// If any source was answered, remove the public inbound rule for the port from the security group. Use Session Manager
/// or a VPN for administration.
struct ProbeOfService: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe, .isAboutTarget, .foldsRareServices]
  static let thresholds: [Threshold] = [
    .count("sources", 1, of: "external sources that try a service")
  ]
  static let terms: [ScoreTerm] = [
    .log("sources", 1...1000, weight: 0.3),
    .log("conversations", 10...10_000, weight: 0.15),
  ]

  struct Try: Sendable {
    var address: IPAddress
    var conversations: UInt64
    static func isBusier(_ left: Try, _ right: Try) -> Bool {
      left.conversations != right.conversations
        ? left.conversations > right.conversations : left.address < right.address
    }
  }

  struct Group: Sendable {
    var sources: UInt64 = 0
    var tries: [Try] = []
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var sure: UInt64 = 0
    var targets: Set<IPAddress> = []
    var targetsAreExact = true

    mutating func add(_ other: Group) {
      sources += other.sources
      tries += other.tries
      trim()
      outcomes.add(other.outcomes)
      sums.add(other.sums)
      sure += other.sure
      targets.formUnion(other.targets)
      targetsAreExact = targetsAreExact && other.targetsAreExact
    }

    /// Keeps the most active sources.
    ///
    /// The rank depends on the source alone, so the result is independent of the order.
    mutating func trim() {
      tries.sort(by: Try.isBusier)
      if tries.count > Members.sampleLimit {
        tries.removeLast(tries.count - Members.sampleLimit)
      }
    }
  }

  private var groups: [Service: Group] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where !profile.isInternal {
        for attempts in profile.services where isProbe(attempts, profile, network) {
          add(attempts, profile)
        }
      }
    }
  }

  private func isProbe(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Bool {
    attempts.service.protocolNumber == ProtocolNumber.tcp
      && Ports.isSensitive(attempts.service.port)
      && !ScanThreshold.isHorizontal(attempts, by: profile, network)
  }

  private mutating func add(_ attempts: ServiceAttempts, _ profile: SourceProfile) {
    groups[attempts.service, default: Group()].add(attempts, from: profile.address)
  }

  mutating func merge(_ other: ProbeOfService) {
    for (service, group) in other.groups { groups[service, default: Group()].add(group) }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for (service, group) in groups
    where group.sources >= context.thresholds.probeOfService.sources {
      found.add(finding(service, group, context.names.name(of: service)))
    }
    return found
  }

  private func finding(_ service: Service, _ unsorted: Group, _ name: String) -> Finding {
    var group = unsorted
    group.trim()
    let score = Self.score(
      sources: Double(group.sources),
      conversations: Double(group.outcomes.total)
    )
    var draft = FindingDraft(
      Self.rule,
      title: service.port == 22 ? "SSH scan, few addresses" : "\(name) probes",
      stage: .p1,
      actor: .campaign("sources of \(name) probes")
    )
    draft.key = ["\(service.protocolNumber)/\(service.port)"]
    draft.score = score
    draft.note(group.outcomes, sure: group.sure)
    draft.service = service
    draft.members = Members(count: group.sources, sample: group.tries.map(\.address))
    draft.targets = Targets(
      count: UInt64(group.targets.count),
      isExact: group.targetsAreExact,
      sample: group.targets.sorted().prefix(8).map { Target(address: $0, port: service.port) }
    )
    draft.sums = group.sums
    draft.suppression = SuppressionScope(service: service)
    draft.evidence = EvidenceQuery(protocols: [service.protocolNumber], port: service.port)
    draft.evidence.members = Set(draft.members?.sample ?? [])
    return draft.finding
  }
}

extension ProbeOfService.Group {
  /// Only a sample of the targets of a source is listed.
  ///
  /// With more targets the union is a lower bound.
  fileprivate mutating func add(_ attempts: ServiceAttempts, from source: IPAddress) {
    sources += 1
    tries.append(.init(address: source, conversations: attempts.outcomes.total))
    if tries.count > 4096 { trim() }
    outcomes.add(attempts.outcomes)
    sums.add(attempts.sums)
    sure += attempts.sure
    targets.formUnion(attempts.sample)
    if attempts.targets > UInt64(attempts.sample.count) { targetsAreExact = false }
  }
}
