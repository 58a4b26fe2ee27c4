public import FlowModel

/// What the network was in the runs before this one; a plain value, filled from the history.
public struct Baseline: Sendable {
  /// A week of memory is what comparisons with the past need.
  public static let leastDays = 7

  /// Distinct days (UTC) with records in the history.
  public var days: Int
  /// Smallest start of all recorded records, Unix seconds.
  public var firstStart: UInt32
  /// Largest end of all recorded records, Unix seconds.
  public var lastEnd: UInt32
  /// All that was ever seen and not pruned.
  public private(set) var baselineEntries: [BaselineEntry: Seen]
  /// Remembered hours by host, ascending by hour.
  public private(set) var volumes: [IPAddress: [(hour: UInt32, volume: HourVolume)]]

  /// Days since 1970 of which any hour of any host is recorded.
  package let volumeDays: Set<UInt32>

  /// How many hosts communicate with a service of an external network.
  private var users: [Use: Int] = [:]
  /// The external services that each host uses.
  private var services: Set<HostService> = []
  /// How many networks of one provider's range each host uses with a service.
  private var siblings: [ProviderUse: Int] = [:]
  /// How many hosts have used each service outside.
  private var serviceHosts: [Service: Int] = [:]
  /// How many hosts communicate with external networks.
  public private(set) var activeHosts = 0
  /// Every host that ever did anything.
  package private(set) var hosts: Set<IPAddress> = []
  /// The external networks from which internal hosts were administered.
  package private(set) var administrators: Set<IPNetwork> = []
  /// The pairs of different internal ranges that communicated, with the services.
  package private(set) var rangePairs: Set<RangePair> = []
  /// Every label of a kind, whichever host it was.
  private var labels: [BaselineEntry.Kind: Set<String>] = [:]
  private var targets: [HostService: Int] = [:]
  private var sources: [HostService: Int] = [:]
  private var edges: [Service: Int] = [:]

  private struct Use: Hashable {
    var network: IPNetwork
    var service: Service
  }

  /// The range from which a provider takes the addresses of one service: the /16 around an IPv4 /24, the /32 around an
  /// IPv6 /48.
  private struct ProviderUse: Hashable {
    var host: IPAddress
    var range: IPNetwork?
    var service: Service

    init(_ host: IPAddress, _ network: IPNetwork, _ service: Service) {
      (self.host, self.service) = (host, service)
      range = IPNetwork(network.base, prefixLength: network.base.isV4 ? 16 : 32)
    }
  }

  private struct HostService: Hashable {
    var host: IPAddress
    var service: Service
  }

  /// A baseline of what a history holds.
  ///
  /// - Complexity: linear in the baseline entries and hours.
  public init(
    days: Int,
    firstStart: UInt32,
    lastEnd: UInt32,
    baselineEntries: [BaselineEntry: Seen],
    volumes: [IPAddress: [(hour: UInt32, volume: HourVolume)]]
  ) {
    self.days = days
    self.firstStart = firstStart
    self.lastEnd = lastEnd
    self.baselineEntries = baselineEntries
    self.volumes = volumes
    var days: Set<UInt32> = []
    for hours in volumes.values { for hour in hours { days.insert(hour.hour / 24) } }
    volumeDays = days
    var active: Set<IPAddress> = []
    for baselineEntry in baselineEntries.keys {
      switch baselineEntry.kind {
      case .outward:
        noteOutward(baselineEntry)
        active.insert(baselineEntry.host)
      case .inner: noteInner(baselineEntry)
      case .admin: if let network = baselineEntry.peer { administrators.insert(network) }
      case .served: hosts.insert(baselineEntry.host)
      case .egress, .awsService, .origin:
        labels[baselineEntry.kind, default: []].insert(baselineEntry.label)
      case .interface, .interfaceUsed: break
      }
    }
    hosts.formUnion(active)
    hosts.formUnion(volumes.keys)
    activeHosts = active.count
  }

  private mutating func noteOutward(_ baselineEntry: BaselineEntry) {
    guard let network = baselineEntry.peer else { return }
    users[Use(network: network, service: baselineEntry.service), default: 0] += 1
    siblings[ProviderUse(baselineEntry.host, network, baselineEntry.service), default: 0] += 1
    let isFirst = services.insert(
      HostService(host: baselineEntry.host, service: baselineEntry.service)
    )
    .inserted
    if isFirst { serviceHosts[baselineEntry.service, default: 0] += 1 }
  }

  private mutating func noteInner(_ baselineEntry: BaselineEntry) {
    guard let peer = baselineEntry.peer?.base else { return }
    hosts.insert(baselineEntry.host)
    hosts.insert(peer)
    targets[HostService(host: baselineEntry.host, service: baselineEntry.service), default: 0] += 1
    sources[HostService(host: peer, service: baselineEntry.service), default: 0] += 1
    edges[baselineEntry.service, default: 0] += 1
    let pair = RangePair(baselineEntry.host, peer, baselineEntry.service)
    if pair.isCrossing { rangePairs.insert(pair) }
  }

  /// The history without what it first learned from a time on: a log that is read again must not be its own past.
  package func before(_ time: UInt32) -> Baseline {
    guard baselineEntries.values.contains(where: { $0.first >= time }) else { return self }
    return Baseline(
      days: days,
      firstStart: firstStart,
      lastEnd: lastEnd,
      baselineEntries: baselineEntries.filter { $0.value.first < time },
      volumes: volumes.mapValues { hours in hours.filter { $0.hour < time / 3600 } }
    )
  }

