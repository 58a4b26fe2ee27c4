import FlowTestSupport
import Foundation
import SystemFiles
import Testing

@testable import FlowPipeline

@Suite("weir pivot: ports, names, instances, several targets and moments")
struct PivotTargetTests {
  private static let noon = 1_767_614_400

  /// Port 8080 of 10.0.6.1 and 10.0.6.2: three clients that are answered, one that is rejected, one without an answer.
  private static func users() -> String {
    var text = Log.header
    for (number, client) in ["10.0.5.1", "10.0.5.2", "10.0.5.3", "10.0.5.1"].enumerated() {
      text += Log.exchange(
        client,
        "10.0.6.\(number / 3 + 1)",
        40_000 + number,
        8080,
        up: (10, 1000 + number),
        down: (10, 5000),
        start: noon + number * 600
      )
    }
    text += Log.line("10.0.5.8", "10.0.6.1", 41_000, 8080, start: noon)
    text += Log.line("10.0.5.9", "10.0.6.1", 41_001, 8080, start: noon, action: "ACCEPT")
    // Another service, and a client that has 8080 as its own port.
    text += Log.exchange(
      "10.0.5.7",
      "10.0.6.1",
      8080,
      443,
      up: (9, 900),
      down: (9, 900),
      start: noon
    )
    return text
  }

