internal import FlowFindings
internal import FlowModel

/// The parts of a finding in words for a page.
struct FindingPhrases {
  let facts: AddressFacts
  /// Whether the log lies within one day, whose date then stands at the top of the page alone.
  let isOneDay: Bool

  init(_ facts: AddressFacts, isOneDay: Bool = false) {
    (self.facts, self.isOneDay) = (facts, isOneDay)
  }

  // MARK: Who and whom

  /// The actor in short: `203.0.113.9`, `24 sources`, `the internet`.
  func who(_ finding: Finding, _ detail: AddressFacts.Detail = .country) -> String {
    let label = facts.label(finding.actor, detail)
    guard let members = finding.members, members.count > 0 else { return label }
    let sources = TextFormat.plural(members.count, "source")
    if case .prefix = finding.actor { return "\(label) (\(sources))" }
    guard members.count == 1, let only = members.sample.first else { return sources }
    return facts.label(only, detail)
  }

  /// The targets in short, with the port; empty for what is said of a host alone.
  func whom(_ finding: Finding, _ detail: AddressFacts.Detail = .country) -> String {
    let targets = finding.targets
    guard let first = targets.sample.first, !isAlone(finding) else { return "" }
    let port = finding.service.flatMap {
      ProtocolNumber.hasPorts($0.protocolNumber) ? "\u{a0}:\($0.port)" : nil
    }
    guard targets.count != 1 else { return facts.label(first.address, detail) + (port ?? "") }
    let family = first.address.isV4 ? "addresses" : "IPv6 addresses"
    return
      "\(targets.isExact ? "" : "~")\(TextFormat.grouped(targets.count)) \(family)\(port ?? "")"
  }

  /// Whether it has no other side than its actor.
  func isAlone(_ finding: Finding) -> Bool {
    let sample = finding.targets.sample
    return sample.isEmpty || sample.count == 1 && .address(sample[0].address) == finding.actor
  }

  // MARK: When

  /// `01-05 13:38–14:00`, `01-05 23:10 – 01-06 00:20`; without the date where the log has one day only.
  func when(_ findings: [Finding]) -> String {
    let first = UTCTime(findings.map(\.firstSeen).min() ?? 0)
    let last = UTCTime(findings.map(\.lastSeen).max() ?? 0)
    if isOneDay, first.date == last.date { return "\(first.clock)–\(last.clock)" }
    return first.date == last.date
      ? "\(first.monthAndDay) \(first.clock)–\(last.clock)"
      : "\(first.monthAndDay) \(first.clock) – \(last.monthAndDay) \(last.clock)"
  }

  /// `13:38`, `01-05 13:38`.
  func start(_ finding: Finding) -> String {
    let time = UTCTime(finding.firstSeen)
    return isOneDay ? time.clock : "\(time.monthAndDay) \(time.clock)"
  }

  func whenInFull(_ finding: Finding) -> String {
    let (first, last) = (UTCTime(finding.firstSeen), UTCTime(finding.lastSeen))
    let length = finding.lastSeen > finding.firstSeen ? finding.lastSeen - finding.firstSeen : 0
    let slow = finding.isSlow ? "; slow: below the hourly threshold in every hour" : ""
    return "\(first.rfc3339) to \(last.rfc3339), \(Lapse.words(length))\(slow)"
  }

  /// What became of the finding since the last run; empty without a history.
  func change(_ finding: Finding) -> String {
    guard let change = finding.change else { return "" }
    let word = change.isAgain ? "again, first seen" : "since"
    let since = "\(word) \(UTCTime(change.since).monthAndDay)"
    return switch change.state {
    case .new, .gone: "new"
    case .ongoing: since
    case .changed: "\(since), \(change.what)"
    }
  }

  // MARK: How far

  func outcome(_ finding: Finding) -> String {
    switch finding.outcome {
    case .blocked: "blocked: a security group or network ACL rejected all packets"
    case .silent: "unanswered: no response"
    case .refused: "refused: answered with TCP resets"
    case .touched: "brief: short answer without a session"
    case .open: "open: complete conversations"
    case .possibleSuccess: "possible success: one conversation may have been a login"
    case .likelySuccess: "likely success: one conversation was very likely a login"
    case .notApplicable: ""
    }
  }

  func confidence(_ finding: Finding) -> String {
    switch finding.confidence {
    case .high: "high: the direction of at least 95 % of the conversations is certain"
    case .medium: "medium: the direction of at least 80 % of the conversations is certain"
    case .low: "low: the direction of fewer than 80 % of the conversations is certain"
    }
  }

  func counts(_ counts: FindingCounts) -> String {
    var parts: [String] = []
    if counts.conversations > 0 {
      parts.append(TextFormat.plural(counts.conversations, "conversation"))
    }
    if let records = counts.records {
      var text = TextFormat.plural(records, "record")
      if let accepted = counts.accepted, let rejected = counts.rejected {
        text +=
          " (\(TextFormat.grouped(accepted)) accepted, \(TextFormat.grouped(rejected)) rejected)"
      }
      parts.append(text)
    }
    parts.append(TextFormat.plural(counts.packets, "packet"))
    parts.append("\(TextFormat.plural(counts.bytes, "byte")) (\(TextFormat.size(counts.bytes)))")
    return parts.joined(separator: ", ")
  }

  /// The answers that folded findings got, together.
  func outcome(ofAll findings: [Finding]) -> String {
    if findings.allSatisfy(\.outcome.isFailure) { return "none answered" }
    let answered = findings.count { !$0.outcome.isFailure }
    if answered == findings.count { return "all answered" }
    return "\(TextFormat.grouped(answered)) of \(TextFormat.grouped(findings.count)) answered"
  }
}

extension Severity {
  /// Such as `Critical`.
  var word: String {
    switch self {
    case .critical: "Critical"
    case .high: "High"
    case .medium: "Medium"
    case .low: "Low"
    case .info: "Info"
    }
  }

  /// Tells severities apart without any color.
  var glyph: String {
    switch self {
    case .critical: "✖"
    case .high: "▲"
    case .medium: "●"
    case .low: "·"
    case .info: "–"
    }
  }
}
