import Foundation
import Testing

@Suite("Addresses that several accounts have")
struct SharedAddressTests {
  @Test(
    "two accounts with one address are told, whatever the columns and the length of ids",
    arguments: [
      ("eni-1a2b3c1d", "eni-1a2b3c2d"), ("eni-08446f7cb7d7c7cb6", "eni-0d0e990ba39cd2098"),
    ],
    [
      "account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
      "srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status interface-id account-id",
      "interface-id srcaddr dstaddr account-id start end protocol srcport dstport packets bytes action log-status",
    ]
  )
  func sharedAddresses(interfaces: (String, String), header: String) throws {
    let program = try Program()
    defer { program.remove() }
    for (account, interface) in [
      ("111122223333", interfaces.0), ("444455556666", interfaces.1),
    ] {
      let lines = (6..<12).flatMap { peer in
        [("10.0.0.5", "10.0.0.\(peer)"), ("10.0.0.\(peer)", "10.0.0.5")].map {
          source,
          destination in
          let values = [
            "account-id": account, "interface-id": interface, "srcaddr": source,
            "dstaddr": destination, "srcport": "40000", "dstport": "5432", "protocol": "6",
            "packets": "10", "bytes": "1000", "start": "1767607200", "end": "1767607250",
            "action": "ACCEPT", "log-status": "OK",
          ]
          return header.split(separator: " ").map { values[String($0)] ?? "-" }
            .joined(separator: " ")
        }
      }
      try program.write("logs/\(account).log", ([header] + lines).joined(separator: "\n") + "\n")
    }
    let json = try program.shell("weir --format json logs")
    #expect(
      json.stdout.contains(
        "10.0.0.5 belongs to interfaces of several accounts (111122223333, 444455556666)"
      ),
      "\(json.stdout.prefix(2500))"
    )
  }
}

@Suite("Hosts of several accounts or VPCs that have one address")
struct SeparateHostTests {
  private static let header =
    "version account-id vpc-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
  private static let noon = 1_767_614_400

  /// An interface with the address 10.0.0.5.
  private struct Interface {
    var account: String
    var vpc = "-"
    var id: String

    func line(
      _ source: String,
      _ destination: String,
      _ ports: (Int, Int),
      _ start: Int,
      action: String = "ACCEPT",
      bytes: Int = 1000
    ) -> String {
      "3 \(account) \(vpc) \(id) \(source) \(destination) \(ports.0) \(ports.1) 6 10 \(bytes) \(noon + start) \(noon + start + 50) \(action) OK\n"
    }

    /// Attempts on port 445 of thirty hosts.
    var scan: [String] {
      (20..<50).map {
        line("10.0.0.5", "10.0.0.\($0)", (40_000 + $0, 445), $0, action: "REJECT")
      }
    }

    /// Connections to one server every ten minutes for half a day, with so many bytes each.
    func calls(bytes: Int = 3000) -> [String] {
      (0..<72).flatMap { number in
        let (port, start) = (40_000 + number, number * 600)
        return [
          line("10.0.0.5", "203.0.113.80", (port, 443), start, bytes: bytes),
          line("203.0.113.80", "10.0.0.5", (443, port), start, bytes: 9000),
        ]
      }
    }

    /// Requests to two hosts with addresses that are not local ones of the log.
    var requests: [String] {
      (0..<5).flatMap { number in
        [
          line("10.0.0.5", "10.0.0.\(6 + number % 2)", (50_000 + number, 5432), number * 60),
          line("10.0.0.\(6 + number % 2)", "10.0.0.5", (5432, 50_000 + number), number * 60),
        ]
      }
    }
  }

  private static let first = Interface(account: "111122223333", id: "eni-08446f7cb7d7c7cb6")
  private static let second = Interface(account: "444455556666", id: "eni-0d0e990ba39cd2098")

  private struct JSON {
    var report: [String: Any]

    init(_ text: String) throws {
      report = try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      )
    }

