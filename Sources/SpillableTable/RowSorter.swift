/// A row's place, with the part of its order that decides next.
@safe
@usableFromInline
package struct RowRef {
  @usableFromInline package var key: UInt64
  @usableFromInline package var row: UnsafeMutablePointer<UInt64>
}

/// Rows of one table that lie one behind the other.
@safe
struct Piece {
  var rows: UnsafeMutablePointer<UInt64>
  var count: Int
}

/// Sorts rows of any shape by hash, then key: the one sort of the program.
///
/// Rows stay where they are; 64-bit keys with the rows' places are sorted. One counting pass over hash bits brings them
/// into buckets of about a dozen, which insertion sort finishes in the first cache. A bucket that stays large holds the
/// rows of one group, a busy pair of hosts or a source: these are sorted by one word of their keys after the other.
/// Scratch memory is kept from one sort to the next, since touching new pages costs more than sorting.
final class RowSorter {
  private static let smallest = 24

  private var refs = RefBuffer()
  private var scattered = RefBuffer()
  private var ends: [UInt32] = []

  /// The rows of all pieces in order; valid until the next call.
  func sort(_ pieces: [Piece], _ shape: RowShape) -> UnsafeMutableBufferPointer<RowRef> {
    let count = pieces.reduce(0) { $0 + $1.count }
    guard count > 0 else { return unsafe UnsafeMutableBufferPointer(start: nil, count: 0) }
    let refs = unsafe self.refs.ofCapacity(count)
    let sorted = unsafe scattered.ofCapacity(count)
    unsafe Self.index(pieces, shape, refs)
    unsafe Self.scatter(refs, sorted, &ends)
    unsafe sortBuckets(sorted, shape)
    return unsafe sorted
  }

  private static func index(
    _ pieces: [Piece],
    _ shape: RowShape,
    _ refs: UnsafeMutableBufferPointer<RowRef>
  ) {
    var next = 0
    for piece in pieces {
      var row = unsafe piece.rows
      for _ in 0..<piece.count {
        unsafe refs[next] = RowRef(key: shape.hash(row), row: row)
        unsafe row += shape.words
        next &+= 1
      }
    }
  }

  /// Counting sort by the hash bits below the partition's; afterwards `ends` holds the end of each bucket.
  private static func scatter(
    _ refs: UnsafeMutableBufferPointer<RowRef>,
    _ sorted: UnsafeMutableBufferPointer<RowRef>,
    _ bucketEnds: inout [UInt32]
  ) {
    let bits = max(1, min(16, Int.bitWidth - (refs.count / 12).leadingZeroBitCount))
    let shift = UInt64(56 - bits)
    let mask = UInt64(1) << UInt64(bits) &- 1
    bucketEnds.removeAll(keepingCapacity: true)
    bucketEnds.append(contentsOf: repeatElement(0, count: 1 << bits))
    var ends = bucketEnds.mutableSpan
    for place in 0..<refs.count { unsafe ends[Int(refs[place].key >> shift & mask)] &+= 1 }
    var start: UInt32 = 0
    for bucket in 0..<ends.count {
      (ends[bucket], start) = (start, start &+ ends[bucket])
    }
    for place in 0..<refs.count {
      let bucket = unsafe Int(refs[place].key >> shift & mask)
      unsafe sorted[Int(ends[bucket])] = refs[place]
      ends[bucket] &+= 1
    }
  }

  private func sortBuckets(_ sorted: UnsafeMutableBufferPointer<RowRef>, _ shape: RowShape) {
    var start = 0
    for end in ends {
      let end = Int(end)
      if end - start > 1 { unsafe Self.sort(sorted, start..<end, shape, level: 0) }
      start = end
    }
  }

  /// Sorts a range by keys, equal keys by the words of the rows from a level on.
  private static func sort(
    _ refs: UnsafeMutableBufferPointer<RowRef>,
    _ range: Range<Int>,
    _ shape: RowShape,
    level: Int
  ) {
    guard range.count > smallest else { return unsafe insertionSort(refs, range, shape, level) }
    var slice = unsafe UnsafeMutableBufferPointer(rebasing: refs[range])
    unsafe slice.sort { $0.key < $1.key }
    guard level < shape.keyWords else { return }
    var start = range.lowerBound
    for place in range {
      let next = place + 1
      if next < range.upperBound, unsafe refs[next].key == refs[start].key { continue }
      if next - start > 1 { unsafe sortEqual(refs, start..<next, shape, level) }
      start = next
    }
  }

  /// Sorts rows with equal keys by the next word, which becomes their key.
  private static func sortEqual(
    _ refs: UnsafeMutableBufferPointer<RowRef>,
    _ range: Range<Int>,
    _ shape: RowShape,
    _ level: Int
  ) {
    let word = shape.words &- 1 &- level
    for place in range { unsafe refs[place].key = refs[place].row[word] }
    unsafe sort(refs, range, shape, level: level + 1)
  }

  private static func insertionSort(
    _ refs: UnsafeMutableBufferPointer<RowRef>,
    _ range: Range<Int>,
    _ shape: RowShape,
    _ level: Int
  ) {
    for index in range.dropFirst() {
      let ref = unsafe refs[index]
      var hole = index
      while hole > range.lowerBound, unsafe precedes(ref, refs[hole &- 1], shape, level) {
        unsafe refs[hole] = refs[hole &- 1]
        hole &-= 1
      }
      unsafe refs[hole] = ref
    }
  }

  @inline(__always)
  private static func precedes(
    _ left: RowRef,
    _ right: RowRef,
    _ shape: RowShape,
    _ level: Int
  ) -> Bool {
    if left.key != right.key { return left.key < right.key }
    return unsafe shape.precedes(left.row, right.row, from: level)
  }
}

/// Memory for row places that grows and is kept.
@safe
private final class RefBuffer {
  private var memory = unsafe UnsafeMutableBufferPointer<RowRef>(start: nil, count: 0)

  func ofCapacity(_ count: Int) -> UnsafeMutableBufferPointer<RowRef> {
    if unsafe memory.count < count {
      unsafe memory.deallocate()
      unsafe memory = .allocate(capacity: count + count / 4)
    }
    return unsafe .init(rebasing: memory[..<count])
  }

  deinit { unsafe memory.deallocate() }
}
