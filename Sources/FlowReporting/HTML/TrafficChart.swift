internal import FlowFindings
internal import FlowModel

/// Accepted and rejected records over time, as stacked bars.
struct TrafficChart {
  /// A bar: the records that began in a stretch of time.
  struct Bar: Equatable {
    /// Unix seconds.
    var start: UInt32
    var accepted: UInt64 = 0
    var rejected: UInt64 = 0
    var total: UInt64 { accepted &+ rejected }
  }

  private static let mostBars: UInt32 = 200
  let axis: TimeAxis
  /// The length of a bar.
  let secondsPerBar: UInt32
  /// Every bar of the span, those without records too.
  let bars: [Bar]
  /// Records that lie outside of the span, and are not drawn.
  let outside: UInt64
  /// Gaps within the span.
  let gaps: [LogGap]

  /// nil without records.
  init?(_ report: Report) {
    let bins = report.timeline.bins
    guard let axis = TimeAxis(report), !bins.isEmpty else { return nil }
    self.axis = axis
    gaps = report.gaps.filter { $0.end > axis.start && $0.start < axis.end }
    let least = report.timeline.secondsPerBin
    secondsPerBar = TimeAxis.step(for: axis.seconds, atMost: Self.mostBars, least: least)
    (bars, outside) = Self.bars(bins, axis, secondsPerBar, least)
  }

  private static func bars(
    _ bins: [TrafficTimeline.Bin],
    _ axis: TimeAxis,
    _ step: UInt32,
    _ binLength: UInt32
  ) -> ([Bar], UInt64) {
    let first = axis.start / step
    let count = Int((axis.end - 1) / step - first) + 1
    var bars = (0..<count).map {
      Bar(start: UInt32(clamping: (UInt64(first) + UInt64($0)) * UInt64(step)))
    }
    var outside: UInt64 = 0
    for bin in bins {
      let place = Int(bin.start / step) - Int(first)
      guard bars.indices.contains(place), bin.start &+ binLength > axis.start else {
        outside += bin.accepted + bin.rejected
        continue
      }
      bars[place].accepted += bin.accepted
      bars[place].rejected += bin.rejected
    }
    return (bars, outside)
  }

  /// The kinds of gaps that are drawn.
  var gapKinds: [LogGap.Kind] {
    [.lostRecords, .nothingLogged].filter { kind in gaps.contains { $0.kind == kind } }
  }

  // MARK: Words

  /// `10 minutes`.
  var barLength: String { Lapse.words(secondsPerBar) }

  var total: Bar {
    bars.reduce(into: Bar(start: axis.start)) {
      $0.accepted += $1.accepted
      $0.rejected += $1.rejected
    }
  }

  var description: String {
    let total = total
    let most = bars.max { ($0.total, $1.start) < ($1.total, $0.start) } ?? total
    return
      "\(TextFormat.grouped(total.accepted)) accepted and \(TextFormat.grouped(total.rejected)) rejected records in bars of \(barLength); the most, \(TextFormat.grouped(most.total)), from \(span(most)) UTC."
      + (gaps.isEmpty ? "" : " \(TextFormat.plural(gaps.count, "gap")) hatched.")
  }

  /// `01-05 10:20–10:30`.
  func span(_ bar: Bar) -> String {
    let (start, end) = (UTCTime(bar.start), UTCTime(bar.start &+ secondsPerBar))
    return secondsPerBar >= 86_400
      ? "\(start.date)" : "\(start.monthAndDay) \(start.clock)–\(end.clock)"
  }
}

extension LogGap.Kind {
  /// What it is called on pages.
  var words: String {
    switch self {
    case .lostRecords: "Records lost by AWS (SKIPDATA)"
    case .nothingLogged: "No records"
    }
  }
}
