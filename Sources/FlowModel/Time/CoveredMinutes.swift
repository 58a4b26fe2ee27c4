/// The minutes of which a log holds any record at all, so that its holes can be told.
public struct CoveredMinutes: Sendable {
  private static let minutesOfDay: UInt32 = 1440

  /// 1,440 bits for the minutes that are covered, and as many for those in which a record began.
  private static let wordsOfDay = 46
  private static let beginnings = 23

  /// The bits of each day since 1970, but for the day at hand.
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
    mark(first, Self.beginnings)
    var minute = first
    while minute <= last {
      mark(minute, 0)
      minute &+= 1
    }
  }

  @inline(__always)
  private mutating func mark(_ minute: UInt32, _ offset: Int) {
    let minuteDay = minute / Self.minutesOfDay
    if minuteDay != day { open(minuteDay) }
    let place = minute &- minuteDay &* Self.minutesOfDay
    words[Int(place / 64) + offset] |= 1 << UInt64(place % 64)
  }

  /// Makes a day the one at hand.
  private mutating func open(_ next: UInt32) {
    // There are 49,711 days until 2106: what hostile times can fill is 18 MB.
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
          words[Int(place / 64) + Self.beginnings] &= ~(1 << UInt64(place % 64))
        }
      }
      if words.contains(where: { $0 != 0 }) { kept[day] = words }
    }
    closedDays = kept
    day = .max
  }

  /// From the first to the last minute of the days in ten minutes of which a record began, or in more; nil without such
  /// a day.
  ///
  /// A record with a forged time must not move the span of a log, whatever minutes it claims to cover.
  public var usualSpan: (first: UInt32, last: UInt32)? { span(ofDays: usualDays) }

  /// The usual span with what lies on the days right before and after it; nil without a usual span.
  ///
  /// A log may begin shortly before midnight, or end shortly behind it.
  public var widerSpan: (first: UInt32, last: UInt32)? {
    let usual = usualDays
    guard let first = usual.min(), let last = usual.max() else { return nil }
    let beside = [first - min(first, 1), last + 1].filter { days[$0] != nil }
    return span(ofDays: usual.union(beside))
  }

  private var usualDays: Set<UInt32> {
    let usual = days.filter { day in
      day.value[Self.beginnings...].reduce(0) { $0 + $1.nonzeroBitCount } >= 10
    }
    return Set(usual.keys)
  }

  private func span(ofDays chosen: Set<UInt32>) -> (first: UInt32, last: UInt32)? {
    let days = days
    func minutes(_ day: UInt32) -> [UInt32] {
      let words = days[day] ?? []
      return (0..<Self.minutesOfDay).filter { words[Int($0 / 64)] >> UInt64($0 % 64) & 1 == 1 }
        .map { day * Self.minutesOfDay + $0 }
    }
    guard let start = chosen.min().flatMap({ minutes($0).first }),
      let end = chosen.max().flatMap({ minutes($0).last })
    else { return nil }
    return (UInt32(clamping: UInt64(start) * 60), UInt32(clamping: UInt64(end) * 60 + 59))
  }

  /// The last second of the log, that of the usual span or of the covered minutes that go on behind it without a hole
  /// of ten minutes; nil without a usual span.
  ///
  /// A log may end some minutes after midnight, on a day that does not count as usual.
  public var usualEnd: UInt32? {
    guard let last = usualSpan?.last else { return nil }
    let days = days
    var end = last / 60
    var minute = end
    while minute < end + 10, minute < .max / 60 {
      minute += 1
      let words = days[minute / Self.minutesOfDay]
      let place = minute % Self.minutesOfDay
      if let words, words[Int(place / 64)] >> UInt64(place % 64) & 1 == 1 { end = minute }
    }
    return UInt32(clamping: UInt64(end) * 60 + 59)
  }

  /// A stretch of minutes without any record.
  public struct Hole: Sendable, Equatable {
    /// Unix seconds.
    public var start: UInt32
    /// In seconds.
    public var length: UInt32
  }

  /// The stretches between the first and the last covered minute that are longer than so many seconds, in order of
  /// time.
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
