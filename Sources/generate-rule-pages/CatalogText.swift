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

    """ + ThresholdsText(rules).text
  }

  private func entry(_ rule: RuleSource) -> String {
    """
      package static let \(rule.entry) = Rule(
        ids: [\(rule.ids.map(literal).joined(separator: ", "))],
        family: .\(RuleSource.entry(of: rule.family)),
        page: \(page(rule)),
        traits: \(rule.declarations["traits"] ?? "[]"),
        deed: \(rule.declarations["deed"] ?? "nil"),
        thresholds: \(rule.declarations["thresholds"] ?? "[]"),
        terms: \(terms(rule))
      )
    """
  }

  /// The terms, which may be those of another rule.
  private func terms(_ rule: RuleSource) -> String {
    let terms = rule.declarations["terms"] ?? "[]"
    guard let owner = rules.first(where: { terms == "\($0.type).terms" }) else { return terms }
    return owner.declarations["terms"] ?? "[]"
  }

  private func page(_ rule: RuleSource) -> String {
    func body(_ part: String) -> String { literal(rule.page[part] ?? "") }
    let techniques = (rule.page["Techniques"] ?? "").split(separator: ",")
      .map { literal($0.trimmingCharacters(in: .whitespaces)) }
    return """
      RulePage(
            title: \(body("Title")),
            input: \(body("Input")),
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

/// The type `Thresholds`, with a member for each rule that has any and, in it, one for each of its thresholds.
struct ThresholdsText {
  private let rules: [(entry: String, thresholds: [DeclaredThreshold])]

  init(_ rules: [RuleSource]) {
    self.rules = rules.map { ($0.entry, DeclaredThreshold.all(in: $0.declarations["thresholds"])) }
      .filter { !$0.thresholds.isEmpty }
  }

  var text: String {
    """

    /// The thresholds of all rules, with the values in force.
    package struct Thresholds: Sendable, Equatable {
    \(rules.map { "  package var \($0.entry) = \(type($0.entry))()" }.joined(separator: "\n"))

      /// The values of the rules' files.
      package init() {}
    }

    extension Thresholds {
    \(rules.map(members).joined(separator: "\n\n"))

      /// Where the value of each threshold is kept, in the order of the rules and their thresholds.
      static let places: [[Place]] = [
    \(rules.map(places).joined(separator: "\n"))
      ]

      static let owners: [Rule] = [\(rules.map { "RuleCatalog.\($0.entry)" }.joined(separator: ", "))]
    }

    """
  }

  private func type(_ entry: String) -> String { entry.prefix(1).uppercased() + entry.dropFirst() }

  private func members(_ entry: String, _ thresholds: [DeclaredThreshold]) -> String {
    let members = thresholds.map { "    package var \($0.member): \($0.type) = \($0.value)" }
    return """
        package struct \(type(entry)): Sendable, Equatable {
      \(members.joined(separator: "\n"))
        }
      """
  }

  private func places(_ entry: String, _ thresholds: [DeclaredThreshold]) -> String {
    let places = thresholds.map {
      ".\($0.type == "Double" ? "number" : "whole")(\\.\(entry).\($0.member))"
    }
    return "    [\(places.joined(separator: ", "))],"
  }
}
