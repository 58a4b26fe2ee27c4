internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Administration of an internal host from an external network without earlier administration.
///
/// # admin.new-source
/// ## Title
/// Administration from a new external network
/// ## Input
/// sessions of external sources with administrative ports and databases of internal hosts, compared with a baseline of
/// one week or more
/// ## Fires when
/// A session lasts {seconds} or more, or transfers {bytes} or more, and the baseline contains no administration of any
/// internal host from the source prefix (/24, IPv6: /48). There is one finding for each source prefix, host and
/// service.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// source, time, duration, bytes in both directions, number of networks with earlier administration
/// ## Blind spots
/// Short sessions are below the thresholds. Administrators who travel and new VPN exits match this rule.
/// ## Techniques
/// T1133, T1078
/// ## Source
/// Google Cloud's security queries 6.10; Cisco Secure Network Analytics' new remote access
/// ## Respond
/// Ask the administrators whether the session was authorized. If not, rotate the keys, revoke the sessions of the
/// instance role and check the auth log and CloudTrail for the actions of the session. Restrict the inbound rule to
/// known networks.
struct NewAdministrator: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let thresholds: [Threshold] = [
    .seconds("seconds", 130, of: "duration of a session"),
    .bytes("bytes", 20_000, of: "bytes in both directions"),
  ]
  static let terms: [ScoreTerm] = [
    .log("seconds", 130...7200, weight: 0.5),
    .log("bytes in both directions", 2e4...1e8, weight: 0.3),
  ]

  private struct Key: Hashable {
    var home: IPNetwork
    var host: IPAddress
    var service: Service
  }

  fileprivate struct Group: Sendable {
    var sources: Set<IPAddress> = []
    var outcomes = OutcomeCounts()
    var sums = RecordSums()
    var replyBytes: UInt64 = 0
    var longest: UInt32 = 0
    var sure: UInt64 = 0

    mutating func add(_ other: Group) {
      sources.formUnion(other.sources)
      outcomes.add(other.outcomes)
      sums.add(other.sums)
      replyBytes = replyBytes.addingSaturated(other.replyBytes)
      longest = max(longest, other.longest)
      sure += other.sure
    }
  }

  private var groups: [Key: Group] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline else { return }
    for servicePair in observations.servicePairs where Self.isAdministration(servicePair, network) {
      let key = Key(
        home: IPNetwork(around: servicePair.source),
        host: servicePair.destination,
        service: servicePair.service
      )
      guard !baseline.administrators.contains(key.home) else { continue }
      groups[key, default: Group()].add(Group(servicePair))
    }
  }

  mutating func merge(_ other: NewAdministrator) {
    for (key, group) in other.groups { groups[key, default: Group()].add(group) }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for (key, group) in groups {
      found.add(
        finding(key, group, context.settledBaseline?.administrators.count ?? 0, context.network)
      )
    }
    return found
  }

  /// Whether it is an administrative session from an external source.
  ///
  /// The baseline records the same sessions.
  static func isAdministration(_ servicePair: HostServicePair, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.newAdministrator
    let (service, port) = (servicePair.service, servicePair.service.port)
    return servicePair.trafficDirection == .inbound && servicePair.outcomes.sessions > 0
      && service.protocolNumber == ProtocolNumber.tcp
      && (Ports.admin.contains(port) || Ports.database.contains(port))
      && (servicePair.longest >= limits.seconds
        || servicePair.sums.bytes.addingSaturated(servicePair.replyBytes) >= limits.bytes)
  }

  private func finding(
    _ key: Key,
    _ group: Group,
    _ administrators: Int,
    _ network: NetworkContext
  ) -> Finding {
    let sources = group.sources.sorted()
    var draft = FindingDraft(
      Self.rule,
      title: "New \(network.names.name(of: key.service)) administrator",
      stage: .p4,
      actor: sources.count == 1 ? .address(sources[0]) : .prefix(key.home)
    )
    draft.note(host: sources[0], peer: key.host, key.service)
    draft.actorIsInternal = false
    draft.key.append(key.home.description)
    draft.members =
      sources.count > 1
      ? Members(count: UInt64(sources.count), sample: Array(sources.prefix(Members.sampleLimit)))
      : nil
    let bytes = group.sums.bytes.addingSaturated(group.replyBytes)
    draft.score = Self.score(
      seconds: max(1, Double(group.longest)),
      bytesInBothDirections: max(1, Double(bytes))
    )
    draft.outcome = .open
    draft.confidence = group.outcomes.confidence(sure: group.sure)
    draft.conversations = group.outcomes.total
    draft.sums = group.sums
    draft.suppression = SuppressionScope(
      source: key.home.description,
      destination: key.host,
      service: key.service
    )
    draft.evidence.source = sources.count == 1 ? IPNetwork(only: sources[0]) : key.home
    draft.evidence.isOutward = false
    let others =
      "\(NumberText.count(administrators)) other \(administrators == 1 ? "network" : "networks")"
    draft.detail =
      "\(NumberText.duration(group.longest)), \(NumberText.bytes(group.sums.bytes)) received, \(NumberText.bytes(group.replyBytes)) sent; administration from \(others) before"
    return draft.finding
  }
}

extension NewAdministrator.Group {
  fileprivate init(_ servicePair: HostServicePair) {
    sources = [servicePair.source]
    (outcomes, sums) = (servicePair.outcomes, servicePair.sums)
    (replyBytes, longest, sure) = (servicePair.replyBytes, servicePair.longest, servicePair.sure)
  }
}
