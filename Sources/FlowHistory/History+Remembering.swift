package import FlowFindings
internal import FlowModel
internal import Foundation
internal import GRDB

extension History {
  /// Takes in what a run leaves behind, and forgets what is too old.
  ///
  /// Baseline entries join: the earliest first, the latest last, the sum of bytes. `Seen.days` grows by one when the
  /// run's day, that of the middle of what it saw, is later than the last one counted or earlier than the first record.
  /// Hours add up. If any input of the run is known by its name by now, also one that another run recorded in the
  /// meantime, the run was read before in part: then the larger number of bytes and of each hour's volume stands, and
  /// nothing counts twice.
  ///
  /// Whatever no record of the last `daysKept` days speaks of is forgotten, but for the inputs that were read: counted
  /// back from the newest record that is recorded, never from one that lies in the future, and by a week for each run
  /// at the most: a single wrong time must not wipe the history.
  ///
  /// - Parameter historyRun: the run; its facts need no order.
  /// - Throws: `HistoryError`, such as a full disk; then the history is what it was.
  /// - Complexity: n log n in the run.
  package func remember(_ historyRun: HistoryRun) throws(HistoryError) {
    try remember(historyRun) { _ in }
  }

  /// Remembers, and lets a test look in just before all of it becomes true.
  func remember(
    _ historyRun: HistoryRun,
    beforeCommit look: (Database) throws -> Void
  ) throws(HistoryError) {
    let today = now
    try writing { database in
      let before: UInt32? = try database.number("SELECT max(last) FROM run")
      // A file that grew is another object, and holds what is known already.
      let isReread = try Self.knowsAnyName(of: historyRun.objects, database)
      try write(historyRun.facts.baselineEntries, isReread, database)
      try write(historyRun.facts.volumes, isReread, database)
      try write(historyRun, asRunOf: database)
      try write(historyRun.objects, historyRun.lastEnd, database)
      // One run moves on by a week at the most what is forgotten, so that a wrong time cannot empty the history.
      let step = (before ?? historyRun.lastEnd).addingReportingOverflow(Self.longestStep)
      let newest = min(
        max(historyRun.lastEnd, before ?? 0),
        step.overflow ? .max : step.partialValue
      )
      let kept = UInt32(Self.daysKept) * 86_400
      let start = min(newest, today)
      if start > kept { try prune(before: start - kept, database) }
      try look(database)
    }
  }

  /// Seconds by which one run can move on what is forgotten.
  private static let longestStep: UInt32 = 7 * 86_400

  private static func knowsAnyName(of objects: [ReadObject], _ database: Database) throws -> Bool {
    let statement = try database.cachedStatement(sql: "SELECT 1 FROM object WHERE name = ? LIMIT 1")
    for object in objects
    where try Int.fetchOne(statement, arguments: [object.name.storable]) != nil {
      return true
    }
    return false
  }

  private func write(
    _ volumes: [HostHour: HourVolume],
    _ isReread: Bool,
    _ database: Database
  ) throws {
    let old = try database.cachedStatement(
      sql: "SELECT hours FROM volume WHERE day = ? AND host = ?"
    )
    let new = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO volume (day, host, hours) VALUES (?, ?, ?)"
    )
    var names = AddressWriter()
    for (day, host, hours) in Self.hostDays(volumes) {
      let (day, host) = (Int64(day), names.text(host))
      var merged = hours
      if let known = try Row.fetchOne(old, arguments: [day, host]) {
        guard let known = PackedHours.unpack(try known.bytes(0)) else {
          throw HistoryDamage("a volume that cannot be read")
        }
        merged = PackedHours.merge(known, hours, isReread: isReread)
      }
      try new.execute(arguments: [day, host, PackedHours.pack(merged)])
    }
  }

  /// The hours of each day of each host, ascending by day, host and hour.
  private static func hostDays(
    _ volumes: [HostHour: HourVolume]
  ) -> [(day: UInt32, host: IPAddress, hours: PackedHours.Hours)] {
    let ordered = volumes.sorted { left, right in
      let (leftDay, rightDay) = (left.key.hour / 24, right.key.hour / 24)
      if leftDay != rightDay { return leftDay < rightDay }
      if left.key.host != right.key.host { return left.key.host < right.key.host }
      return left.key.hour < right.key.hour
    }
    var days: [(day: UInt32, host: IPAddress, hours: PackedHours.Hours)] = []
    for (key, volume) in ordered {
      if days.last?.day != key.hour / 24 || days.last?.host != key.host {
        days.append((key.hour / 24, key.host, []))
      }
      days[days.count - 1].hours.append((UInt8(key.hour % 24), volume))
    }
    return days
  }

  private func write(_ objects: [ReadObject], _ last: UInt32, _ database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO object (name, size, last) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET last = max(last, excluded.last)
        """
    )
    for object in objects.sorted(by: { ($0.name, $0.size) < ($1.name, $1.size) }) {
      let row: StatementArguments = [
        object.name.storable, Int64(clamping: object.size), Int64(last),
      ]
      try statement.execute(arguments: row)
    }
  }
}
