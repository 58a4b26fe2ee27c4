import LogInput
import Testing

@Suite("Runs that record")
struct HistoryTests {
  @Test("the first run has nothing to compare with and says so")
  func first() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let historyRun = try program.shell("weir --history h 1.log")
    #expect(historyRun.status == 0 && historyRun.stderr.isEmpty)
    #expect(
      historyRun.stdout.contains(
        "\nFirst run: no baseline and no earlier findings to compare with.\n"
      )
    )
    #expect(historyRun.stdout.contains("baseline: day 0 of 7"))
    #expect(!historyRun.stdout.contains("new;") && !historyRun.stdout.contains("Gone"))
    let json = try program.shell("weir --history other --format json 1.log")
    #expect(json.stdout.contains(#""night": {"#))
    #expect(!json.stdout.contains(#""comparedWith""#) && !json.stdout.contains(#""change""#))
  }

  @Test("the second run says what is ongoing, the third what is new and gone")
  func historyRuns() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let second = try program.shell("weir --history h 2.log")
    #expect(
      second.stdout.contains(
        "\nSince the log that ended 2026-01-05 10:00 UTC: 0 new, 1 ongoing, 0 changed, 0 gone.\n"
      )
    )
    #expect(second.stdout.contains("since 01-05; all blocked"))
    let third = try program.shell("weir --history h 3.log")
    #expect(
      third.stdout.contains(
        "\nSince the log that ended 2026-01-06 10:00 UTC: 1 new, 0 ongoing, 0 changed, 1 gone.\n"
      )
    )
    #expect(third.stdout.contains("new; all blocked"))
    #expect(third.stdout.contains("Gone since then\n   13  SSH scan  198.51.100.7  01-05–01-06\n"))
    // The logs are of half a minute each: no day has an hour of records.
    #expect(third.stdout.contains("baseline: day 0 of 7"))
  }

  @Test("two targets fewer are no change, and JSON says since when it is there")
  func changed() throws {
    var files = RunLogs.three
    files["2.log"] = RunLogs.scan(day: 1, addresses: 1...10)
    let program = try RunLogs.rememberingProgram(files)
    defer { program.remove() }
    let text = try program.shell("cp h g; weir --history g 2.log")
    #expect(text.stdout.contains("0 new, 1 ongoing, 0 changed, 0 gone."))
    #expect(text.stdout.contains("since 01-05; all blocked"))
    let json = try program.shell("weir --history h --format json 2.log")
    let change = [#""state": "ongoing""#, #""since": "2026-01-05T10:00:00Z""#]
    for words in change { #expect(json.stdout.contains(words)) }
    #expect(json.stdout.contains(#""comparedWith": "2026-01-05T10:00:30Z""#))
  }

  @Test("a run that is read twice doubles nothing")
  func twice() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let once = try program.shell("weir history export h | grep -v -e '\"run\"' -e '\"finding\"'")
    #expect(once.stdout.contains("9900"))
    _ = try program.shell("weir --history h 1.log; cp 1.log copy.log; mv copy.log 1.log")
    let twice = try program.shell(
      "weir --history h ./1.log >&2; weir history export h | grep -v -e '\"run\"' -e '\"finding\"'"
    )
    #expect(twice.stdout == once.stdout)
  }

  struct Only: Sendable, CustomTestStringConvertible {
    var states: String
    var historyRun: String
    var findings: Int
    var gone: Bool
    var testDescription: String { "--only \(states) \(historyRun)" }
  }

  @Test(
    "--only shows findings that are new, ongoing, changed or gone; in the first run all are new",
    arguments: [
      Only(states: "new", historyRun: "2.log", findings: 0, gone: false),
      Only(states: "new", historyRun: "3.log", findings: 1, gone: false),
      Only(states: "ongoing", historyRun: "2.log", findings: 1, gone: false),
      Only(states: "ongoing", historyRun: "3.log", findings: 0, gone: false),
      Only(states: "gone", historyRun: "3.log", findings: 0, gone: true),
      Only(states: "changed", historyRun: "2.log", findings: 0, gone: false),
      Only(states: "new,gone", historyRun: "3.log", findings: 1, gone: true),
      Only(states: "new,ongoing,changed,gone", historyRun: "2.log", findings: 1, gone: false),
    ]
  )
  func only(_ example: Only) throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let options = "--only \(example.states) \(example.historyRun)"
    let text = try program.shell("cp h g; weir --history g \(options)")
    #expect(text.status == 0 && text.stderr.isEmpty)
    #expect(text.stdout.contains("all blocked") == (example.findings > 0))
    #expect(text.stdout.contains("Gone since then") == example.gone)
    let json = try program.shell("cp h j; weir --history j --format json \(options)")
    #expect(json.stdout.contains(#""detail": "all blocked""#) == (example.findings > 0))
    #expect(json.stdout.contains(#""low": \#(example.findings),"#))
    // What is hidden is recorded all the same.
    let whole = try program.shell("weir history findings g")
    #expect(whole.stdout.contains("scan.horizontal"))
  }

  @Test("--only new shows all of the first run")
  func onlyFirst() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let new = try program.shell("weir --history h --only new 1.log")
    #expect(new.stdout.contains("SSH scan  198.51.100.7"))
    let ongoing = try program.shell("weir --history g --only ongoing 1.log")
    #expect(ongoing.stdout.contains("No findings that are ongoing."))
  }

  @Test("--only decides what --fail-on and --quiet-if-clean look at")
  func onlyAndOthers() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    func run(_ options: String) throws -> Outcome {
      try program.shell("cp h g; weir --history g \(options)")
    }
    #expect(try run("--fail-on low --only new 2.log").status == 0)
    #expect(try run("--fail-on low --only ongoing 2.log").status == 1)
    #expect(try run("--fail-on low --only new 3.log").status == 1)
    #expect(try run("--fail-on low 2.log").status == 1)
    let quiet = try run("--quiet-if-clean --only new 2.log")
    #expect(quiet.stdout.isEmpty && quiet.stderr.isEmpty && quiet.status == 0)
    #expect(try run("--quiet-if-clean --only new 3.log").stdout.contains("198.51.100.8"))
    // What is gone is what was asked for.
    #expect(try run("--quiet-if-clean --only gone 2.log").stdout.isEmpty)
    let gone = try run("--quiet-if-clean --only gone 3.log").stdout
    #expect(gone.contains("Gone since then"))
    #expect(try run("--quiet-if-clean --only new,changed 2.log").stdout.isEmpty)
  }

  @Test(
    "options that make no sense are told",
    arguments: [
      (
        "weir --history h --only old 2.log",
        "--only: unknown state 'old'; expected new, ongoing, changed or gone"
      ),
      ("weir --history h --only new,old 2.log", "'old'"),
      ("weir --history h --only '' 2.log", "--only: unknown state ''"),
      ("weir --history h --only , 2.log", "--only: unknown state ''"),
      ("weir --only new 2.log", "--only needs --history FILE"),
      ("weir --since last 2.log", "--since last needs --history FILE"),
      ("weir --history h --since noon 2.log", "--since: invalid time 'noon'"),
    ]
  )
  func usage(line: String, words: String) throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell("weir history export h > before; \(line)")
    #expect(outcome.status == 2)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains(words), "\(outcome.stderr)")
    #expect(try program.shell("weir history export h | cmp - before").status == 0)
  }

  @Test("the history can be named by settings and environment; the option is stronger")
  func settings() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let file = try program.shell("echo 'history: h' > .weir.yaml; weir 1.log && ls")
    #expect(file.stdout.contains("First run") && file.stdout.contains("\nh\n"))
    #expect(try program.shell("weir history runs").stdout.contains("36 records"))
    let variable = try program.shell("weir 1.log && ls", environment: ["WEIR_HISTORY": "v"])
    #expect(variable.stdout.contains("First run") && variable.stdout.contains("\nv\n"))
    let shown = try program.shell("weir history runs | wc -l", environment: ["WEIR_HISTORY": "v"])
    #expect(shown.stdout.contains("1"))
    let option = try program.shell("weir --history o 1.log && ls")
    #expect(option.stdout.contains("First run") && option.stdout.contains("\no\n"))
    #expect(try program.shell("weir history runs h | wc -l").stdout.contains("1"))
    let shows = try program.shell("weir config show")
    #expect(shows.stdout.contains("history: "))
    let need = try program.shell("weir --only new 2.log")
    #expect(need.status == 0)
  }
}

