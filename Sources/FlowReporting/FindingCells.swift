internal import FlowFindings
internal import FlowModel

/// What the columns of a screen say of one row: an incident, a finding, or several findings that are folded.
struct FindingCells {
  /// Rows from this score on show the next step.
  private static let explainedFrom = 40

  let number: String
  let severity: Severity
  let score: String
  let what: String
  /// With ever less about the addresses, at last nothing.
  let who: [String]
  let when: String
  let outcome: String
  /// What happened in order of time; empty for a single finding.
  let steps: [String]
  /// What to do next, and with an explanation the arithmetic of the score.
  let remarks: [String]
  /// The actor, and all that is known of it, for what scores high.
  private let story: (actor: String, parts: [String])

  /// - Parameters:
  ///   - number: the rank.
  ///   - line: what the row is about.
  ///   - facts: what is known of addresses.
  ///   - isExplained: whether the arithmetic of scores is shown.
  init(
    _ number: Int,
    _ line: FindingLines.Line,
    _ facts: AddressFacts,
    isExplained: Bool = false
  ) {
    let words = RowWords(facts)
    let (best, all) = (line.best, line.findings)
    let isImportant = line.score >= Self.explainedFrom && (all.count == 1 || line.incident != nil)
    self.number = String(number)
    (severity, score) = (line.severity, String(line.score))
    what = TextFormat.safe(line.title)
    who = AddressFacts.Detail.allCases.map { words.who(line, $0) }
    when = words.when(line.incident?.steps ?? all)
    outcome = TextFormat.safe(words.outcome(line))
    steps = line.isJoined ? IncidentSteps(line, words, isWhole: isExplained).lines : []
    story = (
      TextFormat.safe(best.actor.description),
      isImportant && !line.isJoined ? facts.story(best.actor) : []
    )
    remarks =
      isImportant
      ? RowRemarks(line, facts, isExplained: isExplained).lines.map(TextFormat.safe) : []
  }

  /// The fullest text about who that fits; the shortest when none does.
  func who(_ room: Int) -> String { who.first { $0.count <= room } ?? who[who.count - 1] }

  /// The story, unless the text about who has all of it.
  func story(beside text: String) -> [String] {
    story.parts.allSatisfy(text.contains)
      ? [] : ["who: \(story.actor): \(story.parts.joined(separator: ", "))"]
  }
}

/// The lines below a row of medium severity or above.
private struct RowRemarks {
  /// Sentences of the next step that a screen shows; the rule's page has all.
  private static let sentences = 2

  let line: FindingLines.Line
  let facts: AddressFacts
  let isExplained: Bool

  init(_ line: FindingLines.Line, _ facts: AddressFacts, isExplained: Bool) {
    (self.line, self.facts, self.isExplained) = (line, facts, isExplained)
  }

  var lines: [String] {
    let best = line.best
    let agreement = line.incident?.agreement.map { ["signs that agree: \($0)"] } ?? []
    guard isExplained else {
      let next = TextFormat.sentences(best.next, Self.sentences)
      return agreement + ["next: \(next)"] + resource
    }
    let scored = line.isJoined ? line.findings : [best]
    return agreement + scored.map { "why (\($0.rule)): \(Arithmetic.line($0))" }
      + ["next: \(best.next)"] + resource
  }

  /// The interface of the internal host.
  private var resource: [String] {
    guard line.severity >= .high, let host = line.host, let name = facts.resource(host) else {
      return []
    }
    return ["AWS: \(name)"]
  }
}
