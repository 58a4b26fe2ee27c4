internal import SystemFiles

/// Rows in order, in memory or in a file, a block of them at a time.
final class SortedSource {
  private var reader: RunReader?
  private var parts: [Part]
  private let shape: RowShape
  private var left = 0

  /// Rows in memory, which belong to the source from now on.
  init(_ parts: [Part], _ shape: RowShape) {
    self.parts = parts.reversed()
    self.shape = shape
    left = parts.first?.count ?? 0
  }

  /// A run in a file.
  init(_ reader: RunReader) {
    self.reader = reader
    shape = reader.shape
    parts = [Part(block: BlockAllocator.shared.allocate(), count: 0)]
  }

  deinit { BlockAllocator.shared.free(parts) }

  /// Goes on to the next block.
  ///
  /// - Returns: its first row; nil at the end.
  func nextBlock(isFirst: Bool) throws(SystemError) -> UnsafeMutablePointer<UInt64>? {
    if reader != nil {
      let base = unsafe parts[0].block.base
      left = try unsafe reader?.next(into: base) ?? 0
    } else if !isFirst {
      BlockAllocator.shared.free([parts.removeLast()])
      left = parts.last?.count ?? 0
    }
    return left > 0 ? unsafe parts.last?.block.base : nil
  }

  /// The row behind the given one; nil at the end of the block.
  @inline(__always)
  func next(_ row: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<UInt64>? {
    left &-= 1
    return unsafe left > 0 ? row + shape.words : nil
  }
}

/// Merges sorted sources: a binary heap of their next rows.
@safe
final class RunMerge {
  @safe
  private struct Head {
    var hash: UInt64
    var row: UnsafeMutablePointer<UInt64>
    var source: Int
  }

  private let shape: RowShape
  private let sources: [SortedSource]
  private var heap: [Head] = []
  /// Whether the first head's block is worked off; the next one may be read once its rows were used.
  private var isFirstDry = false

  init(_ sources: [SortedSource], _ shape: RowShape) throws(SystemError) {
    (self.sources, self.shape) = (sources, shape)
    for (index, source) in sources.enumerated() {
      guard let row = unsafe try source.nextBlock(isFirst: true) else { continue }
      unsafe heap.append(Head(hash: shape.hash(row), row: row, source: index))
    }
    for place in (0..<heap.count / 2).reversed() { siftDown(place) }
  }

  /// Gives out the next rows, until the buffer is full or a block is worked off.
  ///
  /// - Returns: how many; 0 at the end.
  func next(_ refs: UnsafeMutableBufferPointer<RowRef>) throws(SystemError) -> Int {
    try refill()
    var count = 0
    while count < refs.count, !heap.isEmpty {
      let head = heap[0]
      unsafe refs[count] = RowRef(key: head.hash, row: head.row)
      count &+= 1
      guard let row = unsafe sources[head.source].next(head.row) else {
        isFirstDry = true
        break
      }
      unsafe heap[0] = Head(hash: shape.hash(row), row: row, source: head.source)
      siftDown(0)
    }
    return count
  }

  private func refill() throws(SystemError) {
    guard isFirstDry else { return }
    isFirstDry = false
    let source = heap[0].source
    if let row = unsafe try sources[source].nextBlock(isFirst: false) {
      unsafe heap[0] = Head(hash: shape.hash(row), row: row, source: source)
    } else {
      let last = heap.removeLast()
      if heap.isEmpty { return }
      heap[0] = last
    }
    siftDown(0)
  }

  private func siftDown(_ start: Int) {
    let head = heap[start]
    var place = start
    while true {
      var child = 2 &* place &+ 1
      guard child < heap.count else { break }
      if child &+ 1 < heap.count, precedes(heap[child &+ 1], heap[child]) { child &+= 1 }
      guard precedes(heap[child], head) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = head
  }

  @inline(__always)
  private func precedes(_ left: Head, _ right: Head) -> Bool {
    left.hash != right.hash
      ? left.hash < right.hash : unsafe shape.precedes(left.row, right.row)
  }
}
