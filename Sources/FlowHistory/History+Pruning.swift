internal import FlowFindings
internal import GRDB

extension History {
  /// Forgets what no record since a time speaks of, and gives the room back.
  ///
  /// The last run and its findings stay: the next one is compared with them. Of volumes, whole days fall off. Inputs
  /// that were read are never forgotten: they may lie in the bucket for years, and must not be read again.
  ///
  /// - Parameter time: Unix seconds.
  /// - Returns: what was forgotten.
  /// - Throws: `HistoryError`; then the history is what it was.
  @discardableResult
  package func prune(before time: UInt32) throws(HistoryError) -> Pruned {
    try writing { database in try prune(before: time, database) }
  }

  @discardableResult
  func prune(before time: UInt32, _ database: Database) throws -> Pruned {
    var pruned = Pruned()
    pruned.baselineEntries = try pruneBaselineEntries(before: time, database)
    pruned.hostDays = try delete("volume WHERE day < ?", [time / 86_400], database)
    let old = "last < ? AND number < (SELECT max(number) FROM run)"
    pruned.findings = try delete(
      "finding WHERE run IN (SELECT number FROM run WHERE \(old))",
      [time],
      database
    )
    pruned.runs = try delete("run WHERE \(old)", [time], database)
    try database.execute(sql: "PRAGMA incremental_vacuum")
    return pruned
  }

  private func delete(
    _ condition: String,
    _ arguments: StatementArguments,
    _ database: Database
  ) throws -> Int {
    try database.execute(sql: "DELETE FROM \(condition)", arguments: arguments)
    return database.changesCount
  }
}
