internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// One source that tries one service on many own addresses.
///
/// # scan.horizontal
/// ## Title
/// Horizontal scan (for port 22: SSH scan)
/// ## Sees
/// addresses, ports, protocol, packets, bytes, action; tcp-flags where the format has them
/// ## Fires when
/// one source, which is no own address, begins conversations to the same protocol and port on at least {addresses}
/// distinct own addresses and gets nothing there (blocked, no answer, or bare resets). Networks with fewer than
/// {small-network} own addresses: on at least {small-network-share|half} of them, and at least
/// {small-network-addresses}. From outside, on TCP services for administration, databases and other sensitive ports,
/// short answered exchanges count as well.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// addresses tried, outcomes, first and last record, slow label
/// ## Blind spots
/// Several secondary addresses of an interface show as one. A scan from many sources is scan.distributed. Service
/// discovery and monitoring from internal addresses that are not logged can look like this when their targets do not
/// answer.
/// ## Techniques
/// T1595.001, T1046
/// ## Source
/// CERT NetSA rwscan, Zeek scan detection, Jung et al. 2004; thresholds lowered for small VPCs
/// ## Respond
/// Nothing, if all was blocked. If any address answered, look at what it serves and whether the internet must reach it
/// at all.
struct HorizontalScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe, .foldsServices]
  static let thresholds: [Threshold] = [
    .count("addresses", 10, of: "own addresses on which one source gets nothing from a service"),
    .count(
      "small-network",
      20,
      of: "own addresses below which a network has a threshold of its own"
    ),
    .count("small-network-addresses", 3, of: "own addresses that must be tried in such a network"),
    .share(
      "small-network-share",
      0.5,
      of: "part of its own addresses that must be tried in such a network"
    ),
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
  /// Takes over what one source did to one service.
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
