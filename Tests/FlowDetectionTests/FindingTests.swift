import FlowAggregation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Finding: texts, ids, labels")
struct FindingTests {
  @Test(
    "A severity is a band of scores",
    arguments: [
      (-1, Severity.info), (0, .info), (1, .low), (39, .low), (40, .medium), (69, .medium),
      (70, .high), (89, .high), (90, .critical), (100, .critical),
    ]
  )
  func bands(score: Int, severity: Severity) {
    #expect(Severity(score: score) == severity)
  }

  @Test("Severities have an order and are found by their names in any case")
  func severityNames() {
    #expect(Severity.allCases.sorted() == [.info, .low, .medium, .high, .critical])
    #expect(Severity.allCases.map(\.name) == ["info", "low", "medium", "high", "critical"])
    for severity in Severity.allCases { #expect(Severity(name: severity.name) == severity) }
    #expect(Severity(name: "HIGH") == .high)
    #expect(Severity(name: "urgent") == nil)
  }

  @Test("The score shown is rounded half up", arguments: [(8.49, 8), (8.5, 9), (39.5, 40)])
  func rounding(exact: Double, shown: Int) throws {
    var finding = try #require(
      VerticalScan().found(in: [.trying([], victims: [.closed(10)])]).first
    )
    finding.exactScore = exact
    #expect(finding.score == shown)
    #expect(finding.severity == Severity(score: shown))
  }

  @Test("Ids are the same in every run")
  func stableIDs() throws {
    let source = SourceProfile.trying([.each(.ssh, blocked: 10)], victims: [.closed(10)])
    #expect(HorizontalScan().found(in: [source]).map(\.id) == ["edf417b052464c14"])
    #expect(VerticalScan().found(in: [source]).map(\.id) == ["6c6e09eb9c918420"])
  }

  @Test("An id has sixteen digits, and parts do not run into each other")
  func idForm() {
    // FNV-1a's own test values for "" and "a".
    #expect(Finding.stableID([""]) == "cbf29ce484222325")
    #expect(Finding.stableID(["a"]) == "af63dc4c8601ec8c")
    #expect(Finding.stableID(["part 800"]) == "08ea9c92daa0572c")
    #expect(Finding.stableID(["ab", "c"]) != Finding.stableID(["a", "bc"]))
  }

  @Test("A suppression names what is given; a port only where there are ports")
  func suppression() {
    let source = "2001:db8::1"
    let destination = Example.own(1)
    #expect(SuppressionScope().line(rule: "r") == #"- {rule: r, reason: "say why"}"#)
    #expect(
      SuppressionScope(source: source).line(rule: "r")
        == #"- {rule: r, source: "2001:db8::1", reason: "say why"}"#
    )
    #expect(
      SuppressionScope(destination: destination, service: .udp(53)).line(rule: "r")
        == #"- {rule: r, destination: "192.0.2.1", port: 53, reason: "say why"}"#
    )
    #expect(
      SuppressionScope(source: source, destination: destination, service: .icmp).line(rule: "r")
        == #"- {rule: r, source: "2001:db8::1", destination: "192.0.2.1", reason: "say why"}"#
    )
  }

  @Test("A network of one address has the full length of its family")
  func loneNetwork() {
    #expect(IPNetwork(only: Example.own(1)).description == "192.0.2.1/32")
    #expect(IPNetwork(only: Example.ownV6(1)).description == "2001:db8:a::1/128")
  }

  @Test("An actor is an address, a network or a campaign")
  func actors() throws {
    let network = try #require(IPNetwork("198.51.100.0/24"))
    #expect(Actor.address(Example.stranger(1)).description == "203.0.113.1")
    #expect(Actor.prefix(network).description == "198.51.100.0/24")
    #expect(Actor.campaign("sources of SSH probes").description == "sources of SSH probes")
  }
}

