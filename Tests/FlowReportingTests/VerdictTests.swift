import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Verdict: the one sentence that everybody reads")
struct VerdictTests {
  private static let hour: UInt32 = 3600

  private static func report(
    _ findings: [Finding] = [],
    records: UInt64 = 246_887,
    seconds: UInt32 = 14 * hour - 8
  ) -> Report {
    var report = Example.emptyReport()
    report.findings = findings
    report.incidents = Incidents.joined(findings)
    report.input.counts.records.ok = records
    if records > 0 {
      report.input.counts.cover(start: Example.begin, end: Example.begin + seconds)
    }
    return report
  }

  private static func finding(
    _ rule: RuleID,
    _ title: String,
    _ score: Double,
    _ stage: Stage,
    by actor: Int,
    isOwn: Bool = false,
    at target: Int,
    service: Service? = Service(protocolNumber: 6, port: 22),
    minutes: UInt32 = 0
  ) -> Finding {
    var finding = Example.finding(actor, rule: rule, title: title, score: score)
    finding.stage = stage
    finding.actor = .address(isOwn ? Example.own(actor) : Example.stranger(actor))
    finding.actorIsInternal = isOwn
    finding.service = service
    finding.targets.sample = [Target(address: Example.own(target), port: service?.port)]
    finding.firstSeen += minutes * 60
    finding.lastSeen = finding.firstSeen + 1800
    return finding
  }

  private static func login(_ outcome: FindingOutcome = .likelySuccess, at target: Int = 10)
    -> Finding
  {
    let isLikely = outcome == .likelySuccess
    var login = finding(
      "ssh.likely-success",
      "Likely SSH compromise",
      isLikely ? 83 : 60,
      isLikely ? .p5 : .p4s,
      by: 9,
      at: target
    )
    login.outcome = outcome
    return login
  }

  private static func chain(_ parts: [Finding], of host: Int = 10) -> Finding {
    var chain = finding(
      "chain.compromise",
      "Compromised host",
      97,
      .p6,
      by: host,
      isOwn: true,
      at: 40
    )
    chain.joins = parts.map(\.id)
    return chain
  }

  private static func named(_ report: Report, _ name: String, _ address: IPAddress) -> Report {
    var report = report
    if let network = IPNetwork(address, prefixLength: 32) {
      report.names.hosts.set(name, for: network)
    }
    return report
  }

  private static func sentence(_ report: Report) -> String { Verdict(report).sentence }

