/// A measured value that contributes to a rule's score.
///
/// A rule declares its terms, in order, as `static let terms`.
///
/// The build generates the rule's function `score` from them, with an argument for each term, named like its measure.
package struct ScoreTerm: Sendable, Equatable {
  /// The mapping of a value to a position between 0 and 1.
  package enum Scale: Sendable {
    /// Logarithmic.
    case log
    /// Linear.
    case linear
    /// 1 if true.
    case fact
    /// 1 for each of several facts, at most `to`.
    case each
  }

  /// The name of the measure, with its unit.
  package let measure: String
  /// The scale of the value.
  package let scale: Scale
  /// The start of the scale.
  package let from: Double
  /// The end of the scale.
  package let to: Double
  /// The maximum contribution.
  package let weight: Double
  /// The only stage in which it counts; nil for all stages of the rule.
  package let stage: Stage?

  private init(
    _ measure: String,
    _ scale: Scale,
    in range: ClosedRange<Double>,
    weight: Double,
    at stage: Stage?
  ) {
    (self.measure, self.scale, self.weight, self.stage) = (measure, scale, weight, stage)
    (from, to) = (range.lowerBound, range.upperBound)
  }

  /// A value on a logarithmic scale.
  package static func log(
    _ measure: String,
    _ range: ClosedRange<Double>,
    weight: Double,
    at stage: Stage? = nil
  ) -> ScoreTerm {
    ScoreTerm(measure, .log, in: range, weight: weight, at: stage)
  }

  /// A value on a linear scale.
  package static func linear(
    _ measure: String,
    _ range: ClosedRange<Double>,
    weight: Double,
    at stage: Stage? = nil
  ) -> ScoreTerm {
    ScoreTerm(measure, .linear, in: range, weight: weight, at: stage)
  }

  /// A fact.
  package static func fact(_ measure: String, weight: Double, at stage: Stage? = nil) -> ScoreTerm {
    ScoreTerm(measure, .fact, in: 0...1, weight: weight, at: stage)
  }

  /// Each of several facts.
  package static func each(_ measure: String, most: Double, weight: Double) -> ScoreTerm {
    ScoreTerm(measure, .each, in: 0...most, weight: weight, at: nil)
  }
}
