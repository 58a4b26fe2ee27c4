import FlowTestSupport
import Foundation
import Testing

/// Runs as cron starts them: no terminal, no home, hardly any environment, streams that may be closed.
@Suite("Runs that nobody watches")
struct CronTests {
  private static let clean = Array(
    (Log.header
      + Log.exchange(
        "192.0.2.9",
        "10.0.0.1",
        50_000,
        443,
        up: (9, 900),
        down: (9, 9000),
        start: 1_767_607_200
      ))
      .utf8
  )
  private static let scan = Array((Log.header + Log.scan()).utf8)
  /// What cron gives to its jobs, and where the program's libraries lie.
  private static let bare =
    "env -i PATH=\"$PATH\" ${LD_LIBRARY_PATH:+LD_LIBRARY_PATH=\"$LD_LIBRARY_PATH\"} weir"

  private static func program() throws -> Program {
    try RunLogs.program(["clean": clean, "scan": scan, "half": scan.dropLast(9), "empty": []])
  }

  struct Run: CustomTestStringConvertible {
    var options: String
    var log: String
    var status: Int32
    var stdout: String?
    var stderr: String?
    var files: [String] = []
    var testDescription: String { "\(options) \(log)" }
  }

  private static let quiet = "--quiet-if-clean"
  private static let cut = "weir: INCOMPLETE: 1 of 37 lines malformed\n"

  @Test(
    "what is printed, mailed, written and returned",
    arguments: [
      Run(options: "", log: "clean", status: 0, stdout: "No findings."),
      Run(options: quiet, log: "clean", status: 0),
      Run(options: quiet, log: "scan", status: 0, stdout: "SSH scan"),
      Run(
        options: quiet,
        log: "empty",
        status: 3,
        stdout: "INCOMPLETE",
        stderr: "weir: INCOMPLETE: no records were read\n"
      ),
      Run(options: quiet, log: "half", status: 3, stdout: "INCOMPLETE", stderr: Self.cut),
      Run(options: "\(quiet) --fail-on low", log: "clean", status: 0),
      Run(options: "\(quiet) --fail-on low", log: "scan", status: 1, stdout: "SSH scan"),
      Run(options: "\(quiet) --fail-on high", log: "scan", status: 0, stdout: "SSH scan"),
      Run(
        options: "\(quiet) --min-severity high --fail-on low",
        log: "scan",
        status: 1,
        stdout: "1 finding below high is omitted"
      ),
      Run(
        options: "\(quiet) --fail-on low",
        log: "half",
        status: 1,
        stdout: "INCOMPLETE",
        stderr: Self.cut
      ),
      Run(options: "\(quiet) --format json", log: "clean", status: 0),
      Run(options: "\(quiet) --format blocklist", log: "clean", status: 0),
      Run(options: "\(quiet) --format json", log: "scan", status: 0, stdout: "scan.horizontal"),
      Run(options: "\(quiet) --output r --output json=-", log: "clean", status: 0, files: ["r"]),
      Run(
        options: "\(quiet) --output r --output json=-",
        log: "scan",
        status: 0,
        stdout: "scan.horizontal",
        files: ["r"]
      ),
      Run(
        options: "\(quiet) --output r --output json=j",
        log: "clean",
        status: 0,
        files: ["r", "j"]
      ),
      Run(
        options: "\(quiet) --fail-on low --output r --output json=j",
        log: "scan",
        status: 1,
        stderr:
          "weir: 36 records, 1 finding: 1 low; worst: 13 SSH scan, 198.51.100.7; 2 files written\n",
        files: ["r", "j"]
      ),
      Run(
        options: "--output r",
        log: "clean",
        status: 0,
        stderr: "weir: 2 records, no findings; 1 file written\n",
        files: ["r"]
      ),
      Run(
        options: "\(quiet) --output r",
        log: "empty",
        status: 3,
        stderr: "weir: INCOMPLETE: 0 records, no findings; 1 file written\n",
        files: ["r"]
      ),
    ]
  )
  func runs(_ run: Run) throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell("\(Self.bare) \(run.options) \(run.log) <&-")
    #expect(outcome.status == run.status)
    #expect(outcome.stderr == run.stderr ?? "")
    if let words = run.stdout {
      #expect(outcome.stdout.contains(words), "\(outcome.stdout)")
    } else {
      #expect(outcome.stdout.isEmpty, "\(outcome.stdout)")
    }
    #expect(outcome.stdout.utf8.allSatisfy { $0 == 10 || $0 >= 0x20 })
    for file in run.files { #expect(try !program.read(file).isEmpty) }
  }