  @Test("A brute-force attempt that got in, and what the host did then, is told first")
  func takenOver() {
    let login = Self.login()
    let sweep = Self.finding(
      "outbound.sweep",
      "",
      79,
      .p5,
      by: 10,
      isOwn: true,
      at: 41,
      minutes: 20
    )
    let scan = Self.finding("lateral.scan", "", 77, .p5, by: 10, isOwn: true, at: 42, minutes: 30)
    let mail = Self.finding("outbound.smtp", "", 76, .p5, by: 10, isOwn: true, at: 43, minutes: 40)
    let parts = [login, sweep, scan, mail]
    let report = Self.report([Self.chain(parts)] + parts)
    #expect(
      Self.sentence(report)
        == "One host was very likely compromised: 203.0.113.9 likely logged in to 192.0.2.10 after brute force over SSH at 10:00 UTC, and 192.0.2.10 has scanned external addresses and internal hosts and sent mail to many servers since."
    )
    #expect(
      Self.sentence(Self.named(report, "web-1", Example.own(10))).hasSuffix(
        "likely logged in to web-1 after brute force over SSH at 10:00 UTC, and web-1 has scanned external addresses and internal hosts and sent mail to many servers since."
      )
    )
  }

  @Test("Without its parts at hand a chain is told with less")
  func chainAlone() {
    #expect(
      Self.sentence(Self.report([Self.chain([Self.login()])]))
        == "One host may have been compromised: 192.0.2.10 has attacked others since 10:00 UTC."
    )
  }

  @Test("A service that answers external sources is a suspicion, not a break-in")
  func exposed() {
    var exposure = Self.finding("exposure.probed", "", 31, .p2, by: 9, at: 10)
    exposure.service = Service(protocolNumber: 6, port: 9200)
    let sweep = Self.finding(
      "outbound.sweep",
      "",
      79,
      .p5,
      by: 10,
      isOwn: true,
      at: 41,
      minutes: 20
    )
    #expect(
      Self.sentence(Self.report([Self.chain([exposure, sweep]), sweep, exposure]))
        == "One host may have been compromised: 192.0.2.10 answers external sources over Elasticsearch, and has scanned external addresses since 10:20 UTC."
    )
  }

  @Test(
    "A login after brute force is as sure as the rule is",
    arguments: [
      (
        FindingOutcome.likelySuccess,
        "One host was very likely compromised: 203.0.113.9 likely logged in to 192.0.2.10 after brute force over SSH at 10:00 UTC."
      ),
      (
        .possibleSuccess,
        "One host may have been compromised: 203.0.113.9 may have logged in to 192.0.2.10 after brute force over SSH at 10:00 UTC."
      ),
    ]
  )
  func login(outcome: FindingOutcome, sentence: String) {
    #expect(Self.sentence(Self.report([Self.login(outcome)])) == sentence)
  }

  @Test("Several hosts are counted, each once")
  func several() {
    let (first, second) = (Self.login(), Self.login(at: 11))
    let sweep = Self.finding("outbound.sweep", "", 79, .p5, by: 10, isOwn: true, at: 41)
    #expect(
      Self.sentence(Self.report([Self.chain([first, sweep]), first, second, sweep])).hasPrefix(
        "2 hosts were very likely compromised, the first of them: 203.0.113.9 likely logged in"
      )
    )
  }

  @Test(
    "What an internal host does is told in plain words",
    arguments: [
      ("outbound.sweep", "scanned 260 addresses outside the network for SSH"),
      ("outbound.portscan", "scanned the ports of 260 addresses outside the network"),
      ("outbound.bruteforce", "made brute-force attempts on SSH at 260 addresses"),
      ("ssh.bruteforce", "made brute-force attempts on SSH at 260 addresses"),
      ("outbound.dos", "flooded 260 addresses"),
      ("lateral.scan", "scanned 260 addresses inside the network"),
      ("something.new", "shows Something new"),
    ] as [(RuleID, String)]
  )
  func attacks(rule: RuleID, deed: String) {
    var attack = Self.finding(rule, "Something new", 79, .p5, by: 10, isOwn: true, at: 41)
    attack.targets.count = 260
    #expect(
      Self.sentence(Self.report([attack]))
        == "One internal host attacks others: 192.0.2.10 \(deed) between 10:00 and 10:30 UTC."
    )
  }

  @Test("Brute force in vain is told as that")
  func guessable() {
    var campaign = Self.finding("ssh.bruteforce.campaign", "", 47, .p3, by: 9, at: 10)
    campaign.actor = .campaign("SSH brute force")
    campaign.members = Members(count: 24, sample: [])
    campaign.counts.conversations = 720
    let other = Self.finding("ssh.bruteforce", "", 43, .p3, by: 9, at: 11)
    #expect(
      Self.sentence(Self.report([campaign, other]))
        == "Brute force without a visible success: 24 sources tried SSH at 192.0.2.10 720 times between 10:00 and 10:30 UTC; 1 more incident needs attention."
    )
  }

  @Test("Anything else is told by its title")
  func other() {
    let unusual = Self.finding("volume.unusual", "Unusual volume", 55, .p4, by: 10, at: 10)
    var beacon = Self.finding("beacon", "HTTPS beacon", 50, .p4, by: 10, isOwn: true, at: 41)
    beacon.service?.port = 443
    #expect(
      Self.sentence(Self.report([unusual]))
        == "One incident needs attention: Unusual volume, 203.0.113.10 → 192.0.2.10 between 10:00 and 10:30 UTC."
    )
    #expect(
      Self.sentence(Self.report([beacon, unusual]))
        == "2 incidents need attention, the first of them: Unusual volume, 203.0.113.10 → 192.0.2.10 between 10:00 and 10:30 UTC."
    )
    beacon.exactScore = 56
    #expect(
      Self.sentence(Self.report([beacon, unusual]))
        == "2 incidents need attention, the first of them: 192.0.2.10 connected to 192.0.2.41 over HTTPS periodically between 10:00 and 10:30 UTC."
    )
  }

  @Test("A log of several days has dates")
  func dates() {
    let report = Self.report([Self.login()], seconds: 50 * Self.hour)
    #expect(Self.sentence(report).hasSuffix("over SSH on 2026-01-05 10:00 UTC."))
  }

  // MARK: Nothing

  @Test(
    "Calm is said with what it rests on",
    arguments: [
      (0, 0, 246_887, "Nothing that needs attention in 246,887 records of 14 hours."),
      (
        1, 0, 246_887,
        "Nothing that needs attention in 246,887 records of 14 hours; 1 minor finding is listed."
      ),
      (
        2, 1, 1,
        "Nothing that needs attention in 1 record of 14 hours; 2 minor findings are listed, 1 finding suppressed."
      ),
      (0, 0, 0, "No records were read."),
    ]
  )
  func calm(minor: Int, suppressed: Int, records: Int, sentence: String) {
    var report = Self.report((0..<minor).map { Example.finding($0) }, records: UInt64(records))
    let entry = Suppression(rule: "scan.probe", reason: "known", path: "s.yaml", line: 1)
    report.suppressed = (0..<suppressed).map { (Example.finding($0), entry) }
    #expect(Self.sentence(report) == sentence)
    #expect(Verdict(report).severity == (minor > 0 ? .low : nil))
  }

  @Test("Silence about what is old is not taken for calm")
  func openAlarms() {
    var report = Self.report()
    report.comparison = BaselineSummary(comparedWith: Example.begin, days: 3, gone: [])
    report.comparison?.only = [.new]
    #expect(
      Self.sentence(report)
        == "Nothing new that needs attention in 246,887 records of 14 hours."
    )
    report.comparison?.open = [Incident(Example.finding(score: 75))]
    #expect(
      Self.sentence(report)
        == "Nothing new that needs attention in 246,887 records of 14 hours, but 1 earlier incident is still open."
    )
    report.comparison?.isNothingNew = true
    #expect(Self.sentence(report) == "Nothing new since the log that ended 2026-01-05 10:00 UTC.")
  }

  @Test("What was read in part is judged in part")
  func caveats() {
    var report = Self.report()
    #expect(Verdict(report).caveat == nil)
    report.input.isComplete = false
    #expect(Self.sentence(report).contains("246,887 records of 14 hours that could be read"))
    #expect(
      Verdict(report).caveat == "The input was not complete: this covers what could be read."
    )
    report.isInterrupted = true
    #expect(
      Verdict(report).caveat
        == "The run was interrupted: this covers what was read before the interruption."
    )
  }

  @Test(
    "Lengths of time are rounded, and marked where that shows",
    arguments: [
      (0, "0 seconds"), (59, "59 seconds"), (60, "1 minute"), (3300, "55 minutes"),
      (100, "~2 minutes"), (5400, "90 minutes"), (6600, "~2 hours"), (86_340, "24 hours"),
      (88_560, "~25 hours"),
      (259_199, "72 hours"), (259_200, "3 days"), (7 * 86_400 - 60, "7 days"),
    ]
  )
  func lapse(seconds: Int, words: String) {
    #expect(Lapse.words(UInt32(seconds)) == words)
  }

  @Test("Hostile names stay one line of plain text, and short")
  func hostile() {
    let name = "a\u{1b}[31m\n\u{202e}" + String(repeating: "x", count: 200)
    let sentence = Self.sentence(
      Self.named(Self.report([Self.login()]), name, Example.own(10))
    )
    #expect(!sentence.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202e })
    #expect(sentence.contains(#"a\x1b[31m\xa\x202exxx"#))
    #expect(sentence.count < 200)
  }

  @Test("The name of a range does not stand for one of its hosts")
  func rangeName() throws {
    var report = Self.report([Self.login()])
    report.names.hosts.set("office", for: try #require(IPNetwork("192.0.2.0/24")))
    #expect(Self.sentence(report).contains("in to 192.0.2.10 after"))
  }
}
