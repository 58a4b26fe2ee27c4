/// A measured value that adds to a rule's score; a rule states its own, in order, as `static let terms`.
///
/// From them the build makes the rule's function `score`, with an argument for each term that is named like its
/// measure.
package struct ScoreTerm: Sendable, Equatable {
  /// How a value becomes a place between 0 and 1.
  package enum Scale: Sendable {
    /// By its logarithm.
    case log
    /// By itself.
    case linear
    /// 1 if it holds.
    case fact
    /// 1 for each of several that hold, at most `to`.
    case each
  }

  /// What is measured, with its unit.
  package let measure: String
  /// How a value becomes a place on the scale.
  package let scale: Scale
  /// Where the scale begins.
  package let from: Double
  /// Where it ends.
  package let to: Double
  /// The most that it can add.
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

  /// What holds or does not.
  package static func fact(_ measure: String, weight: Double, at stage: Stage? = nil) -> ScoreTerm {
    ScoreTerm(measure, .fact, in: 0...1, weight: weight, at: stage)
  }

  /// Each of so many things that hold.
  package static func each(_ measure: String, most: Double, weight: Double) -> ScoreTerm {
    ScoreTerm(measure, .each, in: 0...most, weight: weight, at: nil)
  }
}
