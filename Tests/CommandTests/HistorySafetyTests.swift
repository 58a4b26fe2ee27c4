import Foundation
import FlowTestSupport
import LogInput
import SystemFiles
import Testing

@Suite("A memory in bad times")
struct HistorySafetyTests {
  struct Bad: Sendable, CustomTestStringConvertible {
    var what: String
    var make: String
    var words: String
    var path = "bad"
    var testDescription: String { what }
  }

  @Test(
    "what is no memory is refused before a run is read, and the last report stands",
    arguments: [
      Bad(what: "no database", make: "echo text > bad", words: "not a history file of Weir"),
      Bad(what: "a folder", make: "mkdir bad", words: "this is a folder"),
      Bad(what: "a pipe", make: "mkfifo bad", words: "this is a pipe"),
      Bad(what: "a link to nothing", make: "ln -s nowhere bad", words: "this is a link to nothing"),
      Bad(what: "nowhere", make: "true", words: "no such file", path: "nowhere/h"),
      Bad(
        what: "a place that takes no files",
        make: "true",
        words: "history",
        path: "/proc/weir.db"
      ),
      Bad(what: "an empty name", make: "true", words: "not the path of a file", path: "''"),
    ]
  )
  func refused(_ example: Bad) throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "\(example.make); echo old > r.txt; weir --output r.txt --history \(example.path) 1.log"
    )
    #expect(outcome.status == 2)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr.lowercased().contains(example.words.lowercased()), "\(outcome.stderr)")
    #expect(try program.read("r.txt") == "old\n")
  }

  @Test("a newer Weir's memory is left alone")
  func newer() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    // The list of versions holds a name; another one in its place is one that this Weir does not know.
    var bytes = Array(try Data(contentsOf: program.folder.appending(path: "h")))
    let name = Array("1 sightings, volumes".utf8)
    let place = try #require(
      bytes.indices.dropLast(name.count).first { Array(bytes[$0..<($0 + name.count)]) == name }
    )
    bytes[place] = UInt8(ascii: "9")
    try program.write("h", bytes)
    for line in ["weir --history h 2.log", "weir history show h", "weir history export h"] {
      let outcome = try program.shell(line)
      #expect(outcome.status == 2 && outcome.stdout.isEmpty)
      #expect(outcome.stderr.contains("a newer Weir wrote this history"), "\(outcome.stderr)")
    }
    #expect(try Array(Data(contentsOf: program.folder.appending(path: "h"))) == bytes)
  }

  @Test("the report is written before the history: without the one there is not the other")
  func order() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    _ = try program.shell("weir history export h > before")
    let failed = try program.shell("weir --history h --output /dev/full 2.log")
    #expect(failed.status == 2)
    #expect(failed.stderr.contains("the report was not written"))
    #expect(try program.shell("weir history export h | cmp - before").status == 0)
    let full = try program.shell("weir --history h 2.log > /dev/full")
    #expect(full.status == 2)
    #expect(try program.shell("weir history export h | cmp - before").status == 0)
    let again = try program.shell("weir --history h --since last 2.log")
    #expect(again.stdout.contains("36 records"))
  }

  @Test("a run without records is none")
  func empty() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    _ = try program.shell("weir history export h > before; : > empty.log")
    #expect(try program.shell("weir --history h empty.log").status == 3)
    #expect(try program.shell("weir history export h | cmp - before").status == 0)
  }

  @Test("an interrupted run leaves the history as it was")
  func interrupted() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      weir history export h > before; mkfifo pipe; weir --history h - < pipe & exec 3> pipe
      cat 2.log >&3; sleep 1; kill -INT $!; exec 3>&-; wait $!
      """
    )
    #expect(outcome.status == 130)
    #expect(outcome.stdout.contains("INTERRUPTED"))
    #expect(try program.shell("weir history export h | cmp - before").status == 0)
  }

  @Test("a run that is killed leaves the run before or both runs, whole")
  func killed() throws {
    var files = RunLogs.three
    files["2.log"] = RunLogs.busy(day: 1, lines: 6000)
    let program = try RunLogs.rememberingProgram(files)
    defer { program.remove() }
    let both = try program.shell(
      "weir history export h > before; cp h both; weir --history both 2.log; weir history export both > both.txt"
    )
    #expect(both.status == 0)
    var outcomes: Set<String> = []
    for hundredths in [2, 5, 10, 20, 30, 40, 60, 90] {
      let seconds = Double(hundredths) / 100
      let killed = try program.shell(
        """
        rm -f k k-wal k-shm; cp h k; weir --history k 2.log > out & sleep \(seconds); kill -9 $! 2> none; wait $!
        weir history export k > after || exit 9
        if cmp -s after before; then echo before; elif cmp -s after both.txt; then echo both; else exit 8; fi
        """
      )
      #expect(killed.status == 0, "after \(seconds) s: \(killed.stderr)")
      outcomes.insert(killed.stdout)
      let next = try program.shell("weir --history k 3.log; weir history runs k | tail -n 1")
      #expect(next.status == 0 && next.stdout.contains("2026-01-07 10:00"))
    }
    #expect(outcomes.contains("before\n"))
  }

  @Test("two runs at once both get in")
  func together() throws {
    for _ in 0..<3 {
      let program = try RunLogs.program()
      defer { program.remove() }
      let outcome = try program.shell(
        """
        weir --history h 1.log > one & first=$!
        weir --history h 2.log > two & second=$!
        weir --history h 3.log > three; third=$?
        wait $first || exit 5; wait $second || exit 6; exit $third
        """
      )
      #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome.stderr)")
      let runs = try program.shell("weir history runs h")
      #expect(runs.stdout.split(separator: "\n").count == 3)
      for day in ["01-05", "01-06", "01-07"] { #expect(runs.stdout.contains("2026-\(day) 10:00")) }
      #expect(try program.shell("weir history show h").stdout.contains("3 runs, 0 days, 12 hosts"))
    }
  }

  @Test("the file is its owner's alone, and a link is written through")
  func file() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let made = try program.shell("umask 000; weir --history h 1.log >&2; stat -c %a h*")
    #expect(Set(made.stdout.split(separator: "\n")) == ["600"])
    let linked = try program.shell(
      """
      mkdir real; weir --history real/h 1.log > one; ln -s real/h link; weir --history link 2.log > two
      test -L link && weir history runs real/h | wc -l; ls
      """
    )
    #expect(linked.status == 0)
    #expect(linked.stdout.hasPrefix("2\n"))
    #expect(!linked.stdout.contains("link-"))
  }

  @Test(
    "a disk that fills up costs neither the report nor the history",
    .enabled(if: SmallDisk.isPossible)
  )
  func full() throws {
    var files = RunLogs.three
    files["2.log"] = RunLogs.busy(day: 1, lines: 8000)
    let program = try RunLogs.program(files)
    defer { program.remove() }
    let disk = try SmallDisk(program.folder.appending(path: "disk"), bytes: 192 << 10)
    defer { disk.remove() }
    let first = try program.shell(
      "weir --history disk/h 1.log && weir history export disk/h > before"
    )
    #expect(first.status == 0, "\(first.stderr)")
    let second = try program.shell("weir --history disk/h 2.log")
    #expect(second.status == 2)
    #expect(second.stderr.contains("the disk is full"), "\(second.stderr)")
    #expect(second.stderr.contains("this run is not recorded; the history is unchanged"))
    #expect(second.stdout.contains("8,000 records"))
    #expect(try program.shell("weir history export disk/h | cmp - before").status == 0)
    let small = try program.shell("weir --history disk/h 3.log")
    #expect(small.status == 0, "\(small.stderr)")
    #expect(try program.shell("weir history runs disk/h | wc -l").stdout.contains("2"))
  }
}

/// A file system in memory that is soon full; only root may make one.
struct SmallDisk {
  private let place: URL

  /// Whether this process may mount one.
  static let isPossible: Bool = {
    do {
      let program = try Program()
      defer { program.remove() }
      try SmallDisk(program.folder.appending(path: "disk"), bytes: 1 << 16).remove()
      return true
    } catch {
      print("not run, for it takes root to mount a small disk: a disk that fills up")
      return false
    }
  }()

  init(_ place: URL, bytes: Int) throws {
    self.place = place
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Self.run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", place.path)
  }

  func remove() { try? Self.run("umount", place.path) }

  private static func run(_ arguments: String...) throws {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw SystemError(operation: arguments[0], path: arguments.last ?? "", code: 1)
    }
  }
}
