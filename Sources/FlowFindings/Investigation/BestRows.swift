/// The best of any number of rows, and how many there were: exact, within a ceiling of memory.
public struct BestRows<Row: TableRow>: Sendable {
  private let limit: Int
  private var kept: [Row] = []
  /// How many rows there were.
  public private(set) var count: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  /// Offers a row with its final sums.
  package mutating func offer(_ row: Row) {
    count += 1
    keep(row)
  }

  private mutating func keep(_ row: Row) {
    kept.append(row)
    if kept.count >= 2 * limit { trim() }
  }

  private mutating func trim() {
    kept.sort(by: Row.ranksBefore)
    if kept.count > limit { kept.removeLast(kept.count - limit) }
  }

  /// Adds what another worker kept of other rows.
  mutating func add(_ other: BestRows) {
    count += other.count
    for row in other.kept { keep(row) }
  }

  /// Brings rows of one key together that came from different parts; exact while no part had to let go of any.
  mutating func join<Key: Hashable>(by key: (Row) -> Key, _ combine: (inout Row, Row) -> Void) {
    var places: [Key: Int] = [:]
    var joined: [Row] = []
    for row in kept {
      guard let place = places[key(row)] else {
        places[key(row)] = joined.count
        joined.append(row)
        continue
      }
      combine(&joined[place], row)
      count -= 1
    }
    kept = joined
  }

  /// The best ones in order.
  public var rows: [Row] {
    var best = self
    best.trim()
    return best.kept
  }
}
