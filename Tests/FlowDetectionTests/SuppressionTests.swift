import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Suppression: which findings an entry leaves out")
struct SuppressionTests {
  private static func entry(
    _ rule: String = "*",
    source: String? = nil,
    destination: String? = nil,
    port: UInt16? = nil,
    interface: String? = nil,
    until: String? = nil
  ) -> Suppression {
    var entry = Suppression(rule: rule, reason: "ours", path: "quiet.yaml", line: 1)
    entry.source = source.flatMap { IPNetwork($0) }
    entry.destination = destination.flatMap { IPNetwork($0) }
    (entry.port, entry.interface, entry.until) = (port, interface, until)
    return entry
  }

  /// A scan of SSH by 203.0.113.7 at 192.0.2.0 and the next ones.
  private static func scan(targets: Int = 3) throws -> Finding {
    let source = SourceProfile.trying([.each(.ssh, blocked: targets)])
    let network = Example.network(own: 4)
    return try #require(HorizontalScan().found(in: [source], network).first)
  }

  @Test(
    "A star stands for anything, nothing included",
    arguments: [
      ("scan.udp", "scan.udp", true), ("scan.udp", "scan.udpx", false),
      ("scan.*", "scan.udp", true), ("scan.*", "scan.", true), ("scan.*", "scan", false),
      ("*", "", true), ("*", "anything", true), ("*.campaign", "ssh.bruteforce.campaign", true),
      ("*.campaign", "ssh.bruteforce", false), ("ssh.*.campaign", "ssh.bruteforce.campaign", true),
      ("ssh.*.campaign", "ssh.campaign", false), ("*bruteforce*", "rdp.bruteforce", true),
      ("*bruteforce*", "ssh.bruteforce.campaign", true), ("*force*brute*", "bruteforce", false),
      ("a*a", "a", false), ("a*a", "aa", true), ("a**b", "ab", true), ("", "", true),
      ("", "scan.udp", false), ("SCAN.*", "scan.udp", false),
    ]
  )
  func patterns(pattern: String, text: String, matches: Bool) {
    #expect(Suppression.matches(pattern: pattern, text) == matches)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var entry: Suppression
    var matches: Bool
    var testDescription: String { "\(what) → \(matches ? "hidden" : "shown")" }
  }

  @Test(
    "All that an entry names must fit",
    arguments: [
      Case(what: "the rule", entry: entry("scan.horizontal"), matches: true),
      Case(what: "another rule", entry: entry("scan.vertical"), matches: false),
      Case(what: "the source", entry: entry(source: "203.0.113.7"), matches: true),
      Case(what: "its network", entry: entry(source: "203.0.113.0/24"), matches: true),
      Case(what: "another source", entry: entry(source: "203.0.113.8"), matches: false),
      Case(what: "all targets", entry: entry(destination: "192.0.2.0/30"), matches: true),
      Case(what: "not all targets", entry: entry(destination: "192.0.2.0/31"), matches: false),
      Case(what: "the port", entry: entry(port: 22), matches: true),
      Case(what: "another port", entry: entry(port: 23), matches: false),
      Case(what: "the interface", entry: entry(interface: "eni-0a"), matches: true),
      Case(what: "another interface", entry: entry(interface: "eni-0b"), matches: false),
      Case(
        what: "all of it",
        entry: entry(
          "scan.*",
          source: "203.0.113.7",
          destination: "192.0.2.0/24",
          port: 22,
          interface: "eni-0a"
        ),
        matches: true
      ),
      Case(
        what: "all but one",
        entry: entry("scan.*", source: "203.0.113.7", destination: "192.0.2.0/24", port: 23),
        matches: false
      ),
    ]
  )
  func scope(_ example: Case) throws {
    var finding = try Self.scan()
    for place in finding.targets.sample.indices {
      finding.targets.sample[place].interface = "eni-0a"
    }
    #expect(example.entry.matches(finding) == example.matches)
  }

  @Test("Where not all targets are known none are vouched for")
  func unknownTargets() throws {
    let finding = try Self.scan(targets: 12)
    #expect(finding.targets.sample.count == 8)
    #expect(!Self.entry(destination: "192.0.2.0/24").matches(finding))
    #expect(!Self.entry(interface: "eni-0a").matches(finding))
    #expect(Self.entry(source: "203.0.113.7").matches(finding))
    var none = finding
    none.targets = Targets(count: 0, isExact: true, sample: [])
    #expect(!Self.entry(destination: "192.0.2.0/24").matches(none))
  }

