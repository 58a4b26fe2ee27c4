import Foundation
import Testing

/// What a case asks of a JSON report.
private struct AttackReport: Decodable {
  struct Actor: Decodable { var ip: String? }
  struct Finding: Decodable {
    struct Line: Decodable { var text: String }
    var rule, stage, outcome, suppressWith: String
    var score: Int
    var actor: Actor
    var evidence: [Line]
  }
  struct Summary: Decodable { var suppressed: Int }
  var findings: [Finding]
  var summary: Summary

  func first(_ rule: String) -> Finding? { findings.first { $0.rule == rule } }
}

/// Attacks as tools make them, told as records.
private enum Attack {
  static let begin = 1_767_607_200
  static let own = "10.0.0.1"
  static let bruteForceSource = "203.0.113.9"

  /// Ordinary traffic that settles who is own, an hour before and two hours behind everything else.
  static func network(_ own: String = own, peer: String = "192.0.2.9") -> String {
    [-3_600, 14_400].map {
      Log.exchange(
        peer,
        own,
        50_001,
        443,
        up: (9, 900),
        down: (9, 9_000),
        start: begin + $0
      )
        + Log.exchange(
          peer.replacing("9", with: "7"),
          own,
          50_002,
          443,
          up: (9, 900),
          down: (9, 9_000),
          start: begin + $0
        )
    }.joined()
  }

  /// Refused passwords 71 seconds apart, as a library makes them.
  static func attempts(
    _ count: Int,
    from source: String = bruteForceSource,
    at target: String = own,
    port: Int = 22,
    up: (packets: Int, bytes: Int) = (12, 2_032),
    down: (packets: Int, bytes: Int) = (10, 2_369)
  ) -> String {
    (0..<count).map {
      Log.exchange(
        source,
        target,
        40_000 + $0,
        port,
        up: up,
        down: down,
        start: begin + $0 * 71
      )
    }.joined()
  }
}

@Suite("Attacks, told as records, and what the program says of them")
struct AttackTests {
  private func report(
    _ log: String,
    _ options: String = "",
    files: [String: String] = [:]
  ) throws -> AttackReport {
    let program = try Program()
    defer { program.remove() }
    try program.write("log", Log.header + log)
    for (name, text) in files { try program.write(name, text) }
    let outcome = try program.shell("weir --format json \(options) log")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    return try JSONDecoder().decode(AttackReport.self, from: Data(outcome.stdout.utf8))
  }

  @Test("thirty refused passwords are brute force, and nobody got in")
  func bruteForce() throws {
    let report = try report(Attack.network() + Attack.attempts(30))
    let finding = try #require(report.first("ssh.bruteforce"))
    // Thirty attempts and all alike: 30 + 24 * (1 - (1 - 0.5 * ln 3 / ln 100) * (1 - 0.25)) = 38.1.
    #expect(finding.score == 38)
    #expect(finding.actor.ip == Attack.bruteForceSource)
    #expect(finding.evidence.count == 3)
    #expect(finding.evidence.allSatisfy { $0.text.contains(" 203.0.113.9 10.0.0.1 ") })
    #expect(!report.findings.contains { $0.rule == "ssh.likely-success" })
  }

  @Test(
    "a login among them is possible, a session of five minutes likely; six refused passwords on a connection are neither"
  )
  func success() throws {
    func verdict(_ more: String) throws -> AttackReport.Finding? {
      try report(Attack.network() + Attack.attempts(30) + more).first("ssh.likely-success")
    }
    func more(_ up: (Int, Int), _ down: (Int, Int), at: Int, seconds: Int = 1) -> String {
      Log.exchange(
        Attack.bruteForceSource,
        Attack.own,
        45_000,
        22,
        up: up,
        down: down,
        start: Attack.begin + at,
        seconds: seconds
      )
    }
    // In the middle of the brute force, which goes on: the size alone speaks.
    let possible = try #require(try verdict(more((19, 2_700), (15, 3_781), at: 700)))
    #expect(possible.outcome == "possible-success")
    #expect(possible.stage == "P4s")
    // At its end, and then silence.
    let small = try #require(try verdict(more((19, 2_700), (15, 3_781), at: 30 * 71)))
    #expect(small.outcome == "possible-success")
    // Twice the usual bytes, too.
    let stopped = try #require(try verdict(more((24, 3_700), (24, 6_781), at: 30 * 71)))
    #expect(stopped.outcome == "likely-success")
    let stays = try #require(try verdict(more((180, 14_000), (170, 40_000), at: 900, seconds: 300)))
    #expect(stays.outcome == "likely-success")
    #expect(stays.stage == "P5")
    #expect(stays.evidence.first?.text.contains(" 45000 ") == true)
    #expect(try verdict(more((21, 3_300), (20, 3_625), at: 700)) == nil)
  }

