/// A row of plain data that stands for a key and what is known of it.
///
/// A multiset of rows is the state of every table. Rows of one key can be absorbed into one another in any order and
/// grouping, so that a sorted run in a file, a table in memory and a part from another machine are the same thing.
///
/// Any bytes must be a valid row, since rows are read back from files: numbers, no `Bool` and no `enum`.
@usableFromInline
package protocol SpillableRow: BitwiseCopyable, Sendable {
  /// Where the key lies.
  static var shape: RowShape { get }
  /// Takes the other row in if it has the same key and every sum fits.
  ///
  /// - Returns: false when both rows must stay.
  mutating func absorb(_ other: Self) -> Bool
}

extension SpillableRow {
  /// The hash that decides where the row lies.
  @inlinable
  @inline(__always)
  package var hash: UInt64 {
    unsafe withUnsafeBytes(of: self) { bytes in
      unsafe bytes.baseAddress.map {
        unsafe Self.shape.hash($0.assumingMemoryBound(to: UInt64.self))
      } ?? 0
    }
  }
}

/// Receives the rows of a table, group by group, in the order of their keys.
@usableFromInline
package protocol RowConsumer {
  /// What it takes.
  associatedtype Row: SpillableRow
  /// Takes the next row.
  mutating func take(_ row: Row)
}

/// Names a table of a run: what its rows are, and the number by which files know it.
@usableFromInline
package struct TableKey<Row: SpillableRow>: Sendable {
  /// The kind of row, unique among the tables of a run.
  @usableFromInline package let kind: UInt16

  /// Names a table.
  @inlinable package init(kind: UInt16) { self.kind = kind }
}
