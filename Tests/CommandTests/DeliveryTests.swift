import FlowTestSupport
import Foundation
import Testing

/// Where reports go: names with a day, several files at once, and what is asked before anything is read.
@Suite("Delivery of a report")
struct DeliveryTests {
  private static let scanLog = Array((Log.header + Log.scan()).utf8)

  private static func program(_ files: [String: [UInt8]] = ["a.log": scanLog]) throws -> Program {
    try RunLogs.program(files)
  }

  private static func files(_ program: Program, _ folder: String = ".") throws -> [String] {
    try program.shell("cd \(folder) && find . -type f ! -name '.std*' | sort").stdout
      .split(separator: "\n").map { String($0.dropFirst(2)) }
  }

  // MARK: The day in a name

  @Test("{date} is the last day of the log, in names of folders as well")
  func date() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "weir --output 'json=r-{date}.json' --output 'd-{date}/x/{date}.txt' a.log; stat -c %a d* d*/x d*/x/* r*"
    )
    #expect(outcome.status == 0)
    #expect(
      try Self.files(program) == ["a.log", "d-2026-01-05/x/2026-01-05.txt", "r-2026-01-05.json"]
    )
    #expect(outcome.stdout.split(separator: "\n") == ["700", "700", "600", "600"])
    #expect(
      outcome.stderr
        == "weir: 36 records, 1 finding: 1 low; worst: 13 SSH scan, 198.51.100.7; 2 files written\n"
    )
  }

  @Test("neither a forged time nor a record that ends after midnight moves the day")
  func forged() throws {
    let start = 1_767_571_200
    let forged = Log.line("192.0.2.1", "10.0.0.1", 9, 22, start: 4_000_000_000)
    let evening = (0..<90).map { number in
      Log.line("192.0.2.9", "10.0.0.1", 40_000 + number, 443, start: start + 85_500 + number * 10)
    }
    let program = try Self.program([
      "forged.log": RunLogs.busy(day: 0, lines: 2000) + Array(forged.utf8),
      "evening.log": Array((Log.header + evening.joined()).utf8),
    ])
    defer { program.remove() }
    _ = try program.shell(
      "weir --output 'f-{date}' forged.log; weir --output 'e-{date}' evening.log"
    )
    #expect(
      try Self.files(program) == ["e-2026-01-05", "evening.log", "f-2026-01-05", "forged.log"]
    )
  }

  @Test("without records there is no day and no file, and that is said")
  func noDate() throws {
    let program = try Self.program(["a.log": Self.scanLog, "empty": []])
    defer { program.remove() }
    let empty = try program.shell("weir --output '{date}.txt' --output json=r.json empty")
    #expect(empty.status == 3)
    #expect(empty.stderr.contains("no records, so no date: {date}.txt was not written"))
    #expect(empty.stderr.contains("INCOMPLETE: 0 records, no findings; 1 file written"))
    #expect(try Self.files(program) == ["a.log", "empty", "r.json"])
    _ = try program.shell("weir --history h --output '{date}.txt' a.log")
    let again = "weir --history h --since last --output '{date}.txt' a.log"
    let told = try program.shell("echo mine > 2026-01-05.txt; \(again)")
    #expect(told.status == 0)
    #expect(told.stderr.contains("no records, so no date"))
    #expect(told.stderr.contains("nothing new; 0 files written"))
    let quiet = try program.shell("\(again) --quiet-if-clean")
    #expect(quiet.status == 0 && quiet.stdout.isEmpty && quiet.stderr.isEmpty)
    #expect(try program.read("2026-01-05.txt") == "mine\n")
  }

  // MARK: Old days

  @Test("--keep leaves the newest days of the very name, and nothing else goes")
  func keep() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      mkdir r; echo x > r/w-2020-01-01.txt; echo x > r/w-2020-01-01.json; echo x > r/notes
      for night in 1 2 3; do weir --output 'r/w-{date}.txt' --keep 2 --quiet-if-clean $night.log || exit 9; done
      weir --output 'r/w-{date}.txt' --keep 1 1.log
      """
    )
    #expect(outcome.status == 0)
    #expect(
      try Self.files(program, "r")
        == ["notes", "w-2020-01-01.json", "w-2026-01-05.txt", "w-2026-01-07.txt"]
    )
  }

  @Test(
    "nothing old goes unless every report is safe, the run is recorded, and the log was read"
  )
  func keepOnlyAfterwards() throws {
    let program = try Self.program()
    defer { program.remove() }
    let old = "mkdir r; echo x > r/2020-01-01.txt;"
    let full = try program.shell(
      "\(old) weir --output 'r/{date}.txt' --output json=/dev/full --keep 1 a.log; echo $?; ls r"
    )
    #expect(full.stdout == "2\n2020-01-01.txt\n2026-01-05.txt\n")
    let interrupted = try program.shell(
      """
      rm r/2026*; mkfifo pipe; weir --output 'r/{date}.txt' --keep 1 - < pipe & exec 3> pipe
      cat a.log >&3; sleep 1; kill -INT $!; exec 3>&-; wait $!; echo $?; ls r; grep -c INTERRUPTED r/2026-01-05.txt
      """
    )
    #expect(interrupted.stdout == "130\n2020-01-01.txt\n2026-01-05.txt\n1\n")
    #expect(interrupted.stderr.contains("INTERRUPTED: 36 records"))
    let good = try program.shell("weir --output 'r/{date}.txt' --keep 1 a.log; ls r")
    #expect(good.stdout == "2026-01-05.txt\n")
  }

  @Test("what cannot be removed is told, and the run was good nevertheless")
  func keepRefused() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      mkdir r r/2020-01-01; echo x > r/2020-01-01/all.txt; as=
      if [ "$(id -u)" = 0 ]; then as='setpriv --reuid=65534 --regid=65534 --clear-groups'; chown -R 65534 r; fi
      chmod 555 r/2020-01-01; $as true || exit 77
      cat a.log | $as weir --output 'r/{date}/all.txt' --keep 1; code=$?; find r -type f | sort; exit $code
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout == "r/2020-01-01/all.txt\nr/2026-01-05/all.txt\n")
    #expect(outcome.stderr.contains("cannot remove r/2020-01-01/all.txt: Permission denied"))
  }

  // MARK: Several at once

  @Test("each of several outputs has the bytes that it has alone")
  func several() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      weir --output text=t --output blocklist=b --output json=- a.log
      weir a.log | cmp - t || exit 7; weir --format blocklist a.log | cmp - b || exit 8
      """
    )
    #expect(outcome.status == 0, "\(outcome.stdout)\(outcome.stderr)")
    #expect(outcome.stderr.isEmpty)
    #expect(
      outcome.stdout.hasPrefix("{\n") && outcome.stdout.contains("\"rule\": \"scan.horizontal\"")
    )
  }

  @Test("one that cannot be written does not cost the others, but the run")
  func oneFails() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      weir history export h > before
      weir --history h --output json=/dev/full --output t.txt --output blocklist=- 2.log; code=$?
      weir history export h | cmp - before || exit 7; grep -c 'SSH scan' t.txt; exit $code
      """
    )
    #expect(outcome.status == 2)
    #expect(outcome.stdout == "198.51.100.7 # 13 scan.horizontal: SSH scan\n1\n")
    #expect(
      outcome.stderr == """
        weir: cannot write to /dev/full: No space left on device; the report was not written to /dev/full
        weir: this run is not recorded in the history

        """
    )
  }

  @Test("files are written before standard output, whose reader may go away")
  func closedPipe() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    // A reader that is gone before the first byte; what true returns does not matter.
    let outcome = try program.shell(
      """
      weir history export h > before; mkfifo pipe; (exec 3< pipe; exec 3<&-) & exec 4> pipe; wait $!
      weir --history h --output - --output t.txt 2.log >&4; echo $? > code
      weir history export h | cmp - before || exit 7
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try program.read("code") == "0\n")
    #expect(try program.read("t.txt").contains("SSH scan"))
    #expect(
      outcome.stderr
        == "weir: the reader of standard output closed the pipe; this run is not recorded in the history\n"
    )
  }

  // MARK: Before anything is read

  struct Refused: CustomTestStringConvertible {
    var what: String
    var prepare = "true"
    var options: String
    var words: String
    var testDescription: String { what }
  }

  @Test(
    "a name that cannot become a file is refused before anything is read",
    arguments: [
      Refused(
        what: "no such folder",
        options: "--output nowhere/r.txt",
        words: "cannot write in folder nowhere: No such file or directory; nothing was read"
      ),
      Refused(
        what: "no such folder above the days",
        options: "--output 'nowhere/{date}/r.txt'",
        words: "cannot write in folder nowhere: No such file or directory; nothing was read"
      ),
      Refused(
        what: "a folder",
        prepare: "mkdir r",
        options: "--output r",
        words: "cannot write to r: Is a directory"
      ),
      Refused(
        what: "a file for a folder",
        prepare: "echo > r",
        options: "--output r/x",
        words: "cannot write in folder r: Not a directory"
      ),
      Refused(
        what: "a link to nothing",
        prepare: "ln -s nowhere r",
        options: "--output r",
        words: "cannot follow the link r"
      ),
      Refused(
        what: "all that is wrong at once",
        prepare: "mkdir r",
        options: "--output r --output json=nowhere/j",
        words: "cannot write in folder nowhere"
      ),
      Refused(
        what: "one file for two formats",
        options: "--output json=r --output text=./r",
        words: "two formats have the same file, ./r"
      ),
      Refused(
        what: "one file for two formats, by a link",
        prepare: "echo > r; ln -s r s",
        options: "--output json=r --output text=s",
        words: "two formats have the same file, s"
      ),
      Refused(
        what: "one file for two formats, every day",
        prepare: "mkdir r; ln -s r s",
        options: "--output 'json=r/{date}' --output 'text=s//{date}'",
        words: "two formats have the same file, s//{date}"
      ),
      Refused(
        what: "behind the day and back up",
        options: "--output '{date}/../r'",
        words: "contains .. after {date}"
      ),
      Refused(what: "--keep without days", options: "--keep 3", words: "--keep counts the files"),
      Refused(
        what: "--keep of nothing",
        options: "--output '{date}' --keep 0",
        words: "--keep takes 1 or more"
      ),
      Refused(
        what: "the memory",
        prepare: "weir --history h 1.log > none",
        options: "--history h --output h",
        words: "--output would overwrite the history, h"
      ),
      Refused(
        what: "the memory that is to be",
        options: "--history h --output json=./h",
        words: "--output would overwrite the history, h"
      ),
      Refused(
        what: "the lock of the memory",
        options: "--history h --output h.lock",
        words: "--output would overwrite the history, h"
      ),
    ]
  )
  func refused(_ example: Refused) throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    // Nobody writes to the pipe: who reads it waits for ever.
    let outcome = try program.shell(
      """
      \(example.prepare); mkfifo pipe; find . -type f -name '[hrsj]*' -exec cksum {} + > .before
      timeout 60 weir \(example.options) pipe; code=$?
      find . -type f -name '[hrsj]*' -exec cksum {} + | cmp - .before || exit 7; exit $code
      """
    )
    #expect(outcome.status == 2, "\(outcome.stderr)")
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains(example.words), "\(outcome.stderr)")
  }

  @Test("devices may take two formats, for they keep none")
  func devices() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell("weir --output json=/dev/null --output text=/dev/null a.log")
    #expect(outcome.status == 0, "\(outcome.stderr)")
  }

  @Test(
    "a report is never written over the log that it is about",
    arguments: [
      "--output a.log a.log", "--output ./logs/../a.log a.log", "--output link a.log",
      "--output a.log '*.log'", "--output logs/old.txt logs", "--output 'json=logs/r-{date}' logs",
      "--history h --since last --output a.log a.log",
    ]
  )
  func inputs(_ arguments: String) throws {
    let program = try Self.program([
      "a.log": Self.scanLog, "logs/b.log": Self.scanLog, "logs/old.txt": [120, 10],
      "logs/r-2025-12-31": [120, 10],
    ])
    defer { program.remove() }
    let outcome = try program.shell(
      "ln -s a.log link; cksum a.log logs/* > before; weir \(arguments); code=$?; cksum a.log logs/* | cmp - before || exit 7; exit $code"
    )
    #expect(outcome.status == 2)
    #expect(
      outcome.stderr.contains("is an input, and --output would overwrite it"),
      "\(outcome.stderr)"
    )
  }
}
