internal import FlowFindings
internal import FlowModel

/// The subject of an investigation in sentences: who it is, and how much of the log is about it.
struct PivotStory {
  private let pivot: Pivot
  private let report: Report
  private let facts: AddressFacts

  init(_ pivot: Pivot, _ report: Report, _ facts: AddressFacts) {
    (self.pivot, self.report, self.facts) = (pivot, report, facts)
  }

  /// `198.51.100.77, NL AS64500 Example, outside`, or that it does not occur.
  var headline: String {
    let subject = Words.safe(pivot.subject.description)
    guard pivot.occurs else { return PivotWords.absence(pivot, report) }
    var parts = [subject]
    switch pivot.subject {
    case .network(let network):
      parts += network.isOneAddress ? facts.story(.address(network.base)) : rangeStory(network)
      if let isInside = pivot.isInside { parts.append(isInside ? "inside" : "outside") }
    case .interface:
      let own = pivot.traffic.networks.map { facts.label($0.base, .name) }
      let word = own.count == 1 ? "own address" : "own addresses"
      if !own.isEmpty { parts.append("\(word) \(own.joined(separator: " and "))") }
    }
    return parts.joined(separator: ", ")
  }

  private func rangeStory(_ network: IPNetwork) -> [String] {
    let name = facts.names.hosts.name(ofRange: network).map { [Words.safe($0)] } ?? []
    return name + facts.story(.prefix(network))
  }

  /// `148 of 246,887 records`, from when until when, and what became of them.
  var presence: String {
    let records = pivot.records
    let all = report.window?.records ?? report.input.counts.records.total
    let span = TextReporter.span(records.first, max(records.first, records.last))
    return
      "\(Words.grouped(records.records)) of \(Words.plural(all, "record")), \(span) UTC: \(Words.grouped(records.accepted)) accepted, \(Words.grouped(records.rejected)) rejected"
  }

  /// How much went each way; only the sum, and why, where nobody can tell the ways apart.
  var amounts: [String] {
    let records = pivot.records
    guard pivot.lacksAddress else {
      return ["Sent \(amount(pivot.traffic.sent)), received \(amount(pivot.traffic.received))"]
    }
    return [
      "\(Words.size(records.bytes)) in \(Words.plural(records.packets, "packet")).",
      PivotWords.noAddress,
    ]
  }

  private func amount(_ sums: RecordSums) -> String {
    "\(Words.size(sums.bytes)) (\(Words.plural(sums.packets, "packet")), \(Words.plural(sums.records, "record")))"
  }
}
