/// What `weir explain` prints of a rule: the same parts for all.
///
/// The pages themselves are made from the documentation comments of the rules when the package is built.
public struct RulePage: Sendable {
  /// What people call it.
  public let title: String
  /// Which fields it looks at.
  public let input: String
  /// Formula and thresholds.
  public let firesWhen: String
  /// Band and weights.
  public let score: String
  /// What a finding shows.
  public let evidence: String
  /// What it misses and what it takes for an attack.
  public let blindSpots: String
  /// ATT&CK techniques.
  public let techniques: [String]
  /// Where the idea and the numbers come from.
  public let source: String
  /// What to do about it.
  public let respond: String
}
