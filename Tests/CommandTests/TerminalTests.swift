import Foundation
import Testing

/// What a person at a terminal gets; `script` makes one.
@Suite("At a terminal")
struct TerminalTests {
  private static func program() throws -> Program {
    try RunLogs.program(["a.log": Array((Log.header + Log.scan()).utf8)])
  }

  /// Runs a line at a terminal of a size; what it shows comes back with its line ends as a file has them.
  private func terminal(
    _ program: Program,
    _ line: String,
    rows: Int = 50,
    columns: Int = 100,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try program.write("line.sh", "stty rows \(rows) cols \(columns)\n\(line)\n")
    var outcome = try program.shell(
      "script -qec 'sh line.sh' /dev/null",
      environment: ["TERM": "xterm", "COLUMNS": ""].merging(environment) { _, new in new }
    )
    outcome.stdout = outcome.stdout.replacing("\r\n", with: "\n")
    return outcome
  }

  struct Colour: CustomTestStringConvertible {
    var environment: [String: String] = [:]
    var options = ""
    var atTerminal: Bool
    var inPipe: Bool
    var testDescription: String { "\(environment) \(options)" }
  }

  @Test(
    "color is for terminals, unless somebody says otherwise",
    arguments: [
      Colour(atTerminal: true, inPipe: false),
      Colour(environment: ["NO_COLOR": "1"], atTerminal: false, inPipe: false),
      Colour(environment: ["NO_COLOR": ""], atTerminal: true, inPipe: false),
      Colour(environment: ["TERM": "dumb"], atTerminal: false, inPipe: false),
      Colour(environment: ["TERM": ""], atTerminal: false, inPipe: false),
      Colour(environment: ["FORCE_COLOR": "1"], atTerminal: true, inPipe: true),
      Colour(environment: ["FORCE_COLOR": "0"], atTerminal: true, inPipe: false),
      Colour(environment: ["CLICOLOR_FORCE": "1", "TERM": "dumb"], atTerminal: true, inPipe: true),
      Colour(
        environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"],
        atTerminal: true,
        inPipe: true
      ),
      Colour(
        environment: ["NO_COLOR": "1"],
        options: "--color always",
        atTerminal: true,
        inPipe: true
      ),
      Colour(
        environment: ["FORCE_COLOR": "1"],
        options: "--color never",
        atTerminal: false,
        inPipe: false
      ),
    ]
  )
  func colour(_ example: Colour) throws {
    let program = try Self.program()
    defer { program.remove() }
    let line = "weir \(example.options) a.log"
    let shown = try terminal(program, line, environment: example.environment)
    #expect(shown.status == 0 && shown.stdout.contains("SSH scan"), "\(shown.stdout)")
    #expect(shown.stdout.contains("\u{1b}[36m") == example.atTerminal, "\(shown.stdout)")
    let piped = try program.shell(line, environment: example.environment)
    #expect(piped.stdout.contains("\u{1b}") == example.inPipe)
    // The environment is of the moment, and a file is for later.
    _ = try program.shell("\(line) --output r", environment: example.environment)
    #expect(try program.read("r").contains("\u{1b}") == example.options.contains("always"))
  }

