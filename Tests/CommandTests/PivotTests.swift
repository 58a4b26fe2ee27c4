import FlowModel
import FlowPipeline
import FlowReporting
import Foundation
import LogInput
import Testing

@testable import FlowFindings

@Suite("weir pivot")
struct PivotTests {
  private static let attacker = "198.51.100.77"
  private static let victim = "10.0.0.5"
  private static let noon = 1_767_614_400

  /// Guesses at SSH, a shell that lasts, and then the victim tries SSH at external sources; beside that, visitors of a
  /// web page.
  static func intrusion() -> [String] {
    let interface = "eni-0a1b2c3d4e5f60705"
    var lines: [String] = []
    func exchange(
      _ client: String,
      _ server: String,
      _ clientPort: Int,
      _ port: Int,
      _ size: Int,
      _ at: Int,
      _ seconds: Int = 9
    ) {
      lines.append(
        Log.exchange(
          client,
          server,
          clientPort,
          port,
          up: (size, size * 140),
          down: (size, size * 180),
          start: noon + at,
          seconds: seconds,
          interface: interface
        )
      )
    }
    for visitor in 0..<12 {
      exchange("192.0.2.\(visitor)", victim, 40_000 + visitor, 443, 12, visitor * 300)
    }
    for attempt in 0..<30 {
      exchange(attacker, victim, 41_000 + attempt, 22, 14, attempt * 20)
    }
    exchange(attacker, victim, 42_000, 22, 900, 640, 1200)
    for target in 0..<40 {
      lines.append(
        Log.line(
          victim,
          "203.0.113.\(target)",
          50_000 + target,
          22,
          packets: 1,
          bytes: 60,
          start: noon + 2000 + target,
          action: "ACCEPT",
          interface: interface
        )
      )
    }
    return lines
  }

  private static func program() throws -> Program {
    let program = try Program()
    try program.write("a.log", Log.header + intrusion().joined())
    return program
  }

  private func run(_ line: String, _ prepare: (Program) throws -> Void = { _ in }) throws -> Outcome
  {
    let program = try Self.program()
    defer { program.remove() }
    try prepare(program)
    return try program.shell(line)
  }

  @Test("an attacker: its conversations, what it did, and what its victim did from then on")
  func attacker() throws {
    let outcome = try run("weir pivot \(Self.attacker) a.log")
    #expect(outcome.status == 0)
    #expect(outcome.stderr.isEmpty)
    for text in [
      "198.51.100.77, external", "In 62 of 126 records", "62 accepted, 0 rejected",
      "→ initiated", "31 answered", "Likely SSH compromise", "findings with it as the actor",
      "Later findings of internal hosts that answered it", "Outbound SSH scan",
      "→ 10.0.0.5  SSH", "01-05 12:00–12:30",
    ] {
      #expect(outcome.stdout.contains(text), "\(text)")
    }
    #expect(!outcome.stdout.contains("\n  ← "))
  }

  @Test("its victim: both directions, findings as actor and as target")
  func victim() throws {
    let outcome = try run("weir pivot \(Self.victim) a.log")
    #expect(outcome.status == 0)
    for text in [
      "10.0.0.5, internal", "In 126 of 126 records", "findings with it as the actor",
      "findings with it as a target", "→ SSH", "← SSH", "← HTTPS", "40 silent",
    ] {
      #expect(outcome.stdout.contains(text), "\(text)")
    }
    // The one that got in stands above visitors with more bytes.
    let peers = outcome.stdout.split(separator: "\n").drop { !$0.hasPrefix("Peers") }
    #expect(peers.dropFirst(2).first?.contains(Self.attacker) == true)
  }

  @Test("a range: its addresses by themselves")
  func range() throws {
    let outcome = try run("weir pivot 192.0.2.77/24 a.log")
    #expect(outcome.status == 0)
    for text in ["192.0.2.0/24, external", "In 24 of 126 records", "Addresses", "192.0.2.11"] {
      #expect(outcome.stdout.contains(text), "\(text)")
    }
  }

  @Test("an interface: its local address is found out")
  func interface() throws {
    let outcome = try run("weir pivot eni-0a1b2c3d4e5f60705 a.log")
    #expect(outcome.status == 0)
    #expect(outcome.stdout.hasPrefix("eni-0a1b2c3d4e5f60705, local address 10.0.0.5\n"))
    #expect(outcome.stdout.contains("In 126 of 126 records"))
  }

