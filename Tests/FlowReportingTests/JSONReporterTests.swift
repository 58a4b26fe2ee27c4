import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("JSON report: schema weir.report/1")
struct JSONReporterTests {
  private static func value(_ report: Report) throws -> JSONValue {
    try JSONText.value(JSONReporter.report(report).text)
  }

  @Test("A report with every member, in full")
  func full() throws {
    let now = JSONReporter.report(Example.fullReport()).text
    #expect(try GoldenFile.text("full.json", now: now) == now)
  }

  @Test("A report of nothing, in full")
  func empty() throws {
    let now = JSONReporter.report(Example.emptyReport()).text
    #expect(try GoldenFile.text("empty.json", now: now) == now)
  }

  @Test("Incidents, in full")
  func incidents() throws {
    let text = JSONReporter.report(Example.incidents()).text
    let start = try #require(text.firstRange(of: "  \"incidents\": [")).lowerBound
    let end = try #require(text.firstRange(of: "  \"findings\": [\n    {")).lowerBound
    let now = String(text[start..<end])
    #expect(try GoldenFile.text("incidents.json", now: now) == now)
  }

  @Test("The same report is the same bytes")
  func same() {
    let first = JSONReporter.report(Example.fullReport())
    #expect((0..<5).allSatisfy { _ in JSONReporter.report(Example.fullReport()) == first })
  }

  @Test("Both are JSON by the grammar, and nowhere is null")
  func grammar() throws {
    #expect(try !Self.value(Example.fullReport()).holdsNull)
    #expect(try !Self.value(Example.emptyReport()).holdsNull)
  }

  @Test("What is not there is absent")
  func absent() throws {
    var report = Example.emptyReport()
    report.input = InputSummary(
      sources: [Example.source("a")],
      skipDataWindows: 0,
      isComplete: true
    )
    report.findings = [Example.finding()]
    let value = try Self.value(report)
    let finding = try #require(value["findings"]?[0])
    #expect(finding["service"] == nil)
    #expect(finding["labels"] == nil)
    #expect(finding["actor"]?["members"] == nil)
    #expect(finding["evidence"] == .array([]))
    #expect(finding["targets"]?["sample"]?[0]?["port"] == nil)
    #expect(finding["targets"]?["sample"]?[0]?["interface"] == nil)
    #expect(finding["targets"]?["sample"]?[0]?["ip"] == .string("192.0.2.10"))
    let source = try #require(value["input"]?["sources"]?[0])
    for name in ["format", "fault", "firstReject"] { #expect(source[name] == nil) }
    #expect(value["input"]?["firstStart"] == nil)
    #expect(value["input"]?["lastEnd"] == nil)
    #expect(value["interrupted"] == nil)
    #expect(!value.holdsNull)
  }

  @Test("An actor is one of three")
  func actors() throws {
    func actor(_ actor: Actor) throws -> JSONValue? {
      var report = Example.emptyReport()
      report.findings = [Example.finding()]
      report.findings[0].actor = actor
      return try Self.value(report)["findings"]?[0]?["actor"]
    }
    let network = try #require(IPNetwork("2001:db8::/48"))
    let inside = JSONValue.flag(false)
    #expect(
      try actor(.address(Example.stranger(1)))
        == .object(["ip": .string("203.0.113.1"), "internal": inside])
    )
    #expect(
      try actor(.prefix(network))
        == .object(["prefix": .string("2001:db8::/48"), "internal": inside])
    )
    #expect(
      try actor(.campaign("sources of SSH probes"))
        == .object(["campaign": .string("sources of SSH probes"), "internal": inside])
    )
  }

  @Test(
    "Hostile text comes back as it was and holds no raw control character",
    arguments: [
      "\u{1b}[2J\u{1b}]0;title\u{7}", "a\nb\r\nc\td", "\"},{\"x\":\"", "\\u0041\\",
      "\u{0}\u{7f}\u{85}\u{2028}",
    ]
  )
  func hostile(text: String) throws {
    var report = Example.emptyReport()
    report.command = ["weir", text]
    report.notices = [text]
    report.input = InputSummary(
      sources: [Example.source(text, fault: text)],
      skipDataWindows: 0,
      isComplete: false
    )
    report.findings = [Example.finding()]
    report.findings[0].evidence = [Evidence(path: text, line: 1, text: text)]
    let written = JSONReporter.report(report)
    #expect(written.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == UInt8(ascii: "\n") })
    let value = try JSONText.value(written.text)
    #expect(value["command"]?[1] == .string(text))
    #expect(value["notices"]?[0] == .string(text))
    #expect(value["input"]?["sources"]?[0]?["path"] == .string(text))
    #expect(value["input"]?["sources"]?[0]?["fault"] == .string(text))
    #expect(value["findings"]?[0]?["evidence"]?[0]?["text"] == .string(text))
  }

  @Test("The summary counts findings by severity, and those that the screen folds")
  func summary() throws {
    var report = Example.emptyReport()
    report.findings =
      [95.0, 71, 70, 41].map { Example.finding(score: $0, outcome: .open) }
      + (1...5).map { Example.finding($0, score: 20) } + [Example.finding(score: 0.2)]
    let summary = try #require(try Self.value(report)["summary"])
    let numbers = ["critical", "high", "medium", "low", "info", "folded", "suppressed"].map {
      summary[$0]
    }
    #expect(numbers == ["1", "2", "1", "5", "1", "5", "0"].map(JSONValue.number))
  }
}
