/// A point in time as people name it: whole, or a time of day whose day the log tells.
public enum TimePoint: Sendable, Equatable {
  /// Unix seconds.
  case time(UInt32)
  /// Seconds since midnight in UTC.
  case clock(UInt32)

  private static let day: UInt32 = 86_400

  /// The point in Unix seconds.
  ///
  /// A time of day is on the day of the log's end, or on the day before where the log ends too early for that.
  ///
  /// - Parameter log: the first and last second of the log.
  /// - Returns: Unix seconds.
  public func time(in log: ClosedRange<UInt32>) -> UInt32 {
    switch self {
    case .time(let time): return time
    case .clock(let seconds):
      let (last, overflowed) = (log.upperBound / Self.day * Self.day)
        .addingReportingOverflow(seconds)
      guard overflowed || last > log.upperBound else { return last }
      let before = last &- Self.day
      return before >= log.lowerBound && before < log.upperBound ? before : overflowed ? .max : last
    }
  }

  /// The window between two points; a time of day that does not come after the first point is on the day after it.
  ///
  /// - Returns: nil when it holds no second.
  public static func window(
    since: TimePoint?,
    until: TimePoint?,
    in log: ClosedRange<UInt32>
  ) -> TimeWindow? {
    let first = since?.time(in: log) ?? 0
    guard let until else { return TimeWindow(since: first) }
    let last = until.time(in: log)
    guard case .clock = until, last <= first else { return TimeWindow(since: first, until: last) }
    let (next, overflowed) = last.addingReportingOverflow(Self.day)
    return TimeWindow(since: first, until: overflowed ? .max : next)
  }
}
