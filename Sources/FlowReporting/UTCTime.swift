/// A point in time as people read it, always in UTC.
public struct UTCTime: Sendable {
  private let seconds: Int

  /// Unix seconds.
  public init(_ seconds: UInt32) { self.seconds = Int(seconds) }

  /// `2026-01-05T10:00:07Z`.
  public var rfc3339: String { "\(date)T\(clock):\(Self.two(seconds % 60))Z" }

  /// `2026-01-05`.
  public var date: String {
    let (year, month, day) = civil
    return "\(Self.padded(year, 4))-\(Self.two(month))-\(Self.two(day))"
  }

  /// `01-05`.
  public var monthAndDay: String {
    let (_, month, day) = civil
    return "\(Self.two(month))-\(Self.two(day))"
  }

  /// `10:00`.
  public var clock: String { "\(Self.two(seconds / 3600 % 24)):\(Self.two(seconds / 60 % 60))" }

  /// Days since 1970 to a date of the Gregorian calendar, in eras of 400 years that begin in March.
  private var civil: (year: Int, month: Int, day: Int) {
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func two(_ number: Int) -> String { padded(number, 2) }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