@Suite("Slow: fewer than five first attempts in the busiest hour, for six hours or more")
struct SlowLabelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var busiest: UInt64?
    var seconds: UInt32
    var isSlow: Bool
    var testDescription: String {
      "\(busiest.map(String.init) ?? "unknown") in \(seconds) s → \(isSlow ? "slow" : "fast")"
    }
  }

  @Test(
    "Both the hour and the span decide",
    arguments: [
      Case(busiest: 4, seconds: 21_600, isSlow: true),
      Case(busiest: 5, seconds: 21_600, isSlow: false),
      Case(busiest: 4, seconds: 21_599, isSlow: false),
      Case(busiest: 1, seconds: 2_592_000, isSlow: true),
      Case(busiest: 5, seconds: 2_592_000, isSlow: false),
      Case(busiest: nil, seconds: 2_592_000, isSlow: false),
      Case(busiest: 0, seconds: 0, isSlow: false),
    ]
  )
  func label(_ example: Case) {
    let isSlow = ScanThreshold.isSlow(
      busiestHour: example.busiest,
      first: 1_767_607_207,
      last: 1_767_607_207 + example.seconds
    )
    #expect(isSlow == example.isSlow)
  }

  @Test("Reversed times last no time at all")
  func reversed() {
    #expect(!ScanThreshold.isSlow(busiestHour: 1, first: 100_000, last: 10))
    #expect(Finding.hours(100_000, 10) == 0)
    #expect(Finding.hours(10, 100_010) == 100_000.0 / 3600)
  }

  @Test("A slow horizontal scan says so", arguments: [UInt64(4), 5])
  func horizontal(busiest: UInt64) throws {
    var attempts = ServiceAttempts.each(.ssh, blocked: 20, hours: 65)
    attempts.busiestHour = busiest
    let finding = try #require(HorizontalScan().found(in: [.trying([attempts])]).first)
    #expect(finding.isSlow == (busiest == 4))
  }
}

@Suite("Outcomes: the furthest one, the text and the confidence")
struct OutcomeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var counts: OutcomeCounts
    var furthest: FindingOutcome
    var words: String
    var testDescription: String { "\(furthest): \(words)" }
  }

  @Test(
    "The furthest outcome and one clause",
    arguments: [
      Case(counts: OutcomeCounts(blocked: 5), furthest: .blocked, words: "all blocked"),
      Case(counts: OutcomeCounts(silent: 5), furthest: .silent, words: "all unanswered"),
      Case(counts: OutcomeCounts(refused: 5), furthest: .refused, words: "all refused"),
      Case(
        counts: OutcomeCounts(blocked: 3, silent: 2),
        furthest: .blocked,
        words: "3 blocked, 2 unanswered"
      ),
      Case(
        counts: OutcomeCounts(blocked: 2, silent: 3),
        furthest: .silent,
        words: "2 blocked, 3 unanswered"
      ),
      Case(
        counts: OutcomeCounts(blocked: 2, silent: 2),
        furthest: .blocked,
        words: "2 blocked, 2 unanswered"
      ),
      Case(
        counts: OutcomeCounts(blocked: 2, silent: 2, refused: 2),
        furthest: .refused,
        words: "2 blocked, 2 unanswered, 2 refused"
      ),
      Case(
        counts: OutcomeCounts(blocked: 3, refused: 2),
        furthest: .blocked,
        words: "3 blocked, 2 refused"
      ),
      Case(counts: OutcomeCounts(touched: 4), furthest: .touched, words: "4 answered"),
      Case(
        counts: OutcomeCounts(blocked: 9, touched: 1),
        furthest: .touched,
        words: "9 without response, 1 answered"
      ),
      Case(
        counts: OutcomeCounts(silent: 1, refused: 1, touched: 1, sessions: 2),
        furthest: .open,
        words: "2 without response, 3 answered"
      ),
    ]
  )
  func words(_ example: Case) {
    #expect(example.counts.furthest == example.furthest)
    #expect(example.counts.words == example.words)
  }

  @Test(
    "Confidence is the share of sure directions",
    arguments: [
      (100, Confidence.high), (95, .high), (94, .medium), (80, .medium), (79, .low), (0, .low),
    ] as [(UInt64, Confidence)]
  )
  func confidence(sure: UInt64, expected: Confidence) {
    let counts = OutcomeCounts(blocked: 60, silent: 20, refused: 10, touched: 6, sessions: 4)
    #expect(counts.confidence(sure: sure) == expected)
  }

  @Test("A finding carries the confidence of its conversations", arguments: [19, 16, 15])
  func findingConfidence(sure: UInt64) throws {
    var attempts = ServiceAttempts.each(.ssh, blocked: 20)
    attempts.sure = sure
    let finding = try #require(HorizontalScan().found(in: [.trying([attempts])]).first)
    let expected: [UInt64: Confidence] = [19: .high, 16: .medium, 15: .low]
    #expect(finding.confidence == expected[sure])
  }
}
