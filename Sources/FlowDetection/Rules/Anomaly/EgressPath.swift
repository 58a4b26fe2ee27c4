internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A host with an egress path that it has not used before.
///
/// # egress-path
/// ## Title
/// New egress path of a host
/// ## Input
/// field traffic-path (version 5) of outbound traffic of internal hosts, compared with a baseline of one week or more
/// that contains the field
/// ## Fires when
/// Packets of a host leave the network by an egress path that the baseline does not contain for this host: internet
/// gateway, gateway endpoint, virtual private gateway or peering.
/// ## Score
/// P4, 40 to 60: {terms}
/// ## Evidence
/// new egress path, earlier egress paths, bytes sent
/// ## Blind spots
/// Log formats without the field are not covered. Traffic to a NAT gateway has the value 1 (another resource in the
/// same VPC), which is not an egress path.
/// ## Techniques
/// T1048, T1090
/// ## Source
/// AWS, "Flow log records": traffic-path
/// ## Respond
/// Check the route table of the subnet. Identify the change and its author in CloudTrail (CreateRoute, ReplaceRoute).
struct EgressPath: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let terms: [ScoreTerm] = [
    .log("bytes sent", 1e4...1e9, weight: 0.5),
    .fact("via internet gateway", weight: 0.3),
  ]

  private static let cap = 60.0
  /// The names of the values 1 to 8.
  ///
  /// Values 2 and 8 both stand for the internet gateway.
  private static let ways = [
    "same VPC", "internet gateway", "virtual private gateway", "peering in the region",
    "peering between regions", "local gateway", "gateway endpoint", "internet gateway",
  ]

  private struct Key: Hashable {
    var host: IPAddress
    var way: String
  }

  private var uses: [Key: OutwardUse] = [:]

  /// The egress paths out of the VPC among the bits of `paths`.
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
      // Without a known egress path, the earlier logs of the host lacked the field.
      if !before.isEmpty { found.add(finding(key.way, use, before)) }
    }
    return found
  }

  private func finding(_ way: String, _ use: OutwardUse, _ before: [String]) -> Finding {
    var draft = FindingDraft(Self.rule, title: "New egress path", stage: .p4, about: use)
    draft.cap = Self.cap
    draft.key = [way]
    draft.score = Self.score(
      bytesSent: max(1, Double(use.bytesOut)),
      viaInternetGateway: way == Self.ways[1]
    )
    draft.detail =
      "via \(way), \(NumberText.bytes(use.bytesOut)) sent; previously via \(before.joined(separator: ", "))"
    return draft.finding
  }
}
