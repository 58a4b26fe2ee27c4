internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Network interfaces without use.
///
/// # eni.idle
/// ## Title
/// Unused network interface
/// ## Input
/// every interface of the log, and whether its local address initiated or answered any conversation
/// ## Fires when
/// For {seconds|a week}, the interface's address initiated no conversation and answered none, according to a baseline
/// of seven days or a log of that length. Only intervals without data and unanswered inbound attempts exist.
/// ## Score
/// {N}: {terms}
/// ## Evidence
/// interface, address, number of days
/// ## Blind spots
/// Standby hosts are intentionally idle. Traffic that flow logs exclude (Amazon DNS, instance metadata) does not count
/// as use.
/// ## Techniques
/// T1580
/// ## Source
/// AWS, "Flow log records" (NODATA); cost reviews of unused interfaces and addresses
/// ## Respond
/// Ask the owner. Delete the interface and release its public address if they are not needed. A public address, a load
/// balancer or an instance causes hourly charges.
struct IdleInterface: Detector {
  static let traits: RuleTraits = [.isPractice]
  static let thresholds: [Threshold] = [
    .seconds(
      "seconds",
      601_200,
      of:
        "time without use; an hour less than a week, because logs of whole days do not end exactly on the second"
    )
  ]
  static let terms: [ScoreTerm] = [
    .log("days without use", 7...90, weight: 0.5)
  ]

  private var used: Set<IPAddress> = []

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    used.formUnion(Self.used(observations))
  }

  /// The internal addresses that initiated or answered a conversation.
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

  /// The time since which no use of the interface is known, if that is a week or more.
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
    draft.detail =
      "\(interface.id), no conversation initiated or answered for \(NumberText.count(Int(days + 0.05))) days"
    return draft.finding
  }
}
