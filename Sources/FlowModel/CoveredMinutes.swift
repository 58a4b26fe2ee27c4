/// The minutes of which a log holds any record at all, so that its holes can be told.
public struct CoveredMinutes: Sendable {
  /// Days beyond which only a forged log goes.
  private static let dayLimit = 4096
  private static let minutesOfDay: UInt32 = 1440

  /// 1,440 bits for each day since 1970.
  private var days: [UInt32: [UInt64]] = [:]
  private var lastStart = UInt32.max
  private var lastEnd: UInt32 = 0

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
    // Records of one batch share their window.
    if start == lastStart, end == lastEnd { return }
    (lastStart, lastEnd) = (start, end)
    mark(start, end)
  }

  private mutating func mark(_ start: UInt32, _ end: UInt32) {
    let first = start / 60
    let last = end > start && end - start <= 86_400 ? end / 60 : first
    for minute in first...last { mark(minute) }
  }

  private mutating func mark(_ minute: UInt32) {
    let (day, place) = minute.quotientAndRemainder(dividingBy: Self.minutesOfDay)
    if days[day] == nil {
      guard days.count < Self.dayLimit else { return }
      days[day] = [UInt64](repeating: 0, count: 23)
    }
    days[day]?[Int(place / 64)] |= 1 << UInt64(place % 64)
  }

  /// Takes in the minutes of another part of the log.
  public mutating func formUnion(_ other: CoveredMinutes) {
    for (day, words) in other.days {
      guard let own = days[day] else {
        days[day] = words
        continue
      }
      days[day] = zip(own, words).map { $0 | $1 }
    }
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
