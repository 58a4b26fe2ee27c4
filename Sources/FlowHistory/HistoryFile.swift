internal import FlowFindings
internal import Foundation
internal import GRDB
internal import SystemFiles

/// Opens the file of a history, and refuses what is none.
enum HistoryFile {
  /// How long a run waits at most for another program to finish writing.
  static let lockTimeout = 30.0

  /// Opens a history that may be changed; makes it when nothing lies at the path.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - lockTimeout: seconds to wait for another program that writes to it.
  /// - Returns: the database.
  /// - Throws: `HistoryError` for what is no history, or cannot be read or written.
  static func openForWriting(
    _ path: String,
    lockTimeout: Double
  ) throws(HistoryError) -> DatabaseQueue {
    try makeRoom(path)
    do {
      let queue = try DatabaseQueue(
        path: plain(path),
        configuration: configuration(isReadOnly: false, lockTimeout)
      )
      try queue.writeWithoutTransaction { database in
        try refuseOthers(database, path)
        try claim(database, path)
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      try migrate(queue)
      // A file or folder that takes no changes is told now, not after a run's work. It takes a statement that could
      // change something: on a file that may only be read, SQLite begins any transaction without a word.
      try queue.inTransaction(.immediate) { database in
        try database.execute(sql: "DELETE FROM run WHERE number < 0")
        return .rollback
      }
      return queue
    } catch {
      throw HistoryError(path, error)
    }
  }

  /// Opens a history that is only looked at.
  static func openForReading(_ path: String) throws(HistoryError) -> DatabaseQueue {
    guard try kind(path) == .file else {
      throw HistoryError(path, .missing, "there is no history file here yet")
    }
    do {
      let queue = try readable(path)
      try queue.read { database in
        guard try refuseOthers(database, path) == .weir else {
          throw HistoryError(path, .missing, "no run was recorded here yet")
        }
        guard try HistorySchema.isComplete(database) else {
          throw HistoryError(
            path,
            .older,
            "an older Weir wrote this file, or a full disk interrupted it; record a run first"
          )
        }
      }
      return queue
    } catch {
      throw HistoryError(path, error)
    }
  }

  /// A path that SQLite takes as it stands: without this, `file:` and `:memory:` mean something else to it.
  private static func plain(_ path: String) -> String {
    path.hasPrefix("/") ? path : "./\(path)"
  }

  private static func kind(_ path: String) throws(HistoryError) -> PathKind {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw HistoryError(path, .missing, "this is not the path of a file")
    }
    let kind = Folders.kind(path)
    if kind == .folder {
      throw HistoryError(path, .foreign, "this is a folder; name a file in it")
    }
    if Folders.isPipe(path) {
      throw HistoryError(path, .foreign, "this is a pipe or a device; name a file")
    }
    return kind
  }

  /// Makes an empty file of mode 0600; SQLite gives what it puts beside it the same mode.
  private static func makeRoom(_ path: String) throws(HistoryError) {
    guard try kind(path) == .missing else { return }
    do throws(SystemError) {
      let isMade = try OpenFile.createEmpty(path)
      // Another run may have made it in between; a link to nothing is still nothing.
      if isMade || OpenFile.exists(path) { return }
    } catch {
      throw HistoryError(error)
    }
    throw HistoryError(path, .missing, "this is a link to nothing")
  }

  private static func configuration(
    isReadOnly: Bool,
    _ lockTimeout: Double = lockTimeout
  ) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(lockTimeout)
    configuration.foreignKeysEnabled = false
    configuration.label = "Weir's history"
    configuration.prepareDatabase { database in
      // 64 MiB: a run's changes stay in memory until they are committed.
      try database.execute(sql: "PRAGMA cache_size = -65536")
    }
    return configuration
  }

  /// A connection for reading, where nothing may be written either.
  ///
  /// SQLite wants to put its shared memory beside the file. Where it cannot, and no log of changes lies there, the file
  /// is all there is, and is read as one that does not change.
  private static func readable(_ path: String) throws -> DatabaseQueue {
    do {
      return try DatabaseQueue(path: plain(path), configuration: configuration(isReadOnly: true))
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
    {
      guard Folders.size("\(path)-wal") == 0 else { throw error }
      return try DatabaseQueue(
        path: unchanging(path),
        configuration: configuration(isReadOnly: true)
      )
    }
  }

  /// The path as SQLite's name for a file that nobody changes.
  static func unchanging(_ path: String) -> String {
    let escaped = plain(path).utf8.map { byte in
      let isPlain = byte != 0x25 && byte != 0x3f && byte != 0x23 && 0x21...0x7e ~= byte
      return isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", Int(byte))
    }
    return "file:\(escaped.joined())?immutable=1"
  }

  @discardableResult
  private static func refuseOthers(
    _ database: Database,
    _ path: String
  ) throws -> HistorySchema.Owner {
    let owner = try HistorySchema.owner(database)
    switch owner {
    case .nobody, .weir: return owner
    case .newerWeir:
      throw HistoryError(
        path,
        .newer,
        "a newer Weir wrote this history; use that version, or name another file"
      )
    case .stranger:
      throw HistoryError(
        path,
        .foreign,
        "this database belongs to another program and was not changed; name another file"
      )
    }
  }

  /// Makes an empty file ours: pages that can be given back, a log of changes beside the file, and our name on it.
  private static func claim(_ database: Database, _ path: String) throws {
    if try HistorySchema.owner(database) == .nobody {
      try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
    }
    try switchToLog(database, path)
    try database.inTransaction(.immediate) {
      if try refuseOthers(database, path) == .nobody {
        try database.execute(sql: "PRAGMA application_id = \(HistorySchema.applicationID)")
      }
      return .commit
    }
  }

  /// Two runs that make the same file collide here at once, however patient they are; the later one tries again.
  private static func switchToLog(_ database: Database, _ path: String) throws {
    let pause = 0.02
    for attempt in 0... {
      do {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
          throw HistoryError(
            path,
            .other,
            "the file system does not support a write-ahead log beside it"
          )
        }
        return
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        guard Double(attempt) * pause < lockTimeout else { throw error }
        Thread.sleep(forTimeInterval: pause)
      }
    }
  }

  /// Brings the tables up to date; when another run did so at the same moment, that is as good.
  private static func migrate(_ queue: DatabaseQueue) throws {
    guard try !queue.read(HistorySchema.isComplete) else { return }
    do {
      try HistorySchema.migrator.migrate(queue)
    } catch {
      guard try queue.read(HistorySchema.isComplete) else { throw error }
    }
  }
}
