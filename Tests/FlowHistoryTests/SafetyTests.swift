import FlowDetection
import FlowModel
import FlowTestSupport
import Foundation
import GRDB
import SystemFiles
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("A run that fails leaves yesterday's memory as it was")
struct SafetyTests {
  private let network = BusyNetwork(hosts: 20, outside: 100, objects: 20, findings: 20)

  private struct Failure: Error {}

  private static let ballast = """
    INSERT INTO object
      WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 20000)
      SELECT 'ballast ' || n, n, 0 FROM counter
    """

  /// A memory of one run, and what it shows.
  private func yesterday() throws -> (place: Place, history: History, lines: [String]) {
    let place = try Place()
    let history = try place.open()
    try history.remember(network.historyRun(0))
    return (place, history, try history.lines())
  }

  @Test("A failure just before the end")
  func failing() throws {
    let (place, history, lines) = try yesterday()
    #expect(throws: HistoryError.self) {
      try history.remember(network.historyRun(1)) { _ in throw Failure() }
    }
    #expect(try history.lines() == lines)
    #expect(try place.open().lines() == lines)
    #expect(try history.damage().isEmpty)
    try history.remember(network.historyRun(1))
    #expect(try history.runs().map(\.number) == [1, 2])
  }

  @Test("A full disk, at whichever page", arguments: [0, 1, 2, 5, 20])
  func full(pages: Int) throws {
    let (place, history, lines) = try yesterday()
    try history.queue.writeWithoutTransaction { database in
      let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(count + pages)")
    }
    var larger = network
    larger.outside = 1000
    let error = #expect(throws: HistoryError.self) { try history.remember(larger.historyRun(1)) }
    #expect(error?.isFullDisk == true)
    #expect(error?.message.contains("full") == true)
    #expect(try history.lines() == lines)
    #expect(try history.damage().isEmpty)
    let again = try place.open()
    try again.remember(larger.historyRun(1))
    #expect(try again.runs().count == 2)
  }

  @Test("A disk that is really full", .enabled(if: SmallDisk.isPossible))
  func reallyFull() throws {
    let disk = try SmallDisk(bytes: 1 << 20)
    let path = "\(disk.path)/memory.sqlite"
    let history = try History(path: path)
    try history.remember(network.historyRun(0))
    let lines = try history.lines()
    var larger = network
    larger.outside = 1500
    let error = #expect(throws: HistoryError.self) { try history.remember(larger.historyRun(1)) }
    #expect(error?.isFullDisk == true)
    #expect(try history.lines() == lines)
    #expect(try history.damage().isEmpty)
    #expect(try History(path: path).lines() == lines)
    _ = try disk.fill()
    let other = #expect(throws: HistoryError.self) {
      try History(path: "\(disk.path)/other.sqlite").remember(network.historyRun(0))
    }
    #expect(other?.isFullDisk == true)
  }

  @Test("A process that dies in the middle: its files, taken at that moment, hold yesterday")
  func killed() throws {
    let (place, history, lines) = try yesterday()
    let scene = try TemporaryFolder()
    var lengthOfLog = 0
    try history.remember(network.historyRun(1)) { database in
      // With little room in memory, changes spill into the log before they are true.
      try database.execute(sql: "PRAGMA cache_size = 5")
      try database.execute(sql: Self.ballast)
      lengthOfLog = Folders.size("\(place.path)-wal")
      for suffix in ["", "-wal", "-shm"] {
        try run("/bin/cp", place.path + suffix, "\(scene.path)/memory.sqlite\(suffix)")
      }
      try database.execute(sql: "DELETE FROM object WHERE name LIKE 'ballast %'")
    }
    #expect(lengthOfLog > 50_000)
    let survivor = try History(path: "\(scene.path)/memory.sqlite")
    #expect(try survivor.lines() == lines)
    #expect(try survivor.damage().isEmpty)
    try survivor.remember(network.historyRun(1))
    #expect(try survivor.lines() == history.lines())
  }

  @Test("A machine that stops after the return: the files at that moment hold the run")
  func committed() throws {
    let (place, history, _) = try yesterday()
    // A reader keeps the log of changes from being folded into the file.
    let reader = try DatabaseQueue(path: place.path)
    let scene = try TemporaryFolder()
    try reader.read { database in
      _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM run")
      try history.remember(network.historyRun(1))
      for suffix in ["", "-wal"] {
        try run("/bin/cp", place.path + suffix, "\(scene.path)/memory.sqlite\(suffix)")
      }
    }
    #expect(Folders.size("\(scene.path)/memory.sqlite-wal") > 50_000)
    let survivor = try History(path: "\(scene.path)/memory.sqlite", isReadOnly: true)
    #expect(try survivor.lines() == history.lines())
    #expect(try survivor.runs().count == 2)
  }

  @Test("Commits are flushed to the disk, and the log of changes is folded away")
  func settings() throws {
    let (place, history, _) = try yesterday()
    let full = 2
    let settings = try history.queue.read { database in
      let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
      let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
      let vacuum = try Int.fetchOne(database, sql: "PRAGMA auto_vacuum")
      return (journal, synchronous, vacuum)
    }
    #expect(settings == ("wal", full, 2))
    #expect(Folders.size("\(place.path)-wal") == 0)
  }
}

/// A file system in memory that is soon full; only root may make one.
final class SmallDisk {
  let path: String
  private let folder: TemporaryFolder

  /// Whether this process may mount one.
  static let isPossible: Bool = {
    do {
      _ = try SmallDisk(bytes: 1 << 16)
      return true
    } catch {
      print("not run, for it takes root to mount a small disk: a disk that is really full")
      return false
    }
  }()

  init(bytes: Int) throws {
    folder = try TemporaryFolder()
    path = folder.path
    try Self.run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path)
  }

  deinit { try? Self.run("umount", path) }

  /// Fills the rest with one file.
  func fill() throws -> Int {
    let file = "\(path)/ballast"
    try Data().write(to: URL(fileURLWithPath: file))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    let block = Data(count: 4096)
    var written = 0
    while (try? handle.write(contentsOf: block)) != nil { written += block.count }
    return written
  }

  private static func run(_ program: String, _ arguments: String...) throws {
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/\(program)")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw SystemError(operation: program, path: arguments.last ?? "", code: 1)
    }
  }
}
