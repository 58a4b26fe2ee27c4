internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A country or autonomous system without earlier traffic.
///
/// # geo.new
/// ## Title
/// First traffic with a country or network owner
/// ## Input
/// countries and autonomous systems (--geoip) of external networks to which internal hosts connect and from which they
/// are administered, compared with a baseline of one week or more that contains this data
/// ## Fires when
/// The baseline contains no internal host with the country or autonomous system. The traffic is {bytes} or more in both
/// directions with an external network, or an administrative session from it.
/// ## Score
/// P4, 40 to 60, for countries and for administration; {P2} for a new network owner in a known country: {terms}
/// ## Evidence
/// country or network owner, bytes in both directions
/// ## Blind spots
/// Geolocation databases contain errors and become outdated. Content delivery networks answer from many countries.
/// Traveling users match this rule.
/// ## Techniques
/// T1090, T1133
/// ## Source
/// Elastic's rare_destination_country
/// ## Respond
/// Ask the owner of the host for the reason of the traffic. If there is none, block the network in a network ACL and
/// investigate the host.
struct NewOrigin: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce, .isNewDestination]
  static let thresholds: [Threshold] = [
    .bytes("bytes", 1_000_000, of: "bytes in both directions with an external network")
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e6...1e9, weight: 0.4),
    .fact("administration", weight: 0.3),
  ]

  private static let cap = 60.0

  private struct Key: Hashable {
    var host: IPAddress
    var label: String
    var isAdministration: Bool
  }

  private struct Group: Sendable {
    var use: ReachedOrigin
    var bytes: UInt64
  }

  /// The peer, the service and the time.
  private struct ReachedOrigin: Sendable {
    var peer: IPAddress
    var service: Service
    var first: UInt32
    var last: UInt32
  }

  private var groups: [Key: Group] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline, baseline.knowsAny(.origin) else { return }
    for use in observations.uses where use.bytes >= network.thresholds.newOrigin.bytes {
      let reached = ReachedOrigin(
        peer: use.sample,
        service: use.use.service,
        first: use.first,
        last: use.last
      )
      for label in network.originLabels(use.sample) where !baseline.knows(label, as: .origin) {
        add(Key(host: use.host, label: label, isAdministration: false), reached, use.bytes)
      }
    }
    for servicePair in observations.servicePairs
    where NewAdministrator.isAdministration(servicePair, network) {
      let reached = ReachedOrigin(
        peer: servicePair.source,
        service: servicePair.service,
        first: servicePair.sums.first,
        last: servicePair.sums.last
      )
      let bytes = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
      for label in network.originLabels(servicePair.source)
      where !baseline.knows(label, as: .origin) {
        add(
          Key(host: servicePair.destination, label: label, isAdministration: true),
          reached,
          bytes
        )
      }
    }
  }

  private mutating func add(_ key: Key, _ use: ReachedOrigin, _ bytes: UInt64) {
    guard var group = groups[key] else {
      groups[key] = Group(use: use, bytes: bytes)
      return
    }
    group.bytes = group.bytes.addingSaturated(bytes)
    if (use.peer, use.service) < (group.use.peer, group.use.service) {
      (group.use.peer, group.use.service) = (use.peer, use.service)
    }
    group.use.first = min(group.use.first, use.first)
    group.use.last = max(group.use.last, use.last)
    groups[key] = group
  }

  mutating func merge(_ other: NewOrigin) {
    for (key, group) in other.groups { add(key, group.use, group.bytes) }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for (key, group) in groups { found.add(finding(key, group)) }
    return found
  }

  private func finding(_ key: Key, _ group: Group) -> Finding {
    // Not by its prefix, because AS is also the country code of American Samoa.
    let isCountry = key.label.utf8.count == 2
    var draft = FindingDraft(
      Self.rule,
      title: isCountry ? "New country" : "New network owner",
      stage: isCountry || key.isAdministration ? .p4 : .p2,
      actor: .address(key.host)
    )
    draft.cap = Self.cap
    draft.note(host: key.host, peer: group.use.peer, group.use.service)
    draft.key = [key.label, key.isAdministration ? "administration" : ""]
    draft.score = Self.score(
      bytesInBothDirections: max(1, Double(group.bytes)),
      administration: key.isAdministration
    )
    draft.outcome = .open
    draft.countsRecords = false
    draft.sums.bytes = group.bytes
    (draft.sums.first, draft.sums.last) = (group.use.first, group.use.last)
    let way = key.isAdministration ? "administered from" : "connects to"
    draft.detail =
      "\(way) \(key.label), \(NumberText.bytes(group.bytes)) in both directions, not seen before"
    if key.isAdministration {
      draft.evidence.source = IPNetwork(only: group.use.peer)
      draft.evidence.destination = key.host
      draft.evidence.isOutward = false
    }
    return draft.finding
  }
}
