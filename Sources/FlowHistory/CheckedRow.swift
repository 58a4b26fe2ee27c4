internal import Foundation
internal import GRDB

/// A value of the history that no Weir can have written.
struct HistoryDamage: Error {
  /// What cannot be read, as part of a sentence.
  let what: String

  init(_ what: String) { self.what = what }
}

/// The columns of a row, each checked.
///
/// SQLite lets other programs leave any value in any column, and an unchecked one stops the program.
extension Row {
  /// The whole number in a column.
  ///
  /// - Throws: `HistoryDamage` for NULL, for another type, and for a number that the type does not hold.
  func number<Number: FixedWidthInteger>(_ column: Int) throws -> Number {
    guard let number = Int64.fromDatabaseValue(value(column)).flatMap(Number.init(exactly:)) else {
      throw HistoryDamage("a number that cannot be read")
    }
    return number
  }

  /// The text in a column.
  ///
  /// - Throws: `HistoryDamage` for NULL and for another type.
  func text(_ column: Int) throws -> String {
    guard let text = String.fromDatabaseValue(value(column)) else {
      throw HistoryDamage("a text that cannot be read")
    }
    return text
  }

  /// The bytes in a column.
  ///
  /// - Throws: `HistoryDamage` for NULL and for another type.
  func bytes(_ column: Int) throws -> Data {
    guard let bytes = Data.fromDatabaseValue(value(column)) else {
      throw HistoryDamage("bytes that cannot be read")
    }
    return bytes
  }

  private func value(_ column: Int) -> DatabaseValue { self[column] }
}

extension Database {
  /// The whole number that a statement selects; nil for NULL and without a row.
  ///
  /// - Throws: `HistoryDamage` for another type, and for a number that the type does not hold.
  func number<Number: FixedWidthInteger>(_ sql: String) throws -> Number? {
    guard let row = try Row.fetchOne(self, sql: sql), !row.hasNull(atIndex: 0) else { return nil }
    return try row.number(0) as Number
  }
}
