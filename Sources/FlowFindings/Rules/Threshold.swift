/// A value on which it depends whether a rule fires; a rule states its own as `static let thresholds`.
///
/// From each the build makes a typed member of `Thresholds`: a whole number where the default is written without a
/// point.
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

  private init(_ name: String, _ value: Double, unit: Unit, meaning: String) {
    (self.name, self.value, self.unit, self.meaning) = (name, value, unit, meaning)
  }

  /// A number of things.
  package static func count(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .count, meaning: meaning)
  }

  /// A number of bytes.
  package static func bytes(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .bytes, meaning: meaning)
  }

  /// A number of seconds.
  package static func seconds(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .seconds, meaning: meaning)
  }

  /// A part of a whole.
  package static func share(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .share, meaning: meaning)
  }

  /// Any number.
  package static func number(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .number, meaning: meaning)
  }
}

extension Threshold {
  /// Why a text cannot be its value; nil where it can.
  package func fault(in text: String) -> String? {
    switch unit {
    case .count, .bytes, .seconds:
      guard let value = UInt64(text), value > 0 else {
        return "'\(text)' is not a whole number of 1 or more"
      }
      return value > most ? "'\(text)' is more than \(most)" : nil
    case .share:
      return number(text).map { $0 <= 1 } ?? false
        ? nil : "'\(text)' is not a share above 0 and up to 1"
    case .number: return number(text) == nil ? "'\(text)' is not a number above 0" : nil
    }
  }

  /// What the arithmetic of the rules bears: all bytes that a number in YAML holds exactly, and 32 bits of anything
  /// else.
  private var most: UInt64 { unit == .bytes ? 1 << 53 : UInt64(UInt32.max) }

  private func number(_ text: String) -> Double? {
    Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }
}
