import LogInput
import Testing

/// A run of the program: what is there, what is typed, what must come out.
struct CommandCase: CustomTestStringConvertible {
  var name: String
  var files: [String: [UInt8]] = [:]
  var line: String
  var status: Int32
  var stdout: [String] = []
  var stderr: [String] = []
  var silent = false

  var testDescription: String { name }
}

private let scanLog = Array((Log.header + Log.scan()).utf8)
private let scanGzip = GzipWriter.member(scanLog)
private let jpeg: [UInt8] =
  [0xff, 0xd8, 0xff, 0xe0, 0, 16] + Array("JFIF".utf8) + (0..<4000).map { UInt8($0 * 37 % 251) }

private func flipped(_ bytes: [UInt8], at index: Int) -> [UInt8] {
  var bytes = bytes
  bytes[index] ^= 0x55
  return bytes
}

@Suite("The command")
struct CommandTests {
  private static let usage: [CommandCase] = [
    CommandCase(
      name: "--help",
      line: "weir --help",
      status: 0,
      stdout: ["EXAMPLES", "EXIT STATUS"]
    ),
    CommandCase(name: "--version", line: "weir --version", status: 0, stdout: ["weir 0.1.0"]),
    CommandCase(
      name: "unknown option",
      line: "weir --nonsense x",
      status: 2,
      stderr: ["--nonsense"]
    ),
    CommandCase(
      name: "unknown format",
      line: "weir --format xml x",
      status: 2,
      stderr: ["xml", "json"]
    ),
    CommandCase(
      name: "bad memory",
      line: "weir --memory 12 x",
      status: 2,
      stderr: ["--memory", "256M"]
    ),
    CommandCase(
      name: "bad range",
      line: "weir --internal 10.0.0.0/40 x",
      status: 2,
      stderr: ["--internal"]
    ),
    CommandCase(
      name: "bad share",
      line: "weir --max-rejected 200% x",
      status: 2,
      stderr: ["--max-rejected"]
    ),
    CommandCase(
      name: "bad log format",
      line: "weir --log-format '${srcadr}' x",
      status: 2,
      stderr: ["srcadr", "weir formats"]
    ),
    CommandCase(
      name: "explain",
      line: "weir explain scan.horizontal",
      status: 0,
      stdout: ["Fires when", "T1046"]
    ),
    CommandCase(
      name: "explain lists",
      line: "weir explain",
      status: 0,
      stdout: ["scan.vertical", "scan.probe", "scan.distributed", "scan.icmp", "scan.udp"]
    ),
    CommandCase(
      name: "explain unknown",
      line: "weir explain scan.nothing",
      status: 2,
      stderr: ["there is no rule 'scan.nothing'", "weir explain lists all rules"]
    ),
    CommandCase(
      name: "formats",
      line: "weir formats",
      status: 0,
      stdout: ["pkt-srcaddr", "tgw-id"]
    ),
  ]

