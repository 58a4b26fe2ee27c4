/// How large two weeks of flow logs are to be; all else follows from the seed.
package struct FortnightPlan: Sendable {
  /// With fewer hosts there would be nobody to play some of the parts.
  package static let fewestHosts = 12

  /// Machines that do the work, the database and the monitor among them; the bastion comes on top.
  package let hosts: Int
  /// Another seed gives other runs.
  package let seed: UInt64
  /// Whether nothing is planted, so that a morning's report has nothing to show.
  package let isQuiet: Bool
  /// How many of the days are written, from the first on; the others change nothing about them.
  package let days: Int

  /// Plans two weeks.
  ///
  /// - Parameters:
  ///   - hosts: fewer than `fewestHosts` count as that many.
  ///   - seed: of all random numbers.
  ///   - isQuiet: whether nothing is planted.
  ///   - days: 1...14; how many of them are written.
  package init(
    hosts: Int = fewestHosts,
    seed: UInt64 = 1,
    isQuiet: Bool = false,
    days: Int = 14
  ) {
    self.hosts = max(Self.fewestHosts, hosts)
    self.seed = seed
    self.isQuiet = isQuiet
    self.days = days
  }
}

/// One of the fourteen days, from Monday, 2 March 2026, on, UTC.
struct FortnightDay: Sendable {
  private static let firstStart = 1_772_409_600
  private static let firstOfMonth = 2
  private static let workdays = 5
  private static let week = 7

  /// All of them, in order.
  static let all = (1...14).map(FortnightDay.init)
  /// All of their seconds.
  static let span = firstStart..<(firstStart + all.count * GeneratedDay.length)

  /// Counted from 1.
  let number: Int

  /// The first second.
  var start: Int { Self.firstStart + (number - 1) * GeneratedDay.length }
  var span: Range<Int> { start..<(start + GeneratedDay.length) }
  /// Whether the offices are empty.
  var isWeekend: Bool { (number - 1) % Self.week >= Self.workdays }
  var date: LogDay { LogDay(start: start, 2026, 3, Self.firstOfMonth + number - 1) }

  /// The second of a time of day.
  func at(_ hours: Int, _ minutes: Int = 0) -> Int {
    start + hours * GeneratedDay.hour + minutes * GeneratedDay.minute
  }
}
