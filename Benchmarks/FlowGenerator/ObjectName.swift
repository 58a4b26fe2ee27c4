/// The S3 key of a flow log object, split at the last slash.
struct ObjectName {
  private static let hashDigits = 8
  private static let secondsPerMinute = 60
  private static let minutesPerHour = 60

  let folder: String
  let file: String

  /// The key of the object that a flow log began at a second of a day.
  init(flowLog: String, second: Int, number: Int, day: LogDay = GeneratedDay.date) {
    let minutes = (second - day.start) / Self.secondsPerMinute
    let hour = Self.twoDigits(minutes / Self.minutesPerHour)
    let time = "\(hour)\(Self.twoDigits(minutes % Self.minutesPerHour))"
    let owner = flowLog.utf8.reduce(number) { $0 &* 31 &+ Int($1) }
    let hash = Hexadecimal.text(RandomSource.mix(owner, number), digits: Self.hashDigits)
    let (account, region) = (VirtualNetwork.account, VirtualNetwork.region)
    folder = "AWSLogs/\(account)/vpcflowlogs/\(region)/\(day.folder)"
    file =
      "\(account)_vpcflowlogs_\(region)_\(flowLog)_\(day.stamp)T\(time)Z_\(hash).log.gz"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

/// A date as the names of objects show it.
struct LogDay: Sendable {
  /// Its first second, counted from 1970.
  let start: Int
  private let year: Int
  private let month: Int
  private let day: Int

  init(start: Int, _ year: Int, _ month: Int, _ day: Int) {
    self.start = start
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// `2026/01/05`, as in folders.
  var folder: String { joined(by: "/") }

  /// `20260105`, as in names of files.
  var stamp: String { joined(by: "") }

  /// `2026-01-05`.
  var text: String { joined(by: "-") }

  private func joined(by separator: String) -> String {
    [year, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: separator)
  }
}

/// The one day that the traffic of the samples and of a corpus lies in: 5 January 2026, UTC.
enum GeneratedDay {
  static let start = 1_767_571_200
  static let length = 86_400
  static let hour = 3_600
  static let minute = 60
  static let date = LogDay(start: start, 2026, 1, 5)
  static let span = start..<(start + length)

  /// The second of a time of day.
  static func at(_ hours: Int, _ minutes: Int = 0) -> Int {
    start + hours * hour + minutes * minute
  }
}
