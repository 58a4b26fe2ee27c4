internal import FlowFindings
internal import FlowModel

/// The internal hosts that incidents are about, the worst first.
struct AffectedHosts {
  private static let most = 5

  /// One host, with what happened to it.
  struct Host {
    let address: IPAddress
    var score: Int
    var title: String
    var incidents = 0
    var findings: Set<String> = []
  }

  /// By the score of their worst incident, then by their number of findings, then by address.
  let all: [Host]
  private let facts: AddressFacts

  init(_ report: Report) {
    facts = AddressFacts(report)
    var hosts: [IPAddress: Host] = [:]
    for incident in report.incidents {
      for address in Self.hosts(of: incident, report) {
        var host =
          hosts[address] ?? Host(address: address, score: incident.score, title: incident.title)
        host.incidents += 1
        host.findings.formUnion(incident.parts.map(\.id))
        hosts[address] = host
      }
    }
    all = hosts.values.sorted { left, right in
      if left.score != right.score { return left.score > right.score }
      if left.findings.count != right.findings.count {
        return left.findings.count > right.findings.count
      }
      return left.address < right.address
    }
  }

  /// The host of an incident; without one, its targets inside the network.
  private static func hosts(of incident: Incident, _ report: Report) -> [IPAddress] {
    if let host = incident.host { return [host] }
    return incident.targets.sample.map(\.address).filter { FindingStory.isInside($0, report) }
  }

  /// Lines of a screen; none where the incidents name the only host already.
  func lines(_ style: TextStyle) -> [String] {
    guard all.count > 1 else { return [] }
    let shown = all.prefix(Self.most).map { host in
      let findings = TextFormat.plural(host.findings.count, "finding")
      return "\(facts.label(host.address, .name)) (score \(host.score), \(findings))"
    }
    let more = all.count > shown.count ? " and \(all.count - shown.count) more" : ""
    let text = "Most affected hosts: \(shown.joined(separator: ", "))\(more)"
    return TextFormat.wrapped(TextFormat.safe(text), style.width)
  }
}
