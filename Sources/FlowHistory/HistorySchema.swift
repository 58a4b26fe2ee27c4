internal import FlowFindings
internal import GRDB

/// The tables of the history, and how they came to be what they are.
///
/// All times are Unix seconds, all days are days since 1970-01-01 UTC. Addresses are canonical text, so that any
/// SQLite tool can ask questions.
///
/// | table | a row is | layout |
/// |---|---|---|
/// | `baselineEntry` | all that is known of a kind and host | `lines`: see `BaselineEntryText`; `baselineEntries` counts them, `oldest` is the smallest `last` of them |
/// | `volume` | a day of a host | `hours`: see `PackedHours` |
/// | `run` | a run of Weir | with the number of its findings by severity |
/// | `finding` | a finding of a run | `rank` from 0 |
/// | `object` | an input read to its end | `last` is the latest record of the runs that read it |
///
/// Volumes are clustered by day, so that a new day is appended and an old one falls off whole.
enum HistorySchema {
  /// `Weir` in ASCII: whose file it is.
  static let applicationID = 0x5765_6972

  /// Every version of the tables.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 sightings, volumes, runs, findings, objects") { database in
      try database.execute(sql: first)
    }
    return migrator
  }

  private static let first = """
    CREATE TABLE sighting (
      kind TEXT NOT NULL,
      host TEXT NOT NULL,
      sightings INTEGER NOT NULL,
      oldest INTEGER NOT NULL,
      lines TEXT NOT NULL,
      PRIMARY KEY (kind, host)
    ) STRICT;

    CREATE TABLE volume (
      day INTEGER NOT NULL,
      host TEXT NOT NULL,
      hours BLOB NOT NULL,
      PRIMARY KEY (day, host)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      records INTEGER NOT NULL,
      complete INTEGER NOT NULL,
      critical INTEGER NOT NULL,
      high INTEGER NOT NULL,
      medium INTEGER NOT NULL,
      low INTEGER NOT NULL,
      info INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE finding (
      run INTEGER NOT NULL,
      rank INTEGER NOT NULL,
      id TEXT NOT NULL,
      rule TEXT NOT NULL,
      title TEXT NOT NULL,
      actor TEXT NOT NULL,
      score INTEGER NOT NULL,
      targets INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      since INTEGER NOT NULL,
      PRIMARY KEY (run, rank)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE object (
      name TEXT NOT NULL,
      size INTEGER NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (name, size)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whose file it is, as far as its first pages tell.
  enum Owner {
    /// Nobody's: it holds nothing at all.
    case nobody
    /// Ours, of this version or an older one.
    case weir
    /// A newer Weir's.
    case newerWeir
    /// Another program's.
    case stranger
  }

  /// Looks whose file it is, in one snapshot, for another run may be making it; changes nothing.
  static func owner(_ database: Database) throws -> Owner {
    guard !database.isInsideTransaction else { return try look(database) }
    var owner = Owner.nobody
    try database.inTransaction(.deferred) {
      owner = try look(database)
      return .commit
    }
    return owner
  }

  private static func look(_ database: Database) throws -> Owner {
    let nameless: Int? = try database.number(
      """
      SELECT count(*) FROM sqlite_schema
      WHERE typeof(type) <> 'text' OR typeof(name) <> 'text' OR typeof(tbl_name) <> 'text'
      """
    )
    guard nameless == 0 else { throw HistoryDamage("a list of tables that cannot be read") }
    let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if owner == applicationID {
      return try migrator.hasBeenSuperseded(database) ? .newerWeir : .weir
    }
    let entries = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    return owner == 0 && entries == 0 && version == 0 ? .nobody : .stranger
  }

  /// Whether all tables are there; to be asked within a transaction.
  ///
  /// The first look fixes the snapshot. Without it GRDB may miss its list of versions, find it a moment later because
  /// another run has made it, and take that for a failure.
  static func isComplete(_ database: Database) throws -> Bool {
    _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema")
    return try migrator.hasCompletedMigrations(database)
  }
}
