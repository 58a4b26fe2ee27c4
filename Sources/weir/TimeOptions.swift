import ArgumentParser
import FlowModel
import FlowPipeline
import SystemFiles

/// Options that choose records by time.
struct TimeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only records from this time on: 90m, 24h or 7d (before now), today, yesterday, 2026-01-05, 2026-01-05T10:30Z, Unix seconds, or 10:30 on the log's last day. With --history also 'last': only inputs that no run has read to its end.",
      valueName: "time"
    ),
    completion: .list(["last", "today", "yesterday", "24h", "7d"])
  )
  var since: String?

  @Option(help: ArgumentHelp("Only records before this time.", valueName: "time"))
  var until: String?

  @Option(
    name: .customLong("last"),
    help: ArgumentHelp(
      "Only the last part of the log, relative to its end, such as 24h.",
      valueName: "duration"
    )
  )
  var lastPart: String?

  /// Whether only inputs are read that no run has read before.
  var wantsUnread: Bool { since == "last" }

  /// The window that the options name; nil for all records.
  ///
  /// - Throws: `ValidationError` for what is no time, and for options that contradict each other.
  func window() throws -> WindowChoice? {
    let start = wantsUnread ? nil : since
    if let lastPart {
      guard start == nil, until == nil else {
        throw ValidationError("--last cannot be combined with --since or --until")
      }
      guard let seconds = TimeText.seconds(lastPart), seconds > 0 else {
        throw ValidationError(
          "--last: invalid duration '\(lastPart)'; expected such as 90m, 24h or 7d"
        )
      }
      return .last(seconds: seconds)
    }
    guard start != nil || until != nil else { return nil }
    let since = try start.map { try Self.point($0, "--since") }
    let until = try until.map { try Self.point($0, "--until") }
    for case .clock? in [since, until] { return .points(since: since, until: until) }
    guard let window = TimePoint.window(since: since, until: until, in: 0...0) else {
      throw ValidationError("--until is before --since")
    }
    return .between(window)
  }

  /// A point in time that an option names.
  ///
  /// - Throws: `ValidationError` for what is no time.
  static func point(_ text: String, _ option: String) throws -> TimePoint {
    if let seconds = TimeText.clock(text) { return .clock(seconds) }
    guard let time = TimeText.time(text, clock: Machine.now) else {
      throw ValidationError(
        "\(option): invalid time '\(text)'; expected such as 24h, yesterday, 2026-01-05, 2026-01-05T10:30Z, 10:30 or Unix seconds"
      )
    }
    return .time(time)
  }
}

/// Times and durations as people write them, in UTC where they do not say otherwise.
enum TimeText {
  /// A duration such as `90m`, in seconds; nil for anything else.
  static func seconds(_ text: String) -> UInt32? {
    let units: [Character: UInt32] = [
      "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400,
    ]
    guard let unit = text.last.flatMap({ units[$0] }), text.first?.isNumber == true,
      let number = UInt32(text.dropLast())
    else { return nil }
    let (seconds, overflowed) = number.multipliedReportingOverflow(by: unit)
    return overflowed ? nil : seconds
  }

  /// A point in time, Unix seconds; nil for anything else.
  ///
  /// - Parameters:
  ///   - text: such as `24h` (ago), `today`, `yesterday`, `2026-01-05`, `2026-01-05T10:30:00+01:00`, or Unix seconds or
  ///     milliseconds.
  ///   - clock: the present time, for what is relative to it.
  /// - Returns: Unix seconds.
  static func time(_ text: String, clock: UInt32) -> UInt32? {
    let today = clock / 86_400 * 86_400
    if text == "today" { return today }
    if text == "yesterday" { return today - min(today, 86_400) }
    if let ago = seconds(text) { return clock - min(clock, ago) }
    if isDigits(text), let number = UInt64(text) {
      // What has other lengths is a date without its dashes, or a slip.
      return switch text.utf8.count {
      case 10: UInt32(exactly: number)
      case 13: UInt32(exactly: number / 1000)
      default: nil
      }
    }
    return date(text)
  }

  /// A time of day such as `10:30`, in seconds since midnight in UTC; nil for anything else.
  static func clock(_ text: String) -> UInt32? {
    secondsOfDay(text[...]).map { UInt32(($0 + 86_400) % 86_400) }
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { 0x30...0x39 ~= $0 }
  }

  private static func date(_ text: String) -> UInt32? {
    let halves = text.split(
      maxSplits: 1,
      omittingEmptySubsequences: false,
      whereSeparator: { $0 == "T" || $0 == " " }
    )
    let numbers = halves[0].split(separator: "-", omittingEmptySubsequences: false).map {
      isDigits($0) ? Int($0) : nil
    }
    guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2],
      let start = CivilDay(year: year, month: month, day: day)?.start
    else { return nil }
    guard halves.count == 2 else { return start }
    return secondsOfDay(halves[1]).flatMap { UInt32(exactly: Int(start) + $0) }
  }

  /// `10:30`, `10:30:00`, `10:30Z`, `10:30+01:00`: seconds since midnight in UTC.
  private static func secondsOfDay(_ text: Substring) -> Int? {
    var clock = text
    var offset = 0
    if clock.last == "Z" {
      clock = clock.dropLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let seconds = Self.clock(clock[clock.index(after: sign)...], parts: 2...2) else {
        return nil
      }
      offset = clock[sign] == "+" ? seconds : -seconds
      clock = clock[..<sign]
    }
    return Self.clock(clock, parts: 2...3).map { $0 - offset }
  }

  private static func clock(_ text: Substring, parts: ClosedRange<Int>) -> Int? {
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map {
      $0.count == 2 ? Int($0) : nil
    }
    guard parts ~= numbers.count, numbers.allSatisfy({ $0 != nil }) else { return nil }
    let values = numbers.compactMap(\.self) + [0]
    guard 0...23 ~= values[0], 0...59 ~= values[1], 0...59 ~= values[2] else { return nil }
    return values[0] * 3600 + values[1] * 60 + values[2]
  }
}
