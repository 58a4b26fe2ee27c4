/// The S3 key of a flow log object, split at the last slash.
struct ObjectName {
  private static let hashDigits = 8
  private static let secondsPerMinute = 60
  private static let minutesPerHour = 60

  let folder: String
  let file: String

  /// The key of the object that a flow log began at a second of the generated day.
  init(flowLog: String, second: Int, number: Int) {
    let minutes = (second - GeneratedDay.start) / Self.secondsPerMinute
    let hour = Self.twoDigits(minutes / Self.minutesPerHour)
    let time = "\(hour)\(Self.twoDigits(minutes % Self.minutesPerHour))"
    let owner = flowLog.utf8.reduce(number) { $0 &* 31 &+ Int($1) }
    let hash = Hexadecimal.text(RandomSource.mix(owner, number), digits: Self.hashDigits)
    let (account, region) = (VirtualNetwork.account, VirtualNetwork.region)
    folder = "AWSLogs/\(account)/vpcflowlogs/\(region)/\(GeneratedDay.folder)"
    file =
      "\(account)_vpcflowlogs_\(region)_\(flowLog)_\(GeneratedDay.stamp)T\(time)Z_\(hash).log.gz"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

/// The one day that all generated traffic lies in: 5 January 2026, UTC.
enum GeneratedDay {
  static let start = 1_767_571_200
  static let length = 86_400
  static let hour = 3_600
  static let minute = 60
  static let folder = "2026/01/05"
  static let stamp = "20260105"
  static let span = start..<(start + length)

  /// The second of a time of day.
  static func at(_ hours: Int, _ minutes: Int = 0) -> Int {
    start + hours * hour + minutes * minute
  }
}
