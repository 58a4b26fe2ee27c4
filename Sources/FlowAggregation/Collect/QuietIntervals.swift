package import FlowModel

/// The intervals of NODATA and SKIPDATA records.
package struct QuietIntervals: Sendable {
  /// The windows in which AWS lost records.
  package private(set) var skipDataWindows: Set<SkipDataWindow> = []
  /// The minutes of which a record says that there was nothing, or that records were lost.
  package private(set) var minutes = CoveredMinutes()

  /// Far beyond any real log; past it a flood of such records must not fill the memory.
  private static let limit = 1 << 20

  /// No intervals.
  package init() {}

  /// Takes the selected rows that are no traffic.
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

  /// Adds what another worker saw.
  package mutating func merge(_ other: QuietIntervals) {
    skipDataWindows.formUnion(other.skipDataWindows)
    minutes.formUnion(other.minutes)
  }

  /// Leaves out the intervals that have no part in a window.
  package mutating func keep(_ window: TimeWindow) {
    skipDataWindows = skipDataWindows.filter { window.overlaps(start: $0.start, end: $0.end) }
    minutes.keep(window)
  }
}
