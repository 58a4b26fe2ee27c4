/// All rules: ids, pages, and what others must know of them.
///
/// The entries are made from the rules' files in FlowDetection when the package is built: a rule is told of nowhere
/// else.
public enum RuleCatalog {
  /// By id.
  public static let rules: [Rule] = all.sorted { $0.id < $1.id }

  /// Every id that a finding may carry.
  public static var ids: [RuleID] { rules.flatMap(\.ids) }

  /// The rule that has an id; nil for an id that none has.
  public static subscript(id: RuleID) -> Rule? { byID[id] }

  private static let byID = Dictionary(
    rules.flatMap { rule in rule.ids.map { ($0, rule) } },
    uniquingKeysWith: { first, _ in first }
  )
}
