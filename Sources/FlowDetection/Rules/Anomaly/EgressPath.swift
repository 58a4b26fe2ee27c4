internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A host that leaves the network by another way than before.
///
/// # egress-path
/// ## Title
/// A host leaves the network by another way than before
/// ## Sees
/// the field traffic-path (version 5) of what own hosts send to the outside, against a memory of a week or more that
/// was kept with it
/// ## Fires when
/// a host's packets leave by a way by which they never left: internet gateway, gateway endpoint, virtual private
/// gateway, peering
/// ## Score
/// P4, 40 to 60: {terms}
/// ## Evidence
/// the new way, the ways before, bytes out
/// ## Blind spots
/// Formats without the field. A NAT gateway is another resource in the same VPC to it (1), which is no way out by
/// itself.
/// ## Techniques
/// T1048, T1090
/// ## Source
/// AWS, "Flow log records": traffic-path
/// ## Respond
/// Look at the route table of the subnet, and who changed it.
struct EgressPath: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let terms: [ScoreTerm] = [
    .log("bytes out", 1e4...1e9, weight: 0.5),
    .fact("by the internet gateway", weight: 0.3),
  ]

  private static let cap = 60.0
  /// The names of the values 1 to 8; 2 and 8 are both the internet gateway to those who ask by which way.
  private static let ways = [
    "same VPC", "internet gateway", "virtual private gateway", "peering in the region",
    "peering between regions", "local gateway", "gateway endpoint", "internet gateway",
  ]

  private struct Key: Hashable {
    var host: IPAddress
    var way: String
  }

  private var uses: [Key: OutwardUse] = [:]

  /// The ways that leave the VPC among the bits of `paths`.
  static func names(_ paths: UInt8) -> [String] {
    guard paths != 0 else { return [] }
    return Set((1..<8).filter { paths >> $0 & 1 == 1 }.map { ways[$0] }).sorted()
  }

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline, baseline.knowsAny(.egress) else { return }
    for use in observations.uses where baseline.hosts.contains(use.host) {
      for way in Self.names(use.paths)
      where baseline.seen(BaselineEntry(.egress, host: use.host, label: way)) == nil {
        let key = Key(host: use.host, way: way)
        if uses[key] == nil { uses[key] = use } else { uses[key]?.add(bytesOf: use) }
      }
    }
  }

  mutating func merge(_ other: EgressPath) { uses.merge(other.uses) { first, _ in first } }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    guard let baseline = context.settledBaseline else { return found }
    for (key, use) in uses {
      let before = Set(Self.ways).filter {
        baseline.seen(BaselineEntry(.egress, host: key.host, label: $0)) != nil
      }.sorted()
      // A host of which no way is known left before in a log that did not say it.
      if !before.isEmpty { found.add(finding(key.way, use, before)) }
    }
    return found
  }

  private func finding(_ way: String, _ use: OutwardUse, _ before: [String]) -> Finding {
    var draft = FindingDraft(Self.rule, title: "New egress path", stage: .p4, about: use)
    draft.cap = Self.cap
    draft.key = [way]
    draft.score = Self.score(
      bytesOut: max(1, Double(use.bytesOut)),
      byTheInternetGateway: way == Self.ways[1]
    )
    draft.detail =
      "by \(way), \(NumberText.bytes(use.bytesOut)) out; before by \(before.joined(separator: ", "))"
    return draft.finding
  }
}