  @Test("A finding without one service has no port to be named")
  func noService() throws {
    var finding = try Self.scan()
    finding.service = nil
    #expect(!Self.entry(port: 22).matches(finding))
    #expect(Self.entry().matches(finding))
  }

  @Test(
    "A network as actor must lie in the source whole",
    arguments: [
      ("203.0.113.0/24", true), ("203.0.0.0/16", true), ("203.0.113.0/25", false),
      ("203.0.113.7", false), ("198.51.100.0/24", false),
    ]
  )
  func prefixes(source: String, matches: Bool) throws {
    var finding = try Self.scan()
    finding.actor = .prefix(try #require(IPNetwork("203.0.113.0/24")))
    #expect(Self.entry(source: source).matches(finding) == matches)
  }

  @Test(
    "Of a campaign all members must be known and lie in the source",
    arguments: [
      ("203.0.113.0/24", 3, true), ("203.0.113.0/30", 3, true), ("203.0.113.0/31", 3, false),
      ("203.0.113.0/24", 4, false),
    ] as [(String, UInt64, Bool)]
  )
  func campaigns(source: String, count: UInt64, matches: Bool) throws {
    var finding = try Self.scan()
    finding.actor = .campaign("sources of SSH probes")
    finding.members = Members(count: count, sample: (0..<3).map(Example.stranger))
    #expect(Self.entry(source: source).matches(finding) == matches)
    finding.members = nil
    #expect(!Self.entry(source: source).matches(finding))
    #expect(Self.entry().matches(finding))
  }

  struct Protection: Sendable, CustomTestStringConvertible {
    var rule: RuleID
    var isInternal = false
    var stage = Stage.p3
    var isProtected: Bool
    var testDescription: String { "\(rule), internal \(isInternal) → protected \(isProtected)" }
  }

  @Test(
    "Likely logins, chains and attacking internal hosts need an entry that names their rule",
    arguments: [
      Protection(rule: "ssh.likely-success", isProtected: true),
      Protection(rule: "rdp.likely-success", isProtected: true),
      Protection(rule: "chain.compromise", isProtected: true),
      Protection(rule: "outbound.sweep", isInternal: true, stage: .p5, isProtected: true),
      Protection(rule: "ssh.bruteforce", isInternal: true, stage: .p4, isProtected: true),
      Protection(rule: "reject.storm", isInternal: true, stage: .note, isProtected: false),
      Protection(rule: "ssh.bruteforce", isProtected: false),
      Protection(rule: "exposure.probed", stage: .p2, isProtected: false),
    ]
  )
  func protection(_ example: Protection) throws {
    var finding = try Self.scan()
    (finding.rule, finding.stage) = (example.rule, example.stage)
    finding.actorIsInternal = example.isInternal
    #expect(finding.isProtected == example.isProtected)
    for pattern in ["*", "\(example.rule.rawValue.prefix(4))*", "\(example.rule)*"] {
      #expect(Self.entry(pattern).matches(finding) != example.isProtected)
    }
    #expect(Self.entry(example.rule.rawValue).matches(finding))
  }

  @Test(
    "An entry counts until the end of its last day, by the end of the log",
    arguments: [
      ("2026-01-05", true), ("2026-01-04", false), ("2025-12-31", false), ("2026-12-31", true),
      (nil, true),
    ] as [(String?, Bool)]
  )
  func expiry(until: String?, counts: Bool) throws {
    let entry = Self.entry("scan.*", until: until)
    let result = SuppressedFindings([entry], [try Self.scan()], logEnd: "2026-01-05")
    #expect(result.kept.isEmpty == counts)
    #expect(result.suppressed.map(\.entry) == (counts ? [entry] : []))
    #expect(result.expired == (counts ? [] : [entry]))
  }

  @Test("The first valid entry suppresses; expired ones that match are reported")
  func order() throws {
    let old = Self.entry("scan.*", until: "2026-01-01")
    let other = Self.entry("scan.vertical", until: "2026-01-01")
    let (first, second) = (Self.entry("scan.*", port: 22), Self.entry())
    var kept = try Self.scan()
    (kept.id, kept.rule) = ("kept", "chain.compromise")
    let result = SuppressedFindings(
      [old, other, first, second],
      [kept, try Self.scan()],
      logEnd: "2026-01-05"
    )
    #expect(result.kept.map(\.id) == ["kept"])
    #expect(result.suppressed.map(\.entry) == [first])
    #expect(result.expired == [old])
  }
}