  private static let inputs: [CommandCase] = [
    CommandCase(
      name: "plain text",
      files: ["a.log": scanLog],
      line: "weir a.log",
      status: 0,
      stdout: ["36 records", "SSH scan", "198.51.100.7", "12 addresses"]
    ),
    CommandCase(
      name: "gzip",
      files: ["a.gz": scanGzip],
      line: "weir a.gz",
      status: 0,
      stdout: ["36 records"]
    ),
    CommandCase(
      name: "a pipe without arguments",
      files: ["a.gz": scanGzip],
      line: "cat a.gz | weir",
      status: 0,
      stdout: ["36 records"]
    ),
    CommandCase(
      name: "concatenated gzip in a pipe",
      files: ["a.gz": scanGzip],
      line: "cat a.gz a.gz | weir -",
      status: 0,
      stdout: ["72 records"]
    ),
    CommandCase(
      name: "a folder",
      files: ["logs/x/a.gz": scanGzip, "logs/b.log": scanLog],
      line: "weir logs",
      status: 0,
      stdout: ["2 files", "72 records"]
    ),
    CommandCase(
      name: "a quoted glob",
      files: ["a.gz": scanGzip, "b.gz": scanGzip],
      line: "weir '*.gz'",
      status: 0,
      stdout: ["2 files"]
    ),
    CommandCase(
      name: "fail on low",
      files: ["a.log": scanLog],
      line: "weir --fail-on low a.log",
      status: 1,
      stdout: ["SSH scan"]
    ),
    CommandCase(
      name: "fail on high",
      files: ["a.log": scanLog],
      line: "weir --fail-on high a.log",
      status: 0
    ),
    CommandCase(
      name: "usage beats findings",
      files: ["a.log": scanLog],
      line: "weir --fail-on never a.log",
      status: 2,
      stderr: ["never"]
    ),
    CommandCase(
      name: "fields",
      files: ["a.log": scanLog],
      line: "weir fields a.log",
      status: 0,
      stdout: ["14 columns", "known from header", "nothing is missing", "without tcp-flags"]
    ),
    CommandCase(
      name: "a closed pipe is quiet",
      files: ["a.log": scanLog],
      line: "weir a.log | head -n 1",
      status: 0,
      stdout: ["Nothing that needs attention"]
    ),
    CommandCase(
      name: "a headerless custom format",
      files: ["a.log": Array("10.0.0.1 192.0.2.1 22 99\n".utf8)],
      line: "weir --log-format '${srcaddr} ${dstaddr} ${srcport} ${dstport}' a.log",
      status: 0,
      stdout: ["1 record", "not analyzable for SSH sources"]
    ),
  ]

  private static let faults: [CommandCase] = [
    CommandCase(
      name: "an empty file",
      files: ["a": []],
      line: "weir a",
      status: 3,
      stdout: ["INCOMPLETE", "0 records"]
    ),
    CommandCase(
      name: "an empty gzip member",
      files: ["a.gz": GzipWriter.member([])],
      line: "weir a.gz",
      status: 3,
      stdout: ["INCOMPLETE", "0 records"]
    ),
    CommandCase(
      name: "half a gzip file",
      files: ["a.gz": Array(scanGzip.prefix(scanGzip.count / 2))],
      line: "weir a.gz",
      status: 3,
      stdout: ["INCOMPLETE", "truncated at byte"]
    ),
    CommandCase(
      name: "a flipped bit",
      files: ["a.gz": flipped(scanGzip, at: scanGzip.count - 6)],
      line: "weir a.gz",
      status: 3,
      stdout: ["INCOMPLETE", "checksum mismatch"]
    ),
    CommandCase(
      name: "a picture",
      files: ["a.jpg": jpeg],
      line: "weir a.jpg",
      status: 2,
      stderr: ["no input is a VPC flow log", "a.jpg"]
    ),
    CommandCase(
      name: "a picture among logs",
      files: ["a.jpg": jpeg, "b.log": scanLog],
      line: "weir a.jpg b.log",
      status: 3,
      stdout: ["INCOMPLETE", "a.jpg", "36 records"]
    ),
    CommandCase(
      name: "a missing path",
      line: "weir nowhere",
      status: 2,
      stderr: ["nothing could be read", "nowhere: no such file or folder"]
    ),
    CommandCase(
      name: "a missing path among logs",
      files: ["b.log": scanLog],
      line: "weir nowhere b.log",
      status: 3,
      stdout: ["INCOMPLETE", "nowhere", "36 records"]
    ),
    CommandCase(
      name: "a folder without logs",
      files: ["empty/README.md": [65]],
      line: "weir empty",
      status: 2,
      stderr: ["the folder contains no log file"]
    ),
    CommandCase(
      name: "a damaged Parquet file",
      files: ["a.parquet": Array("PAR1xxxxPAR1".utf8)],
      line: "weir a.parquet",
      status: 3,
      stderr: ["Parquet: the footer is damaged"]
    ),
    CommandCase(
      name: "NUL bytes",
      files: ["a.log": scanLog + [0, 0, 0, 10]],
      line: "weir a.log",
      status: 3,
      stdout: ["not-text", "36 records"]
    ),
    CommandCase(
      name: "a header of unknown names",
      files: ["a.log": Array("alpha beta gamma\n1 2 3\n".utf8)],
      line: "weir a.log",
      status: 2,
      stderr: ["unknown-format"]
    ),
    CommandCase(
      name: "one bad line in a hundred is tolerated",
      files: [
        "a.log": Array(
          (Log.header + String(repeating: Log.line("192.0.2.1", "10.0.0.1", 9, 22), count: 150)
            + "2 broken\n").utf8
        )
      ],
      line: "weir a.log",
      status: 0,
      stdout: ["1 malformed line", "too-few-fields", "line 152"]
    ),
    CommandCase(
      name: "unless none may be",
      files: ["a.log": scanLog + Array("2 broken\n".utf8)],
      line: "weir --max-rejected 0 a.log",
      status: 3,
      stdout: ["INCOMPLETE"]
    ),
    CommandCase(
      name: "escape codes in a path stay inert",
      files: ["a\u{1b}[31m.log": scanLog + [120, 10]],
      line: "weir --max-rejected 0 a*.log",
      status: 3,
      stdout: ["\\x1b[31m"]
    ),
    CommandCase(
      name: "a report that cannot be written",
      files: ["a.log": scanLog],
      line: "weir --output /nonexistent/report.txt a.log",
      status: 2,
      stderr: ["/nonexistent", "nothing was read"]
    ),
  ]

