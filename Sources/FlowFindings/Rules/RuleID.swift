/// The id of a rule in findings, suppressions and settings, such as `scan.horizontal`.
public struct RuleID: RawRepresentable, Hashable, Sendable {
  /// The text.
  public let rawValue: String

  /// Creates an id from any text.
  ///
  /// `RuleCatalog` contains the known ids.
  public init(rawValue: String) { self.rawValue = rawValue }
}

extension RuleID: Comparable, CustomStringConvertible, ExpressibleByStringInterpolation {
  /// An id in source code.
  public init(stringLiteral value: String) { rawValue = value }

  /// By text.
  public static func < (left: RuleID, right: RuleID) -> Bool { left.rawValue < right.rawValue }

  /// The text.
  public var description: String { rawValue }
}

extension RuleID {
  /// The rule; nil for an unknown id.
  public var rule: Rule? { RuleCatalog[self] }

  /// The properties of the rule; empty for an unknown id.
  package var traits: RuleTraits { rule?.traits ?? [] }
}
