internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Interfaces that nobody uses.
///
/// # eni.idle
/// ## Title
/// An interface is not in use
/// ## Sees
/// every interface of the log, whether its own address began any conversation or answered one
/// ## Fires when
/// for {seconds|a week}, by a memory of seven days or a log that spans as much, the interface's address began nothing
/// and answered nobody: only intervals without data, or what strangers try in vain
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// the interface, its address, for how many days
/// ## Blind spots
/// Standby hosts are idle on purpose. What the log leaves out (the Amazon resolver, metadata) is no use here.
/// ## Techniques
/// T1580
/// ## Source
/// AWS, "Flow log records" (NODATA); cost reviews that ask for unused interfaces and addresses
/// ## Respond
/// Ask the owner. A public address, a load balancer or an instance behind it costs money every hour.
struct IdleInterface: Detector {
  static let traits: RuleTraits = [.isPractice]
  static let thresholds: [Threshold] = [
    .seconds(
      "seconds",
      601_200,
      of:
        "time without use; an hour less than a week, since logs of whole days do not end on the second"
    )
  ]
  static let terms: [ScoreTerm] = [
    .log("days without use", 7...90, weight: 0.5)
  ]

  private var used: Set<IPAddress> = []

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    used.formUnion(Self.used(observations))
  }

  /// The inside addresses that began or answered something.
  static func used(_ observations: Observations) -> Set<IPAddress> {
    var used: Set<IPAddress> = []
    for use in observations.uses { used.insert(use.host) }
    for servicePair in observations.servicePairs
    where servicePair.trafficDirection == .lateral && servicePair.isAnswered {
      used.insert(servicePair.source)
      used.insert(servicePair.destination)
    }
    for endpoint in observations.served where endpoint.answeredInside + endpoint.answeredOutside > 0
    { used.insert(endpoint.address) }
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection != .inbound {
        used.insert(profile.address)
      }
    }
    return used
  }

  mutating func merge(_ other: IdleInterface) { used.formUnion(other.used) }

  func findings(_ context: CompleteContext) -> Found {
    var found = Found()
    for interface in context.interfaces where !isUsed(interface) {
      if let since = idleSince(interface, context.network) {
        found.add(finding(interface, since: since, context.network))
      }
    }
    return found
  }

  private func isUsed(_ interface: NetworkContext.Interface) -> Bool {
    interface.address.map(used.contains) ?? false
  }

  /// Since when nothing is known to have used the interface, if that is a week or more.
  private func idleSince(
    _ interface: NetworkContext.Interface,
    _ network: NetworkContext
  ) -> UInt32? {
    var since = network.logStart
    if network.baseline != nil {
      guard let baseline = network.settledBaseline else { return nil }
      let known = baseline.seen(.interface(interface.id))
      let lastUse = baseline.seen(.interfaceUsed(interface.id))?.last
      since = min(since, max(known?.first ?? since, lastUse ?? 0))
    }
    return network.logEnd > since
      && network.logEnd - since >= network.thresholds.idleInterface.seconds
      ? since : nil
  }

  private func finding(
    _ interface: NetworkContext.Interface,
    since: UInt32,
    _ network: NetworkContext
  ) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Unused interface",
      stage: .note,
      actor: interface.address.map { .address($0) } ?? .campaign(interface.id)
    )
    draft.key = [interface.id]
    let days = Double(network.logEnd - since) / 86_400
    draft.score = Self.score(daysWithoutUse: days)
    draft.actorIsInternal = true
    if let address = interface.address {
      draft.targets = Targets(
        count: 1,
        isExact: true,
        sample: [Target(address: address, interface: interface.id)]
      )
      draft.suppression = SuppressionScope(source: address.description)
      draft.evidence = EvidenceQuery(destination: address)
    }
    draft.countsRecords = false
    (draft.sums.first, draft.sums.last) = (since, network.logEnd)
    draft.detail = "\(interface.id), nothing begun or answered for \(Int(days + 0.05)) days"
    return draft.finding
  }
}
