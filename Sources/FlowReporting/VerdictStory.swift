internal import FlowFindings
internal import FlowModel

/// The sentence about the worst that was found.
struct VerdictStory {
  private let incidents: [Incident]
  private let phrases: VerdictPhrases

  /// The story of all incidents.
  init(_ report: Report) {
    // A report that was put together by hand has findings alone.
    let own = report.findings.filter { $0.severity >= .medium }.map { Incident($0) }
    self.init(report.incidents.isEmpty ? own : report.incidents, report)
  }

  /// The story of one incident.
  init(_ incident: Incident, _ report: Report) { self.init([incident], report) }

  private init(_ incidents: [Incident], _ report: Report) {
    self.incidents = incidents.filter { $0.severity >= .medium }
    phrases = VerdictPhrases(report)
  }

  /// nil when nothing is of medium severity or above.
  var sentence: String? {
    guard let incident = incidents.first else { return nil }
    let worst = incident.lead
    switch Theme(worst) {
    case .takenOver: return takenOver(worst, incident.parts)
    case .brokenInto: return brokenInto(worst)
    case .attacks: return attacks(worst, incident)
    case .mayBeBrokenInto: return mayBeBrokenInto(worst)
    case .guessable: return guessable(worst, incident)
    case .other: return other(worst, incident)
    }
  }

  /// What a finding is about, as an outsider would sort it.
  private enum Theme {
    case takenOver, brokenInto, attacks, mayBeBrokenInto, guessable, other

    init(_ finding: Finding) {
      if finding.stage == .p6 {
        self = .takenOver
      } else if finding.rule.traits.contains(.isLogin) {
        self = finding.outcome == .likelySuccess ? .brokenInto : .mayBeBrokenInto
      } else if finding.stage == .p5, finding.actorIsInternal {
        self = .attacks
      } else if finding.rule.traits.contains(.isBruteForce), !finding.actorIsInternal {
        self = .guessable
      } else {
        self = .other
      }
    }
  }

  // MARK: Break-ins

  private func takenOver(_ chain: Finding, _ parts: [Finding]) -> String {
    let entry = parts.first { $0.id == chain.joins.first }
    let after = chain.joins.dropFirst().compactMap { id in parts.first { $0.id == id } }
    let host = phrases.who(chain)
    let deeds = after.isEmpty ? "attacked others" : phrases.deeds(after)
    guard let entry, entry.rule.traits.contains(.isLogin) else {
      let way = entry.map { " answers external sources over \(phrases.service($0)), and" } ?? ""
      let since = phrases.time((after.first ?? chain).firstSeen)
      return "\(hosts("may have", "been compromised")): \(host)\(way) has \(deeds) since \(since)."
    }
    let isLikely = entry.outcome == .likelySuccess
    let head =
      isLikely
      ? hosts("was", "very likely compromised", many: "were")
      : hosts("may have", "been compromised")
    return "\(head): \(attempt(entry, isSure: isLikely)), and \(host) has \(deeds) since."
  }

  private func brokenInto(_ login: Finding) -> String {
    "\(hosts("was", "very likely compromised", many: "were")): \(attempt(login, isSure: true))."
  }

  private func mayBeBrokenInto(_ login: Finding) -> String {
    "\(hosts("may have", "been compromised")): \(attempt(login, isSure: false))."
  }

  private func attempt(_ login: Finding, isSure: Bool) -> String {
    let verb = isSure ? "likely logged in" : "may have logged in"
    return "\(phrases.who(login)) \(verb) to \(phrases.whom(login)) after brute force"
      + " over \(phrases.service(login)) \(phrases.atTime(login.firstSeen))"
  }

