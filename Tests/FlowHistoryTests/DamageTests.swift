import FlowDetection
import FlowModel
import FlowTestSupport
import Foundation
import GRDB
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("A history with values that no Weir has written")
struct DamageTests {
  /// Every column that is read, but for those that SQLite keeps from being NULL in any case.
  private static let columns = [
    "sighting.kind", "sighting.host", "sighting.sightings", "sighting.lines", "volume.hours",
    "run.first", "run.last", "run.records", "run.complete", "run.critical", "run.info",
    "finding.id", "finding.rule", "finding.title", "finding.actor", "finding.score",
    "finding.targets", "finding.first", "finding.last", "finding.since", "object.last",
  ]

  private static let keys = ["volume.day", "volume.host", "run.number", "object.name"]

  private static let values = [
    "NULL", "'x'", "''", "x'ff00ff'", "-1", "1.5", "9e999", "2147483648", "1099511627776",
    "9223372036854775807", "zeroblob(100000)",
  ]

  /// A history of two runs, whose tables take any value.
  private static func place() throws -> Place {
    let place = try Place()
    let network = BusyNetwork(hosts: 4, outside: 8, objects: 3, findings: 3)
    var history: History? = try place.open()
    try history?.remember(network.historyRun(0))
    try history?.remember(network.historyRun(1))
    history = nil
    try change(place) { database in
      try database.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_schema
          SET sql = replace(replace(replace(sql, ' NOT NULL', ''), 'STRICT, ', ''), 'STRICT', '')
          WHERE name IN ('sighting', 'volume', 'run', 'finding', 'object');
          """
      )
    }
    return place
  }

  private static func change(_ place: Place, _ body: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: place.path)
    try queue.writeWithoutTransaction(body)
    try queue.close()
  }

  /// Everything that can be done with a history; what each says that fails.
  private static func failures(_ place: Place) -> [HistoryError] {
    let steps: [(History) throws -> Void] = [
      { _ = try $0.baseline() }, { _ = try $0.summary() }, { _ = try $0.runs() },
      { _ = try $0.previousRun() }, { _ = try $0.lastFindings() }, { try $0.export { _ in true } },
      { try $0.remember(.of([.outward(): .noon(ofDay: 2)])) }, { try $0.prune(before: .max) },
    ]
    return steps.compactMap { failure(place, $0) }
  }

  private static func failure(
    _ place: Place,
    _ step: (History) throws -> Void
  ) -> HistoryError? {
    do {
      try step(try place.open())
      return nil
    } catch let error as HistoryError {
      return error
    } catch {
      return HistoryError(place.path, .other, "\(error)")
    }
  }

  @Test("is read or said to be damaged, whatever stands in any column", arguments: columns + keys)
  func anyValue(column: String) throws {
    for value in Self.values {
      let place = try Self.place()
      let parts = column.split(separator: ".")
      try? Self.change(place) { database in
        try database.execute(sql: "UPDATE OR REPLACE \(parts[0]) SET \(parts[1]) = \(value)")
      }
      for failure in Self.failures(place) {
        #expect(failure.cause == .damaged, "\(column) = \(value): \(failure)")
      }
    }
  }

  @Test("is damaged when a column holds nothing, and says what to do", arguments: columns)
  func nothing(column: String) throws {
    let place = try Self.place()
    let parts = column.split(separator: ".")
    try Self.change(place) { database in
      try database.execute(sql: "UPDATE \(parts[0]) SET \(parts[1]) = NULL")
    }
    let failure = try #require(Self.failures(place).first)
    #expect(failure.cause == .damaged)
    #expect(failure.message.hasPrefix("the history is damaged ("))
    #expect(failure.message.hasSuffix("move the file away, and the next run creates a new one"))
  }

  @Test("is left as it is by a run that cannot be recorded")
  func unchanged() throws {
    let place = try Self.place()
    try Self.change(place) { database in
      try database.execute(sql: "UPDATE sighting SET lines = NULL WHERE kind = 'outward'")
    }
    let rows = "SELECT (SELECT count(*) FROM run), (SELECT total(length(hours)) FROM volume)"
    let history = try place.open()
    let before = try history.reading { try Row.fetchOne($0, sql: rows) }
    let network = BusyNetwork(hosts: 4, outside: 8, objects: 3, findings: 3)
    #expect(throws: HistoryError.self) { try history.remember(network.historyRun(2)) }
    #expect(try history.reading { try Row.fetchOne($0, sql: rows) } == before)
  }

  @Test("makes no room for what a row only claims to hold")
  func claims() throws {
    let place = try Self.place()
    try Self.change(place) { database in
      try database.execute(sql: "UPDATE sighting SET sightings = 9223372036854775807")
    }
    #expect(try place.open().baseline()?.baselineEntries.isEmpty == false)
  }

  @Test("whose run numbers are used up is damaged, and no full disk", arguments: [true, false])
  func lastNumber(isSequence: Bool) throws {
    let place = try Self.place()
    try Self.change(place) { database in
      let sql =
        isSequence
        ? "UPDATE sqlite_sequence SET seq = 9223372036854775807"
        : "UPDATE run SET number = 9223372036854775807 WHERE number = 1"
      try database.execute(sql: sql)
    }
    let history = try place.open()
    var cause: HistoryError.Cause?
    do throws(HistoryError) {
      try history.remember(.of(day: 2))
    } catch {
      cause = error.cause
    }
    #expect(cause == .damaged)
  }

  @Test(
    "that lacks a table or a column is damaged",
    arguments: [
      "DROP TABLE finding", "ALTER TABLE volume DROP COLUMN hours",
      "ALTER TABLE run RENAME COLUMN info TO notes",
    ]
  )
  func lacking(sql: String) throws {
    let place = try Self.place()
    try Self.change(place) { try $0.execute(sql: sql) }
    let failures = Self.failures(place)
    #expect(!failures.isEmpty)
    for failure in failures { #expect(failure.cause == .damaged, "\(failure)") }
  }

  @Test("whose list of tables lacks a name is damaged")
  func nameless() throws {
    let place = try Self.place()
    try Self.change(place) { database in
      try database.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_schema SET name = NULL WHERE name = 'object';
          """
      )
    }
    for failure in Self.failures(place) { #expect(failure.cause == .damaged, "\(failure)") }
    #expect(!Self.failures(place).isEmpty)
  }
}
