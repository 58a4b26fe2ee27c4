import Foundation
import Testing

@Suite("Windows of time")
struct TimeWindowCommandTests {
  /// 2026-01-05 10:00:00 UTC.
  static let start = 1_767_607_200

  /// Scans of twelve hosts by one source an hour, for five hours.
  static func log() -> String {
    Log.header
      + (0..<5).flatMap { hour in
        (1...12).flatMap { host in
          [0, 1].map { way in
            let begin = start + hour * 3600 + host * 60
            let (own, web) = ("10.0.0.\(host)", "192.0.2.9")
            return way == 0
              ? Log.exchange(
                web,
                own,
                50_000 + host,
                443,
                up: (9, 900),
                down: (9, 9000),
                start: begin,
                interface: "eni-0a1b2c3d4e5f607\(host + 10)"
              )
              : Log.line(
                "198.51.100.\(hour + 1)",
                own,
                40_000 + host,
                22,
                start: begin,
                interface: "eni-0a1b2c3d4e5f607\(host + 10)"
              )
          }
        }
      }.joined()
  }

  /// The sources that a run names as SSH scanners, with its status and what it said.
  private func scanners(_ options: String) throws -> (Set<Int>, Outcome) {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.log())
    let outcome = try program.shell("weir --tables \(options) a.log")
    let found = (1...5).filter { outcome.stdout.contains("198.51.100.\($0)") }
    return (Set(found), outcome)
  }

  @Test(
    "choose the records that count",
    arguments: [
      ("", [1, 2, 3, 4, 5]), ("--since 2026-01-05T12:00Z", [3, 4, 5]),
      ("--until 2026-01-05T12:00Z", [1, 2]), ("--since 1767610800 --until 1767614400", [2]),
      ("--since '2026-01-05 13:00' --until 2026-01-06", [4, 5]), ("--last 70m", [4, 5]),
      ("--since 2026-01-05T14:00:00+02:00", [3, 4, 5]), ("--last 8w", [1, 2, 3, 4, 5]),
    ] as [(String, [Int])]
  )
  func choose(_ choice: (options: String, scanners: [Int])) throws {
    let (found, outcome) = try scanners(choice.options)
    #expect(found == Set(choice.scanners))
    #expect(outcome.status == 0)
    #expect(outcome.stderr == "")
    #expect(outcome.stdout.contains("Window ") == !choice.options.isEmpty)
  }

  @Test("tell how many records lie in them")
  func count() throws {
    let (_, outcome) = try scanners("--since 2026-01-05T12:00Z")
    #expect(
      outcome.stdout.contains("Window from 2026-01-05 12:00 UTC: 108 of the records")
    )
  }

  @Test("give one report with any number of threads, packed or in parts")
  func anyParts() throws {
    let program = try Program()
    defer { program.remove() }
    let lines = Self.log().split(separator: "\n").dropFirst().map { $0 + "\n" }
    try program.write("one/a.log", Self.log())
    try program.write("two/a.log", Log.header + lines.prefix(77).joined())
    try program.write("two/b.log", Log.header + lines.dropFirst(77).joined())
    let window = "--format json --since 2026-01-05T11:30Z --until 2026-01-05T14:02Z"
    let cut = "sed -n '/\"summary\"/,$p' | grep -v '\"path\"\\|\"line\"'"
    let whole = try program.shell("weir \(window) --threads 1 one | \(cut)")
    #expect(whole.stdout.contains("\"findings\""))
    for other in ["--threads 4 one", "--threads 2 two", "--threads 1 two"] {
      let outcome = try program.shell("weir \(window) \(other) | \(cut)")
      #expect(outcome.stdout == whole.stdout)
    }
  }

  @Test("leave raw lines from outside out")
  func evidence() throws {
    let (_, outcome) = try scanners("--format json --since 2026-01-05T12:00Z")
    let starts = outcome.stdout.matches(of: /"text": ".* (17676\d+) 17676\d+ [A-Z]+ OK"/)
      .compactMap { Int($0.1) }
    #expect(!starts.isEmpty)
    #expect(starts.allSatisfy { $0 >= Self.start + 7200 })
  }

  @Test("that hold nothing say what the log holds, and end in 3")
  func nothing() throws {
    let (found, outcome) = try scanners("--since 2027-01-01")
    #expect(found.isEmpty)
    #expect(outcome.status == 3)
    #expect(
      outcome.stdout.contains(
        "no record is in the window: the inputs cover 2026-01-05 10:01 to 2026-01-05 14:12 UTC"
      )
    )
  }

  @Test("leave objects unopened whose names lie a day away")
  func objects() throws {
    let program = try Program()
    defer { program.remove() }
    let name = "123456789012_vpcflowlogs_eu-west-1_fl-0a1b2c3d"
    try program.write("\(name)_20260105T1500Z_1a2b3c4d.log", Self.log())
    try program.write("\(name)_20260103T1500Z_1a2b3c4d.log", "no flow log at all\n")
    let outcome = try program.shell("weir --since 2026-01-05T12:00Z --until 2026-01-05T15:00Z .")
    #expect(outcome.status == 0)
    #expect(outcome.stdout.contains("1 object not opened, by the time in"))
    let all = try program.shell("weir .")
    #expect(all.status == 3)
    let none = try program.shell("weir --until 2025-12-01 .")
    #expect(none.status == 3)
    #expect(none.stdout.contains("no object is near the window"))
  }

  @Test("that end the log take a forged time for what it is")
  func forged() throws {
    let program = try Program()
    defer { program.remove() }
    let forged = Log.line("203.0.113.77", "10.0.0.3", 9, 22, start: 4_000_000_000)
    try program.write("a.log", Self.log() + forged)
    let outcome = try program.shell("weir --last 70m a.log")
    #expect(outcome.stdout.contains("198.51.100.5"))
    #expect(!outcome.stdout.contains("198.51.100.2"))
  }

  @Test("that end the log look further where the newest objects hold no record")
  func emptyEnd() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("1_vpcflowlogs_us-east-1_fl-1_20260105T1000Z_a.log", Self.log())
    try program.write("1_vpcflowlogs_us-east-1_fl-1_20260301T0000Z_b.log", Log.header)
    let outcome = try program.shell("weir --last 70m .")
    #expect(outcome.stdout.contains("Window from"))
    #expect(!outcome.stdout.contains("198.51.100.2"))
  }

  @Test("say that they are not recorded, and tell nothing to be gone")
  func gone() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("1.log", Log.header + Log.scan())
    let later = Log.line("192.0.2.1", "10.0.0.1", 1024, 443, start: 1_767_700_000)
    try program.write("2.log", Log.header + later)
    let outcome = try program.shell(
      """
      weir --history h 1.log > none; weir --history h --since 2026-01-06 --format ocsf 2.log
      weir --history h --since 2026-01-06 2.log | grep -o 'this run is not recorded'; weir history runs h | wc -l
      """
    )
    #expect(outcome.stdout == "this run is not recorded\n1\n")
  }

  @Test(
    "that nobody can mean are refused",
    arguments: [
      ("--since 20260105", "invalid time '20260105'"),
      ("--since 2026-+1-05", "invalid time '2026-+1-05'"),
      ("--since noon", "invalid time 'noon'"), ("--until 2026-02-30", "invalid time '2026-02-30'"),
      ("--since 2026-01-06 --until 2026-01-05", "--until is before --since"),
      ("--last 3x", "invalid duration '3x'"), ("--last 0h", "invalid duration '0h'"),
      ("--last 24h --since today", "--last cannot be combined with --since or --until"),
      ("--since last", "--since last needs --history FILE"),
    ]
  )
  func refused(_ wrong: (options: String, reason: String)) throws {
    let (_, outcome) = try scanners(wrong.options)
    #expect(outcome.status == 2)
    #expect(outcome.stdout == "")
    #expect(outcome.stderr.contains(wrong.reason))
  }

  @Test("at the end of the log cannot be had from a pipe")
  func pipe() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.log())
    let outcome = try program.shell("cat a.log | weir --last 1h")
    #expect(outcome.status == 2)
    #expect(outcome.stderr.contains("--last reads its inputs twice"))
  }

  @Test("leave nothing in the history: what was read in part was not read")
  func memory() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.log())
    _ = try program.shell("weir --history h.db --since 2026-01-05T12:00Z a.log")
    let historyRun = try program.shell("weir --tables --history h.db --since last a.log")
    #expect(historyRun.status == 0)
    #expect(historyRun.stdout.contains("First run: no baseline"))
    #expect(historyRun.stdout.contains("198.51.100.1"))
  }
}
