/// A point in time as people read it, always in UTC.
public struct UTCTime: Sendable {
  private let seconds: Int

  /// Unix seconds.
  public init(_ seconds: UInt32) { self.seconds = Int(seconds) }

  /// `2026-01-05T10:00:07Z`.
  public var rfc3339: String { "\(date)T\(clock):\(Self.two(seconds % 60))Z" }

  /// `2026-01-05`.
  public var date: String {
    "\(Self.padded(day.year, 4))-\(monthAndDay)"
  }

  /// `01-05`.
  public var monthAndDay: String {
    "\(Self.two(day.month))-\(Self.two(day.day))"
  }

  /// `10:00`.
  public var clock: String { "\(Self.two(seconds / 3600 % 24)):\(Self.two(seconds / 60 % 60))" }

  private var day: CivilDay { CivilDay(daysSince1970: seconds / 86_400) }

  private static func two(_ number: Int) -> String { padded(number, 2) }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
