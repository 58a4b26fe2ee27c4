import FlowFindings
import FlowSettings

/// Finds rules by what a person remembers of them.
enum RuleSearch {
  /// The rules that a text names: by id, by the beginning of an id, or by words of the title.
  static func rules(_ text: String) -> [Rule] {
    let wanted = text.lowercased()
    if let exact = RuleID(rawValue: wanted).rule { return [exact] }
    let all = RuleCatalog.rules
    let beginning = all.filter { $0.ids.contains { $0.rawValue.hasPrefix(wanted) } }
    if !beginning.isEmpty { return beginning }
    let words = wanted.split(separator: " ")
    return words.isEmpty ? [] : all.filter { rule in words.allSatisfy(rule.searchText.contains) }
  }

  /// A line for each rule: its id and its title.
  static func list(_ rules: [Rule]) -> String {
    let width = rules.map(\.id.rawValue.count).max() ?? 0
    return rules.map { rule in
      let name = rule.id.rawValue
      return "\(name)\(String(repeating: " ", count: width + 2 - name.count))\(rule.page.title)\n"
    }.joined()
  }

  /// That no rule is meant, with the nearest id.
  static func notFound(_ text: String) -> String {
    let ids = RuleCatalog.ids.map(\.rawValue)
    let hint = NearestName.of(text.lowercased(), among: ids).map { "; did you mean '\($0)'?" } ?? ""
    return "there is no rule '\(text)'\(hint) (weir explain lists all rules)"
  }
}

extension Rule {
  /// What a search for words looks at.
  fileprivate var searchText: String {
    "\(ids.map(\.rawValue).joined(separator: " ")) \(page.title)".lowercased()
  }
}
