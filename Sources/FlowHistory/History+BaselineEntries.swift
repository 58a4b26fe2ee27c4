internal import FlowFindings
internal import FlowModel
internal import Foundation
internal import GRDB

extension History {
  /// What a row of baseline entries is about.
  private struct RowKey: Hashable {
    var kind: BaselineEntry.Kind
    var host: IPAddress
  }

  /// Joins a run's baseline entries with what is recorded, row by row in the order of kind and host.
  func write(_ baselineEntries: [BaselineEntry: Seen], _ isReread: Bool, _ database: Database)
    throws
  {
    var rows: [RowKey: [BaselineLine]] = [:]
    for (baselineEntry, seen) in baselineEntries {
      let key = RowKey(kind: baselineEntry.kind, host: baselineEntry.host)
      rows[key, default: []].append(BaselineLine(baselineEntry, seen))
    }
    let keys = rows.keys.sorted { ($0.kind.rawValue, $0.host) < ($1.kind.rawValue, $1.host) }
    let old = try database.cachedStatement(
      sql: "SELECT CAST(lines AS BLOB) FROM sighting WHERE kind = ? AND host = ?"
    )
    var names = AddressWriter()
    for key in keys {
      var lines = BaselineLine.sorted(rows[key] ?? [])
      let (kind, host) = (key.kind.rawValue, names.text(key.host))
      if let known = try Row.fetchOne(old, arguments: [kind, host]) {
        lines = BaselineLine.merge(try Self.lines(known.bytes(0)), lines, isReread: isReread)
      }
      try write(lines, kind, host, database)
    }
  }

  private static func lines(_ text: Data) throws -> [BaselineLine] {
    guard let lines = BaselineEntryText.lines(text) else {
      throw HistoryDamage("a baseline entry that cannot be read")
    }
    return lines
  }

  private func write(
    _ lines: [BaselineLine],
    _ kind: String,
    _ host: String,
    _ database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO sighting (kind, host, sightings, oldest, lines) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          sightings = excluded.sightings, oldest = excluded.oldest, lines = excluded.lines
        """
    )
    let oldest = Int64(lines.lazy.map(\.seen.last).min() ?? 0)
    try statement.execute(
      arguments: [kind, host, lines.count, oldest, BaselineEntryText.text(lines)]
    )
  }

  /// Visits every baseline entry, ascending by kind, host, peer, service and label; hosts as text.
  func forEachBaselineEntry(_ database: Database, _ body: (BaselineEntry, Seen) throws -> Void)
    throws
  {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT kind, host, CAST(lines AS BLOB) FROM sighting ORDER BY kind, host"
    )
    while let row = try rows.next() {
      // A kind that this version does not know says nothing to it.
      guard let kind = BaselineEntry.Kind(rawValue: try row.text(0)) else { continue }
      guard let host = IPAddress(keyText: Array(try row.text(1).utf8).span) else {
        throw HistoryDamage("a baseline entry without an address")
      }
      for line in try Self.lines(row.bytes(2)) {
        let baselineEntry = BaselineEntry(
          kind,
          host: host,
          peer: line.peer,
          service: line.service,
          label: line.label
        )
        try body(baselineEntry, line.seen)
      }
    }
  }

  /// Forgets baseline entries that ended before a time, Unix seconds.
  ///
  /// - Returns: how many.
  func pruneBaselineEntries(before time: UInt32, _ database: Database) throws -> Int {
    let rows = try Row.fetchAll(
      database,
      sql: "SELECT kind, host, CAST(lines AS BLOB) FROM sighting WHERE oldest < ?",
      arguments: [time]
    )
    var forgotten = 0
    for row in rows {
      let all = try Self.lines(row.bytes(2))
      let kept = all.filter { $0.seen.last >= time }
      forgotten += all.count - kept.count
      if kept.isEmpty {
        try database.execute(
          sql: "DELETE FROM sighting WHERE kind = ? AND host = ?",
          arguments: [try row.text(0), try row.text(1)]
        )
      } else {
        try write(kept, row.text(0), row.text(1), database)
      }
    }
    return forgotten
  }
}
