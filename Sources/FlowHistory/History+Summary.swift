internal import FlowFindings
internal import GRDB
internal import SystemFiles

extension History {
  /// Summary of the history: runs, days, hosts, size.
  ///
  /// - Throws: `HistoryError` when the file cannot be read or is damaged.
  /// - Complexity: linear in what is recorded.
  package func summary() throws(HistoryError) -> HistorySummary {
    let size = Folders.size(path) + Folders.size("\(path)-wal")
    return try reading { database in
      var hours = 0
      try forEachHostDay(database) { _, _, day in hours += day.count }
      // Interfaces are sighted under no host.
      let hosts = """
        SELECT host FROM sighting WHERE kind NOT IN ('interface', 'interface-used')
        UNION SELECT host FROM volume
        """
      return HistorySummary(
        hosts: try count("(\(hosts))", database),
        baselineEntries: try kinds(database),
        days: try days(database).count,
        hours: hours,
        objects: try count("object", database),
        runs: try count("run", database),
        findings: try count("finding", database),
        fileSize: size
      )
    }
  }

  private func count(_ rows: String, _ database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM \(rows)") ?? 0
  }

  private func kinds(_ database: Database) throws -> [BaselineEntry.Kind: Int] {
    var kinds: [BaselineEntry.Kind: Int] = [:]
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT kind, sightings FROM sighting"
    )
    while let row = try rows.next() {
      let count: UInt32 = try row.number(1)
      if let kind = BaselineEntry.Kind(rawValue: try row.text(0)) {
        kinds[kind, default: 0] += Int(count)
      }
    }
    return kinds
  }
}
