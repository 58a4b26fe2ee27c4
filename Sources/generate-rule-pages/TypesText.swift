import Foundation

/// What each rule's type in FlowDetection gets: its entry of the catalog, and a function for each stage of its score
/// with an argument for each term.
struct TypesText {
  private let rules: [RuleSource]

  init(_ rules: [RuleSource]) { self.rules = rules }

  var text: String {
    "internal import FlowFindings\n\n" + rules.map(type).joined(separator: "\n")
  }

  private func type(_ rule: RuleSource) -> String {
    """
    extension \(rule.type) {
      static var rule: Rule { RuleCatalog.\(rule.entry) }
    \(scores(rule).joined(separator: "\n"))}

    """
  }

  private func scores(_ rule: RuleSource) -> [String] {
    let declaration = rule.declarations["terms"]
    let owner = rules.first { declaration == "\($0.type).terms" }
    let terms = Array(
      DeclaredTerm.all(in: owner?.declarations["terms"] ?? declaration).enumerated()
    )
    let stages = Set(terms.compactMap(\.element.stage)).sorted()
    guard !terms.isEmpty, !stages.isEmpty else {
      return terms.isEmpty ? [] : [score("score", terms)]
    }
    return stages.map { stage in
      score(identifier("score \(stage)"), terms.filter { $0.element.stage ?? stage == stage })
    }
  }

  /// What is nil was not measured.
  private func score(_ name: String, _ terms: [(offset: Int, element: DeclaredTerm)]) -> String {
    let arguments = terms.map { "\($0.element.argument): \($0.element.type)" }
    let connections = terms.map { "    score.add(terms[\($0.offset)], \($0.element.argument))" }
    return """

        static func \(name)(\(arguments.joined(separator: ", "))) -> Score {
          var score = Score()
      \(connections.joined(separator: "\n"))
          return score
        }

      """
  }
}
