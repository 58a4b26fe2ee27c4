package import FlowModel

/// The intervals of NODATA and SKIPDATA records.
package struct QuietIntervals: Sendable {
  /// The windows in which AWS lost records.
  package private(set) var skipDataWindows: Set<SkipDataWindow> = []
  /// The minutes with a record of no data or of lost records.
  package private(set) var minutes = CoveredMinutes()

  /// A limit far above any real log.
  ///
  /// A flood of such records must not exhaust the memory.
  private static let limit = 1 << 20

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
    guard batch.status[row] == LogStatus.skipData.rawValue, skipDataWindows.count < Self.limit
    else { return }
    skipDataWindows.insert(
      SkipDataWindow(interface: batch.interface[row], start: start, end: end)
    )
  }

  /// Adds the data of another worker.
  package mutating func merge(_ other: QuietIntervals) {
    skipDataWindows.formUnion(other.skipDataWindows)
    minutes.formUnion(other.minutes)
  }

  /// Removes the intervals outside a window.
  package mutating func keep(_ window: TimeWindow) {
    skipDataWindows = skipDataWindows.filter { window.overlaps(start: $0.start, end: $0.end) }
    minutes.keep(window)
  }
}
