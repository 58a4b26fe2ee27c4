internal import FlowFindings
internal import FlowModel

/// What the formats of security systems tell of a finding, each in words of its own.
struct FindingStory {
  /// Which way the traffic went, seen from the network.
  enum Direction {
    case inbound, outbound, lateral
  }

  let finding: Finding
  let facts: AddressFacts
  /// Which account and region it belongs to.
  let place: AWSPlace
  /// Internal hosts that it is about, the actor first.
  let resources: [AffectedResource]
  /// Whether the finding is about what the actor serves: then others began the conversations.
  let actorServes: Bool
  /// The initiator it; nil when that is no one address.
  let source: End?
  /// With whom; nil when that is no one address.
  let destination: End?
  let direction: Direction?
  private let report: Report
  /// The thresholds that were in force.
  var thresholds: Thresholds { report.thresholds }

  /// One end of the traffic.
  struct End {
    var address: IPAddress
    /// nil where it varies or the protocol has none.
    var port: UInt16?
  }

  init(_ finding: Finding, _ report: Report) {
    (self.finding, self.report) = (finding, report)
    facts = AddressFacts(report)
    resources = AffectedResource.all(of: finding, report)
    place = Self.place(finding, resources, report.cloud)
    let others = finding.targets.sample.filter { .address($0.address) != finding.actor }
    let other = finding.targets.count == 1 ? others.first : nil
    actorServes = finding.isServing && !others.isEmpty
    let port = finding.port
    let actor = finding.actorAddress
    source =
      actorServes
      ? other.map { End(address: $0.address) } : actor.map { End(address: $0) }
    destination =
      actorServes
      ? actor.map { End(address: $0, port: port) }
      : other.map { End(address: $0.address, port: $0.port ?? port) }
    let isOtherInside = others.first.map { Self.isInside($0.address, report) }
    direction = isOtherInside.flatMap { [actorServes] isInside in
      actorServes
        ? Self.direction(fromInside: isInside, toInside: finding.actorIsInternal)
        : Self.direction(fromInside: finding.actorIsInternal, toInside: isInside)
    }
  }

  /// The finding's own account and region before what the whole log tells.
  private static func place(
    _ finding: Finding,
    _ resources: [AffectedResource],
    _ cloud: CloudIdentity
  ) -> AWSPlace {
    let lines = finding.evidence.map { line in
      let named = AWSPlace(path: line.path)
      let told = line.record?.place
      return AWSPlace(
        account: told?.account ?? named.account,
        region: told?.region ?? named.region
      )
    }
    let owner = resources.lazy.compactMap(\.place.account).first
    let region = resources.lazy.compactMap(\.place.region).first
    return AWSPlace(
      account: cloud.given.account ?? owner ?? lines.lazy.compactMap(\.account).first
        ?? cloud.sole.account,
      region: cloud.given.region ?? region ?? lines.lazy.compactMap(\.region).first
        ?? cloud.sole.region
    )
  }

  // MARK: Sides

  static func isInside(_ address: IPAddress, _ report: Report) -> Bool {
    report.internalRanges.contains(address) || report.own.contains(address)
  }

  static func direction(fromInside: Bool, toInside: Bool) -> Direction? {
    switch (fromInside, toInside) {
    case (true, true): .lateral
    case (true, false): .outbound
    case (false, true): .inbound
    case (false, false): nil
    }
  }

  /// The direction of a raw line.
  func direction(_ record: EvidenceRecord) -> Direction? {
    Self.direction(
      fromInside: Self.isInside(record.source, report),
      toInside: Self.isInside(record.destination, report)
    )
  }

  /// The interface that has an address as its own.
  func interface(of address: IPAddress) -> String? { report.cloud.interfaces[address] }

  /// Actor, members and targets, each address once, in this order, and whether it began the conversations.
  var addresses: [(address: IPAddress, isSource: Bool)] {
    let actors = [finding.actorAddress].compactMap(\.self) + (finding.members?.sample ?? [])
    let targets = finding.targets.sample.map(\.address)
    var known: Set<IPAddress> = []
    return (actors.map { ($0, !actorServes) } + targets.map { ($0, actorServes) })
      .filter { known.insert($0.0).inserted }
  }

  // MARK: Times

  /// When it was first seen: in the history, else in this log.
  var since: UInt32 { min(finding.change?.since ?? finding.firstSeen, finding.firstSeen) }

  /// The end; logs with odd clocks may end before they begin.
  var until: UInt32 { max(finding.lastSeen, finding.firstSeen) }

  // MARK: Kinds

  /// Its techniques, those of the table.
  var techniques: [AttackTechnique] { finding.techniques.compactMap { AttackTechnique[$0] } }

  /// Their tactics, each once, in order.
  var tactics: [AttackTactic] { AttackTactic.all(of: finding.techniques) }

  // MARK: Words

  /// Such as `SSH scan: 198.51.100.7 → 12 addresses :22; all blocked`.
  var summary: String {
    let text = ["\(finding.title): \(who)\(whom)", finding.detail].filter { !$0.isEmpty }
    return TextFormat.safe(text.joined(separator: "; "))
  }

  /// Such as `SSH scan: 198.51.100.7 → 12 addresses :22`.
  var headline: String { TextFormat.safe("\(finding.title): \(who)\(whom)") }

  private var who: String {
    let label = facts.label(finding.actor, .full)
    guard let members = finding.members else { return label }
    let sources = TextFormat.plural(members.count, "source")
    if case .prefix = finding.actor { return "\(label) (\(sources))" }
    guard let first = members.sample.first else { return label }
    return members.count > 1
      ? "\(sources), e.g. \(facts.label(first, .full))" : facts.label(first, .full)
  }

  private var whom: String {
    let targets = finding.targets
    let port = finding.port.map { " :\($0)" } ?? ""
    let others = targets.sample.filter { .address($0.address) != finding.actor }
    if targets.count == 1, let only = others.first {
      return " → \(facts.label(only.address, .full))\(port)"
    }
    guard targets.count > 1 else { return "" }
    return
      " → \(targets.isExact ? "" : "~")\(TextFormat.grouped(targets.count)) addresses\(port)"
  }
}

extension Finding {
  /// The actor, if it is one address.
  var actorAddress: IPAddress? {
    if case .address(let address) = actor { address } else { nil }
  }

  /// The port that is asked for, where the service has one.
  var port: UInt16? {
    service.flatMap { ProtocolNumber.hasPorts($0.protocolNumber) ? $0.port : nil }
  }

  /// Whether its evidence is what others sent to the actor.
  var isServing: Bool {
    actorAddress != nil && evidenceQuery.destination == actorAddress && joins.isEmpty
  }
}
