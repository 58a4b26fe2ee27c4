internal import FlowFindings

/// The arithmetic of scores: weighted evidence between 0 and 1, combined so that the score stays within the band.
///
/// S = lowest + (highest - lowest) * q, where q = 1 - product of (1 - weight * evidence).
struct Score {
  private(set) var reasons: [Reason] = []
  private var rest = 1.0

  /// Adds a measured value; nil means not measured.
  mutating func add(_ term: ScoreTerm, _ value: Double?) {
    guard let value else { return }
    add(term, term.measure, value, place: term.place(of: value))
  }

  /// Adds a fact.
  mutating func add(_ term: ScoreTerm, _ holds: Bool) {
    add(term, term.measure, holds ? 1 : 0, place: holds ? 1 : 0)
  }

  /// Adds each of several facts, up to the limit.
  mutating func add(_ term: ScoreTerm, _ measures: [String]) {
    for measure in measures.prefix(Int(term.to)) { add(term, measure, 1, place: 1) }
  }

  /// The share of the band that the evidence fills, 0 to 1.
  var filled: Double { 1 - rest }

  private mutating func add(
    _ term: ScoreTerm,
    _ measure: String,
    _ value: Double,
    place: Double
  ) {
    reasons.append(
      Reason(
        measure: measure,
        value: value,
        from: term.from,
        to: term.scale == .each ? 1 : term.to,
        weight: term.weight,
        contribution: term.weight * place
      )
    )
    rest *= 1 - term.weight * place
  }

  /// The score within a band.
  func value(in band: ClosedRange<Double>) -> Double {
    band.lowerBound + (band.upperBound - band.lowerBound) * filled
  }
}

extension ScoreTerm {
  /// The position of a value on the scale: 0 below its start, 1 above its end.
  fileprivate func place(of value: Double) -> Double {
    guard scale == .log else { return max(0, min(1, (value - from) / (to - from))) }
    if value < from { return 0 }
    return value >= to ? 1 : naturalLog(value / from) / naturalLog(to / from)
  }
}

/// The surprise of a probability in bits: 1 for a half, 2 for a quarter.
///
/// The result is equal on every machine.
func surprise(_ probability: Double) -> Double {
  -naturalLog(probability) * 1.442_695_040_888_963_4
}

/// The natural logarithm of a positive number, computed by operations that every machine rounds equally.
///
/// The C library uses different instructions on different processors, so the last bits of its results can differ.
func naturalLog(_ value: Double) -> Double {
  let significand = value.significand
  let ratio = (significand - 1) / (significand + 1)
  let square = ratio * ratio
  var power = ratio
  var sum = 0.0
  var divisor = 1.0
  while divisor < 41 {
    sum += power / divisor
    power *= square
    divisor += 2
  }
  return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_309_4
}