  @Test("IPv6, in any spelling")
  func ipv6() throws {
    let lines = Log.exchange(
      "2001:db8:9::1",
      "2001:db8::5",
      40_000,
      22,
      up: (12, 900),
      down: (9, 800),
      start: Self.noon
    )
    let outcome = try run("weir pivot 2001:DB8:9:0::1 b.log") {
      try $0.write("b.log", Log.header + lines)
    }
    #expect(outcome.status == 0)
    #expect(outcome.stdout.hasPrefix("2001:db8:9::1, external\n"))
    #expect(outcome.stdout.contains("In 2 of 2 records"))
  }

  @Test(
    "who does not occur: said with what was read, and no failure",
    arguments: ["203.0.113.200", "2001:db8::/32", "eni-00000000"]
  )
  func absent(investigated: String) throws {
    let outcome = try run("weir pivot \(investigated) a.log")
    #expect(outcome.status == 0)
    #expect(
      outcome.stdout.hasPrefix("\(investigated) does not occur in 126 records (2026-01-05 12:00 – ")
    )
    let json = try run("weir pivot --format json \(investigated) a.log")
    #expect(json.stdout.contains("\"occurs\": false"))
  }

  @Test(
    "mistakes: status 2, and what to do",
    arguments: [
      ("weir pivot", "<target>"), ("weir pivot a.log", "'a.log' is not an address"),
      ("weir pivot 10.0.0.300 a.log", "203.0.113.0/24 or eni-"),
      ("weir pivot 10.0.0.5 missing.log", "missing.log: no such file"),
      ("weir pivot --format ocsf 10.0.0.5 a.log", "ocsf"),
      ("weir pivot --output xml=x 10.0.0.5 a.log", "unknown format 'xml'"),
      ("weir pivot --limit 3 10.0.0.5 a.log", "--limit needs --raw"),
      ("weir pivot --raw --format json 10.0.0.5 a.log", "--raw prints unchanged lines"),
      ("weir pivot --raw 10.0.0.5 missing.log", "missing.log: no such file"),
      ("weir pivot --top -1 10.0.0.5 a.log", "--top"),
      ("weir pivot \"$(printf 'a\\033[31m')\" a.log", "'a\\x1b[31m' is not an address"),
    ]
  )
  func mistakes(_ line: String, _ text: String) throws {
    let outcome = try run(line)
    #expect(outcome.status == 2)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains(text), "\(outcome.stderr)")
    #expect(!outcome.stderr.contains("\u{1b}"))
  }

  @Test("raw lines that would go into a log that is read are refused, for that never ends")
  func loop() throws {
    let outcome = try run(
      "mkdir d; cp a.log d; weir pivot --raw 10.0.0.5 d > d/out.log; code=$?; wc -c < d/out.log; exit $code"
    )
    #expect(outcome.status == 2 && outcome.stdout == "0\n")
    #expect(outcome.stderr.contains("d/out.log"))
  }

  @Test(
    "two formats for one file, and files for days, are refused",
    arguments: ["--output json=x --output csv=./x", "--output '{date}.json'"]
  )
  func places(outputs: String) throws {
    let outcome = try run("weir pivot \(outputs) 10.0.0.5 a.log")
    #expect(outcome.status == 2 && outcome.stdout.isEmpty)
  }

  @Test("names are inert in tables and tickets")
  func names() throws {
    let log = Log.header + Log.line("10.0.0.5", "10.0.0.1", 1024, 22)
    let named = { (program: Program) in
      try program.write("b.log", log)
      try program.write("names.txt", "10.0.0.1 ＝SUM(1) @ann www.example.org\n")
    }
    let csv = try run("weir pivot --names names.txt --format csv 10.0.0.5 b.log", named)
    #expect(csv.stdout.contains(",'＝SUM(1) @ann www.example.org,"))
    let ticket = try run("weir pivot --names names.txt --format markdown 10.0.0.5 b.log", named)
    #expect(ticket.stdout.contains("SUM(1)"))
    #expect(!ticket.stdout.contains("@ann") && !ticket.stdout.contains("www.example.org"))
  }

  @Test("damaged input: what was readable is told, and the status is 3", arguments: ["", "--raw "])
  func damaged(option: String) throws {
    let outcome = try run("weir pivot \(option)\(Self.attacker) cut.gz") { program in
      var bytes = GzipWriter.member(Array((Log.header + Self.intrusion().joined()).utf8))
      bytes.removeLast(40)
      try program.write("cut.gz", bytes)
    }
    #expect(outcome.status == 3)
    #expect((outcome.stdout + outcome.stderr).contains("cut.gz: gzip stream truncated"))
  }

  @Test("a pipe is enough, for the view and for the lines")
  func pipe() throws {
    let file = try run("weir pivot --format csv \(Self.attacker) a.log")
    let pipe = try run("cat a.log | weir pivot --format csv \(Self.attacker)")
    #expect(pipe.stdout == file.stdout)
    #expect(file.stdout.hasPrefix("subject,peer,"))
    let lines = try run("gzip -c a.log | weir pivot --raw \(Self.attacker) -")
    #expect(lines.status == 0)
    #expect(lines.stdout.split(separator: "\n").count == 63)
  }

  @Test("a window of time holds for the view and for the lines")
  func window() throws {
    let window = "--since 2026-01-05T12:33Z"
    let view = try run("weir pivot \(window) \(Self.victim) a.log")
    #expect(view.stdout.contains("In 50 of 50 records"), "\(view.stdout)")
    let lines = try run("weir pivot --raw \(window) \(Self.victim) a.log")
    #expect(lines.stdout.split(separator: "\n").count == 51)
    let absent = try run("weir pivot \(window) \(Self.attacker) a.log")
    #expect(
      absent.stdout.hasPrefix("198.51.100.77 does not occur in the 50 records of the window.")
    )
  }

  @Test("several formats at once, files whole")
  func outputs() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "weir pivot --output json=p.json --output markdown=p.md --output jsonl=p.jsonl --output - \(Self.victim) a.log"
    )
    #expect(outcome.status == 0)
    #expect(outcome.stdout.contains("10.0.0.5, internal"))
    #expect(try program.read("p.json").contains("\"schema\": \"weir.pivot/1\""))
    #expect(try program.read("p.md").hasPrefix("# 10.0.0.5\n"))
    #expect(
      try program.read("p.jsonl").hasPrefix("{\"type\":\"subject\",\"schema\":\"weir.pivot/1\"")
    )
  }

  @Test("a page: the view with raw lines; what is asked for beside it stays as it is")
  func page() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell("weir pivot \(Self.attacker) --format html a.log")
    #expect(outcome.status == 0)
    #expect(outcome.stderr.isEmpty)
    #expect(outcome.stdout.hasPrefix("<!DOCTYPE html>\n") && outcome.stdout.hasSuffix("</html>\n"))
    for text in [
      "<h1>198.51.100.77, external: in 62 of 126 records, 2026-01-05 12:00 – 12:30 UTC: 62 accepted, 0 rejected.</h1>",
      "<b>Likely SSH compromise</b>", "<h3>Raw lines</h3>",
      ">weir pivot 198.51.100.77 --format html a.log</pre>",
    ] {
      #expect(outcome.stdout.contains(text), "\(text)")
    }
    let alone = try program.shell("weir pivot \(Self.attacker) --format json a.log")
    _ = try program.shell(
      "weir pivot \(Self.attacker) --output json=p.json --output html=p.html a.log"
    )
    let evidence = "\"evidence\": []"
    #expect(alone.stdout.components(separatedBy: evidence).count > 1)
    #expect(
      try program.read("p.json").components(separatedBy: evidence).count
        == alone.stdout.components(separatedBy: evidence).count
    )
    #expect(try program.read("p.html").contains("<h3>Raw lines</h3>"))
    let absent = try program.shell("weir pivot 10.0.0.1 --format html a.log")
    #expect(absent.status == 0 && absent.stderr.isEmpty)
    #expect(absent.stdout.contains("<h1>10.0.0.1 does not occur in 126 records ("))
  }

  @Test("a page can be made of a pipe, and of damaged input with status 3")
  func pageOfPipe() throws {
    let pipe = try run("cat a.log | weir pivot --format html \(Self.attacker)")
    #expect(pipe.status == 0 && pipe.stdout.contains("<h3>Raw lines</h3>"))
    let cut = try run("weir pivot --format html \(Self.attacker) a.log missing.log")
    #expect(cut.status == 3)
    #expect(cut.stdout.contains("<b>Incomplete.</b>"))
  }

  @Test("what is suppressed is told all the same")
  func suppressed() throws {
    let outcome = try run("weir pivot --suppress s.yaml \(Self.attacker) a.log") {
      try $0.write("s.yaml", "- {rule: ssh.bruteforce, reason: a drill}\n")
    }
    #expect(outcome.stdout.contains("Suppressed findings that concern it"))
    #expect(outcome.stdout.contains("ssh.bruteforce  as actor  s.yaml:1: a drill"))
  }

  @Test("names from files are hostile")
  func hostileNames() throws {
    for format in ["text", "json", "jsonl", "csv", "markdown", "html"] {
      let outcome = try run("weir pivot --names n.txt --format \(format) \(Self.attacker) a.log") {
        try $0.write("n.txt", "10.0.0.5 <b>\u{1b}[31m=1+1|x\n198.51.100.77 @evil\u{202e}\n")
      }
      #expect(outcome.status == 0)
      #expect(!outcome.stdout.contains("\u{1b}"), "\(format)")
      #expect(outcome.stdout.contains("31m"), "\(format)")
    }
  }
}

