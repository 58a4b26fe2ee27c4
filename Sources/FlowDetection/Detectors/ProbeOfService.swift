internal import FlowAggregation
internal import FlowModel

/// Everybody who tried a sensitive service on too few own addresses for a scan, one finding per service.
struct ProbeOfService: Detector {
  static let page = RulePage(
    rule: "scan.probe",
    title: "Sources that try a sensitive service",
    sees: "addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them",
    firesWhen: """
      at least one external source begins a conversation to an administration, database or other sensitive TCP port \
      of an own address and does not reach scan.horizontal for that service. All such sources of a service are \
      members of one finding.
      """,
    score: "P1, kept to 5 to 15: 0.6 log sources 1..1000, 0.3 log conversations 10..10000",
    evidence: "number of sources, the most active of them, outcomes, first and last record",
    blindSpots: """
      Your own administrators who come from outside are members, too; name their networks with --internal.
      """,
    techniques: ["T1595.001", "T1046"],
    source: "What a small network is asked first: which addresses try our SSH port?",
    respond: """
      Close the port to the internet if anybody was answered; a VPN or Session Manager needs no open port.
      """
  )

  static let sampleLimit = 1000
  private static let band = 5.0...15.0

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

    /// Keeps the busiest; a rank is a function of the source alone, so any order of adding keeps the same ones.
    mutating func trim() {
      tries.sort(by: Try.isBusier)
      if tries.count > ProbeOfService.sampleLimit {
        tries.removeLast(tries.count - ProbeOfService.sampleLimit)
      }
    }
  }

  private var groups: [Service: Group] = [:]

  mutating func observe(_ neighbourhoods: [Neighbourhood], _ network: NetworkContext) {
    for neighbourhood in neighbourhoods {
      for profile in neighbourhood.sources where !profile.isInternal {
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

  func findings() -> [Finding] { groups.map { finding($0.key, $0.value) } }

  private func finding(_ service: Service, _ unsorted: Group) -> Finding {
    var group = unsorted
    group.trim()
    var score = Score()
    score.addLog("sources", Double(group.sources), from: 1, to: 1000, weight: 0.6)
    score.addLog(
      "conversations",
      Double(group.outcomes.total),
      from: 10,
      to: 10_000,
      weight: 0.3
    )
    let name = "sources of \(service.name) probes"
    return Finding(
      id: Finding.stableID(Self.page.rule, "\(service.protocolNumber)/\(service.port)"),
      rule: Self.page.rule,
      title: service.port == 22 ? "SSH scan, few addresses" : "\(service.name) probes",
      exactScore: score.value(in: Self.band),
      confidence: group.outcomes.confidence(sure: group.sure),
      stage: .p1,
      outcome: group.outcomes.furthest,
      service: service,
      actor: .campaign(name),
      actorIsInternal: false,
      members: Members(count: group.sources, sample: group.tries.map(\.address)),
      targets: Targets(
        count: UInt64(group.targets.count),
        isExact: group.targetsAreExact,
        sample: group.targets.sorted().prefix(8).map { Target(address: $0, port: service.port) }
      ),
      firstSeen: group.sums.first,
      lastSeen: group.sums.last,
      counts: FindingCounts(group.outcomes, group.sums),
      isSlow: false,
      why: score.reasons,
      detail: group.outcomes.words,
      techniques: Self.page.techniques,
      suppressWith: Finding.suppression(rule: Self.page.rule, service: service),
      evidenceQuery: EvidenceQuery(protocols: [service.protocolNumber], port: service.port)
    )
  }
}

extension ProbeOfService.Group {
  /// A source's targets are listed only up to its sample; beyond it the union is a lower bound.
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
