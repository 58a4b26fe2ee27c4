/// The page of a rule that `weir explain` prints.
///
/// All pages have the same parts.
///
/// The build generates the pages from the documentation comments of the rules.
public struct RulePage: Sendable {
  /// The name of the behavior.
  public let title: String
  /// The fields and observations that it evaluates.
  public let input: String
  /// The firing condition with thresholds.
  public let firesWhen: String
  /// The score with bands and weights.
  public let score: String
  /// The evidence in a finding.
  public let evidence: String
  /// False negatives and false positives.
  public let blindSpots: String
  /// ATT&CK techniques.
  public let techniques: [String]
  /// The origin of the method and its thresholds.
  public let source: String
  /// The remediation.
  public let respond: String
}
