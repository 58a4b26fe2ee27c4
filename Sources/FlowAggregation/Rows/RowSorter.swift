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
    sort(parts)
    var collector = RowCollector<Row>()
    feed(&collector)
    return collector.rows
  }

  /// Puts the rows of all parts in order; `feed` hands them out.
  mutating func sort(_ parts: [[Row]]) {
    rows.removeAll(keepingCapacity: true)
    for part in parts { rows.append(contentsOf: part) }
    // Out of `self` for a moment: a span of one array and changes to another one may not share an owner.
    var places = Self.take(&self.places)
    places.removeAll(keepingCapacity: true)
    Self.index(rows.span, &places)
    swap(&places, &self.places)
    scatter()
    var scattered = Self.take(&self.scattered)
    Self.sortBuckets(rows.span, starts.span, &scattered)
    swap(&scattered, &self.scattered)
  }

  /// Feeds the rows to the consumer in order, rows of one key absorbed where sums fit.
  func feed<Consumer: RowConsumer>(_ consumer: inout Consumer) where Consumer.Row == Row {
    let rows = self.rows.span
    let order = scattered.span
    guard order.count > 0 else { return }
    var pending = rows[Int(order[0].index)]
    for place in 1..<order.count {
      let row = rows[Int(order[place].index)]
      if pending.absorb(row) { continue }
      consumer.take(pending)
      pending = row
    }
    consumer.take(pending)
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
    _ rows: Span<Row>,
    _ ends: Span<UInt32>,
    _ places: inout [Place]
  ) {
    var start = 0
    for bucket in ends.indices {
      let end = Int(ends[bucket])
      if end - start > 1 { sortBucket(rows, start..<end, &places) }
      start = end
    }
  }

  private static func sortBucket(
    _ rows: Span<Row>,
    _ range: Range<Int>,
    _ scattered: inout [Place]
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

  /// Sorts by the leading part of the order first, which lies beside the place instead of far away in the row.
  private static func sortLarge(
    _ rows: Span<Row>,
    _ range: Range<Int>,
    _ places: inout [Place]
  ) {
    var keyed: [KeyedPlace] = []
    keyed.reserveCapacity(range.count)
    for index in range {
      let place = places[index]
      keyed.append(KeyedPlace(place: place, key: rows[Int(place.index)].leadingKey))
    }
    keyed.sort { left, right in
      if left.place.hash != right.place.hash { return left.place.hash < right.place.hash }
      if left.key != right.key { return left.key < right.key }
      return Row.precedes(rows[Int(left.place.index)], rows[Int(right.place.index)])
    }
    for (offset, entry) in keyed.enumerated() { places[range.lowerBound + offset] = entry.place }
  }

  private struct KeyedPlace {
    var place: Place
    var key: UInt64
  }

  @inline(__always)
  private static func precedes(_ left: Place, _ right: Place, _ rows: Span<Row>) -> Bool {
    if left.hash != right.hash { return left.hash < right.hash }
    return Row.precedes(rows[Int(left.index)], rows[Int(right.index)])
  }
}

/// Gathers rows in an array.
private struct RowCollector<Row: KeyedRow>: RowConsumer {
  var rows: [Row] = []
  mutating func take(_ row: Row) { rows.append(row) }
}
