internal import SystemFiles

/// How many partitions a table has; rows that must meet lie in the same one.
let partitionCount = 256

/// One worker's rows of a table, partitioned by hash, with a ceiling on memory.
///
/// Rows are appended as they come. When their bytes reach the budget, every partition is sorted and rows of one key are
/// absorbed; if that frees too little, the sorted rows go to an unlinked temporary file as runs. Nothing is lost and
/// nothing is estimated: `RowMerge` brings the parts of all workers together again.
struct RowStore<Row: KeyedRow>: Sendable {
  /// Rows of one chunk; chunks bound both the waste at the end and the cost of growing.
  static var chunkRows: Int { 512 }

  /// A sorted run in the spill file.
  struct SpilledRun: Sendable {
    let offset: Int
    let count: Int
  }

  private(set) var chunks = [[[Row]]](repeating: [], count: partitionCount)
  private(set) var open = [[Row]](repeating: [], count: partitionCount)
  private(set) var runs = [[SpilledRun]](repeating: [], count: partitionCount)
  private(set) var spillFile: OpenFile?
  private(set) var spilledBytes = 0
  private var rowsHeld = 0
  private let budgetRows: Int
  /// What ended the spilling, if anything did; rows appended after that are lost, so the run must fail.
  private(set) var failure: SystemError?

  /// - Parameter budget: bytes of rows that may be held in memory.
  init(budget: Int) {
    budgetRows = max(budget / MemoryLayout<Row>.stride, partitionCount)
  }

  /// Whether no row was ever kept.
  var isEmpty: Bool {
    spilledBytes == 0 && open.allSatisfy(\.isEmpty) && chunks.allSatisfy(\.isEmpty)
  }

  @inline(__always)
  mutating func append(_ row: Row) {
    let partition = Int(truncatingIfNeeded: row.hash >> 56)
    open[partition].append(row)
    if open[partition].count == Self.chunkRows { seal(partition) }
  }

  /// Takes rows of one partition.
  mutating func append(chunk: [Row], to partition: Int) {
    rowsHeld += chunk.count
    chunks[partition].append(chunk)
    if rowsHeld >= budgetRows { makeRoom() }
  }

  private mutating func seal(_ partition: Int) {
    rowsHeld += Self.chunkRows
    var next: [Row] = []
    next.reserveCapacity(Self.chunkRows)
    swap(&next, &open[partition])
    chunks[partition].append(next)
    if rowsHeld >= budgetRows { makeRoom() }
  }

  /// Sorts and absorbs everything held; spills it when more than half of the budget is still taken.
  private mutating func makeRoom() {
    guard failure == nil else { return dropRows() }
    var sorter = RowSorter<Row>()
    rowsHeld = 0
    for partition in 0..<partitionCount {
      let rows = sorter.sorted(takeRows(partition))
      rowsHeld += rows.count
      chunks[partition] = rows.isEmpty ? [] : [rows]
    }
    guard rowsHeld * 2 > budgetRows else { return }
    do throws(SystemError) {
      try spill()
    } catch {
      failure = error
      dropRows()
    }
  }

  private mutating func dropRows() {
    for partition in 0..<partitionCount {
      chunks[partition] = []
      open[partition] = []
    }
    rowsHeld = 0
  }

  private mutating func spill() throws(SystemError) {
    let file = if let spillFile { spillFile } else { try OpenFile.temporary() }
    spillFile = file
    for partition in 0..<partitionCount {
      for run in chunks[partition] {
        runs[partition].append(SpilledRun(offset: spilledBytes, count: run.count))
        spilledBytes += try file.append(run.span)
      }
      chunks[partition] = []
    }
    rowsHeld = 0
  }

  /// Hands the rows of a partition that are in memory over; what is on disk stays.
  mutating func takeRows(_ partition: Int) -> [[Row]] {
    var parts = chunks[partition]
    chunks[partition] = []
    if !open[partition].isEmpty {
      parts.append(open[partition])
      open[partition] = []
    }
    return parts
  }

  /// Calls the body with every part of a partition, in memory or on disk, in no order.
  func forEachPart(_ partition: Int, _ body: ([Row]) -> Void) throws(SystemError) {
    for part in chunks[partition] { body(part) }
    body(open[partition])
    guard let spillFile else { return }
    for run in runs[partition] where run.count > 0 {
      let filler = try spillFile.readRow(Row.self, atByte: run.offset)
      var cursor = SpillCursor(spillFile, run, filler: filler)
      while let rows = try cursor.nextPart() { body(rows) }
    }
  }
}
