internal import FlowFindings
internal import FlowModel
internal import GRDB

extension History {
  /// Writes everything that is recorded as JSON Lines (schema `weir.history/1`), one object a line.
  ///
  /// The first line names the schema; then come runs, each followed by its findings, inputs, baseline entries, and
  /// volumes, a day of a host a line. `record` says what a line is. Times are Unix seconds, days count from 1970-01-01
  /// UTC, addresses are canonical text, what is absent is left out. The same memory gives the same lines.
  ///
  /// - Parameter write: takes a line without its line feed; returns false to end the export early.
  /// - Throws: `HistoryError` when the file cannot be read or is damaged.
  package func export(_ write: (String) -> Bool) throws(HistoryError) {
    do {
      try queue.read { database in
        func put(_ line: JSONLine) throws { if !write(line.text) { throw Enough() } }
        try put(JSONLine("history").adding("schema", "weir.history/1"))
        try exportRuns(database, put)
        try exportObjects(database, put)
        try forEachBaselineEntry(database) { try put(Self.line($0, $1)) }
        try forEachHostDay(database) { host, day, hours in
          try put(Self.line("\(host)", day, hours))
        }
      }
    } catch is Enough {
      return
    } catch {
      throw HistoryError(path, error)
    }
  }

  /// Somebody has read enough.
  private struct Enough: Error {}

  private func exportRuns(_ database: Database, _ write: (JSONLine) throws -> Void) throws {
    for run in try runs(database, "ORDER BY number") {
      try write(Self.line(run))
      try forEachFinding(database, run: run.number) { try write(Self.line($0, run.number)) }
    }
  }

  private func exportObjects(_ database: Database, _ write: (JSONLine) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT name, size, last FROM object ORDER BY name, size"
    )
    while let row = try rows.next() {
      let (size, last): (UInt64, UInt32) = try (row.number(1), row.number(2))
      try write(
        JSONLine("object").adding("name", row.text(0)).adding("size", size).adding("last", last)
      )
    }
  }

  private static func line(_ run: RememberedRun) -> JSONLine {
    var line = JSONLine("run").adding("number", run.number)
      .adding("firstStart", run.firstStart).adding("lastEnd", run.lastEnd)
      .adding("records", run.records).adding("complete", run.isComplete)
    for severity in Severity.allCases.reversed() {
      line = line.adding(severity.name, run.findings[severity] ?? 0)
    }
    return line
  }

  private static func line(_ finding: RememberedFinding, _ run: Int) -> JSONLine {
    JSONLine("finding").adding("run", run).adding("id", finding.id).adding(
      "rule",
      finding.rule.rawValue
    )
    .adding("title", finding.title).adding("actor", finding.actor)
    .adding("score", finding.score).adding("targets", finding.targets)
    .adding("firstSeen", finding.firstSeen).adding("lastSeen", finding.lastSeen)
    .adding("since", finding.since)
  }

  private static func line(_ baselineEntry: BaselineEntry, _ seen: Seen) -> JSONLine {
    var line = JSONLine("sighting").adding("kind", baselineEntry.kind.rawValue)
      .adding("host", "\(baselineEntry.host)")
    if let peer = baselineEntry.peer { line = line.adding("peer", "\(peer)") }
    if baselineEntry.service.protocolNumber != 0 || baselineEntry.service.port != 0 {
      line = line.adding("protocol", baselineEntry.service.protocolNumber)
        .adding("port", baselineEntry.service.port)
    }
    if !baselineEntry.label.isEmpty { line = line.adding("label", baselineEntry.label) }
    return line.adding("first", seen.first).adding("last", seen.last)
      .adding("days", seen.days).adding("bytes", seen.bytes)
  }

  private static func line(_ host: String, _ day: UInt32, _ hours: PackedHours.Hours) -> JSONLine {
    let list = hours.map { hour, volume in
      "{\"hour\":\(hour),\"bytesOut\":\(volume.bytesOut),\"bytesIn\":\(volume.bytesIn),"
        + "\"conversations\":\(volume.conversations)}"
    }
    return JSONLine("volume").adding("host", host).adding("day", day).adding("hours", list)
  }
}
