internal import FlowFindings
internal import FlowModel

/// The section of one finding: why it scores as it does, the lines that show it, what to do.
enum MarkdownDetails {
  private static let longestText = 1000

  static func lines(_ number: Int, _ finding: Finding, _ facts: AddressFacts) -> [String] {
    let title = MarkdownText.prose(TextFormat.limited(finding.title, 60))
    let members = [
      ("Source", who(finding, facts)), ("Why", prose(Arithmetic.line(finding))),
      ("Outcome", prose(finding.detail)), ("Change", change(finding)),
      ("Next", prose(finding.next)),
      ("Techniques", prose(finding.techniques.joined(separator: ", "))),
      ("To suppress", MarkdownText.code(TextFormat.limited(finding.suppressWith, longestText))),
    ]
    return ["#### \(number). \(title) (\(finding.severity.name), \(finding.score))", ""]
      + [
        "- **Rule:** \(MarkdownText.code(finding.rule.rawValue)), id \(MarkdownText.code(finding.id))"
      ]
      + members.filter { !$0.1.isEmpty }.map { "- **\($0.0):** \($0.1)" }
      + [""] + evidence(finding.evidence)
  }

  private static func prose(_ text: String) -> String {
    MarkdownText.prose(TextFormat.limited(text, longestText))
  }

  private static func who(_ finding: Finding, _ facts: AddressFacts) -> String {
    let story = facts.story(finding.actor)
    let known = story.isEmpty ? "" : ", \(prose(story.joined(separator: ", ")))"
    return MarkdownText.code(TextFormat.limited(finding.actor.description, longestText)) + known
  }

  private static func change(_ finding: Finding) -> String {
    guard let change = finding.change else { return "" }
    let since = change.state == .new ? "" : " since \(UTCTime(change.since).rfc3339)"
    return prose(change.state.rawValue + since + (change.what.isEmpty ? "" : ", \(change.what)"))
  }

  private static func evidence(_ evidence: [Evidence]) -> [String] {
    guard !evidence.isEmpty else { return [] }
    let lines = evidence.map { "\($0.path):\($0.line) \($0.text)" }
    return MarkdownText.block(lines.map { TextFormat.limited($0, longestText) }) + [""]
  }
}
