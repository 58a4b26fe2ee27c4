import LogInput
import Testing

@Suite("weir history")
struct HistoryCommandTests {
  @Test("show is the default and counts what there is")
  func show() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    _ = try program.shell("weir --history h 2.log")
    let show = try program.shell("weir history show h")
    #expect(show.status == 0 && show.stderr.isEmpty)
    #expect(
      show.stdout.hasPrefix(
        "2 runs, 0 days, 12 hosts, 24 hourly volumes, 2 inputs, 2 findings; "
      ),
      "\(show.stdout)"
    )
    for words in [
      "last run: 2026-01-06 10:00 – 2026-01-06 10:00 UTC, 36 records", "served: 12",
      "interface: 12", "no baseline yet: comparison rules start after 7 days",
    ] { #expect(show.stdout.contains(words), "\(show.stdout)") }
    #expect(try program.shell("weir history h").stdout == show.stdout)
  }

  @Test("runs are listed with what they found")
  func runs() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let gzip = GzipWriter.member(RunLogs.scan(day: 1))
    try program.write("cut.gz", Array(gzip.prefix(gzip.count / 2)))
    _ = try program.shell("weir --history h cut.gz")
    let lines = try program.shell("weir history runs h").stdout.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first == "1  2026-01-05 10:00  2026-01-05 10:00  36 records  1 low")
    #expect(lines.last?.hasPrefix("2  2026-01-06 10:00") == true)
    #expect(lines.last?.hasSuffix("INCOMPLETE") == true)
  }

  @Test("findings of the last run, or of any")
  func findings() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    _ = try program.shell("weir --history h 2.log; weir --history h 3.log")
    func findings(_ options: String) throws -> String {
      try program.shell("weir history findings h \(options)").stdout
    }
    #expect(
      try findings("") == "13  scan.horizontal  since 2026-01-07 10:00  198.51.100.8  SSH scan\n"
    )
    #expect(
      try findings("--run 2")
        == "13  scan.horizontal  since 2026-01-05 10:00  198.51.100.7  SSH scan\n"
    )
    #expect(try findings("--run 9").isEmpty)
  }

  @Test("prune forgets what is older than so many days before the newest record")
  func prune() throws {
    let program = try RunLogs.program([
      "1.log": RunLogs.scan(), "9.log": RunLogs.scan(day: 9),
    ])
    defer { program.remove() }
    _ = try program.shell("weir --history h 1.log; weir --history h 9.log")
    let kept = try program.shell("weir history prune --keep-days 30 h; weir history runs h | wc -l")
    #expect(
      kept.stdout.hasPrefix("removed 0 baseline entries, 0 days of hosts, 0 runs, 0 findings")
    )
    #expect(kept.stdout.contains("\n2\n"))
    let pruned = try program.shell("weir history prune --keep-days 5 h; weir history runs h")
    #expect(pruned.stdout.contains("1 runs, 1 findings"), "\(pruned.stdout)")
    #expect(
      pruned.stdout.contains("2026-01-14") && !pruned.stdout.contains("2026-01-05 10:00  2026")
    )
    // What was read is never read again, though it is forgotten what it said.
    let again = try program.shell("weir --history h --since last 1.log").stdout
    #expect(again.hasPrefix("Nothing new"))
    for days in ["0", "-1", "3651", "x"] {
      #expect(try program.shell("weir history prune --keep-days=\(days) h").status == 2)
    }
    #expect(try program.shell("weir history prune h").status == 2)
  }

  @Test("export is JSON Lines of everything")
  func export() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let export = try program.shell("weir history export h")
    let lines = export.stdout.split(separator: "\n")
    #expect(lines.first == #"{"record":"history","schema":"weir.history/1"}"#)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"record":""#) && $0.hasSuffix("}") })
    for record in ["run", "finding", "object", "sighting", "volume"] {
      #expect(lines.contains { $0.hasPrefix(#"{"record":"\#(record)""#) }, "no \(record)")
    }
    #expect(try program.shell("weir history export h | head -n 1").status == 0)
  }

  @Test(
    "a file that is not there is no memory, and stays away",
    arguments: ["show", "runs", "findings", "export", "prune --keep-days 9"]
  )
  func missing(command: String) throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let outcome = try program.shell("weir history \(command) nope")
    #expect(outcome.status == 2 && outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains("there is no history file here yet"), "\(outcome.stderr)")
    #expect(try program.shell("ls").stdout == "1.log\n2.log\n3.log\n")
    let unnamed = try program.shell("weir history \(command)")
    #expect(unnamed.status == 2 && unnamed.stderr.contains("name the file"))
  }

  @Test("what comes from logs cannot command the terminal")
  func escapes() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell("weir history show \"$(printf 'no\\033[31mpe')\"")
    #expect(outcome.status == 2)
    #expect(!outcome.stderr.contains("\u{1b}"))
  }
}
