extension BeaconShape {
  private static let day: UInt32 = 86_400

  /// The shape of the whole series or that of its busiest 24 hours.
  ///
  /// A log of many days would dilute a beacon of some hours. The yardstick is never shorter than a day or the log,
  /// because any series covers its own span. Only one day is compared: among many, chance would make one look even.
  ///
  /// - Parameters:
  ///   - starts: Unix seconds in order.
  ///   - sizes: bytes that the client sent, in the order of the starts.
  ///   - log: the first and last second of the whole log.
  ///   - window: length of the log's windows, in seconds.
  /// - Returns: the one with the higher score, the day only if half of its intervals are within a fifth of the median;
  ///   nil if there are too few distinct starts.
  static func best(
    starts: [UInt32],
    sizes: [UInt64],
    log: ClosedRange<UInt32>,
    window: UInt32
  ) -> BeaconShape? {
    let whole = BeaconShape(starts: starts[...], sizes: sizes[...], log: log, window: window)
    // A little more than a day dilutes little.
    guard let whole, whole.score < 1, log.upperBound - log.lowerBound >= 2 * day else {
      return whole
    }
    let (first, places) = busiestDay(starts, log)
    let part = BeaconShape(
      starts: starts[places],
      sizes: sizes[places],
      log: first...first + (day - 1),
      window: window
    )
    // A day has few starts, so chance makes them regular more often than those of the whole log.
    guard let part, part.score > whole.score, UInt64(part.jitter) * 5 <= UInt64(part.period) else {
      return whole
    }
    return part
  }

  /// The 24 hours with the most starts, the earliest of equals.
  ///
  /// - Returns: their first second, and the places of their starts.
  private static func busiestDay(
    _ starts: [UInt32],
    _ log: ClosedRange<UInt32>
  ) -> (first: UInt32, Range<Int>) {
    let latest = log.upperBound - (day - 1)
    var best = (first: log.lowerBound, 0..<0)
    var (low, high) = (0, 0)
    for start in starts {
      let first = min(max(start, log.lowerBound), latest)
      while low < starts.count, starts[low] < first { low += 1 }
      high = max(high, low)
      while high < starts.count, starts[high] <= first + (day - 1) { high += 1 }
      if high - low > best.1.count { best = (first, low..<high) }
    }
    return best
  }
}