  /// When something was seen before; nil if never.
  public func seen(_ baselineEntry: BaselineEntry) -> Seen? { baselineEntries[baselineEntry] }

  /// How many hosts have communicated with the service of external networks network.
  public func hosts(using service: Service, of network: IPNetwork) -> Int {
    users[Use(network: network, service: service)] ?? 0
  }

  /// Whether the host used the service of any external network.
  package func uses(_ service: Service, _ host: IPAddress) -> Bool {
    services.contains(HostService(host: host, service: service))
  }

  /// How many networks next to a network the host uses with the service: those of its /16, for IPv6 of its /32.
  package func siblings(of network: IPNetwork, _ host: IPAddress, _ service: Service) -> Int {
    siblings[ProviderUse(host, network, service)] ?? 0
  }

  /// Whether any baseline entry of the kind has the label.
  package func knows(_ label: String, as kind: BaselineEntry.Kind) -> Bool {
    labels[kind]?.contains(label) ?? false
  }

  /// Whether the history holds anything of the kind: else it was kept without what tells it.
  package func knowsAny(_ kind: BaselineEntry.Kind) -> Bool { labels[kind] != nil }

  /// How many hosts have ever used the service outside.
  package func hosts(using service: Service) -> Int { serviceHosts[service] ?? 0 }

  /// How many internal hosts the source has reached on the service.
  package func targets(of source: IPAddress, on service: Service) -> Int {
    targets[HostService(host: source, service: service)] ?? 0
  }

  /// How many internal hosts have reached the destination on the service.
  package func sources(of destination: IPAddress, on service: Service) -> Int {
    sources[HostService(host: destination, service: service)] ?? 0
  }

  /// How many pairs of internal hosts communicate over the service.
  package func edges(on service: Service) -> Int { edges[service] ?? 0 }

  /// Whether the host has ever used the service outside.
  public func uses(_ service: Service, by host: IPAddress) -> Bool {
    services.contains(HostService(host: host, service: service))
  }
}

/// Two internal ranges, /16 or /48, and a service over which one reaches the other.
package struct RangePair: Hashable, Sendable {
  package var source: IPNetwork
  package var destination: IPNetwork
  package var service: Service

  package init(_ source: IPAddress, _ destination: IPAddress, _ service: Service) {
    self.source = Self.range(source)
    self.destination = Self.range(destination)
    self.service = service
  }

  /// Whether the ranges differ.
  package var isCrossing: Bool { source != destination }

  private static func range(_ address: IPAddress) -> IPNetwork {
    IPNetwork(address, prefixLength: address.isV4 ? 16 : 48) ?? IPNetwork(only: address)
  }
}

/// A finding as the history keeps it.
public struct RememberedFinding: Sendable, Equatable {
  /// The id, stable across runs.
  public var id: String
  /// The rule.
  public var rule: RuleID
  /// What people call it.
  public var title: String
  /// The actor as reports show it.
  public var actor: String
  /// The rounded score.
  public var score: Int
  /// How many targets it had.
  public var targets: UInt64
  /// Earliest record, Unix seconds, of this run's finding.
  public var firstSeen: UInt32
  /// Latest record, Unix seconds, of this run's finding.
  public var lastSeen: UInt32
  /// Earliest record of the same finding in an unbroken row of runs, Unix seconds.
  public var since: UInt32

  /// Describes a finding of a run.
  public init(
    id: String,
    rule: RuleID,
    title: String,
    actor: String,
    score: Int,
    targets: UInt64,
    firstSeen: UInt32,
    lastSeen: UInt32,
    since: UInt32
  ) {
    self.id = id
    self.rule = rule
    self.title = title
    self.actor = actor
    self.score = score
    self.targets = targets
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.since = since
  }
}

/// An input as the history knows it again: a file by name and size, a pipe by what came out of it.
public struct ReadObject: Hashable, Sendable {
  /// The resolved path of a file; for a pipe `-` and a fingerprint of its text.
  public var name: String
  /// Bytes as stored.
  public var size: UInt64

  /// Names an input.
  public init(name: String, size: UInt64) { (self.name, self.size) = (name, size) }
}

/// What a run leaves in the history.
public struct HistoryRun: Sendable {
  /// Smallest start of its records, Unix seconds.
  public var firstStart: UInt32
  /// Largest end of its records, Unix seconds.
  public var lastEnd: UInt32
  /// Records with log-status OK.
  public var records: UInt64
  /// What the network did.
  public var facts: RunObservations
  /// What was found, by rank.
  public var findings: [RememberedFinding]
  /// The inputs that were read to their end, and marks of those that broke off.
  public var objects: [ReadObject]
  /// Whether every input was read to its end.
  public var isComplete: Bool

  /// Describes a run.
  public init(
    firstStart: UInt32,
    lastEnd: UInt32,
    records: UInt64,
    facts: RunObservations,
    findings: [RememberedFinding],
    objects: [ReadObject],
    isComplete: Bool
  ) {
    self.firstStart = firstStart
    self.lastEnd = lastEnd
    self.records = records
    self.facts = facts
    self.findings = findings
    self.objects = objects
    self.isComplete = isComplete
  }
}
