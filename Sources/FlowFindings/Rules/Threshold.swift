/// A value on which it depends whether a rule fires; a rule states its own as `static let thresholds`.
///
/// From each the build makes a typed member of `Thresholds`: a whole number where the default is written without a point.
package struct Threshold: Sendable, Equatable {
  /// What a value counts.
  package enum Unit: Sendable {
    /// Things, as whole numbers.
    case count
    /// Bytes.
    case bytes
    /// Seconds.
    case seconds
    /// A part of a whole, up to 1.
    case share
    /// Any number.
    case number
  }

  /// Its name within the rule, such as `addresses`.
  package let name: String
  /// The value without settings.
  package let value: Double
  /// What it counts.
  package let unit: Unit
  /// What it is compared with.
  package let meaning: String

  /// Describes a threshold.
  package init(_ name: String, _ value: Double, unit: Unit = .count, meaning: String) {
    (self.name, self.value, self.unit, self.meaning) = (name, value, unit, meaning)
  }
}

extension Threshold {
  /// Why a text cannot be its value; nil where it can.
  package func fault(in text: String) -> String? {
    switch unit {
    case .count, .bytes, .seconds:
      UInt32(text).map { $0 > 0 } ?? UInt64(text).map { unit == .bytes && $0 > 0 } ?? false
        ? nil : "'\(text)' is no number of 1 or more"
    case .share:
      number(text).map { $0 <= 1 } ?? false ? nil : "'\(text)' is no share above 0, up to 1"
    case .number: number(text) == nil ? "'\(text)' is no number above 0" : nil
    }
  }

  private func number(_ text: String) -> Double? {
    Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }
}
