/// The rules: their ids, and the page of each.
///
/// The pages are made from the documentation comments of the rules when the package is built.
public enum RuleCatalog {
  /// The pages of all rules, by id.
  public static let pages: [RulePage] = all.sorted { $0.rule < $1.rule }
}
