internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A security group that lets the whole internet in.
///
/// # sg.too-open
/// ## Title
/// A security group is open to the internet
/// ## Sees
/// answered conversations from outside with administration, database and other sensitive TCP ports of own addresses
/// ## Fires when
/// an endpoint answered sources from at least {networks} distinct outside /24s (IPv6: /48) over {seconds} or more: no
/// list of allowed networks looks like that
/// ## Score
/// {P2}: {terms}. Risk: 1 no password by default, 0.7 administration, 0.6 database.
/// ## Evidence
/// networks that were answered, and those from which whole sessions came: what a tighter rule would have to allow
/// ## Blind spots
/// Guessers have whole sessions, too; networks of those that ssh.bruteforce names are left out, others may be among
/// them. A load balancer's interface is open by design.
/// ## Techniques
/// T1133, T1190
/// ## Source
/// AWS Foundational Security Best Practices EC2.13 and EC2.19, seen from the traffic instead of the configuration
/// ## Respond
/// Allow only the networks that need it, or Session Manager instead of the port.
struct OpenSecurityGroup: Detector {
  static let traits: RuleTraits = [.isReachability, .isAboutTarget]
  static let thresholds: [Threshold] = [
    .count("networks", 10, of: "outside networks whose sources are answered"),
    .seconds("seconds", 3600, of: "time from the first to the last record"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("risk of the service", 0...1, weight: 0.5),
    .log("networks", 10...1000, weight: 0.3),
  ]

  private static let shownNetworks = 3

  private var endpoints: [ExposedEndpoint] = []

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let limits = network.thresholds.openSecurityGroup
    endpoints += observations.exposures.filter {
      $0.networks >= limits.networks && $0.sums.last > $0.sums.first
        && $0.sums.last - $0.sums.first >= limits.seconds && Ports.isSensitive($0.service.port)
    }
    trim()
  }

  mutating func merge(_ other: OpenSecurityGroup) {
    endpoints += other.endpoints
    trim()
  }

  /// Keeps the widest open ones, should a hostile log open more than anybody could read.
  private mutating func trim() {
    guard endpoints.count > 2 * Found.limit else { return }
    endpoints.sort { left, right in
      left.networks != right.networks
        ? left.networks > right.networks
        : (left.address, left.service) < (right.address, right.service)
    }
    endpoints.removeLast(endpoints.count - Found.limit)
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for endpoint in endpoints { found.add(finding(endpoint, context)) }
    return found
  }

  private func finding(_ endpoint: ExposedEndpoint, _ context: CompleteContext) -> Finding {
    let name = context.names.name(of: endpoint.service)
    var draft = FindingDraft(
      Self.rule,
      title: "\(name) open to the internet",
      stage: .p2,
      actor: .campaign("the internet")
    )
    draft.score = Self.score(
      riskOfTheService: ExposureRisk.of(endpoint.service),
      networks: Double(endpoint.networks)
    )
    draft.take(endpoint)
    let all = endpoint.sessionNetworks.map(\.network)
    let used = all.filter { !context.bruteForceSources.contains($0) }.map(\.description)
    let bruteForce = all.count - used.count
    let isCut = all.count == ExposedEndpoint.networkLimit
    draft.detail =
      "\(endpoint.networks) networks answered; sessions from \(Self.listed(used, isCut: isCut))"
      + (bruteForce > 0 ? ", networks of guessers left out: \(bruteForce)" : "")
    draft.next =
      used.isEmpty
      ? "Nobody but guessers had a whole session: close the port to the internet."
      : "Allow only who needs it. Whole sessions came from: \(used.joined(separator: ", "))\(isCut ? ", and maybe more" : "")."
    return draft.finding
  }

  /// The first networks, and how many more there are.
  private static func listed(_ networks: [String], isCut: Bool) -> String {
    guard !networks.isEmpty else { return "none" }
    let shown = networks.prefix(shownNetworks).joined(separator: ", ")
    let more = networks.count - shownNetworks
    return more > 0 ? "\(shown) and \(more)\(isCut ? " or" : "") more" : shown
  }
}
