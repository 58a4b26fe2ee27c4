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
    case .interface:
      let own = pivot.traffic.networks.map { facts.label($0.base, .name) }
      if !own.isEmpty {
        parts.append("\(PivotPhrases.addresses(pivot)) \(own.joined(separator: " and "))")
      }
    }
    return parts.joined(separator: ", ")
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
