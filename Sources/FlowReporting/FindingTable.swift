internal import FlowFindings
internal import FlowModel

/// The ranked findings in columns that fit the width: one line each where there is room, else two.
struct FindingTable {
  private static let oneLineFrom = 140
  /// Columns of number, severity and score with the blanks after them.
  private static let startWidth = 20
  /// Columns of the blanks between the four columns after the start.
  private static let gaps = 6

  /// Findings from this score on are explained on the screen.
  private static let explainedFrom = 40

  private let style: TextStyle
  private let facts: AddressFacts

  init(_ style: TextStyle, _ facts: AddressFacts) {
    self.style = style
    self.facts = facts
  }

  /// What the columns say of one line.
  struct Cells {
    var number: String
    var severity: Severity
    var score: String
    var what: String
    /// With ever less about the addresses, at last nothing.
    var who: [String]
    var when: String
    var outcome: String
    /// The actor, and all that is known of it, for what scores high.
    var story: (actor: String, parts: [String])
    /// The arithmetic and the next step, for what scores high.
    var remarks: [String]

    /// The fullest text about who that fits; the shortest when none does.
    func who(_ room: Int) -> String { who.first { $0.count <= room } ?? who[who.count - 1] }

    /// The story, unless the text about who has all of it.
    func story(beside text: String) -> [String] {
      story.parts.allSatisfy(text.contains)
        ? [] : ["who: \(story.actor): \(story.parts.joined(separator: ", "))"]
    }
  }

  func lines(_ lines: [FindingLines.Line]) -> [String] {
    let cells = cells(lines)
    return style.width >= Self.oneLineFrom ? wide(cells) : narrow(cells)
  }

  func cells(_ lines: [FindingLines.Line]) -> [Cells] {
    lines.enumerated().compactMap { index, line in
      line.findings.first.map { self.cells(index + 1, line.title, $0, line.findings) }
    }
  }

  private func wide(_ rows: [Cells]) -> [String] {
    let what = min(26, rows.map(\.what.count).max() ?? 0)
    let when = rows.map(\.when.count).max() ?? 0
    let left = style.width - Self.startWidth - what - when - Self.gaps
    let outcome = rows.map(\.outcome.count).max() ?? 0
    let room = max(30, left - min(30, outcome))
    let plain = rows.map { $0.who(0).count }.max() ?? 0
    // What is known of addresses gets the room that outcomes leave, not more.
    let whoRoom = min(room, max(plain, left - min(60, outcome)))
    let widest = rows.map { $0.who(whoRoom).count }.max() ?? 0
    let who = max("SOURCE → TARGET".count, min(widest, room))
    let heads = [
      TextFormat.padded("FINDING", what), TextFormat.padded("SOURCE → TARGET", who),
      TextFormat.padded("TIME (UTC)", when),
      "OUTCOME",
    ]
    let head = style.dim("  #  SEV     SCORE  " + heads.joined(separator: "  "))
    return [head]
      + rows.flatMap { row in
        let whom = row.who(who)
        let rest = [
          TextFormat.padded(TextFormat.cut(row.what, what), what),
          TextFormat.padded(TextFormat.cut(whom, who), who),
          TextFormat.padded(row.when, when), TextFormat.cut(row.outcome, max(8, left - who)),
        ]
        let isCut = row.outcome.count > max(8, left - who)
        return [start(row) + rest.joined(separator: "  ")]
          + remarks(row, tellsOutcome: isCut, story: row.story(beside: whom))
      }
  }

  private func narrow(_ rows: [Cells]) -> [String] {
    let room = style.width - Self.startWidth
    let indent = String(repeating: " ", count: Self.startWidth)
    let head = "  #  SEV     SCORE  FINDING, SOURCE → TARGET / TIME (UTC), OUTCOME"
    return [style.dim(TextFormat.cut(head, style.width))]
      + rows.flatMap { row in
        guard !style.breaksLines else { return broken(row) }
        let whom = row.who(room - row.what.count - 2)
        let first = TextFormat.cut("\(row.what)  \(whom)", room)
        let second = TextFormat.cut("\(row.when)  \(row.outcome)", room)
        let isCut = row.when.count + 2 + row.outcome.count > room
        return [start(row) + first, indent + style.dim(second)]
          + remarks(row, tellsOutcome: isCut, story: row.story(beside: whom))
      }
  }

  /// A finding of which nothing is cut but the end of a long title.
  private func broken(_ row: Cells) -> [String] {
    let room = style.width - Self.startWidth
    let beside = room - row.what.count - 2
    let short = row.who(beside)
    let whom = short.count <= beside ? short : row.who(room)
    let head =
      whom.count <= beside
      ? ["\(row.what)  \(whom)"] : [TextFormat.cut(row.what, room)] + TextFormat.wrapped(whom, room)
    let rest = TextFormat.wrapped("\(row.when)  \(row.outcome)", room).map(style.dim)
    let indent = String(repeating: " ", count: Self.startWidth)
    let lines = (head + rest).enumerated().map { ($0 == 0 ? start(row) : indent) + $1 }
    return lines + remarks(row, tellsOutcome: false, story: row.story(beside: whom))
  }

