internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// The usual external traffic of a host in an hour, from the baseline.
struct UsualVolume {
  /// How far an hour exceeds the usual volume.
  struct Excess: Sendable {
    /// Hours since 1970.
    var hour: UInt32
    var bytes: UInt64
    /// The median of the compared hours.
    var usual: UInt64
    /// The robust z.
    var score: Double
  }

  private static let week = 168
  private static let day = 24
  private static let weeks = 4

  private let hours: [(hour: UInt32, volume: HourVolume)]
  private let end: UInt32
  /// Days with data in the baseline.
  ///
  /// An hour of another day is unknown, not empty.
  private let days: Set<UInt32>

  /// The usual volume of a host according to a baseline.
  init(_ baseline: Baseline, _ host: IPAddress) {
    hours = baseline.volumes[host] ?? []
    end = baseline.lastEnd / 3600
    days = baseline.volumeDays
  }

  /// The hour that exceeds the usual volume most; nil without a baseline of a week, or if no hour does.
  ///
  /// - Parameter thisRun: the hours to judge, by their bytes in both directions.
  /// - Returns: the hour with its usual volume.
  /// - Complexity: linear in the baseline of the host for each hour.
  func worst(_ thisRun: [HostVolume.Hour]) -> Excess? {
    var worst: Excess?
    for hour in thisRun {
      guard let excess = excess(hour.hour, hour.bytes, by: \.bytes) else { continue }
      if excess.score > worst?.score ?? 0 { worst = excess }
    }
    return worst
  }

  /// How far the bytes of an hour exceed the usual volume; nil without a baseline of a week, or if they do not.
  ///
  /// - Parameters:
  ///   - hour: hours since 1970.
  ///   - bytes: the bytes of the hour.
  ///   - measure: the value of the baseline's hours to compare with.
  /// - Returns: the excess. Its score can be small.
  func excess(_ hour: UInt32, _ bytes: UInt64, by measure: (HourVolume) -> UInt64) -> Excess? {
    guard let first = hours.first?.hour, hour > first,
      Int(min(hour, end) - min(first, min(hour, end))) >= Baseline.leastDays * Self.day
        - Self.day
    else { return nil }
    let sample = sample(like: hour, since: first, measure)
    guard sample.count >= Baseline.leastDays - 1 || sample.count >= Self.weeks else {
      return nil
    }
    let median = Self.median(sample)
    guard let score = Self.score(bytes, sample, median) else { return nil }
    return Excess(hour: hour, bytes: bytes, usual: median, score: score)
  }

  /// The baseline's values of the same hour of the week with four weeks of data, otherwise of the day.
  ///
  /// Hours without traffic count as 0 from the host's first hour on.
  private func sample(
    like hour: UInt32,
    since first: UInt32,
    _ measure: (HourVolume) -> UInt64
  ) -> [UInt64] {
    for period in [Self.week, Self.day] {
      var values: [UInt64] = []
      var past = hour
      while past >= first + UInt32(period) {
        past -= UInt32(period)
        guard past <= end else { continue }
        if let known = volume(past) {
          values.append(measure(known))
        } else if days.contains(past / UInt32(Self.day)) {
          values.append(0)
        }
      }
      if period == Self.day || values.count >= Self.weeks { return values }
    }
    return []
  }

  /// The baseline's volume of an hour, by bisection; nil for an hour without traffic.
  private func volume(_ hour: UInt32) -> HourVolume? {
    var (low, high) = (0, hours.count)
    while low < high {
      let middle = (low + high) / 2
      if hours[middle].hour < hour { low = middle + 1 } else { high = middle }
    }
    return low < hours.count && hours[low].hour == hour ? hours[low].volume : nil
  }

  private static func median(_ values: [UInt64]) -> UInt64 {
    let sorted = values.sorted()
    let middle = sorted[(sorted.count - 1) / 2]
    let next = sorted[sorted.count / 2]
    return middle / 2 + next / 2 + (middle & next & 1)
  }

  /// The modified z-score: 0.6745 times the distance from the median, divided by the median distance.
  ///
  /// If the median distance is 0, the divisor is 1.2533 times the mean distance. If all values are equal, the score is
  /// the multiple of the median, which counts as at least one byte.
  private static func score(_ bytes: UInt64, _ sample: [UInt64], _ median: UInt64) -> Double? {
    guard bytes > median else { return nil }
    let distances = sample.map { $0 > median ? $0 - median : median - $0 }
    let excess = Double(bytes - median)
    let deviation = Double(Self.median(distances))
    if deviation > 0 { return 0.6745 * excess / deviation }
    let mean = distances.reduce(0.0) { $0 + Double($1) } / Double(distances.count)
    if mean > 0 { return excess / (1.2533 * mean) }
    return Double(bytes) / Double(max(1, median))
  }
}
