internal import FlowFindings
internal import GRDB
internal import SystemFiles

/// A memory that cannot be used: what is wrong with it, where it lies, and what to do.
package struct HistoryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of trouble it is.
  package enum Cause: Sendable, CaseIterable {
    /// Nothing lies at the path, or nothing was recorded there yet.
    case missing
    /// The file, or the folder that it lies in, may not be read or written.
    case forbidden
    /// The file is no database, or another program's.
    case foreign
    /// A newer Weir has written the file.
    case newer
    /// An older Weir has written the file, and it was opened for reading only.
    case older
    /// The file is damaged.
    case damaged
    /// Another run held the file for too long.
    case busy
    /// The disk, or the quota on it, is full.
    case fullDisk
    /// Anything else.
    case other
  }

  /// The file.
  package var path: String
  /// What kind of trouble it is.
  package var cause: Cause
  /// What is wrong and what to do.
  package var message: String

  private static let longest = 600

  init(_ path: String, _ cause: Cause, _ message: String) {
    (self.path, self.cause, self.message) = (path, cause, message)
  }

  /// Whether the disk, or the quota on it, is full.
  package var isFullDisk: Bool { cause == .fullDisk }

  /// `path: message`; what a terminal would obey is shown as what it is.
  package var description: String {
    let safe = "\(path): \(message)".unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
    return safe.count > Self.longest ? safe.prefix(Self.longest) + "…" : safe
  }
}

extension HistoryError {
  /// What the kernel refused.
  init(_ error: SystemError) {
    let cause: Cause =
      error.isFullDisk ? .fullDisk : error.isMissing ? .missing : .forbidden
    self.init(error.path, cause, "cannot \(error.operation) the history: \(error.reason)")
  }

  /// What the database refused.
  init(_ path: String, _ error: any Error) {
    if let known = error as? HistoryError {
      self = known
    } else if let damage = error as? HistoryDamage {
      self = .damaged(path, damage.what)
    } else if error is RowDecodingError {
      self = .damaged(path, "a value that cannot be read")
    } else if let refused = error as? DatabaseError {
      let cause = Self.cause(refused)
      let reason = refused.message ?? "\(refused.resultCode)"
      self.init(path, cause, Self.message(cause, reason))
    } else {
      self.init(path, .other, "\(error)")
    }
  }

  private static func cause(_ error: DatabaseError) -> Cause {
    // Memory shared beside the file is allocated at once, and SQLite has a number of its own for a full disk there.
    if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE { return .fullDisk }
    return switch error.resultCode {
    case .SQLITE_FULL: .fullDisk
    case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
    case .SQLITE_NOTADB: .foreign
    // Our own statements are right, so what SQLite cannot do with them is due to the tables.
    case .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT, .SQLITE_TOOBIG:
      .damaged
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .forbidden
    default: .other
    }
  }

  private static func message(_ cause: Cause, _ reason: String) -> String {
    switch cause {
    case .fullDisk: "the disk is full; nothing was changed: make room and run again"
    case .busy: "another run has locked the history for too long; nothing was changed: run again"
    case .foreign: "this is not a history file of Weir; name another file"
    case .damaged:
      "the history is damaged (\(reason)); move the file away, and the next run creates a new one"
    case .forbidden:
      "the history file or its folder cannot be read or written (\(reason)): check owner and mode"
    default: "the history cannot be used: \(reason)"
    }
  }

  /// A row that no Weir can have written.
  static func damaged(_ path: String, _ what: String) -> HistoryError {
    HistoryError(path, .damaged, message(.damaged, what))
  }
}