@Suite("--since last")
struct SinceLastTests {
  @Test("reads what no run has read to its end, once; late ones as well")
  func once() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let two = try program.shell("weir --history h --since last 1.log 3.log")
    #expect(two.stdout.contains("Read 1 file") && two.stdout.contains("2026-01-07 10:00"))
    let late = try program.shell("weir --history h --since last 1.log 2.log 3.log")
    #expect(late.status == 0)
    #expect(late.stdout.contains("Read 1 file") && late.stdout.contains("2026-01-06 10:00"))
    let nothing = try program.shell("weir --history h --since last 1.log 2.log 3.log")
    #expect(nothing.status == 0 && nothing.stderr.isEmpty)
    #expect(nothing.stdout == "Nothing new since the log that ended 2026-01-07 10:00 UTC.\n")
    #expect(try program.shell("weir history runs h | wc -l").stdout.contains("3"))
    let quiet = try program.shell("weir --history h --since last --quiet-if-clean 1.log")
    #expect(quiet.stdout.isEmpty && quiet.status == 0)
    let json = try program.shell("weir --history h --since last --format json --fail-on info 1.log")
    #expect(json.status == 0)
    #expect(json.stdout.contains(#""complete": true"#) && json.stdout.contains(#""files": 0"#))
    let anyway = try program.shell("weir --history h 1.log")
    #expect(anyway.stdout.contains("36 records"))
  }

  @Test("observes new files in folders")
  func folders() throws {
    let program = try RunLogs.program(["logs/a/1.log": RunLogs.scan()])
    defer { program.remove() }
    _ = try program.shell("weir --history h --since last logs")
    try program.write("logs/b/2.gz", GzipWriter.member(RunLogs.scan(day: 1)))
    let second = try program.shell("weir --history h --since last logs")
    #expect(second.stdout.contains("Read 1 file") && second.stdout.contains("2026-01-06"))
    #expect(try program.shell("weir --history h --since last logs").stdout.hasPrefix("Nothing new"))
  }

  @Test("reads a truncated object again, and counts what it had nowhere twice")
  func truncated() throws {
    let whole = GzipWriter.member(RunLogs.scan())
    let program = try RunLogs.program(["a.gz": Array(whole.prefix(whole.count * 2 / 3))])
    defer { program.remove() }
    let broken = try program.shell("weir --history h --since last a.gz")
    #expect(broken.status == 3 && broken.stdout.contains("truncated"))
    let still = try program.shell("weir --history h --since last a.gz")
    #expect(still.status == 3 && still.stdout.contains("truncated"))
    try program.write("a.gz", whole)
    let complete = try program.shell("weir --history h --since last a.gz")
    #expect(complete.status == 0 && complete.stdout.contains("36 records"))
    #expect(try program.shell("weir --history h --since last a.gz").stdout.hasPrefix("Nothing new"))
    let facts = "grep -e '\"sighting\"' -e '\"volume\"'"
    let once = try program.shell("weir --history o a.gz >&2; weir history export o | \(facts)")
    #expect(once.stdout.contains("9900"))
    #expect(try program.shell("weir history export h | \(facts)").stdout == once.stdout)
  }

  @Test("a path that leads nowhere beside inputs that are known is incomplete, not nothing to read")
  func missing() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell("weir --history h --since last 1.log missing.log")
    #expect(outcome.status == 3)
    #expect(outcome.stdout.hasPrefix("Nothing new"))
    #expect(outcome.stdout.contains("missing.log: no such file or folder"))
    let quiet = try program.shell(
      "weir --history h --since last --quiet-if-clean 1.log missing.log"
    )
    #expect(quiet.stdout.contains("missing.log"))
    #expect(try program.shell("weir --history h --since last missing.log").status == 2)
  }

  @Test("knows a file by whichever path leads to it")
  func links() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let linked = try program.shell("ln -s 1.log link.log; weir --history h --since last link.log")
    #expect(linked.stdout.hasPrefix("Nothing new"))
    let relative = try program.shell("mkdir sub; cd sub; weir --history ../h --since last ../1.log")
    #expect(relative.stdout.hasPrefix("Nothing new"))
    let both = try program.shell("ln -s 2.log two.log; weir --history h --since last 2.log two.log")
    #expect(both.stdout.contains("Read 1 file"))
    #expect(both.stdout.contains("is a file that another path names too"))
    #expect(
      try program.shell("weir --history h --since last two.log").stdout.hasPrefix("Nothing new")
    )
  }

  @Test("always reads a pipe, and counts what came out of one before nowhere twice")
  func pipe() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let line = "cat 1.log | weir --history h --since last"
    _ = try program.shell(line)
    let facts = "weir history export h | grep -e '\"sighting\"' -e '\"volume\"'"
    let once = try program.shell(facts)
    #expect(once.stdout.contains("9900"))
    let again = try program.shell(line)
    #expect(again.stdout.contains("36 records"))
    #expect(try program.shell(facts).stdout == once.stdout)
    // Other text in another pipe is another input.
    _ = try program.shell("cat 3.log | weir --history h --since last")
    #expect(try program.shell(facts).stdout != once.stdout)
    #expect(try program.shell("weir history show h").stdout.contains("2 inputs"))
  }
}
