package import FlowFindings
internal import FlowModel
internal import Foundation
internal import GRDB
internal import SystemFiles

extension History {
  /// What the network was in the runs before.
  ///
  /// - Returns: nil when no run is recorded.
  /// - Throws: `HistoryError` when the file cannot be read or is damaged.
  /// - Complexity: linear in what is recorded; about a second for 1,000 busy hosts and 90 days.
  package func baseline() throws(HistoryError) -> Baseline? {
    try reading { database in
      guard
        let span = try Row.fetchOne(
          database,
          sql: "SELECT min(first), max(last) FROM run HAVING count(*) > 0"
        )
      else { return nil }
      let baselineEntries = try baselineEntries(database)
      let volumes = try volumes(database)
      return Baseline(
        days: try days(database).count,
        firstStart: try span.number(0),
        lastEnd: try span.number(1),
        baselineEntries: baselineEntries,
        volumes: volumes
      )
    }
  }

  private func baselineEntries(_ database: Database) throws -> [BaselineEntry: Seen] {
    var baselineEntries: [BaselineEntry: Seen] = [:]
    baselineEntries.reserveCapacity(try expectedEntries(database))
    try forEachBaselineEntry(database) { baselineEntry, seen in
      guard var known = baselineEntries.updateValue(seen, forKey: baselineEntry) else { return }
      // Only a file that somebody else has changed holds one twice.
      known.add(seen)
      baselineEntries[baselineEntry] = known
    }
    return baselineEntries
  }

  /// How many baseline entries to make room for: what the rows claim, and no more than the file can hold.
  private func expectedEntries(_ database: Database) throws -> Int {
    let claimed = try Double.fetchOne(database, sql: "SELECT total(sightings) FROM sighting") ?? 0
    let fileSize = Folders.size(path) + Folders.size("\(path)-wal")
    return Int(min(max(claimed, 0), Double(fileSize / BaselineEntryText.shortestLine)))
  }

  private func volumes(
    _ database: Database
  ) throws -> [IPAddress: [(hour: UInt32, volume: HourVolume)]] {
    var volumes: [IPAddress: [(hour: UInt32, volume: HourVolume)]] = [:]
    try forEachHostDay(database) { host, day, hours in
      // Once a day, not once an hour: finding the host takes longer than all the rest.
      Self.append(hours, from: day * 24, &volumes[host, default: []])
    }
    return volumes
  }

  private static func append(
    _ hours: PackedHours.Hours,
    from midnight: UInt32,
    _ all: inout [(hour: UInt32, volume: HourVolume)]
  ) {
    for (hour, volume) in hours { all.append((midnight + UInt32(hour), volume)) }
  }

  /// Visits every day of every host, ascending by day, then by the text of the address.
  func forEachHostDay(
    _ database: Database,
    _ body: (IPAddress, UInt32, PackedHours.Hours) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT day, host, hours FROM volume ORDER BY day, host"
    )
    var hosts = AddressReader()
    while let row = try rows.next() {
      let day: UInt32 = try row.number(0)
      guard day <= PackedHours.lastDay, let host = hosts.address(try row.text(1)),
        let hours = PackedHours.unpack(try row.bytes(2))
      else { throw HistoryDamage("a volume that cannot be read") }
      try body(host, day, hours)
    }
  }

  /// A day counts as observed from so many seconds of records on.
  private static let leastOfDay: Int64 = 3600
  private static let day: Int64 = 86_400

  /// Days that were observed: those of the volumes and of the middle of every run, with an hour of records or more.
  ///
  /// The log of a day begins with some records of the day before, which do not make that one a day of the baseline.
  func days(_ database: Database) throws -> Set<Int> {
    let all = try Int.fetchSet(
      database,
      sql: "SELECT DISTINCT day FROM volume UNION SELECT (first + last) / 2 / 86400 FROM run"
    )
    var seconds: [Int: Int64] = [:]
    var end: Int64 = 0
    let spans = try Row.fetchCursor(database, sql: "SELECT first, last FROM run ORDER BY first")
    while let row = try spans.next() {
      let first: UInt32 = try row.number(0)
      let last: UInt32 = try row.number(1)
      var start = max(Int64(first), end)
      end = max(end, Int64(last))
      while start < Int64(last) {
        let midnight = min(Int64(last), (start / Self.day + 1) * Self.day)
        seconds[Int(start / Self.day), default: 0] += midnight - start
        start = midnight
      }
    }
    return all.filter { seconds[$0] ?? 0 >= Self.leastOfDay }
  }

  /// Which of the inputs were read to their end before.
  ///
  /// - Throws: `HistoryError` when the file cannot be read.
  package func known(among objects: [ReadObject]) throws(HistoryError) -> Set<ReadObject> {
    try reading { database in try Self.known(among: objects, database) }
  }

  static func known(among objects: [ReadObject], _ database: Database) throws -> Set<ReadObject> {
    let statement = try database.cachedStatement(
      sql: "SELECT 1 FROM object WHERE name = ? AND size = ?"
    )
    var known: Set<ReadObject> = []
    for object in objects {
      let key: StatementArguments = [object.name.storable, Int64(clamping: object.size)]
      if try Int.fetchOne(statement, arguments: key) != nil { known.insert(object) }
    }
    return known
  }
}
