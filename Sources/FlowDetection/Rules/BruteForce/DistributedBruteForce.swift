internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A distributed brute-force attack: many sources that divide the login attempts among themselves.
///
/// # ssh.bruteforce.campaign, rdp.bruteforce.campaign, winrm.bruteforce.campaign, smb.bruteforce.campaign,
/// telnet.bruteforce.campaign, ftp.bruteforce.campaign, vnc.bruteforce.campaign, mysql.bruteforce.campaign,
/// postgresql.bruteforce.campaign, mssql.bruteforce.campaign, oracle.bruteforce.campaign, mongodb.bruteforce.campaign,
/// redis.bruteforce.campaign
/// ## Title
/// Distributed brute force by many sources with one tool
/// ## Input
/// usual size of the login attempts of every source, their number and times, and the set of targets
/// ## Fires when
/// At least {sources} sources, each with at least {attempts} login attempts, have the same set of targets and attempts
/// of the same size (equal packet count, bytes within the same step of 64). At least {sources} of them start within
/// {seconds|24 hours}. All of them are members of one finding and have no findings of their own. Services other than
/// SSH are grouped in the same way.
/// ## Score
/// {P3}: {terms}
/// ## Evidence
/// sources, number of source prefixes (/24), common attempt size, attempts per source, interval
/// ## Blind spots
/// Unrelated sources with the same tool are grouped into one campaign, because the tool determines the attempt size.
/// Sources with fewer than four attempts are not members.
/// ## Techniques
/// T1110.003, T1110.004
/// ## Source
/// Javed and Paxson 2013 on stealthy distributed brute force; grouping by attempt size is specific to Weir
/// ## Respond
/// Blocking single addresses is ineffective. Remove the public inbound rule for the port, or disable password
/// authentication and allow keys only. Check the targets for findings of ssh.likely-success: one of many sources can
/// succeed.
struct DistributedBruteForce: DetectionRule {
  static let traits: RuleTraits = [.isBruteForce]
  static let thresholds: [Threshold] = [
    .count("sources", 5, of: "sources with the same set of targets"),
    .count("attempts", 4, atLeast: 3, of: "login attempts of each source"),
    .seconds("seconds", 86_400, of: "time within which so many sources start"),
  ]
  static let terms = LoginBruteForce.terms

  /// Identifies sources with equal service, attempt size and targets.
  struct Key: Hashable, Comparable {
    var service: LoginService
    var packets: UInt32
    var steps: UInt32
    var targets: UInt64

    init(_ source: BruteForceSource) {
      service = source.service
      packets = source.mode.clientPackets
      steps = source.mode.clientBytes >> 6
      targets = source.targetHash
    }

    static func < (left: Key, right: Key) -> Bool {
      if left.service != right.service { return left.service < right.service }
      return (left.packets, left.steps, left.targets) < (right.packets, right.steps, right.targets)
    }
  }

  /// A source of one service.
  struct Member: Hashable {
    var address: IPAddress
    var service: LoginService

    init(_ source: BruteForceSource) { (address, service) = (source.address, source.service) }
    init(_ suspect: LoginSuspect) { (address, service) = (suspect.source, suspect.service) }
  }

  var key: Key
  /// Most attempts first.
  var sources: [BruteForceSource]

  /// The campaigns, by key.
  static func groups(
    in picture: BruteForceChart,
    _ network: NetworkContext
  ) -> [DistributedBruteForce] {
    var groups: [Key: [BruteForceSource]] = [:]
    for source in picture.sources where !source.isInternal {
      groups[Key(source), default: []].append(source)
    }
    let limits = network.thresholds.distributedBruteForce
    return groups.filter { most($0.value.map(\.first), within: limits.seconds) >= limits.sources }
      .map { DistributedBruteForce(key: $0.key, sources: $0.value) }
      .sorted { $0.key < $1.key }
  }

  /// The largest number of times within so many seconds.
  private static func most(_ unsorted: [UInt32], within seconds: UInt64) -> Int {
    let times = unsorted.sorted()
    var (best, start) = (0, 0)
    for index in times.indices {
      while times[index] - times[start] > seconds { start += 1 }
      best = max(best, index - start + 1)
    }
    return best
  }

  /// The most frequent number of attempts per member, and the number of members with it.
  var usualAttempts: (attempts: UInt64, sources: Int) {
    var counts: [UInt64: Int] = [:]
    for source in sources { counts[source.attempts, default: 0] += 1 }
    let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return best.map { ($0.key, $0.value) } ?? (0, 0)
  }

  static func finding(_ campaign: DistributedBruteForce) -> Finding {
    let (key, sources) = (campaign.key, campaign.sources)
    let size = sources[0].mode.clientSize
    var draft = FindingDraft(
      rule,
      title: "Distributed \(key.service.name) brute force",
      stage: .p3,
      actor: .campaign("\(key.service.name) brute force, \(size) per attempt")
    )
    draft.id = "\(key.service.id).bruteforce.campaign"
    draft.key = ["\(key.service.id)", "\(key.packets)", "\(key.steps)", "\(key.targets)"]
    let attempts = sources.reduce(0) { $0 + $1.attempts }
    let flat = sources.reduce(0) { $0 + $1.flat }
    draft.score = BruteForceScore.of(
      attempts: attempts,
      flatness: Double(flat) / Double(max(1, attempts)),
      sources: UInt64(sources.count),
      targets: sources[0].targets
    )
    draft.take(sources[0])
    draft.conversations = sources.reduce(0) { $0 + $1.attempts + $1.others }
    draft.sums.first = sources.map(\.first).min() ?? 0
    draft.sums.last = sources.map(\.last).max() ?? 0
    draft.sums.activity = sources.reduce(0) { $0 | $1.activity }
    draft.sums.bytes = sources.reduce(0) { $0.addingSaturated($1.bytes) }
    draft.sums.packets = sources.reduce(0) { $0.addingSaturated($1.packets) }
    draft.outcome = .touched
    let sample = sources.prefix(Members.sampleLimit).map(\.address)
    draft.members = Members(count: UInt64(sources.count), sample: Array(sample))
    draft.evidence.source = nil
    draft.evidence.members = Set(sample)
    draft.suppression = SuppressionScope(
      destination: sources[0].targets == 1 ? sources[0].sample.first?.address : nil,
      service: draft.service
    )
    let networks = Set(sources.map { network(of: $0.address) }).count
    let usual = campaign.usualAttempts
    let prefixes = "\(NumberText.count(networks)) \(networks == 1 ? "network" : "networks")"
    draft.detail =
      "\(NumberText.count(attempts)) attempts from \(prefixes), \(NumberText.count(usual.sources)) sources × \(NumberText.count(usual.attempts)), \(size)"
    return draft.finding
  }

  static func network(of address: IPAddress) -> IPNetwork? {
    IPNetwork(address, prefixLength: address.isV4 ? 24 : 48)
  }
}