    func findings(_ rule: String) -> [[String: Any]] {
      (report["findings"] as? [[String: Any]] ?? []).filter { $0["rule"] as? String == rule }
    }
  }

  private static func actor(_ finding: [String: Any]) -> [String: String] {
    (finding["actor"] as? [String: Any] ?? [:]).compactMapValues { $0 as? String }
  }

  private static func write(_ program: Program, _ files: [(String, [String])]) throws {
    for (name, lines) in files { try program.write(name, header + lines.joined()) }
  }

  @Test("are different actors, whatever the order of files and the number of threads")
  func actors() throws {
    let program = try Program()
    defer { program.remove() }
    try Self.write(
      program,
      [
        ("a/1.log", Self.first.scan + Self.first.calls()),
        ("a/2.log", Self.second.calls(bytes: 5000)),
        ("b/2.log", Self.first.scan + Self.first.calls()),
        ("b/1.log", Self.second.calls(bytes: 5000)),
      ]
    )
    let json = try JSON(try program.shell("weir --format json a").stdout)
    let scans = json.findings("lateral.scan")
    #expect(scans.map(Self.actor).map { $0["account"] } == ["111122223333"])
    #expect(scans.map(Self.actor).map { $0["ip"] } == ["10.0.0.5"])
    let beacons = json.findings("beacon")
    #expect(Set(beacons.map { Self.actor($0)["account"] }) == ["111122223333", "444455556666"])
    #expect(Set(beacons.compactMap { $0["id"] as? String }).count == 2)
    // Each shows the records of its own account.
    for beacon in beacons {
      let lines = (beacon["evidence"] as? [[String: Any]] ?? []).compactMap {
        $0["text"] as? String
      }
      let account = try #require(Self.actor(beacon)["account"])
      #expect(!lines.isEmpty && lines.allSatisfy { $0.contains(" \(account) ") })
    }
    let text = try program.shell("weir a").stdout
    #expect(text.contains("10.0.0.5 (account 111122223333)"), "\(text)")
    #expect(
      text.contains(
        "10.0.0.5 belongs to interfaces of several accounts (111122223333, 444455556666): findings and conversations"
      )
    )
    let whole = try Self.results(program.shell("weir --format json a").stdout)
    #expect(whole.contains("lateral.scan"))
    for command in ["--threads 1 a", "--threads 4 a", "--threads 1 b"] {
      let other = try Self.results(program.shell("weir --format json \(command)").stdout)
      #expect(other == whole, "\(command)")
    }
  }

  /// Findings and tables of a report, whatever the names of the files.
  private static func results(_ text: String) throws -> String {
    let start = try #require(text.range(of: "\"summary\""))
    return String(text[start.lowerBound...]).replacing(#/[ab]/[12]\.log/#, with: "FILE")
  }

  @Test("share their lines in the tables, which are sums by address")
  func tables() throws {
    let program = try Program()
    defer { program.remove() }
    try Self.write(program, [("1.log", Self.first.calls()), ("2.log", Self.second.calls())])
    let rows = try program.shell("weir --format csv:topTalkers 1.log 2.log").stdout
      .split(whereSeparator: \.isNewline).filter { $0.hasPrefix("10.0.0.5,,203.0.113.80,,") }
    #expect(rows.count == 1)
    #expect(rows.first?.contains(",432000,") == true, "\(rows)")
  }

  @Test("are investigated by their interfaces, and together by their address")
  func pivot() throws {
    let program = try Program()
    defer { program.remove() }
    try Self.write(
      program,
      [("1.log", Self.first.requests + Self.first.scan), ("2.log", Self.second.requests)]
    )
    let both = try JSON(try program.shell("weir pivot --format json 10.0.0.5 1.log 2.log").stdout)
    let peers = both.report["peers"] as? [[String: Any]] ?? []
    let servers = peers.filter { $0["ip"] as? String == "10.0.0.6" }
    #expect(Set(servers.compactMap { $0["account"] as? String }).count == 2, "\(peers)")
    let contacts = both.report["contacts"] as? [[String: Any]] ?? []
    #expect(Set(contacts.compactMap { $0["peerAccount"] as? String }).count == 2)
    let one = try JSON(
      try program.shell("weir pivot --format json \(Self.second.id) 1.log 2.log").stdout
    )
    #expect((one.report["peers"] as? [[String: Any]])?.count == 2)
    #expect((one.report["concerns"] as? [[String: Any]] ?? []).isEmpty)
  }

  @Test("are told apart by VPC in one account")
  func vpcs() throws {
    let program = try Program()
    defer { program.remove() }
    var (first, second) = (Self.first, Self.second)
    (first.vpc, second.vpc, second.account) = (
      "vpc-0a1b2c3d", "vpc-0f1b2c3d4e5f60718", first.account
    )
    try Self.write(program, [("1.log", first.scan), ("2.log", second.calls())])
    let json = try JSON(try program.shell("weir --format json 1.log 2.log").stdout)
    #expect(json.findings("lateral.scan").map(Self.actor).map { $0["vpc"] } == ["vpc-0a1b2c3d"])
    #expect(json.findings("beacon").map(Self.actor).map { $0["vpc"] } == [second.vpc])
  }

  @Test("remain one where the log can be read only once")
  func pipes() throws {
    let program = try Program()
    defer { program.remove() }
    try Self.write(program, [("1.log", Self.first.calls()), ("2.log", Self.second.calls())])
    let copied = try program.shell("cat 1.log 2.log | weir --format json -").stdout
    #expect(try JSON(copied).findings("beacon").count == 2)
    let once = try program.shell(
      "mkfifo pipe; cat 1.log 2.log > pipe & weir --format json pipe"
    ).stdout
    #expect(try JSON(once).findings("beacon").count == 1)
    #expect(once.contains("each address is treated as one host"))
  }

  @Test("are the same hosts in the next run")
  func history() throws {
    let program = try Program()
    defer { program.remove() }
    try Self.write(program, [("1.log", Self.first.calls()), ("2.log", Self.second.calls())])
    let run = "weir --format json --history h.db 1.log 2.log"
    #expect(try JSON(try program.shell(run).stdout).findings("beacon").count == 2)
    let again = try JSON(try program.shell(run).stdout).findings("beacon")
    let states = again.compactMap { ($0["change"] as? [String: Any])?["state"] as? String }
    #expect(states == ["ongoing", "ongoing"], "\(again)")
  }
}
