internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A security group that allows inbound traffic from the whole internet.
///
/// # sg.too-open
/// ## Title
/// Security group open to the internet
/// ## Input
/// answered conversations of external sources with administrative, database and other sensitive TCP ports of local
/// addresses
/// ## Fires when
/// A service answers sources from at least {networks} distinct external source prefixes (/24, IPv6: /48) over {seconds}
/// or more. An allowlist of networks does not produce this pattern.
/// ## Score
/// {P2}: {terms}. Risk: 1 for services without a password by default, 0.7 for administration, 0.6 for databases.
/// ## Evidence
/// source prefixes that were answered, and those with complete sessions, which a restricted rule must allow
/// ## Blind spots
/// Brute-force sources also have complete sessions. The source prefixes of ssh.bruteforce are excluded; others can be
/// included. The interface of a load balancer is public by design.
/// ## Techniques
/// T1133, T1190
/// ## Source
/// AWS Foundational Security Best Practices EC2.13 and EC2.19, derived from traffic instead of configuration
/// ## Respond
/// Replace the public inbound rule with rules for the networks that need access. Use Session Manager for
/// administration.
struct OpenSecurityGroup: Detector {
  static let traits: RuleTraits = [.isReachability, .isAboutTarget]
  static let thresholds: [Threshold] = [
    .count("networks", 10, of: "external source prefixes whose sources are answered"),
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

  /// Keeps the services with the most source prefixes.
  ///
  /// A hostile log can contain any number of them.
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
      "\(NumberText.count(endpoint.networks)) networks received responses; sessions from \(Self.listed(used, isCut: isCut))"
      + (bruteForce > 0
        ? "; without \(NumberText.count(bruteForce)) brute-force \(bruteForce == 1 ? "network" : "networks")"
        : "")
    draft.next =
      used.isEmpty
      ? "Only brute-force sources had complete sessions. Remove the public inbound rule for the port from the security group."
      : "Replace the public inbound rule with rules for the networks that need access. Complete sessions came from: \(used.joined(separator: ", "))\(isCut ? ", and possibly more" : "")."
    return draft.finding
  }

  /// The first networks and the number of further ones.
  private static func listed(_ networks: [String], isCut: Bool) -> String {
    guard !networks.isEmpty else { return "none" }
    let shown = networks.prefix(shownNetworks).joined(separator: ", ")
    let more = networks.count - shownNetworks
    return more > 0 ? "\(shown) and \(more)\(isCut ? " or" : "") more" : shown
  }
}
