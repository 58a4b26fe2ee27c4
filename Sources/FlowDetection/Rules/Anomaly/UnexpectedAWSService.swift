internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An AWS service or region that a host has not used before.
///
/// # aws-service.unexpected
/// ## Title
/// First use of an AWS service or region
/// ## Input
/// answered conversations of internal hosts with the published AWS ranges (--aws-ip-ranges), by service and region,
/// compared with a baseline of one week or more that contains this data
/// ## Fires when
/// The baseline does not contain the host with the service in that region.
/// ## Score
/// {P4} if no other host uses it; otherwise {P2}: {terms}
/// ## Evidence
/// service and region, bytes in both directions
/// ## Blind spots
/// EC2 and AMAZON stand for all other resources at AWS, including hosts of other customers.
/// ## Techniques
/// T1537, T1526
/// ## Source
/// AWS, "AWS IP address ranges"
/// ## Respond
/// Ask the owner of the host for the reason. An S3 bucket in another region can be the target of exfiltration. Identify
/// the bucket and its account in CloudTrail data events. Restrict the allowed buckets with a VPC endpoint policy.
struct UnexpectedAWSService: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e6...1e10, weight: 0.4),
    .fact("not used by other hosts", weight: 0.3),
  ]

  private struct Key: Hashable {
    var host: IPAddress
    var service: String
  }

  private var uses: [Key: OutwardUse] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline, baseline.knowsAny(.awsService) else { return }
    for use in observations.uses {
      guard let service = network.listedAWSService(use.sample),
        baseline.seen(BaselineEntry(.awsService, host: use.host, label: service)) == nil
      else { continue }
      let key = Key(host: use.host, service: service)
      // All uses of one host come in one batch, by network.
      if uses[key] == nil { uses[key] = use } else { uses[key]?.add(bytesOf: use) }
    }
  }

  mutating func merge(_ other: UnexpectedAWSService) {
    uses.merge(other.uses) { first, _ in first }
  }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for (key, use) in uses {
      let isUnknown = context.settledBaseline?.knows(key.service, as: .awsService) == false
      found.add(finding(key.service, use, isUnknown: isUnknown))
    }
    return found
  }

  private func finding(_ service: String, _ use: OutwardUse, isUnknown: Bool) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "New AWS service",
      stage: isUnknown ? .p4 : .p2,
      about: use
    )
    draft.key = [service]
    draft.score = Self.score(
      bytesInBothDirections: max(1, Double(use.bytes)),
      notUsedByOtherHosts: isUnknown
    )
    draft.detail =
      "\(service), \(NumberText.bytes(use.bytesOut)) sent, \(NumberText.bytes(use.bytesIn)) received, not used before"
    return draft.finding
  }
}

extension OutwardUse {
  /// Adds the traffic with another network under the same label.
  mutating func add(bytesOf other: OutwardUse) {
    bytesOut = bytesOut.addingSaturated(other.bytesOut)
    bytesIn = bytesIn.addingSaturated(other.bytesIn)
    conversations = conversations.addingSaturated(other.conversations)
    sessions = sessions.addingSaturated(other.sessions)
    first = min(first, other.first)
    last = max(last, other.last)
  }
}

extension FindingDraft {
  /// A finding about the use of an external service by a host.
  init(_ rule: Rule, title: String, stage: Stage, about use: OutwardUse) {
    self.init(rule, title: title, stage: stage, actor: .address(use.host))
    note(host: use.host, peer: use.sample, use.use.service)
    evidence.destination = nil
    evidence.destinationNetwork = use.use.network
    outcome = .open
    countsRecords = false
    conversations = use.conversations
    sums.bytes = use.bytesOut
    (sums.first, sums.last, sums.activity) = (use.first, use.last, use.activity)
  }
}

extension NetworkContext {
  /// The AWS service and region of the address in the ranges file, such as `S3 eu-west-1`; nil without a match.
  ///
  /// Records name no region, so that runs with and without the file would differ.
  func listedAWSService(_ address: IPAddress) -> String? {
    guard let match = awsPrefixes.match(address), !match.region.isEmpty else { return nil }
    return awsService(address)
  }

  /// The AWS service of the address, with its region if the ranges file lists it; nil without a match.
  func awsService(_ address: IPAddress) -> String? {
    guard !awsPrefixes.isEmpty, let match = awsPrefixes.match(address) else { return nil }
    return match.region.isEmpty ? match.service : "\(match.service) \(match.region)"
  }

  /// The country and the autonomous system of an address, if known: `NL`, `AS64500`.
  func originLabels(_ address: IPAddress) -> [String] {
    guard let origin = origins?.origin(of: address) else { return [] }
    return [origin.country, origin.asn.map { "AS\($0)" }].compactMap { $0 }
  }
}