  private func run(_ line: String, _ files: [String: String] = [:]) throws -> Outcome {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.users())
    for (name, text) in files { try program.write(name, text) }
    return try program.shell(line)
  }

  // MARK: Ports

  @Test("a port: who uses it, who answers, and who is cut off when it is closed")
  func port() throws {
    let outcome = try run("weir pivot :8080 a.log")
    #expect(outcome.status == 0 && outcome.stderr.isEmpty)
    for text in [
      ":8080, used by 5 clients\n", "In 12 of 12 records",
      "Answered by 10.0.6.1, 10.0.6.2.",
      "3 of 5 clients got an answer; closing it cuts off 10.0.5.1, 10.0.5.3, 10.0.5.2.",
      "Clients: closing the service cuts off those with answers", "Servers, most bytes first",
      "4 answered, 1 silent, 1 blocked", "Next: weir pivot --raw :8080",
    ] {
      #expect(outcome.stdout.contains(text), "\(text) in \(outcome.stdout)")
    }
    // The client whose own port is 8080 uses another service: only its records are counted.
    #expect(!outcome.stdout.contains("10.0.5.7"))
    #expect(!outcome.stdout.contains("several interfaces"))
  }

  @Test("a port at an address, in every format")
  func formats() throws {
    let text = try run("weir pivot 10.0.6.2:8080 a.log").stdout
    #expect(text.hasPrefix("10.0.6.2:8080, used by 1 client\n"), "\(text)")
    #expect(text.contains("1 of 1 client got an answer; closing it cuts off 10.0.5.1."))
    let json = try run("weir pivot --format json 10.0.6.0/24:8080 a.log").stdout
    for part in [
      #""service": "10.0.6.0/24:8080""#, #""port": 8080"#, #""servers": "10.0.6.0/24""#,
      #""initiatingPeers": 5"#, #""answeredPeers": 3"#,
    ] {
      #expect(json.contains(part), "\(part)")
    }
    let csv = try run("weir pivot --format csv :8080 a.log").stdout
    #expect(csv.split(whereSeparator: \.isNewline).count == 6)
    #expect(csv.contains(":8080,10.0.5.1,,peer,6,8080,"))
    let ticket = try run("weir pivot --format markdown :8080 a.log").stdout
    #expect(ticket.contains("## Clients") && ticket.contains("closing it cuts off"))
    let page = try run("weir pivot --format html :8080 a.log").stdout
    #expect(page.contains("closing it cuts off") && page.contains(">Clients<"))
    let lines = try run("weir pivot --raw :8080 a.log").stdout
    #expect(lines.split(separator: "\n").count == 13)
  }

  @Test("a port that nobody answers at can be closed, and one without traffic does not occur")
  func unused() throws {
    let silent = try run(
      "weir pivot :9090 b.log",
      ["b.log": Log.header + Log.line("10.0.5.8", "10.0.6.1", 41_000, 9090)]
    ).stdout
    #expect(silent.contains("No server answered."))
    #expect(silent.contains("No client got an answer: closing it cuts nobody off."))
    #expect(
      try run("weir pivot :9091 a.log").stdout.hasPrefix(":9091 does not occur in 12 records")
    )
  }

  @Test("IPv6 in brackets")
  func brackets() throws {
    let log = Log.exchange(
      "2001:db8:9::1",
      "2001:db8::5",
      40_000,
      443,
      up: (12, 900),
      down: (9, 800),
      start: Self.noon
    )
    for word in ["[2001:DB8::5]:443", "[2001:db8::/64]:443"] {
      let outcome = try run("weir pivot '\(word)' b.log", ["b.log": Log.header + log])
      #expect(outcome.stdout.contains("closing it cuts off 2001:db8:9::1."), "\(outcome.stdout)")
    }
  }

  // MARK: Targets

  @Test("names from --names, whatever their case, and several targets as one")
  func names() throws {
    let names = ["n.txt": "10.0.5.1 web-1\n10.0.5.2 web-2\n10.0.6.0/30 Servers\n"]
    let one = try run("weir pivot --names n.txt WEB-1 a.log", names)
    #expect(one.stdout.hasPrefix("10.0.5.1, web-1, internal\n"), "\(one.stdout)\(one.stderr)")
    let two = try run("weir pivot --names n.txt web-1 web-2 10.0.5.1 a.log", names)
    #expect(two.stdout.hasPrefix("10.0.5.1, 10.0.5.2, internal\n"), "\(two.stdout)")
    #expect(two.stdout.contains("In 6 of 12 records"))
    #expect(two.stdout.contains("Next: weir pivot --raw 10.0.5.1 10.0.5.2"))
    let range = try run("weir pivot --names n.txt servers --format json a.log", names)
    #expect(range.stdout.contains(#""prefix": "10.0.6.0/30""#))
    let json = try run("weir pivot --names n.txt web-1 web-2 --format json a.log", names)
    #expect(json.stdout.contains(#""targets": ["10.0.5.1", "10.0.5.2"]"#))
  }

  @Test("a file that has the name of a target is a file behind the first word")
  func file() throws {
    let outcome = try run("mv a.log 10.0.5.2; weir pivot 10.0.5.1 10.0.5.2")
    #expect(outcome.stdout.contains("In 4 of 12 records"), "\(outcome.stdout)\(outcome.stderr)")
  }

  @Test("an instance: all of its interfaces, where records name it")
  func instance() throws {
    let header =
      "interface-id instance-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    func lines(_ interface: String, _ instance: String, _ own: String, _ port: Int) -> String {
      let time = "\(Self.noon) \(Self.noon + 30) ACCEPT OK\n"
      return "\(interface) \(instance) 192.0.2.9 \(own) \(port) 443 6 9 900 \(time)"
        + "\(interface) \(instance) \(own) 192.0.2.9 443 \(port) 6 9 9000 \(time)"
    }
    let mine = "i-0a1b2c3d4e5f60718"
    let log =
      header + lines("eni-0a", mine, "10.0.0.1", 50_001) + lines("eni-0b", mine, "10.0.0.2", 50_002)
      + lines("eni-0c", "i-00000000000000009", "10.0.0.3", 50_003)
    let outcome = try run("weir pivot \(mine) b.log", ["b.log": log])
    #expect(outcome.stdout.hasPrefix("\(mine), local addresses 10.0.0.1 and 10.0.0.2\n"))
    #expect(outcome.stdout.contains("In 4 of 6 records"), "\(outcome.stdout)")
    #expect(outcome.stdout.contains("2 answered"))
    let threads = try ["1", "3"].map {
      try run(
        "split -l 4 b.log part; sed -i '1i\(header.dropLast())' partab; weir pivot --threads \($0) \(mine) partaa partab | grep -v ^Read",
        ["b.log": log]
      ).stdout
    }
    #expect(threads[0] == threads[1] && threads[0].contains("In 4 of 6 records"))
    let lines = try run("weir pivot --raw \(mine) b.log", ["b.log": log])
    #expect(lines.stdout.split(separator: "\n").count == 5)
    let absent = try run("weir pivot \(mine) a.log")
    #expect(absent.stdout.contains("whose format has no instance-id."))
  }

  @Test(
    "mistakes: status 2, and what to do",
    arguments: [
      ("weir pivot web-1 a.log", "'web-1' is not an address"),
      ("weir pivot :8080 10.0.5.1 a.log", "hosts and ports cannot be combined"),
      ("weir pivot --port 22 :8080 a.log", "--port restricts hosts"),
      ("weir pivot --port 0 10.0.5.1 a.log", "--port takes 1 to 65535"),
      ("weir pivot --peer web 10.0.5.1 a.log", "--peer: 'web'"),
      ("weir pivot --after noon 10.0.5.1 a.log", "--after: invalid time 'noon'"),
      ("weir pivot --raw --after 12:00 10.0.5.1 a.log", "--after"),
      ("cat a.log | weir pivot --since 12:00 10.0.5.1", "use --since with a date"),
    ]
  )
  func mistakes(_ line: String, _ text: String) throws {
    let outcome = try run(line)
    #expect(outcome.status == 2 && outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains(text), "\(outcome.stderr)")
  }

  // MARK: Filters and times

  @Test("--port and --peer: only these conversations, in the view and in raw lines")
  func filters() throws {
    let port = try run("weir pivot --port 443 10.0.6.1 a.log").stdout
    #expect(port.hasPrefix("10.0.6.1, internal, only port 443\n"), "\(port)")
    #expect(port.contains("In 2 of 12 records"))
    let peer = try run("weir pivot --peer 10.0.5.8/31 --format json 10.0.6.1 a.log").stdout
    #expect(peer.contains(#""only": {"#) && peer.contains(#""peers": ["10.0.5.8/31"]"#))
    #expect(peer.contains(#""peers": 2,"#))
    let lines = try run("weir pivot --raw --peer 10.0.5.8 --peer 10.0.5.9 10.0.6.1 a.log").stdout
    #expect(lines.split(separator: "\n").count == 3)
  }

  @Test("--since and --until take a time of day, which is on the log's day")
  func clock() throws {
    let view = try run("weir pivot --since 12:15 --until 12:25 10.0.6.1 a.log").stdout
    #expect(
      view.contains("Window from 2026-01-05 12:15 to before 2026-01-05 12:25 UTC"),
      "\(view)"
    )
    #expect(view.contains("In 2 of 2 records"))
    let report = try run("weir --since 12:15 a.log").stdout
    #expect(report.contains("Window from 2026-01-05 12:15 UTC: 4 of the records"), "\(report)")
  }

  @Test("--after: peers, services and volumes that are new since")
  func after() throws {
    let outcome = try run("weir pivot --after 12:15 10.0.5.1 a.log")
    #expect(outcome.status == 0)
    #expect(
      outcome.stdout.contains("New since 2026-01-05 12:15 UTC: 1 peer\n"),
      "\(outcome.stdout)"
    )
    #expect(outcome.stdout.contains("new peer"))
    let json = try run("weir pivot --after 12:15 --format jsonl 10.0.5.1 a.log").stdout
    #expect(json.contains(#""after":{"time":"2026-01-05T12:15:00Z""#))
    let fresh = json.split(separator: "\n").filter { $0.contains(#""change":"new""#) }
    #expect(fresh.contains { $0.contains(#""type":"peer","ip":"10.0.6.2""#) })
    #expect(!fresh.contains { $0.contains("10.0.6.1") })
    let csv = try run("weir pivot --after 12:15 --format csv 10.0.5.1 a.log").stdout
    #expect(csv.contains(",conversations_after,bytes_after,change"))
    let none = try run("weir pivot --after 23:00 --format markdown 10.0.5.1 a.log").stdout
    #expect(none.contains("23:00 UTC: nothing"), "\(none)")
    let page = try run("weir pivot --after 12:15 --format html 10.0.5.1 a.log").stdout
    #expect(page.contains("New since 2026-01-05 12:15 UTC: 1 peer"))
    let empty = try run("weir pivot --after 23:00 --format html 10.0.5.1 a.log").stdout
    #expect(empty.contains("23:00 UTC: nothing"))
    let early = try run("weir pivot --after 2026-01-05T11:00Z 10.0.5.1 a.log").stdout
    #expect(early.contains("the log does not begin before, so everything is new"))
  }

  @Test("every JSON is what its schema allows", .needs(.python, .jsonSchema))
  func schema() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.users())
    let check = Program.repository.appending(path: "Tests/Schemas/check-reports.py").path
    let outcome = try program.shell(
      """
      mkdir j
      n=0; for t in :8080 10.0.6.0/24:8080 '10.0.5.1 10.0.6.1' ':8080 :443' '--port 8080 10.0.6.1' \
        '--peer 10.0.5.0/24 10.0.6.1' '--after 12:15 10.0.5.1' i-0a1b2c3d; do
        n=$((n + 1)); weir pivot --output json=j/$n --output jsonl=j/l$n $t a.log || exit
      done
      weir --format json a.log > j/r; weir --format jsonl a.log > j/rl
      /usr/bin/python3 -B \(check) "$(command -v weir)" j
      """
    )
    #expect(outcome.status == 0, "\(outcome.stdout)\(outcome.stderr)")
  }
}

