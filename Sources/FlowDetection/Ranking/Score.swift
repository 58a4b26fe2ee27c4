internal import FlowFindings

/// The arithmetic of scores: evidence between 0 and 1, weighed, joined so that none can push past the band.
///
/// S = lowest + (highest - lowest) * q, where q = 1 - product of (1 - weight * evidence).
struct Score {
  private(set) var reasons: [Reason] = []
  private var rest = 1.0

  /// Adds evidence on a logarithmic scale: 0 below `from`, 1 above `to`.
  mutating func addLog(_ measure: String, _ value: Double, from: Double, to: Double, weight: Double)
  {
    let place: Double
    if value < from {
      place = 0
    } else if value >= to {
      place = 1
    } else {
      place = naturalLog(value / from) / naturalLog(to / from)
    }
    add(measure, value, from, to, weight, place)
  }

  /// Adds evidence on a linear scale: 0 below `from`, 1 above `to`.
  mutating func addLinear(
    _ measure: String,
    _ value: Double,
    from: Double,
    to: Double,
    weight: Double
  ) {
    add(measure, value, from, to, weight, max(0, min(1, (value - from) / (to - from))))
  }

  /// Adds evidence that is there or not.
  mutating func addFact(_ measure: String, _ holds: Bool, weight: Double) {
    add(measure, holds ? 1 : 0, 0, 1, weight, holds ? 1 : 0)
  }

  /// The part of the band that the evidence fills, 0 to 1.
  var filled: Double { 1 - rest }

  private mutating func add(
    _ measure: String,
    _ value: Double,
    _ from: Double,
    _ to: Double,
    _ weight: Double,
    _ place: Double
  ) {
    reasons.append(
      Reason(
        measure: measure,
        value: value,
        from: from,
        to: to,
        weight: weight,
        contribution: weight * place
      )
    )
    rest *= 1 - weight * place
  }

  /// The score within a band.
  func value(in band: ClosedRange<Double>) -> Double {
    band.lowerBound + (band.upperBound - band.lowerBound) * filled
  }
}

/// How surprising something of a probability is, in bits: 1 for a half, 2 for a quarter; alike on every machine.
func surprise(_ probability: Double) -> Double {
  -naturalLog(probability) * 1.442_695_040_888_963_4
}

/// The natural logarithm of a positive number by operations that every machine rounds alike.
///
/// The C library picks other instructions on other processors, and their last bits differ; a score may not.
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
