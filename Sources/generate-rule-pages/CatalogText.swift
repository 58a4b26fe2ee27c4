import Foundation

/// The catalog in FlowFindings: an entry for each rule, and the thresholds in force as typed members.
struct CatalogText {
  private let rules: [RuleSource]

  init(_ rules: [RuleSource]) { self.rules = rules }

  var text: String {
    """
    extension RuleCatalog {
      /// The rules, by file.
      static let all: [Rule] = [\(rules.map(\.entry).joined(separator: ", "))]
    \(rules.map(entry).joined(separator: "\n"))
    }

    """
  }

  private func entry(_ rule: RuleSource) -> String {
    """
      package static let \(rule.entry) = Rule(
        ids: [\(rule.ids.map(literal).joined(separator: ", "))],
        family: .\(RuleSource.entry(of: rule.family)),
        page: \(page(rule)),
        traits: \(rule.declarations["traits"] ?? "[]"),
        deed: \(rule.declarations["deed"] ?? "nil")
      )
    """
  }

  private func page(_ rule: RuleSource) -> String {
    func body(_ part: String) -> String { literal(rule.page[part] ?? "") }
    let techniques = (rule.page["Techniques"] ?? "").split(separator: ",")
      .map { literal($0.trimmingCharacters(in: .whitespaces)) }
    return """
      RulePage(
            title: \(body("Title")),
            sees: \(body("Sees")),
            firesWhen: \(body("Fires when")),
            score: \(body("Score")),
            evidence: \(body("Evidence")),
            blindSpots: \(body("Blind spots")),
            techniques: [\(techniques.joined(separator: ", "))],
            source: \(body("Source")),
            respond: \(body("Respond"))
          )
      """
  }
}
