import FlowModel
import FlowTestSupport
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Slack: a message within the limits of Block Kit", .needs(.python, .jsonSchema))
struct SlackReporterTests {
  private static func message(_ report: Report, top: Int? = nil) throws -> JSONValue {
    try JSONText.value(try Validator.read("slack", SlackReporter.report(report, top: top)))
  }

  private static func count(_ block: String, _ message: JSONValue) -> Int {
    guard case .array(let blocks)? = message["blocks"] else { return -1 }
    return blocks.count { $0 == .string(block) }
  }

  @Test("A report with every member, in full")
  func full() throws {
    let now = SlackReporter.report(Example.fullReport()).text
    #expect(try GoldenFile.text("full.slack.json", now: now) == now)
    _ = try Self.message(Example.fullReport())
  }

  @Test("A report of nothing is a message as well")
  func empty() throws {
    let message = try Self.message(Example.emptyReport())
    #expect(Self.count("section", message) == 1)
    guard case .string(let text)? = message["texts"]?[0] else { return #expect(Bool(false)) }
    #expect(text.hasPrefix("weir: no findings. "))
  }

  @Test("Hostile text is text: no mention, no link, no picture", arguments: Example.hostileTexts)
  func hostile(text: String) throws {
    let message = try Self.message(Example.hostileReport(text))
    #expect(Self.count("section", message) == 3)
  }

  @Test(
    "Texts among texts",
    arguments: [
      ("<!here>", "&lt;!\u{200b}here&gt;"), ("a & b", "a &amp; b"), ("@all", "@\u{200b}all"),
      ("*b*", "∗b∗"), ("`c`", "'c'"), ("a:100:b", "a:\u{200b}100:b"),
      ("2001:100::1", "2001:\u{200b}100::1"), ("10:00, 11:00", "10:00, 11:00"),
      ("http://x", "http:\u{200b}//x"), ("a\nb", "a\\xab"),
    ]
  )
  func prose(text: String, escaped: String) {
    #expect(SlackText.prose(text) == escaped)
  }

  @Test(
    "Texts as they stand",
    arguments: [
      ("2001:100::1", "`2001:100::1`"), ("a`b", "`a'b`"), ("<&>", "`&lt;&amp;&gt;`"), ("", ""),
    ]
  )
  func code(text: String, span: String) {
    #expect(SlackText.code(text) == span)
  }

  @Test(
    "Two thousand findings are ten sections, or as many as asked for, at most forty",
    arguments: [(nil, 10), (0, 0), (3, 3), (40, 40), (2000, 40)] as [(Int?, Int)]
  )
  func crowd(top: Int?, shown: Int) throws {
    var report = Example.crowdedReport(2000)
    for index in report.findings.indices { report.findings[index].exactScore = 80 }
    let message = try Self.message(report, top: top)
    #expect(Self.count("section", message) == shown + 1)
    let text = SlackReporter.report(report, top: top).text
    #expect(text.contains("\"… \(TextFormat.grouped(2000 - shown)) more\""))
  }

  @Test("The same report is the same bytes")
  func same() {
    let first = SlackReporter.report(Example.crowdedReport(100))
    #expect((0..<3).allSatisfy { _ in SlackReporter.report(Example.crowdedReport(100)) == first })
  }
}
