package import FlowModel

/// The intervals of NODATA and SKIPDATA records.
package struct QuietIntervals: Sendable {
  /// The windows in which AWS lost records.
  package private(set) var skipDataWindows: Set<SkipDataWindow> = []
  /// The minutes with a record of no data or of lost records.
  package private(set) var minutes = CoveredMinutes()

  /// A limit far above any real log: the most windows that are counted.
  ///
  /// A flood of such records must not exhaust the memory.
  package static let limit = 1 << 17

  /// No intervals.
  package init() {}

  /// Adds the selected records without traffic.
  package mutating func add(_ batch: borrowing RecordBatch) {
    let statuses = batch.status.span
    for place in 0..<batch.selection.count {
      let row = batch.selection[place]
      guard statuses[row] != LogStatus.ok.rawValue else { continue }
      add(batch, row)
    }
  }

  private mutating func add(_ batch: borrowing RecordBatch, _ row: Int) {
    let (start, end) = (batch.start[row], batch.end[row])
    minutes.insert(start: start, end: end)
    guard batch.status[row] == LogStatus.skipData.rawValue else { return }
    skipDataWindows.insert(
      SkipDataWindow(interface: batch.interface[row], start: start, end: end)
    )
    if skipDataWindows.count >= 2 * Self.limit { trim() }
  }

  /// Keeps the earliest windows, so that the order of records has no effect.
  private mutating func trim() {
    let earliest = skipDataWindows.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    skipDataWindows = Set(earliest.prefix(Self.limit))
  }

  /// Adds the data of another worker.
  package mutating func merge(_ other: QuietIntervals) {
    skipDataWindows.formUnion(other.skipDataWindows)
    if skipDataWindows.count > Self.limit { trim() }
    minutes.formUnion(other.minutes)
  }

  /// Removes the intervals outside a window.
  package mutating func keep(_ window: TimeWindow) {
    skipDataWindows = skipDataWindows.filter { window.overlaps(start: $0.start, end: $0.end) }
    minutes.keep(window)
  }
}
