internal import FlowFindings
internal import FlowModel

/// The span of time that all pictures of a page share, from left to right.
struct TimeAxis {
  /// Unix seconds.
  let start: UInt32
  /// Unix seconds, past the last moment.
  let end: UInt32
  /// The slices that the axis covers, of which a finding's activity tells; nil where that is not known.
  private let slices: LogSlices?

  /// The span of a report's log; nil without records.
  init?(_ report: Report) {
    let counts = report.input.counts
    guard let first = counts.firstStart, let last = counts.lastEnd else { return nil }
    slices = report.slices
    guard let slices else {
      start = first / 60 * 60
      end = Self.minute(after: max(start + 1, last))
      return
    }
    // A record with a forged time lies outside of the slices and must not stretch the axis.
    start = slices.start
    end = Self.minute(after: max(slices.start + 1, min(last, slices.end)))
  }

  /// The end of the minute that a time lies in; time itself ends in the middle of one.
  private static func minute(after time: UInt32) -> UInt32 {
    UInt32(clamping: (UInt64(time) + 59) / 60 * 60)
  }

  /// At least a minute.
  var seconds: UInt32 { max(60, end - min(start, end)) }
  /// Strips of activity are drawn in minutes: slices are whole ones.
  var minutes: Int { Int(seconds / 60) }

  /// The place of a time, 0 to 100.
  func percent(_ time: UInt32) -> Double {
    guard time > start else { return 0 }
    return min(100, Double(time - start) * 100 / Double(seconds))
  }

  // MARK: Activity

  /// The minutes in which a finding was active, neighboring slices together; from first to last where no more is known.
  func active(_ finding: Finding) -> [Range<Int>] {
    active(finding.activity, finding.firstSeen, finding.lastSeen)
  }

  /// The same of anything whose slices, first and last time are known.
  func active(_ activity: UInt64, _ firstSeen: UInt32, _ lastSeen: UInt32) -> [Range<Int>] {
    guard activity != 0, let slices else {
      let first = min(minute(firstSeen), minutes - 1)
      return [first..<max(first, min(minute(lastSeen), minutes - 1)) + 1]
    }
    let length = Int(slices.secondsPerSlice / 60)
    let all = (0..<LogSlices.count).filter { activity >> UInt64($0) & 1 == 1 }
    return all.compactMap { slice in
      let range = min(slice * length, minutes)..<min((slice + 1) * length, minutes)
      return range.isEmpty ? nil : range
    }
  }

  private func minute(_ time: UInt32) -> Int { time > start ? Int((time - start) / 60) : 0 }

  // MARK: Ticks

  /// A mark with its words.
  struct Tick: Equatable {
    /// Unix seconds.
    var time: UInt32
    /// `06:00`, or `01-06` where a day begins.
    var label: String
  }

  private static let steps: [UInt32] =
    [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map { $0 * 60 }
    + [1, 2, 7, 14, 28, 91, 182, 365, 730, 1826, 3652].map { $0 * 86_400 }

  /// At most so many marks at round times.
  func ticks(atMost limit: UInt32 = 9) -> [Tick] {
    let step = Self.step(for: seconds, atMost: limit)
    let first = (UInt64(start) + UInt64(step) - 1) / UInt64(step) * UInt64(step)
    return stride(from: first, through: UInt64(end), by: Int(step)).map { time in
      let time = UInt32(clamping: time)
      let label = UTCTime(time)
      let isDay = time % 86_400 == 0
      return Tick(
        time: time,
        label: step >= 86_400 || isDay && time != end ? label.monthAndDay : label.clock
      )
    }
  }

  /// The smallest round length that fits at most so many times into a span.
  static func step(for seconds: UInt32, atMost limit: UInt32, least: UInt32 = 60) -> UInt32 {
    steps.first { $0 >= least && $0 % least == 0 && seconds / $0 < limit } ?? steps[steps.count - 1]
  }
}