  /// How many internal hosts the break-ins are about: those of chains, and the targets of brute-forced logins.
  private func hosts(_ verb: String, _ what: String, many: String? = nil) -> String {
    var hosts: Set<IPAddress> = []
    let isHigh = incidents.first.map { $0.severity >= .high } ?? false
    // Possible logins beside likely ones are no further hosts that were likely compromised.
    for incident in incidents where !isHigh || incident.severity >= .high {
      let leads = incident.lead.stage == .p6 || incident.lead.rule.traits.contains(.isLogin)
      if leads, let host = incident.host ?? incident.lead.targets.sample.first?.address {
        hosts.insert(host)
      }
    }
    return hosts.count < 2
      ? "One host \(verb) \(what)"
      : "\(TextFormat.grouped(hosts.count)) hosts \(many ?? verb) \(what), the first of them"
  }

  // MARK: The rest

  private func attacks(_ finding: Finding, _ incident: Incident) -> String {
    let actors = Set(
      incidents.map(\.lead)
        .filter { $0.stage == .p5 && $0.actorIsInternal && $0.severity >= .high }.map(\.actor)
    )
    let head =
      actors.count < 2
      ? "One internal host attacks others"
      : "\(TextFormat.grouped(actors.count)) internal hosts attack others, the first of them"
    return "\(head): \(phrases.who(finding)) \(deeds(incident)) \(phrases.from(incident))."
  }

  /// What the host of an incident did: the clauses of its findings that name the same action are one.
  private func deeds(_ incident: Incident) -> String {
    let lead = incident.lead
    let own = incident.steps.filter { $0.actor == lead.actor && $0.severity >= .medium }
    let alike = own.filter { $0.rule == lead.rule }
    guard alike.count > 1 else { return phrases.deed(lead) }
    return phrases.deed(lead) + " and \(TextFormat.plural(alike.count - 1, "more target"))"
  }

  private func guessable(_ finding: Finding, _ incident: Incident) -> String {
    let attempts = incident.steps.filter { $0.rule.traits.contains(.isBruteForce) }
    let sources =
      attempts.count > 1
      ? TextFormat.plural(Self.sources(attempts), "source")
      : finding.members.map { TextFormat.plural($0.count, "source") } ?? phrases.who(finding)
    let times = attempts.reduce(0) { $0 + $1.counts.conversations }
    return
      "Brute force without a visible success: \(sources) tried \(phrases.service(finding)) at \(phrases.whom(finding)) \(TextFormat.plural(times, "time")) \(phrases.from(incident))\(more)."
  }

  /// How many sources took part, as far as the samples of members show.
  private static func sources(_ attempts: [Finding]) -> Int {
    var all: Set<IPAddress> = []
    for attempt in attempts {
      all.formUnion(attempt.members?.sample ?? [])
      if case .address(let address) = attempt.actor { all.insert(address) }
    }
    return all.count
  }

  private func other(_ finding: Finding, _ incident: Incident) -> String {
    let count = incidents.count
    let head =
      count == 1
      ? "One incident needs attention"
      : "\(TextFormat.grouped(count)) incidents need attention, the first of them"
    return
      "\(head): \(agreeing(incident) ?? phrases.deedOrTitle(finding)) \(phrases.from(incident))."
  }

  /// What a host did with one destination, where independent signs agree.
  private func agreeing(_ incident: Incident) -> String? {
    guard incident.agreement != nil else { return nil }
    let own = incident.steps.filter { $0.actor == incident.lead.actor && $0.severity >= .medium }
    var clauses: [String] = []
    for clause in own.compactMap(phrases.ownDeed) where !clauses.contains(clause) {
      clauses.append(clause)
    }
    if clauses.isEmpty { clauses = [phrases.deed(incident.lead)] }
    let isNew = incident.parts.contains { $0.rule.traits.contains(.isNewDestination) }
    let newness = isNew ? ", a destination that is new for it," : ""
    return "\(phrases.who(incident.lead)) \(VerdictPhrases.list(clauses))\(newness)"
  }

  private var more: String {
    let others = incidents.count - 1
    return others < 1
      ? ""
      : "; \(TextFormat.grouped(others)) more \(others == 1 ? "incident needs" : "incidents need") attention"
  }
}
