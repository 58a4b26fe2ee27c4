internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// One source that tries one service on many local addresses.
///
/// # scan.horizontal
/// ## Title
/// Horizontal scan (for port 22: SSH scan)
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// One external source initiates conversations to the same protocol and port on at least {addresses} distinct local
/// addresses and gets no response there (blocked, unanswered, or answered with bare resets). In networks with fewer
/// than {small-network} local addresses, the minimum is {small-network-share|half} of them and at least
/// {small-network-addresses}. For external sources, short answered exchanges also count on TCP ports for
/// administration, databases and other sensitive services.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// addresses tried, outcomes, first and last record, slow-scan label
/// ## Blind spots
/// Several secondary addresses of one interface are counted as one address. Scans from many sources are covered by
/// scan.distributed. Service discovery and monitoring from internal addresses that are not logged match this rule if
/// their targets do not answer.
/// ## Techniques
/// T1595.001, T1046
/// ## Source
/// CERT NetSA rwscan, Zeek scan detection, Jung et al. 2004; thresholds reduced for small VPCs
/// ## Respond
/// No action is needed if all probes were blocked. If an address answered, check which service it exposes. Remove the
/// public inbound rule for the port from the security group unless public access is required.
struct HorizontalScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe, .foldsServices]
  static let thresholds: [Threshold] = [
    .count(
      "addresses",
      10,
      of: "local addresses on which one service gives one source no response"
    ),
    .count("small-network", 20, of: "local addresses below which a network counts as small"),
    .count("small-network-addresses", 3, of: "minimum of local addresses tried in a small network"),
    .share("small-network-share", 0.5, of: "share of the local addresses tried in a small network"),
  ]
  static let terms: [ScoreTerm] = [
    .log("local addresses tried", 10...1000, weight: 0.6),
    .linear("share of local addresses", 0.1...1, weight: 0.3),
    .log("hours from first to last", 24...720, weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources {
        for attempts in profile.services
        where ScanThreshold.isHorizontal(attempts, by: profile, network) {
          found.add(finding(attempts, profile, network))
        }
      }
    }
  }

  mutating func merge(_ other: HorizontalScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(
    _ attempts: ServiceAttempts,
    _ profile: SourceProfile,
    _ network: NetworkContext
  ) -> Finding {
    let service = attempts.service
    let sums = attempts.sums
    let own = max(network.ownCount(like: profile.address), Int(attempts.targets))
    let score = Self.score(
      localAddressesTried: Double(ScanThreshold.scanned(attempts, by: profile)),
      shareOfLocalAddresses: Double(attempts.targets) / Double(own),
      hoursFromFirstToLast: Finding.hours(sums.first, sums.last)
    )
    var draft = FindingDraft(
      Self.rule,
      title: "\(network.names.name(of: service)) scan",
      stage: .p1,
      actor: .address(profile.address)
    )
    draft.key = ["\(service.protocolNumber)/\(service.port)"]
    draft.score = score
    draft.take(attempts, of: profile)
    draft.suppression = SuppressionScope(source: profile.address.description, service: service)
    draft.evidence.port = service.port
    return draft.finding
  }
}

extension FindingDraft {
  /// Copies the attempts of one source at one service.
  mutating func take(_ attempts: ServiceAttempts, of profile: SourceProfile) {
    let hasPorts = ProtocolNumber.hasPorts(attempts.service.protocolNumber)
    note(attempts.outcomes, sure: attempts.sure)
    service = attempts.service
    sums = attempts.sums
    actorIsInternal = profile.isInternal
    targets = Targets(
      count: attempts.targets,
      isExact: true,
      sample: attempts.sample.map {
        Target(address: $0, port: hasPorts ? attempts.service.port : nil)
      }
    )
    isSlow = ScanThreshold.isSlow(
      busiestHour: attempts.busiestHour,
      first: attempts.sums.first,
      last: attempts.sums.last
    )
    suppression = SuppressionScope(source: profile.address.description)
    evidence = EvidenceQuery(
      source: IPNetwork(only: profile.address),
      protocols: [attempts.service.protocolNumber]
    )
    evidence.isOutward = profile.trafficDirection == .outbound
  }
}
