import Foundation

/// What each rule's type in FlowDetection gets: its entry of the catalog.
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
    }

    """
  }
}
