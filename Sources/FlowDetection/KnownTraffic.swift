internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Collects expected periodic traffic, such as NTP, DNS, health checks and agents.
struct KnownTraffic: Sendable {
  /// Intervals of health checks in seconds, as load balancers and Route 53 support them.
  private static let checkPeriods: [UInt32] = [5, 6, 10, 15, 20, 30, 60, 300]
  private static let checkBytes: UInt64 = 4000
  private static let least = 8

  fileprivate struct Sides: Sendable {
    var hosts: Set<IPAddress> = []
    var peers: Set<IPAddress> = []
    var bytes: UInt64 = 0

    mutating func add(_ other: Sides) {
      hosts.formUnion(other.hosts)
      peers.formUnion(other.peers)
      bytes = bytes.addingSaturated(other.bytes)
    }
  }

  /// A health checker and the service that it checks.
  private struct Check: Hashable {
    var source: IPAddress
    var service: Service
  }

  private var time = Sides()
  private var resolvers = Sides()
  private var checks: [Check: Sides] = [:]
  private var agents = SeriesCandidates()
  private var aws = SeriesCandidates()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for series in observations.series {
      if series.service == Service(protocolNumber: ProtocolNumber.udp, port: 123) {
        time.add(Sides(series))
      } else if Ports.resolver.contains(series.service.port) {
        resolvers.add(Sides(series))
      } else if series.isLateral {
        noteCheck(series)
      } else {
        if Beacon.regularity(series, network) != nil { agents.add(series) }
        if !network.awsPrefixes.isEmpty, network.awsService(series.peer) != nil { aws.add(series) }
      }
    }
  }

  private mutating func noteCheck(_ series: ConnectionSeries) {
    guard let shape = series.shape, shape.jitter <= 1, series.connections > 0,
      Self.checkPeriods.contains(where: { shape.period + 1 >= $0 && shape.period <= $0 + 1 }),
      series.bytesOut / series.connections <= Self.checkBytes
    else { return }
    checks[Check(source: series.host, service: series.service), default: Sides()].add(Sides(series))
  }

  mutating func merge(_ other: KnownTraffic) {
    time.add(other.time)
    resolvers.add(other.resolvers)
    agents.add(other.agents)
    for (check, sides) in other.checks { checks[check, default: Sides()].add(sides) }
    aws.add(other.aws)
  }

  /// The recognized traffic, grouped by kind, in a fixed order.
  func facts(_ context: CompleteContext, beside findings: [Finding]) -> [KnownFact] {
    var facts: [KnownFact] = []
    if !time.hosts.isEmpty {
      facts.append(fact("time", time, "\(hosts(time)) NTP on \(servers(time)) periodically"))
    }
    if !resolvers.hosts.isEmpty {
      facts.append(
        fact(
          "resolver",
          resolvers,
          "\(hosts(resolvers)) DNS on \(servers(resolvers)) periodically"
        )
      )
    }
    return facts + checkFacts(context.network) + agentFacts(context)
      + awsFacts(context.network, findings)
  }

  private func checkFacts(_ network: NetworkContext) -> [KnownFact] {
    let ranked = checks.sorted {
      ($1.value.peers.count, $0.key.source, $0.key.service)
        < ($0.value.peers.count, $1.key.source, $1.key.service)
    }
    return ranked.prefix(Self.least).map { check, sides in
      let name = network.names.name(of: check.service)
      let count = sides.peers.count
      return fact(
        "health-check",
        sides,
        "\(check.source) sends health checks to \(name) on \(NumberText.count(count)) \(count == 1 ? "host" : "hosts")"
      )
    }
  }

  /// Services to which many hosts connect periodically: agents, metrics, updates.
  private func agentFacts(_ context: CompleteContext) -> [KnownFact] {
    var uses: [NetworkUse: (sides: Sides, period: UInt32)] = [:]
    for series in agents.series {
      let rarity = context.rarity(of: series.host, series.peer, series.service)
      guard rarity.isHabit, let period = series.shape?.period,
        rarity.isEstablished || !Beacon.isPolling(series, context.network)
      else { continue }
      let use = NetworkUse(around: series.peer, series.service)
      var (sides, least) = uses[use] ?? (Sides(), period)
      sides.add(Sides(series))
      least = min(least, period)
      uses[use] = (sides, least)
    }
    return uses.sorted { $0.key < $1.key }.prefix(Self.least).map { use, found in
      let name = context.names.name(of: use.service)
      return fact(
        "agent",
        found.sides,
        "\(hosts(found.sides, verb: ("connects to", "connect to"))) \(use.network) \(name) periodically, interval \(NumberText.duration(found.period)) or longer, common in this network"
      )
    }
  }

  private func awsFacts(_ network: NetworkContext, _ findings: [Finding]) -> [KnownFact] {
    var told: Set<[IPAddress]> = []
    for finding in findings {
      guard case .address(let host) = finding.actor else { continue }
      for target in finding.targets.sample { told.insert([host, target.address]) }
    }
    var services: [String: Sides] = [:]
    for series in aws.series where !told.contains([series.host, series.peer]) {
      guard let service = network.awsService(series.peer) else { continue }
      services[service, default: Sides()].add(Sides(series))
    }
    return services.sorted { ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key) }.prefix(
      Self.least
    ).map {
      service,
      sides in
      fact(
        "aws",
        sides,
        "\(hosts(sides, verb: ("uses", "use"))) \(service), \(NumberText.bytes(sides.bytes)) sent"
      )
    }
  }

  private func fact(_ kind: String, _ sides: Sides, _ text: String) -> KnownFact {
    KnownFact(kind: kind, text: text, hosts: sides.hosts.count, peers: sides.peers.count)
  }

  private func hosts(_ sides: Sides, verb: (String, String) = ("queries", "query")) -> String {
    sides.hosts.count == 1
      ? "1 host \(verb.0)" : "\(NumberText.count(sides.hosts.count)) hosts \(verb.1)"
  }

  private func servers(_ sides: Sides) -> String {
    sides.peers.count == 1 ? "1 server" : "\(NumberText.count(sides.peers.count)) servers"
  }
}

extension KnownTraffic.Sides {
  fileprivate init(_ series: ConnectionSeries) {
    (hosts, peers, bytes) = ([series.host], [series.peer], series.bytesOut)
  }
}