@Suite("weir pivot --raw")
struct PivotRawTests {
  private func shell(_ line: String, _ files: [String: String]) throws -> Outcome {
    let program = try Program()
    defer { program.remove() }
    for (name, text) in files { try program.write(name, text) }
    return try program.shell(line)
  }

  @Test(
    "what it prints, read again, holds the same records",
    arguments: ["198.51.100.77", "10.0.0.5", "192.0.2.0/24", "eni-0a1b2c3d4e5f60705"]
  )
  func again(investigated: String) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Log.header + PivotTests.intrusion().joined())
    func counts(_ line: String) throws -> [Substring] {
      let outcome = try program.shell(line)
      #expect(outcome.status == 0)
      // What was read differs, what is told of the investigation target's records must not.
      return outcome.stdout.split(separator: "\n").drop {
        !$0.contains("\"records\": {\"") && !$0.hasPrefix("  \"records\"")
      }
      .prefix { !$0.hasPrefix("  \"conversations\"") }
    }
    let direct = try counts("weir pivot --format json \(investigated) a.log")
    let again = try counts(
      "weir pivot --raw \(investigated) a.log | weir pivot --format json \(investigated)"
    )
    #expect(direct.count > 20)
    #expect(again == direct)
  }

  @Test("lines of one start stand as they stood, in the order of inputs, under their header")
  func order() throws {
    let mine = [
      Log.line("192.0.2.1", "10.0.0.1", 1024, 22), Log.line("10.0.0.1", "192.0.2.1", 22, 1024),
      Log.line("192.0.2.1", "10.0.0.9", 1025, 23),
    ]
    let other = Log.line("192.0.2.2", "10.0.0.1", 1024, 22)
    let outcome = try shell(
      "weir pivot --raw 192.0.2.1 b.log a",
      [
        "a/1.log": Log.header + other + mine[1], "a/2.log": Log.header + mine[2] + other,
        "b.log": Log.header + mine[0] + other,
      ]
    )
    #expect(outcome.stdout == Log.header + mine[0] + mine[1] + mine[2])
    #expect(outcome.stderr.isEmpty)
    #expect(outcome.status == 0)
  }

  @Test("another format has another header, where it begins")
  func formats() throws {
    let narrow =
      "srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    let short = "192.0.2.1 10.0.0.1 1024 22 6 1 40 1767607200 1767607230 REJECT OK\n"
    let line = Log.line("192.0.2.1", "10.0.0.1", 1024, 22)
    let files = ["a.log": Log.header + line + narrow + short + short, "b.log": line]
    let outcome = try shell("weir pivot --raw 192.0.2.1 a.log b.log", files)
    #expect(outcome.stdout == Log.header + line + narrow + short + short + Log.header + line)
    let again = try shell("weir pivot --raw 192.0.2.1 a.log b.log | weir --format json", files)
    #expect(again.stdout.contains("\"ok\": 4,"))
  }

  @Test("what an exporter put before the records is left out, so that the header fits")
  func prefixes() throws {
    let line = Log.line("192.0.2.1", "10.0.0.1", 1024, 22)
    let files = [
      "a.log": "2026-01-05T10:00:00.000Z \(line)2026-01-05T10:00:00.000Z \(line)",
      "b.log": "2026-01-05T10:00:00.000Z eni-0a1b2c3d4e5f60718-all \(line)",
    ]
    let outcome = try shell("weir pivot --raw 192.0.2.1 a.log b.log", files)
    #expect(outcome.stdout == Log.header + line + line + line)
  }

  @Test("--limit cuts, and says how much", arguments: [(0, 0), (1, 2), (2, 3), (3, 4)])
  func limit(limit: Int, lines: Int) throws {
    let line = Log.line("192.0.2.1", "10.0.0.1", 1024, 22)
    let outcome = try shell(
      "weir pivot --raw --limit \(limit) 192.0.2.1 a.log",
      ["a.log": Log.header + line + line + line]
    )
    #expect(outcome.stdout.split(separator: "\n").count == lines)
    #expect(outcome.status == 0)
    #expect(
      outcome.stderr
        == (limit < 3
          ? "weir: the first \(limit) of 3 lines with 192.0.2.1; --limit left the others out\n"
          : "")
    )
  }

  @Test("nothing to print is said where no program reads it")
  func absent() throws {
    let outcome = try shell(
      "weir pivot --raw 203.0.113.9 a.log",
      ["a.log": Log.header + Log.line("192.0.2.1", "10.0.0.1", 1024, 22)]
    )
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr == "weir: 203.0.113.9 does not occur in 1 record\n")
    #expect(outcome.status == 0)
  }

  @Test("a reader that goes away ends it quietly")
  func closedPipe() throws {
    let line = Log.line("192.0.2.1", "10.0.0.1", 1024, 22)
    let outcome = try shell(
      "weir pivot --raw 192.0.2.1 a.log | head -n 1",
      ["a.log": Log.header + String(repeating: line, count: 60_000)]
    )
    #expect(outcome.stdout == Log.header)
    #expect(outcome.stderr.isEmpty)
  }
}

