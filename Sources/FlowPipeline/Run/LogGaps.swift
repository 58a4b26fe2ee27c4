internal import FlowModel

/// The stretches of which a log does not tell all: AWS lost records, or there is no record of anything.
struct LogGaps {
  /// By kind and time; stretches of one kind that touch are one.
  let all: [LogGap]

  init(_ covered: CoveredMinutes, _ lost: Set<SkipDataWindow>, _ aggregationInterval: UInt32) {
    let holes = Self.holes(covered, aggregationInterval).map {
      LogGap(kind: .nothingLogged, start: $0.start, end: $0.start + $0.length)
    }
    let windows = lost.map {
      LogGap(kind: .lostRecords, start: $0.start, end: max($0.start, $0.end))
    }
    all = Self.joined(windows) + Self.joined(holes)
  }

  /// Two intervals without a record may be chance; more are a hole.
  static func holes(
    _ covered: CoveredMinutes,
    _ aggregationInterval: UInt32
  ) -> [CoveredMinutes.Hole] {
    covered.holes(longerThan: 2 * aggregationInterval)
  }

  private static func joined(_ gaps: [LogGap]) -> [LogGap] {
    var joined: [LogGap] = []
    for gap in gaps.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      if let last = joined.last, gap.start <= last.end {
        joined[joined.count - 1].end = max(last.end, gap.end)
      } else {
        joined.append(gap)
      }
    }
    return joined
  }
}
