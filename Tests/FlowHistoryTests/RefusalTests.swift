import FlowDetection
import FlowModel
import FlowTestSupport
import Foundation
import GRDB
import SystemFiles
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("Which files are taken for a history, and which are left alone")
struct RefusalTests {
  /// What opening the path comes to.
  private func refusal(_ path: String, isReadOnly: Bool = false) -> HistoryError? {
    do throws(HistoryError) {
      _ = try History(path: path, isReadOnly: isReadOnly)
      return nil
    } catch {
      return error
    }
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test("A new file, and what SQLite puts beside it, are for the owner alone")
  func modes() throws {
    let place = try Place()
    let history = try place.open()
    try history.remember(.of([.outward(): .noon(ofDay: 0)]))
    for suffix in ["", "-wal", "-shm"] {
      #expect(try mode(place.path + suffix) == 0o600, "\(suffix)")
    }
  }

  @Test("An empty file becomes a history; its mode is its owner's business")
  func empty() throws {
    let place = try Place()
    try Data().write(to: URL(fileURLWithPath: place.path))
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: place.path)
    try place.open().remember(.of())
    #expect(try place.open().runs().count == 1)
    #expect(try mode(place.path) == 0o640)
  }

  @Test(
    "Names that SQLite or a shell would read as something else are plain files",
    arguments: [":memory:", "file:x?mode=memory", "it's 100%?#.db", "ü \u{1f5c4}"]
  )
  func names(name: String) throws {
    let place = try Place(name)
    try place.open().remember(.of())
    #expect(OpenFile.exists(place.path))
    #expect(try place.open(isReadOnly: true).runs().count == 1)
  }

  @Test(
    "What is no database is refused and left as it is",
    arguments: [
      "hello\n", String(repeating: "2 123456789012 eni-0a 10.0.0.1 10.0.0.2\n", count: 500),
      "SQLite format 3\0 but then nothing of the kind",
    ],
    [false, true]
  )
  func noDatabase(text: String, isReadOnly: Bool) throws {
    let place = try Place()
    let path = try place.folder.write(Array(text.utf8), to: "notes.txt")
    let error = try #require(refusal(path, isReadOnly: isReadOnly))
    #expect(error.cause == .foreign || error.cause == .damaged)
    #expect(error.description.hasPrefix("\(path): "))
    #expect(try place.folder.read("notes.txt") == Array(text.utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path) == ["notes.txt"])
  }

  private static let strangers = [
    "CREATE TABLE cookies (name TEXT)",
    "PRAGMA application_id = 252006674",
    "PRAGMA user_version = 7",
    "PRAGMA journal_mode = WAL; CREATE TABLE cookies (name TEXT)",
  ]

  @Test("Another program's database is refused and left as it is", arguments: strangers)
  func stranger(sql: String) throws {
    let place = try Place()
    let theirs = try DatabaseQueue(path: place.path)
    try theirs.writeWithoutTransaction { try $0.execute(sql: sql) }
    try theirs.close()
    let before = try place.folder.read("memory.sqlite")
    for isReadOnly in [false, true] {
      #expect(refusal(place.path, isReadOnly: isReadOnly)?.cause == .foreign)
    }
    #expect(try place.folder.read("memory.sqlite") == before)
  }

  @Test("A newer Weir's memory is refused and left as it is")
  func newer() throws {
    let place = try Place()
    var history: History? = try place.open()
    try history?.remember(.of([.outward(): .noon(ofDay: 0)]))
    try history?.writing {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 beacons')")
    }
    history = nil
    let before = try place.folder.read("memory.sqlite")
    for isReadOnly in [false, true] {
      let error = try #require(refusal(place.path, isReadOnly: isReadOnly))
      #expect(error.cause == .newer)
      #expect(error.message.contains("newer Weir"))
    }
    #expect(try place.folder.read("memory.sqlite") == before)
  }

