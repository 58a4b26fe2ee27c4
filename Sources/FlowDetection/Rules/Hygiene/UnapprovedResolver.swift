internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Internal hosts that use DNS resolvers other than Amazon's.
///
/// # dns.unapproved
/// ## Title
/// External DNS resolver in use
/// ## Input
/// conversations of internal hosts with ports 53 and 853 of external addresses; flow logs exclude queries to the Amazon
/// DNS server, so every record is a query to another resolver
/// ## Fires when
/// An external DNS resolver answers an internal host. There is one finding for each host. A host that uses {recursor}
/// resolvers or more is a recursive resolver itself and becomes a note.
/// ## Score
/// {P2}: {terms}
/// ## Evidence
/// resolvers, queries, bytes in both directions
/// ## Blind spots
/// DNS over HTTPS on port 443 cannot be distinguished from web traffic.
/// ## Techniques
/// T1071.004
/// ## Source
/// AWS, "Flow log limitations"; Panther's list of approved resolvers
/// ## Respond
/// Configure the host for the VPC resolver, which supports query logging and Route 53 Resolver DNS Firewall. Block port
/// 53 in the outbound rules of the security group.
struct UnapprovedResolver: Detector {
  static let thresholds: [Threshold] = [
    .count("recursor", 50, of: "number of resolvers that identifies a host as a recursive resolver")
  ]
  static let terms: [ScoreTerm] = [
    .log("queries", 10...1e5, weight: 0.3),
    .fact("new resolver", weight: 0.3),
  ]

  fileprivate struct Host: Sendable {
    var resolvers: [HostServicePair] = []
    var queries: UInt64 = 0
    var sums = RecordSums()
    var replyBytes: UInt64 = 0
    var outcomes = OutcomeCounts()
    var sure: UInt64 = 0
  }

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    // All host-service pairs of one source come in one batch.
    var hosts: [IPAddress: Host] = [:]
    for servicePair in observations.servicePairs
    where servicePair.trafficDirection == .outbound
      && Ports.resolver.contains(servicePair.service.port)
      && servicePair.isAnswered
    {
      hosts[servicePair.source, default: Host()].add(servicePair)
    }
    for (address, host) in hosts { found.add(finding(address, host, network)) }
  }

  mutating func merge(_ other: UnapprovedResolver) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isNew(_ host: Host, _ network: NetworkContext) -> Bool {
    guard let baseline = network.settledBaseline else { return false }
    return host.resolvers.contains {
      let use = NetworkUse(around: $0.destination, $0.service)
      return baseline.hosts(using: use.service, of: use.network) == 0
    }
  }

  private func finding(_ address: IPAddress, _ host: Host, _ network: NetworkContext) -> Finding {
    let count = Set(host.resolvers.map(\.destination)).count
    var draft = FindingDraft(
      Self.rule,
      title: "External DNS resolver",
      stage: count >= network.thresholds.unapprovedResolver.recursor ? .note : .p2,
      actor: .address(address)
    )
    draft.score = Self.score(
      queries: max(1, Double(host.queries)),
      newResolver: isNew(host, network)
    )
    draft.note(host.outcomes, sure: host.sure)
    draft.actorIsInternal = true
    draft.sums = host.sums
    let services = Set(host.resolvers.map(\.service))
    draft.service = services.count == 1 ? services.first : nil
    let ports = Set(services.map(\.port))
    let targets = host.targets
    draft.targets = Targets(
      count: UInt64(targets.count),
      isExact: true,
      sample: Array(targets.prefix(8))
    )
    draft.detail =
      "\(NumberText.count(host.queries)) query packets, \(NumberText.bytes(host.sums.bytes)) sent, \(NumberText.bytes(host.replyBytes)) received"
    draft.suppression = SuppressionScope(source: address.description)
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: address),
      port: ports.count == 1 ? ports.first : nil
    )
    draft.evidence.isOutward = true
    return draft.finding
  }
}

extension UnapprovedResolver.Host {
  /// The resolvers and ports in order, each once.
  ///
  /// UDP and TCP are not distinguished.
  fileprivate var targets: [Target] {
    var seen: Set<Target> = []
    return resolvers.map { Target(address: $0.destination, service: $0.service) }
      .filter { seen.insert($0).inserted }
  }

  fileprivate mutating func add(_ servicePair: HostServicePair) {
    resolvers.append(servicePair)
    queries = queries.addingSaturated(servicePair.sums.packets)
    sums.add(servicePair.sums)
    replyBytes = replyBytes.addingSaturated(servicePair.replyBytes)
    outcomes.add(servicePair.outcomes)
    sure += servicePair.sure
  }
}
