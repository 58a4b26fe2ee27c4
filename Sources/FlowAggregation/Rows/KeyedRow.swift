/// A row of plain data that stands for a key and what is known of it.
///
/// A multiset of rows is the state of every table. Rows of one key can be absorbed into one another in any order and
/// grouping, so that a sorted file of rows, a table in memory and a part from another machine are the same thing.
protocol KeyedRow: BitwiseCopyable, Sendable {
  /// Rows that must meet have equal hashes; the upper eight bits choose the partition.
  var hash: UInt64 { get }
  /// The leading part of the order of rows with equal hashes: if it differs, it decides like `precedes`.
  var leadingKey: UInt64 { get }
  /// A total order of rows with equal hashes, keys first, so that rows of one key are neighbours.
  static func precedes(_ left: Self, _ right: Self) -> Bool
  /// Takes the other row in if it has the same key and every sum fits.
  ///
  /// - Returns: false when both rows must stay.
  mutating func absorb(_ other: Self) -> Bool
}

/// Receives rows in order.
protocol RowConsumer {
  associatedtype Row: KeyedRow
  mutating func take(_ row: Row)
}
