/// The minutes of which a log holds any record at all, so that its holes can be told.
public struct CoveredMinutes: Sendable {
  private static let minutesOfDay: UInt32 = 1440

  private static let wordsOfDay = 23

  /// 1,440 bits for each day since 1970, but for the day at hand.
  private var closedDays: [UInt32: [UInt64]] = [:]
  /// The day of the last record: nearly every record falls into the same one, and is marked without a look-up.
  private var day = UInt32.max
  private var words = [UInt64](repeating: 0, count: wordsOfDay)

  /// No minute.
  public init() {}

  /// Marks the minutes of a record's window.
  ///
  /// What lasts longer than a day marks its first minute alone.
  ///
  /// - Parameters:
  ///   - start: Unix seconds.
  ///   - end: Unix seconds; before `start` where a clock was off.
  /// - Complexity: constant for windows of minutes.
  @inline(__always)
  public mutating func insert(start: UInt32, end: UInt32) {
    let first = start / 60
    let last = end > start && end &- start <= 86_400 ? end / 60 : first
    var minute = first
    while minute <= last {
      mark(minute)
      minute &+= 1
    }
  }

  @inline(__always)
  private mutating func mark(_ minute: UInt32) {
    let minuteDay = minute / Self.minutesOfDay
    if minuteDay != day { open(minuteDay) }
    let place = minute &- minuteDay &* Self.minutesOfDay
    words[Int(place / 64)] |= 1 << UInt64(place % 64)
  }

  /// Makes a day the one at hand.
  private mutating func open(_ next: UInt32) {
    // There are 49,711 days until 2106: what hostile times can fill is 9 MB.
    if day != .max { closedDays[day] = words }
    day = next
    words = closedDays[next] ?? [UInt64](repeating: 0, count: Self.wordsOfDay)
  }

  /// All days, the one at hand among them.
  private var days: [UInt32: [UInt64]] {
    var days = closedDays
    if day != .max { days[day] = words }
    return days
  }

  /// Takes in the minutes of another part of the log.
  public mutating func formUnion(_ other: CoveredMinutes) {
    var days = days
    for (day, words) in other.days {
      days[day] = days[day].map { zip($0, words).map { $0 | $1 } } ?? words
    }
    closedDays = days
    day = .max
  }

  /// Leaves out the minutes that have no part in a window.
  public mutating func keep(_ window: TimeWindow) {
    var kept: [UInt32: [UInt64]] = [:]
    for (day, words) in days {
      var words = words
      for place in 0..<Self.minutesOfDay {
        let minute = UInt64(day) * UInt64(Self.minutesOfDay) + UInt64(place)
        let start = UInt32(clamping: minute * 60)
        if !window.overlaps(start: start, end: UInt32(clamping: minute * 60 + 59)) {
          words[Int(place / 64)] &= ~(1 << UInt64(place % 64))
        }
      }
      if words.contains(where: { $0 != 0 }) { kept[day] = words }
    }
    closedDays = kept
    day = .max
  }

  /// From the first to the last minute of the days that hold ten covered minutes or more; nil without such a day.
  ///
  /// A record with a forged time must not move the span of a log.
  public var usualSpan: (first: UInt32, last: UInt32)? {
    let usual = days.filter { $0.value.reduce(0) { $0 + $1.nonzeroBitCount } >= 10 }
    guard let first = usual.keys.min(), let last = usual.keys.max() else { return nil }
    func minutes(_ day: UInt32) -> [UInt32] {
      let words = usual[day] ?? []
      return (0..<Self.minutesOfDay).filter { words[Int($0 / 64)] >> UInt64($0 % 64) & 1 == 1 }
        .map { day * Self.minutesOfDay + $0 }
    }
    guard let start = minutes(first).first, let end = minutes(last).last else { return nil }
    return (UInt32(clamping: UInt64(start) * 60), UInt32(clamping: UInt64(end) * 60 + 59))
  }

  /// A stretch of minutes without any record.
  public struct Hole: Sendable, Equatable {
    /// Unix seconds.
    public var start: UInt32
    /// In seconds.
    public var length: UInt32
  }

  /// The stretches between the first and the last covered minute that are longer than so many seconds, in order of time.
  ///
  /// - Complexity: linear in the minutes of the covered days.
  public func holes(longerThan seconds: UInt32) -> [Hole] {
    let days = days
    var holes: [Hole] = []
    var last: UInt32?
    for day in days.keys.sorted() {
      guard let words = days[day] else { continue }
      for place in 0..<Self.minutesOfDay where words[Int(place / 64)] >> UInt64(place % 64) & 1 == 1
      {
        let minute = day * Self.minutesOfDay + place
        if let last, (minute - last - 1) > seconds / 60 {
          holes.append(Hole(start: (last + 1) * 60, length: (minute - last - 1) * 60))
        }
        last = minute
      }
    }
    return holes
  }
}