  @Test("the width is the terminal's, and no line is longer", arguments: [80, 100, 160, 200])
  func width(_ columns: Int) throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try terminal(program, "weir --color never a.log", columns: columns)
    let lines = outcome.stdout.split(separator: "\n")
    // The last line is a command, which is never broken.
    #expect(lines.count > 5 && lines.allSatisfy { $0.count <= columns || $0.hasPrefix("Next: ") })
    #expect(lines.contains { $0.count > min(columns, 120) / 2 })
  }

  struct Pager: CustomTestStringConvertible {
    var what: String
    var environment: [String: String] = ["PAGER": "sed s/^/@/"]
    var options = ""
    var rows = 10
    var isUsed: Bool
    var testDescription: String { what }
  }

  @Test(
    "long text goes through the pager, and nothing else does",
    arguments: [
      Pager(what: "longer than the screen", isUsed: true),
      Pager(what: "shorter than the screen", rows: 200, isUsed: false),
      Pager(what: "not wanted", options: "--no-pager", isUsed: false),
      Pager(
        what: "a terminal that knows nothing",
        environment: ["TERM": "dumb", "PAGER": "sed s/^/@/"],
        isUsed: false
      ),
      Pager(what: "JSON is for programs", options: "--format json", isUsed: false),
      Pager(
        what: "of its own",
        environment: ["PAGER": "false", "WEIR_PAGER": "sed s/^/@/"],
        isUsed: true
      ),
      Pager(
        what: "as a shell understands it",
        environment: ["PAGER": "sed 's/^/@/' | cat"],
        isUsed: true
      ),
      Pager(what: "cat is none", environment: ["PAGER": "cat"], isUsed: false),
      Pager(what: "missing", environment: ["PAGER": "no-such-pager -x"], isUsed: false),
      Pager(what: "missing, in a shell", environment: ["PAGER": "'no-such-pager'"], isUsed: false),
      Pager(what: "no program", environment: ["PAGER": "/etc/passwd"], isUsed: false),
    ]
  )
  func pager(_ example: Pager) throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try terminal(
      program,
      "weir --color never --fail-on low \(example.options) a.log",
      rows: example.rows,
      environment: example.environment
    )
    #expect(outcome.status == 1)
    #expect(
      outcome.stdout.contains("SSH scan") || outcome.stdout.contains("scan.horizontal"),
      "\(outcome.stdout)"
    )
    #expect(outcome.stdout.contains("@Read 1 file") == example.isUsed, "\(outcome.stdout)")
    let piped = try program.shell("weir a.log", environment: example.environment)
    #expect(piped.stdout.contains("\nRead 1 file"))
  }

  @Test(
    "who leaves the pager early has seen enough; the run is recorded, and the next one need not wait"
  )
  func leaving() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let outcome = try terminal(
      program,
      "weir --history h 1.log; echo \"code $?\"; weir history runs h",
      rows: 5,
      environment: ["PAGER": "weir --history h --wait 0 --no-pager 2.log > second; head -n 2"]
    )
    #expect(outcome.stdout.contains("First run: no baseline"), "\(outcome.stdout)")
    #expect(outcome.stdout.contains("code 0"))
    #expect(outcome.stdout.contains("2026-01-06 10:00"))
    #expect(try program.read("second").contains("\nSince the log that ended 2026-01-05 10:00 UTC"))
  }

  @Test("keys that interrupt belong to the pager")
  func interrupting() throws {
    let program = try Self.program()
    defer { program.remove() }
    // The terminal sends the key to all of its programs: this pager dies of it.
    let outcome = try terminal(
      program,
      "weir a.log; echo \"code $?\"",
      rows: 5,
      environment: [
        "PAGER": "kill -INT $PPID; sleep 0.2; kill -INT $PPID; sleep 0.2; head -n 3; kill -INT $$"
      ]
    )
    #expect(outcome.stdout.contains("Read 1 file"), "\(outcome.stdout)")
    #expect(outcome.stdout.contains("code 0"), "\(outcome.stdout)")
  }

  @Test("a folder of logs does not choose the program that its reader runs")
  func foreignPager() throws {
    let program = try Self.program()
    defer { program.remove() }
    try program.write(".weir.yaml", "pager: touch pwned\n")
    let outcome = try terminal(program, "weir a.log", rows: 5)
    #expect(outcome.status == 2)
    #expect(outcome.stdout.contains(".weir.yaml:1: pager: "), "\(outcome.stdout)")
    let chosen = try program.shell(
      "mv .weir.yaml mine.yaml; weir --config mine.yaml a.log; test -e pwned"
    )
    #expect(chosen.status == 1 && chosen.stdout.contains("SSH scan"))
  }

  @Test(
    "a folder of logs does not choose who gets the mail",
    arguments: ["mail-to: [a@example.org]", "mail-from: a@example.org"]
  )
  func foreignMail(line: String) throws {
    let program = try Self.program()
    defer { program.remove() }
    try program.write(".weir.yaml", line + "\n")
    let outcome = try program.shell("weir --format email --mail-to b@example.org a.log")
    #expect(outcome.status == 2 && outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains("cannot be set in the settings of the working folder"))
  }

  @Test("--ascii leaves no other byte, at a terminal and in files")
  func ascii() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "weir --ascii a.log; weir --ascii --output r a.log 2> none; LC_ALL=C grep -c '[^ -~]' r"
    )
    #expect(
      outcome.stdout.contains("LOW  .") && outcome.stdout.contains("198.51.100.7 -> 12 addresses")
    )
    #expect(outcome.stdout.utf8.allSatisfy { $0 < 0x80 })
    #expect(outcome.stdout.hasSuffix("\n0\n"))
    let set = try program.shell("weir a.log", environment: ["WEIR_ASCII": "true"])
    #expect(set.stdout.utf8.allSatisfy { $0 < 0x80 })
  }
}
