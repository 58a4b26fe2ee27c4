import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Log quality: what is wrong with the log itself")
struct LogQualityNotesTests {
  /// A log of 100,000 records without a fault.
  private static var good: LogQuality {
    var quality = LogQuality()
    (quality.records, quality.accepted, quality.rejected) = (100_000, 60_000, 40_000)
    return quality
  }

  private static func found(_ quality: LogQuality) -> [Finding] {
    var network = Example.network(own: 20)
    (network.logStart, network.logEnd) = (Example.start, Example.start + 86_400)
    return LogQualityNotes().findings(CompleteContext(network, quality: quality)).findings
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var detail: String?
    var change: @Sendable (inout LogQuality) -> Void
    var testDescription: String { "\(what) → \(detail == nil ? "silent" : "fires")" }
  }

  @Test(
    "Each kind of fault has its bound",
    arguments: [
      Case(what: "nothing", detail: nil) { _ in },
      Case(what: "0.1 % of the windows lost", detail: nil) { $0.skipDataWindows = 100 },
      Case(what: "more", detail: "101 windows lost (SKIPDATA)") { $0.skipDataWindows = 101 },
      Case(
        what: "one gap without records",
        detail: "one gap without records, the longest 61 min"
      ) { ($0.holes, $0.longestHole) = (1, 3660) },
      Case(
        what: "several",
        detail: "3 gaps without records, the longest 180 s"
      ) { ($0.holes, $0.longestHole) = (3, 180) },
      Case(what: "windows of 5 minutes", detail: nil) { $0.aggregationInterval = 300 },
      Case(what: "windows of 10 minutes", detail: "windows of 10 min") {
        $0.aggregationInterval = 600
      },
      Case(what: "only ACCEPT", detail: "only ACCEPT: scans are not visible") {
        ($0.accepted, $0.rejected) = (1000, 0)
      },
      Case(what: "999 of them", detail: nil) { ($0.accepted, $0.rejected) = (999, 0) },
      Case(what: "only REJECT", detail: "only REJECT: accepted traffic is not visible") {
        ($0.accepted, $0.rejected) = (0, 1000)
      },
      Case(what: "999 of them", detail: nil) { ($0.accepted, $0.rejected) = (0, 999) },
      Case(what: "a format without actions", detail: nil) { ($0.accepted, $0.rejected) = (0, 0) },
      Case(what: "0.1 % of the times reversed", detail: nil) { $0.reversedTimes = 100 },
      Case(what: "more", detail: "101 records end before they start") { $0.reversedTimes = 101 },
      Case(what: "an empty log", detail: nil) { $0 = LogQuality() },
      Case(what: "a log of lost windows alone", detail: "1 windows lost (SKIPDATA)") {
        $0 = LogQuality()
        $0.skipDataWindows = 1
      },
    ]
  )
  func fault(_ example: Case) {
    var quality = Self.good
    example.change(&quality)
    #expect(Self.found(quality).map(\.detail) == (example.detail.map { [$0] } ?? []))
  }

  @Test("All faults together are one finding, whose score grows with their kinds")
  func score() throws {
    var quality = Self.good
    quality.holes = 1
    // 1 + 14 * 0.3 = 5.2
    #expect(abs(try #require(Self.found(quality).first).exactScore - 5.2) < 0.001)
    quality.aggregationInterval = 600
    // 1 + 14 * (1 - 0.7 * 0.7) = 8.14
    #expect(abs(try #require(Self.found(quality).first).exactScore - 8.14) < 0.001)
    (quality.skipDataWindows, quality.reversedTimes, quality.rejected) = (500, 500, 0)
    let findings = Self.found(quality)
    #expect(findings.count == 1)
    // 1 + 14 * (1 - 0.7^5) = 12.647
    #expect(abs(try #require(findings.first).exactScore - 12.647) < 0.001)
  }

  @Test("A finding is about the log, and no record shows it")
  func content() throws {
    var quality = Self.good
    quality.holes = 1
    let finding = try #require(Self.found(quality).first)
    #expect(finding.rule == "log.quality")
    #expect(finding.title == "Log coverage")
    #expect(finding.stage == .note)
    #expect(finding.actor == .campaign("the log"))
    #expect(finding.outcome == .notApplicable)
    #expect(finding.targets.count == 0)
    #expect([finding.firstSeen, finding.lastSeen] == [Example.start, Example.start + 86_400])
    #expect(finding.counts.records == nil)
    #expect(finding.suppressWith == #"- {rule: log.quality, reason: "say why"}"#)
  }

  @Test("However many workers there are, the log is judged once")
  func merging() {
    var quality = Self.good
    quality.holes = 1
    let context = CompleteContext(Example.network(own: 20), quality: quality)
    var whole = LogQualityNotes()
    whole.merge(LogQualityNotes())
    #expect(whole.findings(context).findings.count == 1)
  }
}
