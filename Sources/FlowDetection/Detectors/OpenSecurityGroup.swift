internal import FlowAggregation
internal import FlowModel

/// A security group that lets the whole internet in.
///
/// # sg.too-open
/// ## Title
/// A security group is open to the internet
/// ## Sees
/// answered conversations from outside with administration, database and other sensitive TCP ports of own addresses
/// ## Fires when
/// an endpoint answered sources from at least 10 distinct outside /24s (IPv6: /48) over an hour or more: no list of
/// allowed networks looks like that
/// ## Score
/// P2, 20 to 39: 0.5 risk (1 no password by default, 0.7 administration, 0.6 database), 0.3 log networks 10..1000
/// ## Evidence
/// networks that were answered, and those from which whole sessions came: what a tighter rule would have to allow
/// ## Blind spots
/// Guessers have whole sessions, too: of the networks named, drop those that ssh.bruteforce names. A load balancer's
/// interface is open by design.
/// ## Techniques
/// T1133, T1190
/// ## Source
/// AWS Foundational Security Best Practices EC2.13 and EC2.19, seen from the traffic instead of the configuration
/// ## Respond
/// Allow only the networks that need it, or Session Manager instead of the port.
struct OpenSecurityGroup: Detector {
  private static let shortest: UInt32 = 3600
  private static let shownNetworks = 3

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for endpoint in observations.exposures
    where endpoint.networks >= network.thresholds.exposedNetworks
      && endpoint.sums.last > endpoint.sums.first
      && endpoint.sums.last - endpoint.sums.first >= Self.shortest
    {
      found.add(finding(endpoint, network))
    }
  }

  mutating func merge(_ other: OpenSecurityGroup) { found.add(other.found) }

  func findings(_ network: NetworkContext) -> Found { found }

  private func finding(_ endpoint: ExposedEndpoint, _ network: NetworkContext) -> Finding {
    let name = network.names.name(of: endpoint.service)
    var draft = FindingDraft(
      Self.page,
      title: "\(name) open to the internet",
      stage: .p2,
      actor: .campaign("the internet")
    )
    draft.score.addLinear(
      "risk of the service",
      ExposureRisk.of(endpoint.service),
      from: 0,
      to: 1,
      weight: 0.5
    )
    draft.score.addLog("networks", Double(endpoint.networks), from: 10, to: 1000, weight: 0.3)
    draft.take(endpoint)
    let used = endpoint.sessionNetworks.map(\.network.description)
    let shown = used.prefix(Self.shownNetworks).joined(separator: ", ")
    let more = used.count > Self.shownNetworks ? " and \(used.count - Self.shownNetworks) more" : ""
    let all = used.count == ExposedEndpoint.networkLimit ? " or more" : ""
    draft.detail =
      "\(endpoint.networks) networks answered; sessions from "
      + (used.isEmpty ? "none" : "\(shown)\(more)\(all)")
    draft.next =
      used.isEmpty
      ? "Nobody had a whole session: close the port to the internet."
      : "Allow only who needs it. Whole sessions came from: \(used.joined(separator: ", "))."
    return draft.finding
  }
}