  /// The lines below a finding; what was cut in its line is told here in full.
  private func remarks(_ row: Cells, tellsOutcome: Bool, story: [String]) -> [String] {
    guard !row.remarks.isEmpty else { return [] }
    let indent = String(repeating: " ", count: Self.startWidth)
    let outcome = tellsOutcome ? ["what: \(row.outcome)"] : []
    return (story + outcome + row.remarks).flatMap {
      TextFormat.wrapped($0, style.width - Self.startWidth)
    }
    .map { indent + style.dim($0) }
  }

  private func start(_ row: Cells) -> String {
    let badge = style.paint(TextStyle.badge(row.severity), row.severity)
    return "\(TextFormat.leading(row.number, 3))  \(badge)  \(TextFormat.leading(row.score, 5))  "
  }

  private func cells(
    _ number: Int,
    _ title: String,
    _ best: Finding,
    _ all: [Finding]
  ) -> Cells {
    let isExplained = best.score >= Self.explainedFrom && all.count == 1
    return Cells(
      number: String(number),
      severity: best.severity,
      score: String(best.score),
      what: TextFormat.safe(title),
      who: AddressFacts.Detail.allCases.map { all.count > 1 ? folded(all, $0) : single(best, $0) },
      when: when(all),
      outcome: TextFormat.safe(all.count > 1 ? foldedOutcome(all) : change(best) + best.detail),
      story: (TextFormat.safe(best.actor.description), isExplained ? facts.story(best.actor) : []),
      remarks: isExplained
        ? ["why (\(best.rule)): \(Arithmetic.line(best))", "next: \(best.next)"].map(
          TextFormat.safe
        )
        : []
    )
  }

  /// What became of the finding since the last run.
  private func change(_ finding: Finding) -> String {
    guard let change = finding.change else { return "" }
    switch change.state {
    case .new, .gone: return "new; "
    case .ongoing: return "since \(UTCTime(change.since).monthAndDay); "
    case .changed: return "since \(UTCTime(change.since).monthAndDay), \(change.what); "
    }
  }

  private func foldedOutcome(_ all: [Finding]) -> String {
    if all.allSatisfy(\.outcome.isFailure) { return "no response" }
    if all[0].stage == .p1 {
      let answered = all.count { !$0.outcome.isFailure }
      return "\(answered) of \(all.count) answered"
    }
    let conversations = all.reduce(0) { $0 + $1.counts.conversations }
    return "\(TextFormat.plural(conversations, "conversation")) in all; --format json has each"
  }

  private func single(_ finding: Finding, _ detail: AddressFacts.Detail) -> String {
    var who = facts.label(finding.actor, detail)
    if let members = finding.members {
      let sources = TextFormat.plural(members.count, "source")
      who =
        if case .prefix = finding.actor { "\(who) (\(sources))" } else { examples(members, detail) }
    }
    // What a host is said of alone has no other side.
    let sample = finding.targets.sample
    let isAlone =
      sample.isEmpty || sample.count == 1 && .address(sample[0].address) == finding.actor
    return isAlone ? who : "\(who) → \(targets(finding, detail))"
  }

  private func examples(_ members: Members, _ detail: AddressFacts.Detail) -> String {
    let first = members.sample.first.map { facts.label($0, detail) }
    guard members.count > 1, let first else { return first ?? "" }
    return "\(TextFormat.plural(members.count, "source")), e.g. \(first)"
  }

  private func folded(_ all: [Finding], _ detail: AddressFacts.Detail) -> String {
    if all[0].rule.traits.contains(.foldsRareServices) {
      let sources = all.reduce(0) { $0 + ($1.members?.count ?? 0) }
      return
        "\(TextFormat.plural(sources, "attempt", "attempts")) by service and source, \(all.count) services"
    }
    if all.allSatisfy({ $0.actor == all[0].actor }) {
      return "\(facts.label(all[0].actor, detail)) → \(all.count) services"
    }
    if case .campaign = all[0].actor {
      let hosts = all.prefix(2).compactMap(\.targets.sample.first)
        .map { facts.label($0.address, detail) }
      return
        "\(TextFormat.plural(all.count, "local endpoint")), e.g. \(hosts.joined(separator: ", "))"
    }
    let names = all.prefix(2).map { facts.label($0.actor, detail) }.joined(separator: ", ")
    return "\(TextFormat.plural(all.count, "source")), e.g. \(names)"
  }

  private func targets(_ finding: Finding, _ detail: AddressFacts.Detail) -> String {
    let targets = finding.targets
    let port = finding.service.map { service in
      ProtocolNumber.hasPorts(service.protocolNumber) ? " :\(service.port)" : ""
    }
    guard targets.count != 1, let sample = targets.sample.first else {
      return (targets.sample.first.map { facts.label($0.address, detail) } ?? "?") + (port ?? "")
    }
    let mark = targets.isExact ? "" : "~"
    let family = sample.address.isV4 ? "addresses" : "IPv6 addresses"
    return "\(mark)\(TextFormat.grouped(targets.count)) \(family)\(port ?? "")"
  }

  private func when(_ all: [Finding]) -> String {
    let first = UTCTime(all.map(\.firstSeen).min() ?? 0)
    let last = UTCTime(all.map(\.lastSeen).max() ?? 0)
    let end = first.date == last.date ? last.clock : "\(last.monthAndDay) \(last.clock)"
    let slow = all.contains(where: \.isSlow) ? " slow" : ""
    return "\(first.monthAndDay) \(first.clock)–\(end)\(slow)"
  }
}
