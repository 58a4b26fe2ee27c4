/// The id of a rule as findings, suppressions and settings carry it, such as `scan.horizontal`.
public struct RuleID: RawRepresentable, Hashable, Sendable {
  /// The text.
  public let rawValue: String

  /// Any text; `RuleCatalog` tells whether a rule has it.
  public init(rawValue: String) { self.rawValue = rawValue }
}

extension RuleID: Comparable, CustomStringConvertible, ExpressibleByStringInterpolation {
  /// An id that stands in the source.
  public init(stringLiteral value: String) { rawValue = value }

  /// By text.
  public static func < (left: RuleID, right: RuleID) -> Bool { left.rawValue < right.rawValue }

  /// The text.
  public var description: String { rawValue }
}

extension RuleID {
  /// The rule; nil for an id that none has.
  public var rule: Rule? { RuleCatalog[self] }

  /// What reporters and the comparison of runs must know of the rule; nothing in particular for an id that none has.
  package var traits: RuleTraits { rule?.traits ?? [] }
}
