package import FlowFindings
internal import GRDB

extension History {
  private static let severities: [Severity] = [.critical, .high, .medium, .low, .info]

  /// The run that was recorded last; nil when none is.
  package var lastRun: RememberedRun? {
    get throws(HistoryError) {
      try reading { database in try runs(database, "ORDER BY number DESC LIMIT 1").first }
    }
  }

  /// All recorded runs in the order of their numbers.
  ///
  /// - Throws: `HistoryError` when the file cannot be read.
  package func runs() throws(HistoryError) -> [RememberedRun] {
    try reading { database in try runs(database, "ORDER BY number") }
  }

  func runs(_ database: Database, _ order: String) throws -> [RememberedRun] {
    let sql = """
      SELECT number, first, last, records, complete, critical, high, medium, low, info
      FROM run \(order)
      """
    var runs: [RememberedRun] = []
    let rows = try Row.fetchCursor(database, sql: sql)
    while let row = try rows.next() { runs.append(try Self.run(row)) }
    return runs
  }

  private static func run(_ row: Row) throws -> RememberedRun {
    var findings: [Severity: Int] = [:]
    for (place, severity) in severities.enumerated() {
      let count: UInt32 = try row.number(5 + place)
      if count > 0 { findings[severity] = Int(count) }
    }
    let isComplete: Int64 = try row.number(4)
    return RememberedRun(
      number: try row.number(0),
      firstStart: try row.number(1),
      lastEnd: try row.number(2),
      records: try row.number(3),
      findings: findings,
      isComplete: isComplete != 0
    )
  }

  /// Logs that end within so many seconds before the latest belong to the same run.
  private static let sameDay: Int64 = 20 * 3600

  /// The run with the latest log; nil when no run is recorded.
  ///
  /// - Throws: `HistoryError` when the file cannot be read.
  package func previousRun() throws(HistoryError) -> PreviousRun? {
    try reading { database in
      let recent = try runs(database, "ORDER BY last DESC, number DESC LIMIT 100")
      guard let latest = recent.first else { return nil }
      var historyRun = PreviousRun(run: latest, findings: [], beside: [])
      try forEachFinding(database, run: latest.number) { historyRun.findings.append($0) }
      historyRun.earlier = try earlierFindings(database, before: latest)
      for run in recent.dropFirst()
      where Int64(latest.lastEnd) - Int64(run.lastEnd) < Self.sameDay {
        try forEachFinding(database, run: run.number) { historyRun.beside.append($0) }
      }
      return historyRun
    }
  }

  /// A finding that paused for longer is a new one.
  private static let longestPause: Int64 = 30 * 86_400

  /// What other runs of the last 30 days found from medium severity on, the latest first.
  ///
  /// Low findings come and go from run to run, so earlier ones are of no use.
  private func earlierFindings(
    _ database: Database,
    before latest: RememberedRun
  ) throws -> [RememberedFinding] {
    let sql = """
      SELECT id, rule, title, actor, score, targets, finding.first, finding.last, since
      FROM finding JOIN run ON run.number = finding.run
      WHERE run.number <> ? AND run.last >= ? AND score >= 40
      ORDER BY run.last DESC, run.number DESC, rank LIMIT 50000
      """
    let oldest = max(0, Int64(latest.lastEnd) - Self.longestPause)
    var findings: [RememberedFinding] = []
    let rows = try Row.fetchCursor(
      database,
      sql: sql,
      arguments: [Int64(latest.number), oldest]
    )
    while let row = try rows.next() { findings.append(try Self.finding(row)) }
    return findings
  }

  /// What the last run found, by rank; empty when no run is recorded.
  ///
  /// - Throws: `HistoryError` when the file cannot be read.
  package func lastFindings() throws(HistoryError) -> [RememberedFinding] {
    try findings(run: nil)
  }

  /// What a run found, by rank.
  ///
  /// - Parameter run: its number; the last one when nil.
  /// - Returns: all of the last run's, the first `findingsKept` of an earlier one; none for a run that is not recorded.
  /// - Throws: `HistoryError` when the file cannot be read.
  package func findings(run: Int?) throws(HistoryError) -> [RememberedFinding] {
    try reading { database in
      guard let number = try run ?? database.number("SELECT max(number) FROM run")
      else { return [] }
      var findings: [RememberedFinding] = []
      try forEachFinding(database, run: number) { findings.append($0) }
      return findings
    }
  }

  /// Visits a run's findings by rank.
  func forEachFinding(
    _ database: Database,
    run: Int,
    _ body: (RememberedFinding) throws -> Void
  ) throws {
    let sql = """
      SELECT id, rule, title, actor, score, targets, first, last, since
      FROM finding WHERE run = ? ORDER BY rank
      """
    let rows = try Row.fetchCursor(database, sql: sql, arguments: [run])
    while let row = try rows.next() { try body(Self.finding(row)) }
  }

  private static func finding(_ row: Row) throws -> RememberedFinding {
    let score: Int = try row.number(4)
    guard 0...100 ~= score else { throw HistoryDamage("a finding with a score of \(score)") }
    return RememberedFinding(
      id: try row.text(0),
      rule: RuleID(rawValue: try row.text(1)),
      title: try row.text(2),
      actor: try row.text(3),
      score: score,
      targets: try row.number(5),
      firstSeen: try row.number(6),
      lastSeen: try row.number(7),
      since: try row.number(8)
    )
  }

  /// Refuses a history in which no run can have a number: SQLite would take that for a full disk.
  private static func refuseLastNumber(_ database: Database) throws {
    let sql = """
      SELECT max(number) FROM
        (SELECT number FROM run UNION ALL SELECT seq FROM sqlite_sequence WHERE name = 'run')
      """
    let last: Int64? = try database.number(sql)
    if last == .max { throw HistoryDamage("a run that no run can follow") }
  }

  /// Writes a run and its findings.
  func write(_ historyRun: HistoryRun, asRunOf database: Database) throws {
    try Self.refuseLastNumber(database)
    var counts: [Severity: Int] = [:]
    for finding in historyRun.findings { counts[Severity(score: finding.score), default: 0] += 1 }
    let columns: [Int64] =
      [
        Int64(historyRun.firstStart), Int64(historyRun.lastEnd),
        Int64(clamping: historyRun.records),
        historyRun.isComplete ? 1 : 0,
      ] + Self.severities.map { Int64(counts[$0] ?? 0) }
    try database.execute(
      sql: """
        INSERT INTO run (first, last, records, complete, critical, high, medium, low, info)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: StatementArguments(columns)
    )
    let run = database.lastInsertedRowID
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO finding
          (run, rank, id, rule, title, actor, score, targets, first, last, since)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    )
    for (rank, finding) in historyRun.findings.enumerated() {
      try statement.execute(arguments: Self.arguments(finding, run, rank))
    }
    try database.execute(
      sql: "DELETE FROM finding WHERE run < ? AND rank >= ?",
      arguments: [run, Self.findingsKept]
    )
  }

  private static func arguments(
    _ finding: RememberedFinding,
    _ run: Int64,
    _ rank: Int
  ) -> StatementArguments {
    [
      run, rank, finding.id.storable, finding.rule.rawValue.storable, finding.title.storable,
      finding.actor.storable, finding.score, Int64(clamping: finding.targets),
      Int64(finding.firstSeen), Int64(finding.lastSeen), Int64(finding.since),
    ]
  }
}
