import FlowModel
import FlowTestSupport
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite(
  "Markdown: the report for issues and wikis, rendered by GitHub's own program",
  .needs(.python, .commonMark)
)
struct MarkdownReporterTests {
  private static func rendered(_ report: Report, top: Int? = nil) throws -> JSONValue {
    try JSONText.value(try Validator.read("markdown", MarkdownReporter.report(report, top: top)))
  }

  private static func strings(_ value: JSONValue?) -> [String] {
    guard case .array(let elements)? = value else { return [] }
    return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  private static func rows(_ page: JSONValue) -> [[String]] {
    guard case .array(let rows)? = page["rows"] else { return [] }
    return rows.map(strings)
  }

  @Test("Incidents, in full")
  func incidents() throws {
    let now = MarkdownReporter.report(Example.incidents()).text
    #expect(try GoldenFile.text("incidents.md", now: now) == now)
  }

  @Test("A report with every member, in full")
  func full() throws {
    let now = MarkdownReporter.report(Example.fullReport()).text
    #expect(try GoldenFile.text("full.md", now: now) == now)
  }

  @Test("A report of nothing says so")
  func empty() throws {
    let page = try Self.rendered(Example.emptyReport())
    #expect(Self.rows(page).isEmpty)
    #expect(
      MarkdownReporter.report(Example.emptyReport()).text.contains(
        "\nNo records, so no findings.\n"
      )
    )
  }

  @Test("A finding from 40 on has a section with why, evidence and what to do")
  func sections() {
    var report = Example.emptyReport()
    report.findings = [Example.finding(1, score: 40), Example.finding(2, score: 39)]
    report.findings[0].evidence = [Evidence(path: "a.log", line: 3, text: "2 1 eni-1")]
    let text = MarkdownReporter.report(report).text
    #expect(text.contains("#### 1. Port scan (medium, 40)"))
    #expect(text.contains("```text\na.log:3 2 1 eni-1\n```\n"))
    #expect(text.contains("- **Next:** Look.\n"))
    #expect(!text.contains("#### 2."))
  }

  @Test("What became of a finding is told")
  func change() {
    var report = Example.emptyReport()
    report.findings = [Example.finding(1, score: 40)]
    report.findings[0].change = FindingChange(
      state: .changed,
      since: Example.begin,
      what: "score 30 → 40"
    )
    #expect(
      MarkdownReporter.report(report).text
        .contains("- **Change:** changed since 2026-01-05T10:00:07Z, score 30 → 40\n")
    )
  }

  @Test(
    "Hostile text is text: no markup, no link, nobody mentioned",
    arguments: Example.hostileTexts
  )
  func hostile(text: String) throws {
    let page = try Self.rendered(Example.hostileReport(text))
    let tags: Set<String> = [
      "code", "h2", "h3", "h4", "li", "p", "pre", "strong", "table", "tbody", "td", "th", "thead",
      "tr", "ul",
    ]
    #expect(Set(Self.strings(page["tags"])).subtracting(tags).isEmpty)
    #expect(Set(Self.strings(page["attributes"])).isSubset(of: ["align", "class"]))
    #expect(page["links"] == .array([]))
    #expect(page["mentions"] == .array([]))
    let rows = Self.rows(page)
    #expect(rows.count == 3)
    #expect(rows.allSatisfy { $0.count == 7 })
  }

  @Test("A raw line is shown as it is, whatever fences it holds", arguments: Example.hostileTexts)
  func evidence(text: String) throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding(score: 80)]
    report.findings[0].evidence = [Evidence(path: "a", line: 1, text: text)]
    let page = try Self.rendered(report)
    let line = TextFormat.limited(TextFormat.safe("a:1 \(text)"), 1000)
    #expect(Self.strings(page["codes"]).last == line + "\n")
  }

  @Test(
    "Texts among texts",
    arguments: [
      ("a|b", "a&#124;b"), ("a_b*c", "a\\_b\\*c"), ("`x`", "\\`x\\`"), ("<b>&", "&lt;b&gt;&amp;"),
      ("ann@x", "ann@\u{200b}x"), ("a @ b", "a @ b"), ("#1 # 1", "\\#\u{200b}1 \\# 1"),
      ("http://x", "http:\u{200b}//x"), ("12:30", "12:30"), ("www.x", "www\u{200b}.x"),
      ("xww.x", "xww.x"), ("~3", "&#126;\u{200b}3"), ("a\nb", "a\\\\xab"),
      ("[x](y)", "\\[x\\](y)"), ("10.0.0.1", "10.0.0.1"), ("2001:db8::1", "2001:db8::1"),
      ("- a", "\\- a"), ("-", "\\-"), ("-1", "-1"), ("1) a", "1\\) a"), ("12. a", "12\\. a"),
    ]
  )
  func prose(text: String, escaped: String) {
    #expect(MarkdownText.prose(text) == escaped)
  }

  @Test(
    "Texts as they stand",
    arguments: [
      ("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("``", "``` `` ```"), (" a", "`  a `"),
      ("", ""), ("a\nb", "`a\\xab`"),
    ]
  )
  func code(text: String, span: String) {
    #expect(MarkdownText.code(text) == span)
  }

  @Test("Ten thousand findings fit one comment, and what is left out is counted")
  func crowd() throws {
    let bytes = MarkdownReporter.report(Example.crowdedReport())
    #expect(bytes.count <= 65_536)
    #expect(bytes == MarkdownReporter.report(Example.crowdedReport()))
    let text = bytes.text
    #expect(text.contains("\n… 9,900 more; `weir --format csv` has them all.\n"))
    let sections = text.split(separator: "\n").count { $0.hasPrefix("#### ") }
    let explained = Example.crowdedReport().findings.count { $0.score >= 40 }
    #expect(sections > 30)
    let left = TextFormat.grouped(explained - sections)
    #expect(text.contains("\n… \(left) more; `weir --format jsonl` explains them all.\n"))
    #expect(text.contains("\n### Log coverage\n"))
  }

  @Test("As many findings with the longest texts fit as well")
  func longTexts() throws {
    var report = Example.crowdedReport(200)
    let long = String(repeating: "|@a", count: 4000)
    for index in report.findings.indices {
      report.findings[index].detail = long
      report.findings[index].title = long
      report.findings[index].next = long
    }
    report.notices = [String](repeating: long, count: 50)
    let bytes = MarkdownReporter.report(report)
    #expect(bytes.count <= 65_536)
    #expect(bytes.text.contains(" more; `weir --format csv` has them all."))
  }

  @Test("--top shortens the table", arguments: [0, 1, 5, 1000])
  func top(_ top: Int) throws {
    let page = try Self.rendered(Example.crowdedReport(20), top: top)
    #expect(Self.rows(page).count == (top == 0 ? 0 : min(top, 20) + 1))
  }
}
