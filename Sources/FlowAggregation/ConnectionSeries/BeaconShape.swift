/// How periodic the starts and sizes of a series of conversations are: four scores from 0 to 1.
///
/// The measures are those of RITA 5 (activecm/rita), applied to conversation starts instead of records. A long
/// conversation is logged once a minute, so its records would be the most regular series.
package struct BeaconShape: Sendable, Equatable {
  /// Regularity of the intervals between starts: symmetric around their median, and close to it.
  package var timing: Double
  /// Regularity of the bytes that the client sent.
  package var sizes: Double
  /// Evenness over 24 equal parts of the day, or of a shorter log.
  package var evenness: Double
  /// The share of that time that the series covers, or its longest sequence of half of the parts without a gap.
  package var persistence: Double
  /// Evenness over 24 equal parts of the series' own span.
  package var ownEvenness: Double
  /// The median interval between starts, in seconds.
  package var period: UInt32
  /// The median distance of intervals from their median, in seconds.
  package var jitter: UInt32
  /// Number of starts.
  package var connections: UInt64
  /// From the first start to the end of the window of the last one, in seconds.
  package var span: UInt32
  /// The most starts within ten minutes.
  package var busiestTenMinutes: UInt64

  /// The mean of the four scores.
  package var score: Double { (timing + sizes + evenness + persistence) / 4 }

  /// The mean over the series' own span, for a series that covers only a part of the log.
  package var burstScore: Double { (timing + sizes + ownEvenness) / 3 }

  /// Measures a series; nil if there are too few distinct starts.
  ///
  /// - Parameters:
  ///   - starts: Unix seconds in order, at least four distinct ones.
  ///   - sizes: bytes that the client sent, in any order.
  ///   - log: the first and last second of the yardstick: the whole log, or a day of it.
  ///   - window: length of the log's windows, the resolution of the starts in seconds.
  /// - Complexity: O(n log n).
  init?(
    starts: ArraySlice<UInt32>,
    sizes: ArraySlice<UInt64>,
    log: ClosedRange<UInt32>,
    window: UInt32 = 60
  ) {
    var pauses: [UInt64] = []
    for (earlier, later) in zip(starts, starts.dropFirst()) where later > earlier {
      pauses.append(UInt64(later - earlier))
    }
    guard pauses.count >= 3, let first = starts.first, let last = starts.last else { return nil }
    let pauseSpread = Spread(pauses, isTime: true)
    timing = pauseSpread.regularity
    self.sizes = Spread(sizes, isTime: false).regularity
    let parts = TimeParts(log, window)
    let heights = parts.heights(starts)
    let ownEnd = UInt32(clamping: UInt64(last) + UInt64(window) - 1)
    evenness = Self.evenness(heights)
    ownEvenness = Self.evenness(TimeParts(first...ownEnd, window).innerHeights(starts))
    persistence = Self.persistence(heights, first...last, log)
    period = UInt32(clamping: pauseSpread.median)
    jitter = UInt32(clamping: pauseSpread.deviation)
    connections = UInt64(starts.count)
    span = ownEnd - first
    busiestTenMinutes = UInt64(SlidingWindow.most(starts, within: 599))
  }

  /// The maximum of two scores: the coefficient of variation, from 1 down, and how well the parts fit two levels.
  private static func evenness(_ heights: [UInt32]) -> Double {
    let mean = Double(heights.reduce(0, +)) / Double(heights.count)
    guard mean > 0 else { return 0 }
    let squares = heights.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let variation = (squares / Double(heights.count)).squareRoot() / mean
    return max(0, 1 - variation, twoClasses(heights))
  }

  /// The share of the used parts, without one outlier, that have one of the two most frequent levels.
  private static func twoClasses(_ heights: [UInt32]) -> Double {
    let used = heights.filter { $0 > 0 }
    guard used.count >= 11, let tallest = used.max() else { return 0 }
    let width = max(1, tallest / 20)
    var classes: [UInt32: Int] = [:]
    for height in used { classes[height / width, default: 0] += 1 }
    let commonest = classes.values.sorted(by: >).prefix(2).reduce(0, +)
    return min(1, Double(commonest) / Double(used.count - 1))
  }

  /// 0 if fewer than a quarter of the parts is used.
  private static func persistence(
    _ heights: [UInt32],
    _ span: ClosedRange<UInt32>,
    _ log: ClosedRange<UInt32>
  ) -> Double {
    guard heights.count(where: { $0 > 0 }) * 4 >= heights.count else { return 0 }
    let whole = Double(max(1, log.upperBound - log.lowerBound))
    let covered = Double(span.upperBound - span.lowerBound) / whole
    var (run, longest) = (0, 0)
    for height in heights {
      run = height > 0 ? run + 1 : 0
      longest = max(longest, run)
    }
    return min(1, max(covered, Double(2 * longest) / Double(heights.count)))
  }
}

/// A span in up to 24 equal parts.
///
/// Starts are known to the window, so each part has whole windows. Otherwise some parts would have one window more than
/// others, and a short periodic series would look uneven.
private struct TimeParts {
  private static let most: UInt64 = 24

  private let first: UInt32
  private let length: UInt64
  private let count: Int
  private let isWindow: Bool

  init(_ span: ClosedRange<UInt32>, _ window: UInt32) {
    first = span.lowerBound
    let whole = UInt64(span.upperBound - span.lowerBound) + 1
    let window = UInt64(max(1, window))
    let windows = (whole + Self.most * window - 1) / (Self.most * window)
    length = max(1, windows) * window
    count = max(1, Int((whole + length / 2) / length))
    isWindow = length == window
  }

  /// Number of starts in each part.
  func heights(_ starts: ArraySlice<UInt32>) -> [UInt32] {
    var heights = [UInt32](repeating: 0, count: count)
    for start in starts {
      let place = UInt64(max(start, first) - first) / length
      heights[min(Int(place), count - 1)] += 1
    }
    return heights
  }

  /// Number of starts in each part, without the first and the last of several windows: a series begins and ends within
  /// a window.
  func innerHeights(_ starts: ArraySlice<UInt32>) -> [UInt32] {
    let heights = heights(starts)
    return isWindow && count >= 5 ? Array(heights[1..<count - 1]) : heights
  }
}

/// The distribution of numbers around their median.
private struct Spread {
  var median: UInt64
  /// The median distance from the median.
  var deviation: UInt64
  private var skew = 0.0
  private let isTime: Bool

  init(_ values: some Sequence<UInt64>, isTime: Bool) {
    self.isTime = isTime
    let sorted = values.sorted()
    func quantile(_ quarter: Int) -> UInt64 { sorted[((sorted.count - 1) * quarter + 2) / 4] }
    let middle = quantile(2)
    median = middle
    let distances = values.map { $0 > middle ? $0 - middle : middle - $0 }.sorted()
    deviation = distances[(distances.count - 1) / 2]
    let (lower, upper) = (quantile(1), quantile(3))
    guard upper - lower >= 10, middle != lower, middle != upper else { return }
    // Bowley's skew: 0 if the quartiles are symmetric around the median.
    let width = Double(upper - lower)
    skew = (Double(upper - middle) - Double(middle - lower)) / width
  }

  /// From 0, scattered, to 1, all equal.
  var regularity: Double {
    let closeness: Double
    if median < 1 {
      closeness = isTime ? 1 : 0
    } else {
      closeness = max(0, Double(median) - Double(deviation)) / Double(median)
    }
    return (1 - abs(skew) + closeness) / 2
  }
}
