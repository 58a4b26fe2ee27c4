internal import FlowFindings
internal import FlowModel

/// The sentence about the worst that was found.
struct VerdictStory {
  private let report: Report
  private let phrases: VerdictPhrases

  init(_ report: Report) {
    self.report = report
    phrases = VerdictPhrases(report)
  }

  /// nil when nothing is of medium severity or above.
  var sentence: String? {
    guard let worst = report.findings.first, worst.severity >= .medium else { return nil }
    switch Theme(worst) {
    case .takenOver: return takenOver(worst)
    case .brokenInto: return brokenInto(worst)
    case .attacks: return attacks(worst)
    case .mayBeBrokenInto: return mayBeBrokenInto(worst)
    case .guessable: return guessable(worst)
    case .other: return other(worst)
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

  private func takenOver(_ chain: Finding) -> String {
    let joined = Set(chain.joins)
    let parts = report.findings.filter { joined.contains($0.id) }
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
    for finding in report.findings where finding.severity >= .medium {
      if finding.stage == .p6, case .address(let host) = finding.actor {
        hosts.insert(host)
      } else if finding.rule.traits.contains(.isLogin), let target = finding.targets.sample.first {
        hosts.insert(target.address)
      }
    }
    return hosts.count < 2
      ? "One host \(verb) \(what)"
      : "\(TextFormat.grouped(hosts.count)) hosts \(many ?? verb) \(what), the first of them"
  }

  // MARK: The rest

  private func attacks(_ finding: Finding) -> String {
    let actors = Set(
      report.findings.filter { $0.stage == .p5 && $0.actorIsInternal && $0.severity >= .high }
        .map(\.actor)
    )
    let head =
      actors.count < 2
      ? "One internal host attacks others"
      : "\(TextFormat.grouped(actors.count)) internal hosts attack others, the first of them"
    return "\(head): \(phrases.who(finding)) \(phrases.deed(finding)) \(phrases.from(finding))."
  }

  private func guessable(_ finding: Finding) -> String {
    let sources =
      finding.members.map { TextFormat.plural($0.count, "source") } ?? phrases.who(finding)
    let others = more(like: finding)
    return
      "Brute force without a visible success: \(sources) tried \(phrases.service(finding)) at \(phrases.whom(finding)) \(TextFormat.plural(finding.counts.conversations, "time")) \(phrases.from(finding))\(others)."
  }

  private func other(_ finding: Finding) -> String {
    let count = report.findings.count { $0.severity >= .medium }
    let head =
      count == 1
      ? "One finding needs attention"
      : "\(TextFormat.grouped(count)) findings need attention, first of them"
    return "\(head): \(phrases.deedOrTitle(finding)) \(phrases.from(finding))."
  }

  private func more(like finding: Finding) -> String {
    let others = report.findings.count { $0.severity >= .medium } - 1
    return others < 1
      ? ""
      : "; \(TextFormat.grouped(others)) more \(others == 1 ? "finding needs" : "findings need") attention"
  }
}