@Suite("An investigation is the same however its log comes")
struct PivotDeterminismTests {
  private func view(_ investigated: String, _ paths: [String], threads: Int, memory: Int) throws
    -> String
  {
    var settings = AnalysisSettings(paths: paths)
    settings.threads = threads
    settings.memory = memory
    settings.evidenceLines = 0
    settings.investigated = InvestigationTarget(investigated)
    settings.changesSince = .clock(12 * 3600 + 900)
    var report = try AnalysisRun(settings).run()
    report.input = InputSummary(sources: [], skipDataWindows: 0, isComplete: true)
    report.command = []
    return String(
      decoding: PivotJSONReporter.lines(try #require(report.pivot), report),
      as: UTF8.self
    )
  }

  @Test(
    "ordered, split, packed, threaded or spilled",
    arguments: [(11, 1), (12, 5)] as [(UInt64, Int)]
  )
  func anyWay(seed: UInt64, parts: Int) throws {
    let program = try Program()
    defer { program.remove() }
    var random = RandomLog(seed: seed)
    let lines = random.lines(4000) + random.channels() + PivotTests.intrusion()
    try program.write("whole.log", Log.header + lines.joined())
    func path(_ name: String) -> String { program.folder.appending(path: name).path }
    let investigatedTargets = [
      "10.0.0.5", "198.51.100.0/24", "eni-0a1b2c3d4e5f60705", "0.0.0.0/0", ":22", "10.0.0.5:443",
    ]
    let expected = try investigatedTargets.map {
      try view($0, [path("whole.log")], threads: 1, memory: 1 << 30)
    }
    for text in expected { #expect(text.split(separator: "\n").count > 10) }
    let shuffled = random.shuffled(lines)
    for part in 0..<parts {
      let own = shuffled.enumerated().filter { $0.offset % parts == part }.map(\.element)
      let text = GzipWriter.member(Array((Log.header + own.joined()).utf8))
      try program.write("split\(parts)/\(part).log.gz", text)
    }
    for (investigated, text) in zip(investigatedTargets, expected) {
      for memory in [1 << 30, 20_000] {
        let other = try view(
          investigated,
          [path("split\(parts)")],
          threads: parts % 3 + 1,
          memory: memory
        )
        #expect(other == text, "\(investigated)")
      }
    }
  }
}
