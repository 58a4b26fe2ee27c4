/// All rules: ids, pages and properties.
///
/// The build generates the entries from the rules' files in FlowDetection. A rule is declared nowhere else.
public enum RuleCatalog {
  /// By id.
  public static let rules: [Rule] = all.sorted { $0.id < $1.id }

  /// Every id that a finding can have.
  public static var ids: [RuleID] { rules.flatMap(\.ids) }

  /// The rule of an id; nil for an unknown id.
  public static subscript(id: RuleID) -> Rule? { byID[id] }

  private static let byID = Dictionary(
    rules.flatMap { rule in rule.ids.map { ($0, rule) } },
    uniquingKeysWith: { first, _ in first }
  )
}