  @Test(
    "a second run in which nothing happened is silent, whatever is asked for",
    arguments: [
      "", "--only new", "--only new,changed --fail-on low", "--since last",
      "--since last --only new --format json",
      "--since last --output r --output json=-",
    ]
  )
  func historyRuns(_ options: String) throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "for night in 1 2; do \(Self.bare) --quiet-if-clean --history h \(options) clean <&-; code=$?; done; exit $code"
    )
    #expect(outcome.status == 0)
    #expect(outcome.stdout.isEmpty && outcome.stderr.isEmpty, "\(outcome.stdout)\(outcome.stderr)")
  }

  // MARK: Closed streams

  @Test(
    "streams that are closed never become files: logs, reports and the history stay what they are",
    .needs(.python)
  )
  func closed() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      cksum scan > before
      \(Self.bare) --history h --output r --output json=j scan <&- >&- 2>&-; echo $? > code
      cksum scan | cmp - before || exit 7
      \(Self.bare) --history other scan | cmp - r || exit 8; python3 -m json.tool j > none || exit 9; \(Self.bare) history runs h | wc -l
      \(Self.bare) --output /dev/full scan <&- >&- 2>&-; test $? = 2 || exit 5; cksum scan | cmp - before || exit 6
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try program.read("code") == "0\n")
    #expect(outcome.stdout == "1\n")
  }

  @Test("a report for a closed standard output is lost, and that is a fault")
  func closedOutput() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "weir --history h 1>&- scan; code=$?; weir history runs h | wc -l; exit $code"
    )
    #expect(outcome.status == 2)
    #expect(
      outcome.stderr.contains(
        "cannot write to standard output: Bad file descriptor; this run is not recorded in the history"
      )
    )
    let silent = try program.shell("weir --quiet-if-clean clean >&-")
    #expect(silent.status == 0 && silent.stderr.isEmpty)
  }

  @Test("standard input that is closed is told, not taken for an empty log")
  func closedInput() throws {
    let program = try Self.program()
    defer { program.remove() }
    for line in ["weir <&-", "weir - <&-"] {
      let outcome = try program.shell(line)
      #expect(outcome.status == 3, "\(outcome.stderr)")
      #expect(outcome.stdout.contains("Bad file descriptor"), "\(outcome.stdout)")
    }
  }

  // MARK: Faults

  @Test("a report that grows past what is allowed leaves the old one, and no part of itself")
  func tooLarge() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "echo old > r; (ulimit -f 1; weir --output json=r scan); code=$?; ls; cat r; exit $code"
    )
    #expect(outcome.status == 2)
    #expect(outcome.stdout == "clean\nempty\nhalf\nr\nscan\nold\n")
    #expect(
      outcome.stderr.contains("File too large; the report was not written to r"),
      "\(outcome.stderr)"
    )
  }

  @Test("a full disk behind standard output is told")
  func fullOutput() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell("weir scan > /dev/full")
    #expect(outcome.status == 2)
    #expect(outcome.stderr == "weir: cannot write to standard output: No space left on device\n")
  }

  @Test(
    "a disk that is too small for a report keeps the old one whole",
    .enabled(if: SmallDisk.isPossible)
  )
  func fullDisk() throws {
    let program = try Self.program()
    defer { program.remove() }
    let disk = try SmallDisk(program.folder.appending(path: "disk"), bytes: 8 << 10)
    defer { disk.remove() }
    let outcome = try program.shell(
      "echo old > disk/r; weir --output json=disk/r --output t scan; code=$?; ls -A disk; cat disk/r; exit $code"
    )
    #expect(outcome.status == 2)
    #expect(outcome.stdout == "r\nold\n")
    #expect(outcome.stderr.contains("No space left on device"))
    #expect(try program.read("t").contains("SSH scan"))
  }

  @Test("a folder or a file that may not be written to is told before anything is read")
  func readOnly() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      mkdir r open; echo old > open/old; as=; mkfifo pipe
      if [ "$(id -u)" = 0 ]; then as='setpriv --reuid=65534 --regid=65534 --clear-groups'; chown -R 65534 r open pipe; fi
      chmod 555 r; chmod 444 open/old; $as true || exit 77
      timeout 60 $as weir --output r/x --output open/old --output 'json=r/{date}' pipe; code=$?; cat open/old; ls r; exit $code
      """
    )
    #expect(outcome.status == 2)
    #expect(outcome.stdout == "old\n")
    #expect(
      outcome.stderr == """
        weir: cannot write in folder r: Permission denied; nothing was read
        weir: cannot write to open/old: Permission denied; nothing was read
        weir: cannot write in folder r: Permission denied; nothing was read

        """
    )
  }

  @Test("each signal that ends a run ends it in the same way", arguments: ["INT", "TERM", "HUP"])
  func signals(_ name: String) throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      weir history export h > before; mkfifo pipe
      env --default-signal=HUP weir --history h --output t --output json=j --output blocklist=b --output - - < pipe & exec 3> pipe
      cat 2.log >&3; sleep 1; kill -\(name) $!; exec 3>&-; wait $!; code=$?
      weir history export h | cmp - before || exit 7; ls; exit $code
      """
    )
    #expect(outcome.status == 130)
    for file in ["t", "b"] { #expect(try program.read(file).contains("INTERRUPTED")) }
    #expect(try program.read("j").contains("\"interrupted\": true"))
    #expect(outcome.stdout.contains("INTERRUPTED"))
    #expect(!outcome.stdout.contains("partial"))
    #expect(
      outcome.stderr
        == "weir: INTERRUPTED: the report covers what was read until then\n"
    )
  }

  @Test("a hang-up that nohup keeps away stays away")
  func nohup() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      mkfifo pipe; nohup weir - < pipe > r & exec 3> pipe
      cat scan >&3; sleep 1; kill -HUP $!; sleep 0.3; cat scan >&3; exec 3>&-; wait $! || exit 7; grep -c '^Read .* 72 records' r
      """
    )
    #expect(outcome.status == 0)
    #expect(outcome.stdout == "1\n")
  }

  @Test("a second signal ends the program at once, whatever it waits for")
  func secondSignal() throws {
    let program = try Self.program()
    defer { program.remove() }
    // Nobody reads the pipe that the report is to go to: writing it waits for ever.
    let outcome = try program.shell(
      """
      mkfifo out; weir --output out scan & weir=$!; { for i in $(seq 600); do kill -0 $weir || exit; sleep 0.1; done; kill -9 $weir; } > none 2>&1 &
      sleep 1.5; kill -INT $weir; sleep 0.3; kill -0 $weir || exit 7; kill -INT $weir; wait $weir; exit $?
      """
    )
    #expect(outcome.status == 130)
  }
}