  @Test("A memory without its newest tables is brought up to date")
  func unfinished() throws {
    let place = try Place()
    let queue = try DatabaseQueue(path: place.path)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA application_id = \(HistorySchema.applicationID)")
    }
    try queue.close()
    #expect(refusal(place.path, isReadOnly: true)?.cause == .older)
    try place.open().remember(.of())
    #expect(try place.open(isReadOnly: true).runs().count == 1)
  }

  @Test("A folder, a pipe, a missing folder, a link to nothing, no name at all")
  func noFiles() throws {
    let place = try Place()
    #expect(refusal(place.folder.path)?.message.contains("folder") == true)
    #expect(refusal("/dev/null")?.cause == .foreign)
    #expect(refusal("\(place.folder.path)/none/memory.sqlite")?.cause == .missing)
    #expect(refusal("")?.cause == .missing)
    try FileManager.default.createSymbolicLink(
      atPath: place.path,
      withDestinationPath: "\(place.folder.path)/gone"
    )
    #expect(refusal(place.path)?.message.contains("link") == true)
    #expect(!OpenFile.exists("\(place.folder.path)/gone"))
  }

  @Test("Only looking makes no file, and says when there is nothing to see")
  func nothingToSee() throws {
    let place = try Place()
    #expect(refusal(place.path, isReadOnly: true)?.cause == .missing)
    #expect(!OpenFile.exists(place.path))
    try Data().write(to: URL(fileURLWithPath: place.path))
    #expect(refusal(place.path, isReadOnly: true)?.cause == .missing)
    #expect(Folders.size(place.path) == 0)
  }

  @Test("Who only looks changes nothing")
  func readOnly() throws {
    let place = try Place()
    try place.open().remember(.of())
    let history = try place.open(isReadOnly: true)
    #expect(throws: HistoryError.self) { try history.remember(.of(day: 1)) }
    #expect(throws: HistoryError.self) { try history.prune(before: 0) }
    #expect(try history.runs().count == 1)
  }

  @Test("A file that cannot change is read as what it is")
  func unchanging() throws {
    let place = try Place("50 %?.sqlite")
    try place.open().remember(.of([.outward(): .noon(ofDay: 0)]))
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(
      path: HistoryFile.unchanging(place.path),
      configuration: configuration
    )
    #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT sightings FROM sighting") } == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.folder.path) == ["50 %?.sqlite"]
    )
  }

  @Test("A damaged file is said to be one, and nothing crashes", arguments: 0..<12)
  func damaged(seed: Int) throws {
    let place = try Place()
    try place.open().remember(
      BusyNetwork(hosts: 10, outside: 40, objects: 9, findings: 9).historyRun(0)
    )
    var bytes = try place.folder.read("memory.sqlite")
    var random = SplitMix(UInt64(seed))
    // The first page stays, so that the file is taken for ours.
    for place in 4096..<bytes.count where random.oneIn(50) {
      bytes[place] = UInt8(random.below(256))
    }
    if seed % 3 == 0 { bytes.removeLast(bytes.count / 2) }
    let copy = try place.folder.write(bytes, to: "copy.sqlite")
    do throws(HistoryError) {
      let history = try History(path: copy)
      _ = try history.baseline()
      _ = try history.summary()
      try history.remember(.of(day: 1))
    } catch {
      // A damaged list of versions looks like a newer one's.
      #expect([.damaged, .newer, .other].contains(error.cause), "\(error)")
    }
  }

  @Test("A volume that no Weir has written is damage")
  func volume() throws {
    let history = try Place().open()
    try history.remember(.of())
    try history.writing {
      try $0.execute(sql: "INSERT INTO volume VALUES (20000, '10.0.0.1', x'ff00')")
    }
    #expect(throws: HistoryError.self) { try history.baseline() }
    #expect(throws: HistoryError.self) { try history.summary() }
  }

  @Test("A kind that nobody knows is passed over")
  func kinds() throws {
    let history = try Place().open()
    try history.remember(.of())
    let row =
      "INSERT INTO sighting VALUES ('beacon', '10.0.0.1', 1, 2, '- 6 443 1 2 0 1 5 ' || char(10))"
    try history.writing { try $0.execute(sql: row) }
    #expect(try history.baseline()?.baselineEntries.isEmpty == true)
    #expect(try history.summary().baselineEntries.isEmpty)
  }

  @Test(
    "Lines that no Weir has written are damage",
    arguments: [
      ("10.0.0", "- 6 443 1 2 0 1 5 \n"), ("10.0.0.1", "10.0.0.0/999 6 443 1 2 0 1 5 \n"),
      ("10.0.0.1", "- 6 443 1 2 0 1 5 "), ("10.0.0.1", "- 6 65536 1 2 0 1 5 \n"),
      ("10.0.0.1", "- 6 443 1 2 0 1 18446744073709551616 \n"), ("10.0.0.1", "\n"),
      ("10.0.0.1", "x 6 443 1 2 0 1 5 \n"), ("10.0.0.1", "- 6 443 -1 2 0 1 5 \n"),
      ("10.0.0.1", "10.0.0.0/8"), ("10.0.0.1", "-"), ("10.0.0.1", "- 6 443"),
    ]
  )
  func lines(host: String, text: String) throws {
    let history = try Place().open()
    try history.remember(.of())
    let row = "INSERT INTO sighting VALUES ('outward', ?, 1, 2, ?)"
    try history.writing { try $0.execute(sql: row, arguments: [host, text]) }
    #expect(throws: HistoryError.self) { try history.baseline() }
  }

  @Test("A message shows what would steer a terminal as what it is")
  func message() {
    let error = HistoryError("a\u{1b}[2J\u{202e}.db", .other, "no\nuse")
    #expect(error.description == "a\\u{1b}[2J\\u{202e}.db: no\\u{a}use")
  }
}
