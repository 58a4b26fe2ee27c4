internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// What a host usually exchanges with the outside at some hour, from the memory.
struct UsualVolume {
  /// How far an hour lies above what is usual.
  struct Excess: Sendable {
    /// Hours since 1970.
    var hour: UInt32
    var bytes: UInt64
    /// The median of the hours that it is compared with.
    var usual: UInt64
    /// The robust z.
    var score: Double
  }

  private static let week = 168
  private static let day = 24
  private static let weeks = 4

  private let hours: [(hour: UInt32, volume: HourVolume)]
  private let end: UInt32
  /// Days of which the memory holds anything: an hour of another day is unknown, and not empty.
  private let days: Set<UInt32>

  /// The usual volume of a host by what a memory holds of it.
  init(_ baseline: Baseline, _ host: IPAddress) {
    hours = baseline.volumes[host] ?? []
    end = baseline.lastEnd / 3600
    days = baseline.volumeDays
  }

  /// The hour that lies farthest above what is usual; nil without a week of memory, or if none lies above.
  ///
  /// - Parameter thisRun: the hours to judge, by their bytes both ways.
  /// - Returns: the hour, with what it is compared with.
  /// - Complexity: linear in the memory of the host for each hour.
  func worst(_ thisRun: [HostVolume.Hour]) -> Excess? {
    var worst: Excess?
    for hour in thisRun {
      guard let excess = excess(hour.hour, hour.bytes, by: \.bytes) else { continue }
      if excess.score > worst?.score ?? 0 { worst = excess }
    }
    return worst
  }

  /// How far the bytes of an hour lie above what is usual; nil without a week of memory, or if they do not.
  ///
  /// - Parameters:
  ///   - hour: hours since 1970.
  ///   - bytes: what the hour has.
  ///   - measure: what of the remembered hours it is compared with.
  /// - Returns: the distance; its score may be small.
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

  /// The remembered values of the same hour of the week, where there are four weeks of them, else of the day.
  ///
  /// Hours
  /// without traffic count as 0 from the host's first hour on.
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

  /// What the memory holds of an hour, by bisection; nil for an hour without traffic.
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

  /// 0.6745 times the distance from the median over the median distance; over 1.2533 times the mean distance where that
  /// is 0; where nothing ever varied, how many times the usual it is, of which there is a byte at least.
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
