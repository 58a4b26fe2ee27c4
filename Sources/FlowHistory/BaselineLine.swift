internal import FlowFindings
internal import FlowModel

/// A baseline entry of some kind and host, without these two: a line of a row.
struct BaselineLine: Equatable {
  var peer: IPNetwork?
  var service: Service
  var label: String
  var seen: Seen
  /// The last day that counted in `seen.days`, since 1970-01-01 UTC.
  var day: UInt32

  private static let secondsADay: UInt32 = 86_400

  /// What one run saw.
  init(_ baselineEntry: BaselineEntry, _ seen: Seen) {
    (peer, service, label) = (baselineEntry.peer, baselineEntry.service, baselineEntry.label)
    self.seen = seen
    self.seen.days = max(1, seen.days)
    day = Self.day(of: seen)
  }

  init(peer: IPNetwork?, service: Service, label: String, seen: Seen, day: UInt32) {
    (self.peer, self.service, self.label) = (peer, service, label)
    (self.seen, self.day) = (seen, day)
  }

  /// The day that a run counts for: that of the middle of what it saw.
  ///
  /// Runs overlap by the records that straddle midnight: the first record of one is often of the last minute of the
  /// day before.
  private static func day(of seen: Seen) -> UInt32 {
    (seen.first / 2 + seen.last / 2 + (seen.first & seen.last & 1)) / secondsADay
  }

  /// By peer, service and label.
  static func < (left: BaselineLine, right: BaselineLine) -> Bool {
    if left.peer != right.peer { return precedes(left.peer, right.peer) }
    if left.service != right.service { return left.service < right.service }
    return left.label < right.label
  }

  private static func precedes(_ left: IPNetwork?, _ right: IPNetwork?) -> Bool {
    guard let left, let right else { return left == nil && right != nil }
    return left.base == right.base
      ? left.prefixLength < right.prefixLength : left.base < right.base
  }

  /// Lines in order; places are sorted instead of lines, which are large.
  static func sorted(_ lines: [BaselineLine]) -> [BaselineLine] {
    lines.indices.sorted { lines[$0] < lines[$1] }.map { lines[$0] }
  }

  /// Takes in what a run saw of the same.
  ///
  /// The run's day counts when it is later than the last one counted or earlier than the first record: neither a
  /// second look at a run nor a late file of a known day counts twice. A day in between is taken for known.
  ///
  /// - Parameters:
  ///   - historyRun: what it saw.
  ///   - isReread: part of the run was read before; then the larger number of bytes stands.
  mutating func join(_ historyRun: BaselineLine, isReread: Bool) {
    let isNewDay = historyRun.day > day || historyRun.day < seen.first / Self.secondsADay
    let known = seen
    seen.add(historyRun.seen)
    seen.days = isNewDay && known.days < .max ? known.days + 1 : known.days
    if isReread { seen.bytes = max(known.bytes, historyRun.seen.bytes) }
    day = max(day, historyRun.day)
  }

  /// Joins what is recorded with what a run saw; both ascending, and so is what comes out.
  static func merge(
    _ old: [BaselineLine],
    _ historyRun: [BaselineLine],
    isReread: Bool
  ) -> [BaselineLine] {
    var merged: [BaselineLine] = []
    merged.reserveCapacity(max(old.count, historyRun.count))
    var next = 0
    for var line in old {
      while next < historyRun.count, historyRun[next] < line {
        merged.append(historyRun[next])
        next += 1
      }
      if next < historyRun.count, !(line < historyRun[next]) {
        line.join(historyRun[next], isReread: isReread)
        next += 1
      }
      merged.append(line)
    }
    return merged + historyRun[next...]
  }
}