  @Test("answers questions about itself and refuses wrong usage", arguments: usage)
  func answers(_ test: CommandCase) throws { try check(test) }

  @Test("reads what people hand to it", arguments: inputs)
  func reads(_ test: CommandCase) throws { try check(test) }

  @Test("says what is wrong with bad input, and loses nothing readable", arguments: faults)
  func complains(_ test: CommandCase) throws { try check(test) }

  @Test("an unreadable file is named, unless root reads everything")
  func unreadable() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", scanLog)
    try program.write("b.log", scanLog)
    let outcome = try program.shell("chmod 0 a.log; test -r a.log && echo root; weir a.log b.log")
    if outcome.stdout.hasPrefix("root") {
      #expect(outcome.status == 0)
    } else {
      #expect(outcome.status == 3)
      #expect(outcome.stdout.contains("a.log: Permission denied"))
    }
  }

  @Test("an old report stands when the new one cannot be written")
  func outputIsWhole() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", scanLog)
    try program.write("report.json", "old")
    let bad = try program.shell("weir --output json=report.json missing.log")
    #expect(bad.status == 2)
    #expect(try program.read("report.json") == "old")
    let good = try program.shell("weir --output json=report.json --output text.txt a.log && ls")
    #expect(good.status == 0)
    #expect(good.stdout.split(separator: "\n") == ["a.log", "report.json", "text.txt"])
    #expect(try program.read("report.json").contains("weir.report/1"))
    #expect(try program.read("text.txt").contains("SSH scan"))
  }

  @Test("devices and links are written through, and a file keeps its mode")
  func outputTargets() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", scanLog)
    let outcome = try program.shell(
      "weir --output /dev/null a.log; test -c /dev/null && echo device; echo old > real; "
        + "chmod 640 real; ln -s real link; weir --output link a.log; test -L link && echo link; "
        + "stat -c %a real; grep -c 'SSH scan' real"
    )
    #expect(outcome.stdout.split(separator: "\n").prefix(3) == ["device", "link", "640"])
    #expect(try program.read("real").contains("SSH scan"))
    let unknown = try program.shell("weir --output xml=x.xml a.log")
    #expect(unknown.status == 2 && unknown.stderr.contains("xml"))
  }

  @Test("--quiet-if-clean prints nothing for a clean, complete input")
  func quiet() throws {
    let program = try Program()
    defer { program.remove() }
    let clean =
      Log.line("192.0.2.9", "10.0.0.1", 50_000, 443, packets: 9, bytes: 900, action: "ACCEPT")
      + Log.line("10.0.0.1", "192.0.2.9", 443, 50_000, packets: 9, bytes: 900, action: "ACCEPT")
    try program.write("clean.log", Log.header + clean)
    try program.write("scan.log", scanLog)
    let silent = try program.shell("weir --quiet-if-clean clean.log")
    #expect(silent.stdout.isEmpty && silent.stderr.isEmpty && silent.status == 0)
    let file = try program.shell("weir --quiet-if-clean --output r.txt --output json=- clean.log")
    #expect(file.stdout.isEmpty && file.status == 0)
    #expect(try program.read("r.txt").contains("No findings."))
    let loud = try program.shell("weir --quiet-if-clean scan.log")
    #expect(loud.stdout.contains("SSH scan"))
  }

  @Test("every finding of the JSON report carries raw lines with their place")
  func evidence() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", scanLog)
    let file = try program.shell("weir --format json a.log")
    let line = Log.line(
      "198.51.100.7",
      "10.0.0.1",
      40_001,
      22,
      interface: "eni-0a1b2c3d4e5f60711"
    ).dropLast()
    #expect(file.stdout.contains("\"text\": \"\(line)\""))
    #expect(file.stdout.contains("\"path\": \"a.log\""))
    #expect(file.stdout.contains("\"line\": 4"))
    let pipe = try program.shell("cat a.log | weir --format json")
    #expect(pipe.stdout.contains("\"text\": \"\(line)\""))
  }

  @Test("an interrupted run says so and ends with 130")
  func interrupted() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", scanLog)
    let outcome = try program.shell(
      "mkfifo pipe; weir - < pipe & exec 3> pipe; cat a.log >&3; sleep 1; kill -INT $!; exec 3>&-; wait $!"
    )
    #expect(outcome.status == 130)
    #expect(outcome.stdout.contains("INTERRUPTED"))
  }

  @Test("a pipe that stands still does not keep the program from stopping")
  func stalledPipe() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", scanLog)
    let silent = try program.shell("mkfifo pipe; timeout -s INT 1 weir pipe")
    #expect(silent.status == 124, "\(silent.stdout)\(silent.stderr)")
    let stalled = try program.shell(
      "mkfifo other; exec 3<> other; cat a.log >&3; weir - < other & sleep 1; kill -INT $!; wait $!"
    )
    #expect(stalled.status == 130)
    #expect(stalled.stdout.contains("INTERRUPTED"))
    let late = try program.shell("mkfifo late; (sleep 0.3; cat a.log > late) & weir late")
    #expect(late.status == 0)
    #expect(late.stdout.contains("36 records"))
  }

  private func check(_ test: CommandCase) throws {
    let program = try Program()
    defer { program.remove() }
    for (name, bytes) in test.files { try program.write(name, bytes) }
    let outcome = try program.shell(test.line, environment: ["COLUMNS": "400"])
    #expect(outcome.status == test.status, "\(outcome.stdout)\(outcome.stderr)")
    for text in test.stdout { #expect(outcome.stdout.contains(text), "\(outcome.stdout)") }
    for text in test.stderr { #expect(outcome.stderr.contains(text), "\(outcome.stderr)") }
    // What was read in part says so, whatever the format.
    if test.status == 3 {
      #expect(outcome.stderr.hasPrefix("weir: INCOMPLETE: "), "\(outcome.stderr)")
    } else if test.stderr.isEmpty {
      #expect(outcome.stderr.isEmpty, "\(outcome.stderr)")
    }
  }
}
