/// A threshold of a rule's firing condition.
///
/// A rule declares its own as `static let thresholds`.
///
/// The build generates a typed member of `Thresholds` for each: an integer if the default has no decimal point.
package struct Threshold: Sendable, Equatable {
  /// The unit of a value.
  package enum Unit: Sendable {
    /// A count.
    case count
    /// Bytes.
    case bytes
    /// Seconds.
    case seconds
    /// A share, up to 1.
    case share
    /// Any number.
    case number
  }

  /// The name within the rule, such as `addresses`.
  package let name: String
  /// The default value.
  package let value: Double
  /// The unit.
  package let unit: Unit
  /// The measured value that it is compared with.
  package let meaning: String
  /// The smallest value of a setting.
  ///
  /// Below it the aggregation does not keep what the rule would have to judge.
  package let least: UInt64

  private init(_ name: String, _ value: Double, unit: Unit, meaning: String, least: UInt64 = 1) {
    (self.name, self.value, self.unit, self.meaning) = (name, value, unit, meaning)
    self.least = least
  }

  /// A count.
  package static func count(
    _ name: String,
    _ value: Double,
    atLeast least: UInt64 = 1,
    of meaning: String
  ) -> Threshold {
    Threshold(name, value, unit: .count, meaning: meaning, least: least)
  }

  /// A number of bytes.
  package static func bytes(
    _ name: String,
    _ value: Double,
    atLeast least: UInt64 = 1,
    of meaning: String
  ) -> Threshold {
    Threshold(name, value, unit: .bytes, meaning: meaning, least: least)
  }

  /// A number of seconds.
  package static func seconds(
    _ name: String,
    _ value: Double,
    atLeast least: UInt64 = 1,
    of meaning: String
  ) -> Threshold {
    Threshold(name, value, unit: .seconds, meaning: meaning, least: least)
  }

  /// A share.
  package static func share(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .share, meaning: meaning)
  }

  /// Any number.
  package static func number(_ name: String, _ value: Double, of meaning: String) -> Threshold {
    Threshold(name, value, unit: .number, meaning: meaning)
  }
}

extension Threshold {
  /// The reason why a text is not a valid value; nil if it is valid.
  package func fault(in text: String) -> String? {
    switch unit {
    case .count, .bytes, .seconds:
      guard let value = UInt64(text), value > 0 else {
        return "'\(text)' is not a number of 1 or more"
      }
      if value < least {
        return "'\(text)' is less than \(least), the smallest value that has an effect"
      }
      return value > most ? "'\(text)' is more than \(most)" : nil
    case .share:
      return number(text).map { $0 <= 1 } ?? false
        ? nil : "'\(text)' is not a share above 0 and up to 1"
    case .number: return number(text) == nil ? "'\(text)' is not a number above 0" : nil
    }
  }

  /// The maximum for the arithmetic of the rules: exact integers of YAML for bytes, 32 bits for all other units.
  private var most: UInt64 { unit == .bytes ? 1 << 53 : UInt64(UInt32.max) }

  private func number(_ text: String) -> Double? {
    Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }
}
