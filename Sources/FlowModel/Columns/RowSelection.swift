/// Which rows of a batch count.
///
/// A filter leaves the columns as they are and names the rows that it keeps, in ascending order.
public struct RowSelection: Sendable, Equatable {
  /// The rows that are kept; meaningless while all are.
  @usableFromInline
  private(set) var rows: [UInt16] = []
  /// How many rows are selected.
  public private(set) var count: Int
  /// Whether no row was left out.
  public private(set) var isWhole = true

  /// All rows of a batch.
  public init(all count: Int) { self.count = count }

  /// The row at a place among the selected ones.
  @inlinable
  public subscript(place: Int) -> Int { isWhole ? place : Int(rows[place]) }

  /// Keeps the rows for which a condition holds.
  ///
  /// - Complexity: linear in the rows that are selected.
  public mutating func keep(where holds: (Int) -> Bool) {
    let kept = (0..<count).filter { holds(self[$0]) }.map { UInt16(self[$0]) }
    guard kept.count < count else { return }
    (rows, count, isWhole) = (kept, kept.count, false)
  }
}