  @Test("automation that logs in is no brute force; automation from outside neither")
  func automation() throws {
    for source in ["10.0.0.77", "203.0.113.50"] {
      let log = Attack.attempts(40, from: source, up: (90, 70_000), down: (60, 9_000))
      #expect(
        try report(Attack.network() + log).findings.allSatisfy {
          $0.rule.hasPrefix("sg") || ["scan.probe", "log.quality"].contains($0.rule)
        }
      )
    }
  }

  @Test(
    "brute force is seen on 2222, on a port that the user names, and on one where many brute-force attempt",
    arguments: [
      (2_222, ""), (2_200, "--ssh-port 2200"),
    ]
  )
  func otherPorts(port: Int, options: String) throws {
    let log = Attack.network() + Attack.attempts(30, port: port)
    #expect(try report(log, options).first("ssh.bruteforce") != nil)
    if !options.isEmpty { #expect(try report(log).first("ssh.bruteforce") == nil) }
  }

  @Test("an unknown port speaks SSH when ten sources brute-force attempt there")
  func unknownPort() throws {
    func log(_ sources: Int) -> String {
      Attack.network()
        + (1...sources).map { Attack.attempts(8, from: "198.18.\($0).9", port: 22_022) }.joined()
    }
    #expect(try report(log(9)).findings.allSatisfy { !$0.rule.hasPrefix("ssh.") })
    #expect(try report(log(10)).first("ssh.bruteforce.campaign") != nil)
  }

  @Test("brute force is seen over IPv6")
  func overV6() throws {
    let own = "2001:db8:20::1"
    let log =
      Attack.network(own, peer: "2001:db8:9::9")
      + Attack.attempts(30, from: "2001:db8:bad::1", at: own)
    #expect(try report(log).first("ssh.bruteforce")?.actor.ip == "2001:db8:bad::1")
  }

  @Test("sources with one tool and one aim are one campaign, whose members stand nowhere else")
  func campaign() throws {
    let log =
      Attack.network() + (1...6).map { Attack.attempts(30, from: "198.18.\($0).9") }.joined()
    let report = try report(log)
    #expect(report.findings.filter { $0.rule == "ssh.bruteforce.campaign" }.count == 1)
    #expect(report.first("ssh.bruteforce") == nil)
  }

  /// What the published test traffic of a cloud's own detector does.
  @Test("an internal host that scans ports, brute-force attempts at RDP, or floods by UDP")
  func ownHost() throws {
    let ports = (1...1_000).map {
      Log.exchange(
        Attack.own,
        "198.51.100.4",
        50_000 + $0,
        $0,
        up: (2, 120),
        down: (0, 0),
        start: Attack.begin + $0 / 10
      )
    }.joined()
    #expect(try report(Attack.network() + ports).first("outbound.portscan")?.stage == "P5")
    let attempts = (1...6).map {
      Attack.attempts(20, from: Attack.own, at: "198.51.100.\($0)", port: 3_389)
    }.joined()
    #expect(try report(Attack.network() + attempts).first("outbound.bruteforce")?.stage == "P5")
    let datagrams = Log.line(
      Attack.own,
      "198.51.100.4",
      50_000,
      53,
      protocol: 17,
      packets: 400_000,
      bytes: 25_600_000,
      start: Attack.begin,
      action: "ACCEPT"
    )
    #expect(try report(Attack.network() + datagrams).first("outbound.dos")?.stage == "P5")
  }

  @Test("a host that was got into and then sweeps the internet is a compromise")
  func chain() throws {
    let session = Log.exchange(
      Attack.bruteForceSource,
      Attack.own,
      45_000,
      22,
      up: (180, 14_000),
      down: (170, 40_000),
      start: Attack.begin + 2_130,
      seconds: 300
    )
    func sweep(at second: Int) -> String {
      (1...120).map {
        Log.exchange(
          Attack.own,
          "198.51.100.\($0)",
          50_000 + $0,
          23,
          up: (3, 180),
          down: (0, 0),
          start: Attack.begin + second + $0
        )
      }.joined()
    }
    let log = Attack.network() + Attack.attempts(30) + session
    let report = try report(log + sweep(at: 3_000))
    #expect(report.findings.first?.rule == "chain.compromise")
    #expect(report.findings.first?.stage == "P6")
    // What a host did before does not follow from the entry.
    #expect(try self.report(log + sweep(at: -2_000)).first("chain.compromise") == nil)
  }

  @Test("each finding's own line silences it; a pattern hides no likely login")
  func suppression() throws {
    let session = Log.exchange(
      Attack.bruteForceSource,
      Attack.own,
      45_000,
      22,
      up: (180, 14_000),
      down: (170, 40_000),
      start: Attack.begin + 900,
      seconds: 300
    )
    let log = Attack.network() + Attack.attempts(30) + session
    let all = try report(log).findings
    #expect(Set(all.map(\.rule)).isSuperset(of: ["ssh.likely-success", "ssh.bruteforce"]))
    for finding in all {
      let left = try report(log, "--suppress s.yaml", files: ["s.yaml": finding.suppressWith])
      #expect(left.findings.count == all.count - 1, "\(finding.suppressWith)")
      #expect(left.summary.suppressed == 1)
    }
    let pattern = [
      "s.yaml": "- {rule: \"ssh.*\", source: \(Attack.bruteForceSource), reason: trusted}"
    ]
    let left = try report(log, "--suppress s.yaml", files: pattern)
    #expect(left.first("ssh.likely-success") != nil)
    #expect(left.first("ssh.bruteforce") == nil)
  }

  @Test("a listed address that an internal host calls is found, and a public resolver never")
  func threatList() throws {
    let connections = ["198.51.100.66", "8.8.8.8"].map {
      Log.exchange(
        Attack.own,
        $0,
        50_000,
        443,
        up: (10, 2_000),
        down: (10, 4_000),
        start: Attack.begin
      )
    }.joined()
    let list = "# bad\n198.51.100.0/24 ; everybody there\n8.8.8.8\nnonsense\n"
    let report = try report(Attack.network() + connections, "--threat-list l", files: ["l": list])
    #expect(report.findings.filter { $0.rule == "threat-list" }.map(\.stage) == ["P5"])
  }

  @Test("the blocklist names actors with the reason, and never an local address")
  func blocklist() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("log", Log.header + Attack.network() + Attack.attempts(30))
    let outcome = try program.shell("weir --format blocklist log")
    #expect(outcome.stdout == "203.0.113.9 # 38 ssh.bruteforce: SSH brute force\n")
    #expect(outcome.status == 0)
  }

  static let mistakes: [(name: String, text: String, option: String, says: String)] = [
    (
      "s.yaml", "- {rule: ssh.brutforce, reason: x}", "--suppress",
      "weir: s.yaml:1: rule: there is no rule 'ssh.brutforce'; did you mean 'ssh.bruteforce'?\n"
    ),
    (
      "s.yaml", "- rule: scan.*\n  sourc: 10.0.0.1\n  reason: x", "--suppress",
      "weir: s.yaml:2: unknown key 'sourc'; did you mean 'source'?\n"
    ),
    (
      "s.yaml", "- {rule: scan.*}", "--suppress",
      "weir: s.yaml:1: the entry lacks the key 'reason': state why this traffic is expected\n"
    ),
    (
      "c.yaml", "top: 5\ninternl: [10.0.0.0/8]", "--config",
      "weir: c.yaml:2: unknown key 'internl'; did you mean 'internal'?\n"
    ),
    (
      "c.yaml", "ssh-ports: [22, 70000]", "--config",
      "weir: c.yaml:1: ssh-ports: '70000' is not a port from 1 to 65535\n"
    ),
    (
      "c.yaml", "thresholds: {scan.horizontl: 5}", "--config",
      "weir: c.yaml:1: unknown key 'thresholds.scan.horizontl'; did you mean 'scan.horizontal'?\n"
    ),
    (
      "c.yaml", "a: &x [1]\nb: *x", "--config",
      "weir: c.yaml:1: anchors (&name) are not supported; quote a text that contains &\n"
    ),
    (
      "l", "nothing here\n", "--threat-list",
      "weir: l: no line begins with an address or CIDR range\n"
    ),
  ]

  @Test(
    "a mistake in a file of settings is told with line and key, and ends with 2",
    arguments: mistakes
  )
  func mistake(name: String, text: String, option: String, says: String) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("log", Log.header + Attack.network())
    try program.write(name, text)
    let outcome = try program.shell("weir \(option) \(name) log")
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr == says)
    #expect(outcome.status == 2)
  }

  @Test(
    "settings come from the working folder, a file, the environment, the command, the later the stronger"
  )
  func places() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(".weir.yaml", "top: 1\nmin-severity: low\nssh-ports: [2200]\n")
    try program.write("c.yaml", "top: 2\n")
    func shown(_ options: String, _ environment: [String: String] = [:]) throws -> [String] {
      let outcome = try program.shell(
        "weir config show --origin \(options)",
        environment: environment
      )
      #expect(outcome.status == 0)
      return outcome.stdout.split(separator: "\n").map(String.init)
    }
    #expect(try shown("").contains("top: 1  # .weir.yaml:1"))
    #expect(try shown("").contains("ssh-ports: [2200]  # .weir.yaml:3"))
    #expect(try shown("--config c.yaml").contains("top: 2  # c.yaml:1"))
    #expect(
      try shown("--config c.yaml", ["WEIR_TOP": "3"]).contains("top: 3  # environment WEIR_TOP")
    )
    #expect(try shown("").contains("threads: ~  # default: the available cores; built in"))
  }

  @Test("numbers that no network has end no run")
  func absurdNumbers() throws {
    let most = "9223372036854775807"
    let flood = ["198.51.100.7", "198.51.100.8", "198.51.100.9"].map {
      "2 123456789012 eni-0a 10.0.0.5 \($0) 50000 80 17 \(most) \(most) 1700000000 1700000050 ACCEPT OK\n"
    }.joined()
    let listed = [443, 8_443, 993].map {
      "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 50001 \($0) 6 9 900 1700000000 1700000050 ACCEPT OK\n"
        + "2 123456789012 eni-0a 198.51.100.7 10.0.0.5 \($0) 50001 6 9 \(most) 1700000000 1700000050 ACCEPT OK\n"
    }.joined()
    let slow = (1...5).map { step in
      Log.exchange(
        "198.51.100.7",
        "10.0.0.5",
        50_000 + step,
        22,
        up: (12, 2_000),
        down: (12, step == 5 ? 30_000 : 2_500),
        start: step == 1 ? 1 : step * 1_000_000_000 - 1_000_000_000,
        interface: "eni-0a"
      )
    }.joined()
    let found = try report(flood + listed + slow, "--threat-list l", files: ["l": "198.51.100.7"])
    #expect(found.findings.filter { $0.rule == "outbound.dos" }.count == 2)
    #expect(found.first("threat-list") != nil)
  }

  @Test("what is too much to be judged for brute force is said")
  func unjudged() throws {
    let program = try Program()
    defer { program.remove() }
    // Without flags and with a pause after each, every packet from port 40000 is a conversation of its own.
    let tries = (0..<65_540).map {
      Log.line(
        Attack.bruteForceSource,
        Attack.own,
        40_000 + $0 % 20_000,
        22,
        start: 1_000_000 + $0 / 20_000 * 600
      )
    }.joined()
    try program.write("log", Log.header + Attack.network() + tries)
    let outcome = try program.shell("weir log")
    #expect(
      outcome.stdout.contains(
        "* 4 conversations with login services are not checked for brute force"
      )
    )
  }

  @Test("hosts and services go by the names that the user gives")
  func names() throws {
    let program = try Program()
    defer { program.remove() }
    let log =
      Log.scan()
      + (1...12).map {
        Log.line(
          "203.0.113.9",
          "10.0.0.\($0)",
          41_000 + $0,
          8_443,
          interface: "eni-0a1b2c3d4e5f607\($0 + 10)"
        )
      }.joined()
    try program.write("log", Log.header + log)
    try program.write(
      ".weir.yaml",
      "services: {8443: admin console}\nhosts: {203.0.113.0/24: their office}\n"
    )
    let text = try program.shell("weir log").stdout
    #expect(text.contains("admin console scan  their office (203.0.113.9) → 12 addresses :8443"))
    let json = try program.shell("weir --format json log").stdout
    #expect(json.contains("\"name\": \"admin console\""))
    #expect(json.contains("\"name\": \"their office\""))
  }

  @Test("the same data twice, and private addresses that accounts share, are told")
  func notices() throws {
    let program = try Program()
    defer { program.remove() }
    let log = Log.header + Log.scan()
    try program.write("a.log", log)
    try program.write("b.log", log)
    let other = Log.scan().replacing("123456789012 eni-0a", with: "210987654321 eni-0b")
    try program.write("c.log", Log.header + other)
    let copies = try program.shell("weir a.log b.log ./a.log").stdout
    #expect(
      copies.contains("* ./a.log is a file that another path names too: it is read once")
    )
    #expect(copies.contains("* b.log appears to be a copy of a.log (the same beginning"))
    let shared = try program.shell("weir a.log c.log").stdout
    #expect(
      shared.contains(
        "* 10.0.0.1 and 11 more addresses belong to interfaces of several accounts (123456789012, 210987654321)"
      )
    )
    #expect(try !program.shell("weir a.log").stdout.contains("accounts"))
  }
}
