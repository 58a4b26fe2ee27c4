/// A day of the Gregorian calendar.
public struct CivilDay: Sendable, Equatable {
  /// The year, such as 2026.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int

  private static let daysOfEra = 146_097
  /// Days from March 1 of the year 0 to January 1, 1970.
  private static let daysBefore1970 = 719_468

  /// A day since 1970, in eras of 400 years that begin in March.
  public init(daysSince1970: Int) {
    let days = daysSince1970 + Self.daysBefore1970
    let era = days / Self.daysOfEra
    let dayOfEra = days % Self.daysOfEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
  }

  /// A day by its numbers.
  ///
  /// - Returns: nil for a day that no calendar has, and for years before 1970 or after 2105, which no record can name.
  public init?(year: Int, month: Int, day: Int) {
    guard 1970...2105 ~= year, 1...12 ~= month, 1...31 ~= day else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    guard CivilDay(daysSince1970: daysSince1970) == self else { return nil }
  }

  /// Days since 1970.
  public var daysSince1970: Int {
    let shifted = month <= 2 ? year - 1 : year
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return shifted / 400 * Self.daysOfEra + dayOfEra - Self.daysBefore1970
  }

  /// Where the day begins, Unix seconds.
  public var start: UInt32 { UInt32(clamping: daysSince1970 * 86_400) }
}
