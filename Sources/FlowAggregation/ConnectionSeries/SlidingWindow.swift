/// Counting within a sliding time window.
enum SlidingWindow {
  /// The largest number of times within so many seconds.
  ///
  /// - Parameters:
  ///   - times: in order.
  ///   - seconds: the window's length, including both ends.
  /// - Returns: 0 without times.
  /// - Complexity: linear.
  static func most(_ times: some RandomAccessCollection<UInt32>, within seconds: UInt32) -> Int {
    var best = 0
    var start = times.startIndex
    for index in times.indices {
      while times[index] - times[start] > seconds { start = times.index(after: start) }
      best = max(best, times.distance(from: start, to: index) + 1)
    }
    return best
  }
}
