internal import FlowFindings
internal import Foundation
internal import GRDB

/// The history database: what was seen, how much was exchanged, what was found, and which inputs were read.
///
/// A file of SQLite, mode 0600, written through a log of changes (WAL). Several runs may use the same file at once: all
/// read, and writers queue. What `remember` takes in is on the disk when it returns, all of it or nothing.
///
/// Texts of findings and names of inputs are kept as they are but for NUL, which is kept as `␀`.
package final class History: Sendable {
  /// Where the file lies.
  package let path: String
  let queue: DatabaseQueue
  private let clock: @Sendable () -> UInt32

  /// How many days of log time are recorded, counted back from the newest record.
  package static let daysKept = 90
  /// How many findings are kept of each run but the last, the worst first.
  package static let findingsKept = 1000

  /// Opens a history, makes it if nothing lies at the path, and brings it up to date.
  ///
  /// - Parameters:
  ///   - path: the file; its folder must be there.
  ///   - isReadOnly: only look; works in folders that may not be written as well.
  ///   - lockTimeout: seconds to wait for another program that writes to it, 30 at most.
  /// - Throws: `HistoryError` for what is no memory, a newer Weir's, or cannot be read or written.
  package convenience init(
    path: String,
    isReadOnly: Bool = false,
    lockTimeout: Double = .infinity
  ) throws(HistoryError) {
    try self.init(path: path, isReadOnly: isReadOnly, lockTimeout: lockTimeout) {
      UInt32(clamping: Int(Date().timeIntervalSince1970))
    }
  }

  init(
    path: String,
    isReadOnly: Bool = false,
    lockTimeout: Double = .infinity,
    clock: @escaping @Sendable () -> UInt32
  ) throws(HistoryError) {
    self.path = path
    self.clock = clock
    queue =
      try isReadOnly
      ? HistoryFile.openForReading(path)
      : HistoryFile.openForWriting(path, lockTimeout: min(HistoryFile.lockTimeout, lockTimeout))
  }

  /// What the clock on the wall shows, Unix seconds.
  var now: UInt32 { clock() }

  /// Reads in one snapshot.
  func reading<Result>(_ body: (Database) throws -> Result) throws(HistoryError) -> Result {
    do {
      return try queue.read(body)
    } catch {
      throw HistoryError(path, error)
    }
  }

  /// Changes everything or nothing, alone with the file, and then folds the log of changes into it.
  func writing<Result>(_ body: (Database) throws -> Result) throws(HistoryError) -> Result {
    guard !queue.configuration.readonly else {
      throw HistoryError(path, .forbidden, "the history was opened for reading only")
    }
    do {
      return try queue.writeWithoutTransaction { database in
        var result: Result?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        foldLog(database)
        guard let result else { throw HistoryError(path, .other, "nothing was written") }
        return result
      }
    } catch {
      throw HistoryError(path, error)
    }
  }

  /// Empties the log of changes into the file.
  ///
  /// All is safe in the log already: a reader in the way, or a disk that has no room for more, is no failure.
  private func foldLog(_ database: Database) {
    try? database.execute(sql: "PRAGMA busy_timeout = 1000; PRAGMA wal_checkpoint(TRUNCATE)")
    try? database.execute(sql: "PRAGMA busy_timeout = 30000")
  }
}
