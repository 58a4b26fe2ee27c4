/// Sorts the rows of a partition and absorbs rows of one key.
///
/// One counting pass over hash bits brings rows into buckets of about a dozen, which insertion sort finishes in the first
/// cache. Scratch memory is kept from partition to partition, since touching new pages costs more than sorting.
struct RowSorter<Row: KeyedRow> {
  private struct Place {
    var hash: UInt64
    var index: UInt32
  }

  private var rows: [Row] = []
  private var places: [Place] = []
  private var scattered: [Place] = []
  private var starts: [UInt32] = []

  /// The rows of all parts in order, rows of one key absorbed.
  mutating func sorted(_ parts: [[Row]]) -> [Row] {
    var result: [Row] = []
    forEachSorted(parts) { row in
      guard let last = result.indices.last else { return result.append(row) }
      if !result[last].absorb(row) { result.append(row) }
    }
    return result
  }

  /// Calls the body with the rows of all parts in order.
  @inline(__always)
  mutating func forEachSorted(_ parts: [[Row]], _ body: (Row) -> Void) {
    rows.removeAll(keepingCapacity: true)
    for part in parts { rows.append(contentsOf: part) }
    guard !rows.isEmpty else { return }
    // Out of `self` for a moment: a span of one array and changes to another one may not share an owner.
    var places = Self.take(&self.places)
    places.removeAll(keepingCapacity: true)
    Self.index(rows.span, &places)
    swap(&places, &self.places)
    scatter()
    var scattered = Self.take(&self.scattered)
    Self.sortBuckets(rows.span, starts.span, &scattered)
    swap(&scattered, &self.scattered)
    let rows = self.rows.span
    let order = self.scattered.span
    for index in order.indices { body(rows[Int(order[index].index)]) }
  }

  private static func take(_ array: inout [Place]) -> [Place] {
    var taken: [Place] = []
    swap(&taken, &array)
    return taken
  }

  private static func index(_ rows: Span<Row>, _ places: inout [Place]) {
    for index in rows.indices {
      places.append(Place(hash: rows[index].hash, index: UInt32(truncatingIfNeeded: index)))
    }
  }

  /// Counting sort by the hash bits below the partition's; afterwards `starts` holds the end of each bucket.
  private mutating func scatter() {
    let bits = max(1, min(16, Int.bitWidth - (places.count / 12).leadingZeroBitCount))
    let shift = UInt64(56 - bits)
    let mask = (UInt64(1) << UInt64(bits)) - 1
    starts.removeAll(keepingCapacity: true)
    starts.append(contentsOf: repeatElement(0, count: (1 << bits) + 1))
    for place in places { starts[Int(place.hash >> shift & mask) + 1] += 1 }
    for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
    starts.removeLast()
    let missing = places.count - scattered.count
    if missing < 0 { scattered.removeLast(-missing) }
    scattered.append(contentsOf: repeatElement(Place(hash: 0, index: 0), count: max(0, missing)))
    for place in places {
      let bucket = Int(place.hash >> shift & mask)
      scattered[Int(starts[bucket])] = place
      starts[bucket] += 1
    }
  }

  private static func sortBuckets(
    _ rows: Span<Row>, _ ends: Span<UInt32>, _ places: inout [Place]
  ) {
    var start = 0
    for bucket in ends.indices {
      let end = Int(ends[bucket])
      if end - start > 1 { sortBucket(rows, start..<end, &places) }
      start = end
    }
  }

  private static func sortBucket(
    _ rows: Span<Row>, _ range: Range<Int>, _ scattered: inout [Place]
  ) {
    if range.count > 48 {
      // A busy pair of hosts: too many for insertion sort.
      sortLarge(rows, range, &scattered)
      return
    }
    for index in range.dropFirst() {
      let place = scattered[index]
      var hole = index
      while hole > range.lowerBound, precedes(place, scattered[hole - 1], rows) {
        scattered[hole] = scattered[hole - 1]
        hole -= 1
      }
      scattered[hole] = place
    }
  }

  /// Heap sort in place: no recursion, no worst case.
  private static func sortLarge(
    _ rows: Span<Row>, _ range: Range<Int>, _ places: inout [Place]
  ) {
    let base = range.lowerBound
    func sink(_ start: Int, _ count: Int) {
      var parent = start
      while true {
        var child = 2 * parent + 1
        guard child < count else { return }
        if child + 1 < count, precedes(places[base + child], places[base + child + 1], rows) {
          child += 1
        }
        guard precedes(places[base + parent], places[base + child], rows) else { return }
        places.swapAt(base + parent, base + child)
        parent = child
      }
    }
    for start in stride(from: range.count / 2 - 1, through: 0, by: -1) { sink(start, range.count) }
    for end in stride(from: range.count - 1, to: 0, by: -1) {
      places.swapAt(base, base + end)
      sink(0, end)
    }
  }

  @inline(__always)
  private static func precedes(_ left: Place, _ right: Place, _ rows: Span<Row>) -> Bool {
    if left.hash != right.hash { return left.hash < right.hash }
    return Row.precedes(rows[Int(left.index)], rows[Int(right.index)])
  }
}