@Suite("Raw lines come by start time")
struct RawOrderTests {
  @Test("over inputs and formats, those of one start as they were read")
  func order() throws {
    let program = try Program()
    defer { program.remove() }
    let lines = [3, 1, 2, 1, 5, 4].enumerated().map { number, start in
      Log.line("192.0.2.1", "10.0.0.1", 1024 + number, 22, start: 1_767_607_200 + start)
    }
    try program.write("a.log", Log.header + lines[0] + lines[1] + lines[2])
    try program.write("b.log", Log.header + lines[3] + lines[4] + lines[5])
    let all = try program.shell("weir pivot --raw 192.0.2.1 a.log b.log").stdout
    let expected = [1, 3, 2, 0, 5, 4].map { lines[$0] }
    #expect(all == Log.header + expected.joined())
    let first = try program.shell("weir pivot --raw --limit 2 192.0.2.1 a.log b.log")
    #expect(first.stdout == Log.header + expected[0] + expected[1])
    #expect(first.stderr.contains("the first 2 of 6 lines"))
  }

  @Test("with any memory", arguments: [1, 200, 5000, 1 << 20])
  func spilled(budget: Int) throws {
    var random = SeededNumbers(5)
    let lines = (0..<3000).map { number in
      (start: UInt32(random.next() % 50), text: Array("line \(number)".utf8))
    }
    var sorter = LineSorter(budget: budget)
    for (number, line) in lines.enumerated() {
      sorter.add(line.text[...], start: line.start, format: UInt32(number % 3))
    }
    var got: [String] = []
    try sorter.forEach { line, format in
      got.append("\(String(decoding: line, as: UTF8.self)) \(format)")
      return true
    }
    let expected = lines.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }.map { "\(String(decoding: $0.element.text, as: UTF8.self)) \($0.offset % 3)" }
    #expect(got == expected)
  }
}
