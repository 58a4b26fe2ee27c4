internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A service or region of AWS that a host never used.
///
/// # aws-service.unexpected
/// ## Title
/// A host reaches an AWS service or region that it never used
/// ## Sees
/// answered conversations of own hosts with ranges that AWS publishes (--aws-ip-ranges), by service and region, against
/// a memory of a week or more that was kept with that file
/// ## Fires when
/// the host was never seen with the service in that region
/// ## Score
/// {P4}, if no other host uses it either; else {P2}: {terms}
/// ## Evidence
/// service and region, bytes each way
/// ## Blind spots
/// EC2 and AMAZON stand for everything else that runs at AWS, other people's hosts among it.
/// ## Techniques
/// T1537, T1526
/// ## Source
/// AWS, "AWS IP address ranges"
/// ## Respond
/// A bucket in another region is where data goes that should not be found. Ask whose it is; an endpoint policy names
/// the buckets.
struct UnexpectedAWSService: Detector {
  static let traits: RuleTraits = [.comparesRuns, .isUnusual, .isToldOnce]
  static let terms: [ScoreTerm] = [
    .log("bytes both ways", 1e6...1e10, weight: 0.4),
    .fact("nobody uses it", weight: 0.3),
  ]

  private struct Key: Hashable {
    var host: IPAddress
    var service: String
  }

  private var uses: [Key: OutwardUse] = [:]

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    guard let baseline = network.settledBaseline, baseline.knowsAny(.awsService) else { return }
    for use in observations.uses {
      guard let service = network.awsService(use.sample),
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
    draft.score = Self.score(bytesBothWays: max(1, Double(use.bytes)), nobodyUsesIt: isUnknown)
    draft.detail =
      "\(service), \(NumberText.bytes(use.bytesOut)) out, \(NumberText.bytes(use.bytesIn)) back, never used before"
    return draft.finding
  }
}

extension OutwardUse {
  /// Adds what was exchanged with another network under the same label.
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
  /// A finding about what a host uses outside.
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
  /// The service and region of AWS that has the address, such as `S3 eu-west-1`; nil without, and for what is no
  /// service.
  func awsService(_ address: IPAddress) -> String? {
    guard !awsPrefixes.isEmpty, let match = awsPrefixes.match(address) else { return nil }
    return "\(match.service) \(match.region)"
  }

  /// The country and the autonomous system of an address, as far as they are known: `NL`, `AS64500`.
  func originLabels(_ address: IPAddress) -> [String] {
    guard let origin = origins?.origin(of: address) else { return [] }
    return [origin.country, origin.asn.map { "AS\($0)" }].compactMap { $0 }
  }
}
