internal import FlowFindings
internal import FlowModel

/// The investigation target in sentences: who it is, and how much of the log is about it.
struct PivotStory {
  private let pivot: Pivot
  private let report: Report
  private let facts: AddressFacts

  init(_ pivot: Pivot, _ report: Report, _ facts: AddressFacts) {
    (self.pivot, self.report, self.facts) = (pivot, report, facts)
  }

  /// `198.51.100.77, NL AS64500 Example, external`, or that it has no traffic.
  var headline: String {
    let investigated = TextFormat.safe(pivot.investigated.description)
    guard pivot.hasTraffic else { return PivotPhrases.absence(pivot, report) }
    var parts = [investigated]
    switch pivot.investigated {
    case .network(let network):
      parts += network.isOneAddress ? facts.story(.address(network.base)) : rangeStory(network)
      if let isInside = pivot.isInside { parts.append(isInside ? "internal" : "external") }
    case .interface, .instance: parts += local
    case .service: parts += users
    case .group(let targets):
      let areNetworks = targets.count == pivot.investigated.networks.count
      parts += users + (areNetworks || pivot.investigated.isService ? [] : local)
      if let isInside = pivot.isInside { parts.append(isInside ? "internal" : "external") }
    }
    if !pivot.filter.isEmpty { parts.append("only \(pivot.filter.description)") }
    return parts.joined(separator: ", ")
  }

  /// The addresses of interfaces; nothing when none is known.
  private var local: [String] {
    let own = pivot.traffic.networks.map {
      $0.isOneAddress ? facts.label($0.base, .name) : $0.description
    }
    return own.isEmpty ? [] : ["\(PivotPhrases.addresses(pivot)) \(own.joined(separator: " and "))"]
  }

  /// `used by 6 clients`; nothing of hosts.
  private var users: [String] {
    ServiceUsers(pivot).map { ["used by \(TextFormat.plural($0.clients, "client"))"] } ?? []
  }

  /// Of a service: who would be cut off if it were closed, who offers it, and of whom that is not known.
  var closing: [String] {
    guard let users = ServiceUsers(pivot) else { return [] }
    let servers = list(users.servers.map(\.address), of: UInt64(users.servers.count))
    let offered = users.servers.isEmpty ? "No server answered." : "Answered by \(servers)."
    let undecided =
      users.undecided.isEmpty
      ? []
      : [
        "Direction unclear, perhaps clients as well: \(list(users.undecided.map(\.address), of: UInt64(users.undecided.count)))."
      ]
    return [offered, cut(users)] + undecided
  }

  private func cut(_ users: ServiceUsers) -> String {
    guard users.answered > 0 else { return "No client got an answer: closing it cuts nobody off." }
    let suspects = UInt64(users.suspects.count)
    let attackers =
      suspects == 0 ? "" : ", \(TextFormat.grouped(suspects)) of which are sources of findings"
    let left = users.answered - min(suspects, users.answered)
    let names = list(users.cutOff.map(\.address), of: left)
    return
      "\(TextFormat.grouped(users.answered)) of \(TextFormat.plural(users.clients, "client")) got an answer\(attackers); closing it cuts off \(names.isEmpty ? "no other client" : names)."
  }

  private static let listed = 20

  private func list(_ addresses: [IPAddress], of all: UInt64) -> String {
    let names = addresses.prefix(Self.listed).map { facts.label($0, .name) }
    let left = all - min(all, UInt64(names.count))
    return names.joined(separator: ", ") + (left > 0 ? " and \(TextFormat.grouped(left)) more" : "")
  }

  /// `New since 2026-01-05 13:38 UTC`, and of what there is how much; empty when nobody asks.
  static func changes(_ changes: InvestigationChanges) -> String {
    let kinds: [(InvestigationChanges.Kind, String, String)] = [
      (.service, "service", "services"), (.peer, "peer", "peers"),
      (.pair, "other pair of peer and service", "other pairs of peer and service"),
      (.volume, "tenfold volume", "tenfold volumes"),
    ]
    let counts = kinds.map { (UInt64(changes.count($0)), $1, $2) }.filter { $0.0 > 0 }
      .map { TextFormat.plural($0.0, $0.1, $0.2) }
    let time = UTCTime(changes.moment.time)
    let head = "New since \(time.date) \(time.clock) UTC"
    if changes.moment.time <= changes.moment.log.lowerBound {
      return "\(head): the log does not begin before, so everything is new"
    }
    return "\(head): \(counts.isEmpty ? "nothing" : counts.joined(separator: ", "))"
  }

  private func rangeStory(_ network: IPNetwork) -> [String] {
    let name = facts.names.hosts.name(ofRange: network).map { [TextFormat.safe($0)] } ?? []
    return name + facts.story(.prefix(network))
  }

  /// `148 of 246,887 records`, from when until when, and what became of them.
  var presence: String {
    let records = pivot.records
    let all = report.window?.records ?? report.input.counts.records.total
    let span = TextReporter.span(records.first, max(records.first, records.last))
    return
      "\(TextFormat.grouped(records.records)) of \(TextFormat.plural(all, "record")), \(span) UTC: \(TextFormat.grouped(records.accepted)) accepted, \(TextFormat.grouped(records.rejected)) rejected"
  }

  /// How much went each way; only the sum, and why, where nobody can tell the ways apart.
  var amounts: [String] {
    let records = pivot.records
    guard pivot.lacksAddress else {
      return ["Sent \(amount(pivot.traffic.sent)), received \(amount(pivot.traffic.received))"]
        + once
    }
    return [
      "\(TextFormat.size(records.bytes)) in \(TextFormat.plural(records.packets, "packet")).",
      PivotPhrases.noAddress,
    ]
  }

  /// The sums with each packet once; none where no packet was recorded at several interfaces.
  private var once: [String] {
    // Of a port, records may be those of a client that has it as its own.
    guard !pivot.investigated.isService, pivot.filter.port == nil else { return [] }
    let traffic = pivot.traffic
    let conversations = traffic.began.reduce(into: InvestigationSums()) { $0.add($1) }
    guard conversations.responsesBlocked == 0, conversations.conversations > 0,
      conversations.bytes < traffic.sent.bytes +| traffic.received.bytes
    else { return [] }
    return [
      "Recorded at several interfaces; each packet once: sent \(TextFormat.size(conversations.bytesSent)), received \(TextFormat.size(conversations.bytesReceived))"
    ]
  }

  private func amount(_ sums: RecordSums) -> String {
    "\(TextFormat.size(sums.bytes)) (\(TextFormat.plural(sums.packets, "packet")), \(TextFormat.plural(sums.records, "record")))"
  }
}
