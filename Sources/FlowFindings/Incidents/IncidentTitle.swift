/// What an incident is called.
struct IncidentTitle {
  /// Findings from this score on are named.
  private static let named = 40
  private static let mostNames = 3

  private let incident: Incident

  init(_ incident: Incident) { self.incident = incident }

  /// The title of the finding that covers the whole, or those of its most important parts by rank.
  var text: String {
    let lead = incident.lead
    guard !coversAll(lead) else { return lead.title }
    var titles: [String] = []
    for part in ranked where !titles.contains(part.title) { titles.append(part.title) }
    let shown = titles.prefix(Self.mostNames).enumerated().map { index, title in
      index == 0 ? title : Self.lowercased(title)
    }
    let more = titles.count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  /// Whether the title of the lead is that of the incident: a compromise, a login, or brute force.
  private func coversAll(_ lead: Finding) -> Bool {
    let traits = lead.rule.traits
    return !lead.joins.isEmpty || traits.contains(.isLogin)
      || traits.contains(.isBruteForce) && !lead.actorIsInternal
  }

  private var ranked: [Finding] {
    incident.parts.filter { $0.score >= Self.named || $0.id == incident.lead.id }
      .sorted { ($1.exactScore, $0.id) < ($0.exactScore, $1.id) }
  }

  /// A title in the middle of a sentence: `HTTPS beacon` stays, `Large upload` becomes `large upload`.
  private static func lowercased(_ title: String) -> String {
    guard let second = title.dropFirst().first, second.isLowercase else { return title }
    return title.prefix(1).lowercased() + title.dropFirst()
  }
}
