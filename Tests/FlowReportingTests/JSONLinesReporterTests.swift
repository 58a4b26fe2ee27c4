import FlowTestSupport
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("JSON Lines: schema weir.lines/1, one object a line", .needs(.python))
struct JSONLinesReporterTests {
  private static func lines(_ report: Report, showsSuppressed: Bool = false) throws -> [JSONValue] {
    let bytes = JSONLinesReporter.report(report, showsSuppressed: showsSuppressed)
    guard case .array(let lines) = try JSONText.value(try Validator.read("json_lines", bytes))
    else {
      return []
    }
    return lines
  }

  private static func kinds(_ lines: [JSONValue]) -> [String] {
    lines.map { if case .string(let kind)? = $0["kind"] { kind } else { "?" } }
  }

  /// The members of an object without one of them.
  private static func members(_ value: JSONValue?, without name: String) -> [String: JSONValue]? {
    guard case .object(let members)? = value else { return nil }
    return members.filter { $0.key != name }
  }

  @Test("A report with every member, in full")
  func full() throws {
    let now = JSONLinesReporter.report(Example.fullReport()).text
    #expect(try GoldenFile.text("full.jsonl", now: now) == now)
  }

  @Test("A report of nothing is a run and nothing else")
  func empty() throws {
    let lines = try Self.lines(Example.emptyReport())
    #expect(Self.kinds(lines) == ["run"])
    #expect(lines[0]["schema"] == .string("weir.lines/1"))
    #expect(lines[0]["input"]?["sources"] == nil)
    #expect(lines[0]["interrupted"] == nil)
    #expect(lines[0]["night"] == nil)
  }

  @Test("Each line says what it is, in one order")
  func order() throws {
    var report = Example.hostileReport("x")
    report.suppressed = [
      (
        Example.finding(),
        Suppression(rule: "scan.vertical", reason: "known", path: "known.yaml", line: 3)
      )
    ]
    let tables = [String](repeating: "row", count: 6)
    #expect(
      Self.kinds(try Self.lines(report, showsSuppressed: true))
        == ["run", "finding", "finding", "suppressed", "gone", "fact"] + tables + ["source"]
    )
    #expect(!Self.kinds(try Self.lines(report)).contains("suppressed"))
  }

  @Test("Findings, rows and sources have the members of the JSON report")
  func sameMembers() throws {
    let report = Example.fullReport()
    let whole = try JSONText.value(JSONReporter.report(report).text)
    let lines = try Self.lines(report)
    func first(_ kind: String) -> JSONValue? { lines.first { $0["kind"] == .string(kind) } }
    func bare(_ value: JSONValue?) -> [String: JSONValue]? { Self.members(value, without: "") }
    #expect(Self.members(first("finding"), without: "kind") == bare(whole["findings"]?[0]))
    #expect(Self.members(first("source"), without: "kind") == bare(whole["input"]?["sources"]?[0]))
    for table in ReportTable.allCases {
      let row = lines.first { $0["table"] == .string(table.rawValue) }
      var members = Self.members(row, without: "kind")
      members?["table"] = nil
      #expect(members == bare(whole["tables"]?[table.rawValue]?[0]))
    }
    for name in ["generator", "command", "summary", "notices", "interrupted"] {
      #expect(lines[0][name] == whole[name], "\(name)")
    }
    #expect(
      bare(lines[0]["input"]) == Self.members(whole["input"], without: "sources")
    )
  }

  @Test("The run counts what is gone, and a line each tells what")
  func gone() throws {
    let lines = try Self.lines(Example.hostileReport("x"))
    #expect(lines[0]["night"]?["gone"] == .number("1"))
    let gone = try #require(lines.first { $0["kind"] == .string("gone") })
    #expect(gone["id"] == .string("id-gone"))
    #expect(gone["lastSeen"] == .string("2026-01-04T10:00:07Z"))
  }

  @Test("A fact's own kind is its member fact")
  func fact() throws {
    let lines = try Self.lines(Example.hostileReport("x"))
    let fact = try #require(lines.first { $0["kind"] == .string("fact") })
    #expect(fact["fact"] == .string("time"))
  }

  @Test("Hostile text stays one line and comes back as it was", arguments: Example.hostileTexts)
  func hostile(text: String) throws {
    let lines = try Self.lines(Example.hostileReport(text))
    #expect(lines.count == 12)
    #expect(lines[0]["command"]?[1] == .string(text))
    #expect(lines[1]["evidence"]?[0]?["text"] == .string(text))
    #expect(lines[11]["fault"] == .string(text))
  }

  @Test("Two thousand findings are as many lines")
  func crowd() throws {
    let lines = try Self.lines(Example.crowdedReport(2000))
    #expect(lines.count == 2001)
    #expect(lines[2000]["id"] == .string("id-1999"))
  }
}
