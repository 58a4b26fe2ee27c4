import FlowTestSupport
import LogInput
import Testing

@Suite("The command: formats that other programs read")
struct FormatTests {
  private static let log = Log.header + Log.scan()
  private static let mail = "--mail-to ann@example.org"

  /// Formats, the options that they need, the script that reads them, and what it must have found.
  private static let formats: [(line: String, script: String, found: String)] = [
    ("--format jsonl", "json_lines", #""kind": "finding""#),
    ("--format csv", "csv_rows", #""rule": "scan.horizontal""#),
    ("--format csv:sshSources", "csv_rows", #""distinct_destinations": "12""#),
    ("--format csv:portScans", "csv_rows", #""rows""#),
    ("--format csv:hostSweeps", "csv_rows", #""port": "22""#),
    ("--format csv:topTalkers", "csv_rows", #""bytes": "9000""#),
    ("--format csv:externalDestinations", "csv_rows", #""destination": "192.0.2.9""#),
    ("--format csv:rejectedSources", "csv_rows", #""source": "198.51.100.7""#),
    ("--format markdown", "markdown", "198.51.100.7 → 12 addresses :22"),
    ("--format prometheus", "prometheus", #""rule": "scan.horizontal""#),
    ("--format email \(mail)", "mail", #""ann@example.org""#),
    ("--format slack", "slack", "SSH scan"),
  ]

  private static func run(_ line: String, _ files: [String: String]) throws -> Outcome {
    let program = try Program()
    defer { program.remove() }
    for (name, text) in files { try program.write(name, text) }
    return try program.shell(line)
  }

  @Test(
    "are what their readers ask for",
    .needs(.python, .jsonSchema, .commonMark),
    arguments: formats
  )
  func read(line: String, script: String, found: String) throws {
    let outcome = try Self.run("weir \(line) a.log", ["a.log": Self.log])
    #expect(outcome.status == 0 && outcome.stderr.isEmpty)
    #expect(try Validator.read(script, Array(outcome.stdout.utf8)).contains(found))
  }

  @Test(
    "stay so when paths and lines are hostile",
    .needs(.python, .jsonSchema, .commonMark),
    arguments: formats
  )
  func hostile(line: String, script: String, found: String) throws {
    let name = "\u{1b}[31m<b>|`@a\n=1,\"\u{301}.log"
    let outcome = try Self.run(
      "weir --max-rejected 0 \(line) *.log",
      [name: Self.log + "2 \u{1b}[2J <script> =cmd|\n"]
    )
    #expect(outcome.status == 3)
    #expect(try Validator.read(script, Array(outcome.stdout.utf8)).contains(found))
  }

  @Test("are the same bytes with any number of threads", arguments: formats)
  func same(line: String, script: String, found: String) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.log)
    let outputs = try [1, 4].map {
      // The command line is part of some reports.
      try program.shell("WEIR_THREADS=\($0) weir \(line) a.log").stdout
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test(
    "print nothing when there is nothing to tell and that is asked for",
    .needs(.python, .jsonSchema, .commonMark),
    arguments: formats
  )
  func quiet(line: String, script: String, found: String) throws {
    let clean =
      Log.line("192.0.2.9", "10.0.0.1", 50_000, 443, packets: 9, bytes: 900, action: "ACCEPT")
      + Log.line("10.0.0.1", "192.0.2.9", 443, 50_000, packets: 9, bytes: 900, action: "ACCEPT")
    let files = ["a.log": Log.header + clean]
    let silent = try Self.run("weir --quiet-if-clean \(line) a.log", files)
    #expect(silent.stdout.isEmpty && silent.stderr.isEmpty && silent.status == 0)
    let loud = try Self.run("weir \(line) a.log", files)
    _ = try Validator.read(script, Array(loud.stdout.utf8))
  }

  @Test("go to as many files as wanted in one run")
  func files() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.log)
    let outcome = try program.shell(
      "weir --output csv=f.csv --output csv:sshSources=s.csv --output prometheus=w.prom --output jsonl=- a.log"
    )
    #expect(outcome.status == 0)
    #expect(outcome.stdout.hasPrefix(#"{"kind":"run","schema":"weir.lines/1""#))
    #expect(try program.read("f.csv").hasPrefix("id,rule,"))
    #expect(try program.read("s.csv").hasPrefix("source,source_name,records,"))
    #expect(try program.read("w.prom").hasPrefix("# HELP weir_findings "))
  }

  @Test(
    "have raw lines where they show them",
    arguments: [
      ("jsonl", true), ("csv", true), ("markdown", false), ("slack", false), ("prometheus", false),
    ]
  )
  func evidence(format: String, isShown: Bool) throws {
    let outcome = try Self.run("weir --format \(format) a.log", ["a.log": Self.log])
    #expect(outcome.stdout.contains(" 22 6 1 40 1767607200 1767607230 REJECT OK") == isShown)
  }

  private static func end(_ start: Int) -> String {
    Log.line("203.0.113.9", "10.0.0.1", 9, 22, start: start, end: 4_294_967_295)
  }

  @Test(
    "Times at both ends of the calendar are drawn like others, in every format",
    arguments: [
      Log.header + end(4_294_967_290) + end(4_294_967_290), log + end(4_294_967_290),
      log + end(1_767_607_000),
      Log.header + Log.line("203.0.113.9", "10.0.0.1", 9, 22, start: 0, end: 0),
    ]
  )
  func lastTimes(log: String) throws {
    let shared = ["text", "json", "jsonl", "csv", "markdown", "html"]
    let others = ["ocsf", "ecs", "prometheus", "slack", "email"]
    func outputs(_ formats: [String]) -> String {
      formats.map { "--output \($0)=\($0)" }.joined(separator: " ")
    }
    let outcome = try Self.run(
      """
      weir --mail-to a@example.org \(outputs(shared + others)) a.log || exit
      weir pivot 203.0.113.9 \(outputs(shared)) a.log || exit
      for file in \((shared + others).joined(separator: " ")); do test -s $file || echo $file; done
      """,
      ["a.log": log]
    )
    #expect(outcome.status == 0 && outcome.stdout.isEmpty, "\(outcome.stderr)")
  }

  @Test(
    "As many raw lines as asked for",
    arguments: [("", 3), ("--evidence 0", 0), ("--evidence 1", 1), ("--evidence 100", 12)]
  )
  func evidenceLines(option: String, count: Int) throws {
    for format in ["json", "jsonl"] {
      let outcome = try Self.run("weir --format \(format) \(option) a.log", ["a.log": Self.log])
      let lines = outcome.stdout.ranges(of: "1767607230 REJECT OK").count
      #expect(lines == count && outcome.status == 0, "\(format) \(option)")
    }
    let kept = try Self.run(
      "weir --format json a.log",
      ["a.log": Self.log, ".weir.yaml": "evidence: 0\n"]
    )
    #expect(!kept.stdout.contains("REJECT OK"))
    let refused = try Self.run("weir --evidence 101 a.log", ["a.log": Self.log])
    #expect(refused.status == 2 && refused.stderr.contains("--evidence takes 0 to 100"))
  }

  @Test("A table alone has no place for what went wrong, so that it is told on standard error")
  func incomplete() throws {
    let log = Self.log + "2 broken\n"
    for format in ["csv", "csv:topTalkers", "blocklist"] {
      let outcome = try Self.run("weir --max-rejected 0 --format \(format) a.log", ["a.log": log])
      #expect(outcome.status == 3)
      #expect(outcome.stderr.contains("a.log: 1 malformed line, first is line 38: too-few-fields"))
    }
    let whole = try Self.run("weir --max-rejected 50% --format csv a.log", ["a.log": log])
    #expect(whole.status == 0 && whole.stderr.isEmpty)
  }

  @Test(
    "A mail needs somebody who gets it",
    arguments: [
      ("--format email", 2, "needs a recipient: --mail-to ADDRESS"),
      ("--output email=m.eml", 2, "needs a recipient"),
      ("--format email --mail-to 'a b'", 2, "--mail-to: 'a b' is not a mail address"),
      ("--format email --mail-to a@b --mail-from 'x@y\nBcc: z@z'", 2, #"--mail-from: 'x@y\xaBcc"#),
      ("--format email --config c.yaml", 0, ""),
      ("--config bad.yaml", 2, "bad.yaml:1: mail-to: 'a b' is not a mail address"),
      ("--format csv:nothing", 2, "csv:topTalkers"),
      ("--output csv:nothing=x.csv", 2, "unknown format 'csv:nothing'; use one of text, json"),
    ]
  )
  func recipients(line: String, status: Int32, stderr: String) throws {
    let outcome = try Self.run(
      "weir \(line) a.log",
      [
        "a.log": Self.log, "c.yaml": "mail-to: [Ann <ann@example.org>]\nmail-from: weir@host\n",
        "bad.yaml": "mail-to: ['a b']\n",
      ]
    )
    #expect(outcome.status == status)
    #expect(outcome.stderr.contains(stderr) || stderr.isEmpty)
  }

  @Test("The command line's addresses stand in the place of the configuration's")
  func addresses() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.log)
    try program.write("c.yaml", "mail-to: [root]\nmail-from: weir@host\n")
    let mail = try program.shell(
      "weir --config c.yaml --format email --mail-to b@c --mail-to d@e a.log"
    )
    #expect(mail.stdout.hasPrefix("From: weir@host\nTo: b@c,\n d@e\nSubject: weir: "))
    let environment = ["WEIR_MAIL_TO": "Ann <a@b>, root", "WEIR_MAIL_FROM": "x@y"]
    let other = try program.shell("weir --format email a.log", environment: environment)
    #expect(other.stdout.hasPrefix("From: x@y\nTo: \"Ann\" <a@b>,\n root\n"))
    let shown = try program.shell("weir config show", environment: environment)
    #expect(shown.stdout.contains("mail-to: [\"Ann <a@b>\", root]"))
  }
}
