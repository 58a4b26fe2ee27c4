import FlowModel
import FlowTestSupport
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("CSV: the findings, and each table, as RFC 4180 has them", .needs(.python))
struct CSVReporterTests {
  private static func rows(_ bytes: [UInt8]) throws -> [JSONValue] {
    guard case .array(let rows)? = try JSONText.value(try Validator.read("csv_rows", bytes))["rows"]
    else { return [] }
    return rows
  }

  private static func text(_ bytes: [UInt8]) -> String {
    bytes.text.replacing("\r\n", with: "\n")
  }

  @Test("A report with every member, in full")
  func full() throws {
    let now = Self.text(CSVReporter.report(Example.fullReport()))
    #expect(try GoldenFile.text("full.csv", now: now) == now)
  }

  @Test("A report of nothing is the header")
  func empty() throws {
    let text = CSVReporter.report(Example.emptyReport()).text
    #expect(text.hasPrefix("id,rule,title,severity,score,"))
    #expect(text.hasSuffix(",suppress_with,evidence,incident,incident_score\r\n"))
    #expect(try Self.rows(Array(text.utf8)).isEmpty)
  }

  @Test("What does not apply is an empty cell")
  func absent() throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding()]
    report.findings[0].counts.records = nil
    let row = try #require(try Self.rows(CSVReporter.report(report)).first)
    let empty = [
      "actor_name", "members", "protocol", "port", "service", "interface_sample", "records",
      "change", "since", "techniques", "evidence",
    ]
    for column in empty { #expect(row[column] == .string(""), "\(column)") }
    #expect(row["target_sample"] == .string("192.0.2.10"))
    #expect(row["accepted"] == .string("1"))
  }

  @Test("Names and what became of a finding have columns")
  func known() throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding()]
    report.findings[0].change = FindingChange(state: .ongoing, since: Example.begin)
    report.names.hosts.set("web, \"one\"", for: try #require(IPNetwork("203.0.113.7")))
    let row = try #require(try Self.rows(CSVReporter.report(report)).first)
    #expect(row["actor_name"] == .string("web, \"one\""))
    #expect(row["change"] == .string("ongoing"))
    #expect(row["since"] == .string("2026-01-05T10:00:07Z"))
  }

  @Test("A target stands in the sample once, however many ports it has")
  func sample() throws {
    var report = Example.emptyReport()
    var finding = Example.finding()
    finding.targets.sample = [22, 80].map {
      Target(address: Example.own(10), port: $0, interface: "eni-1")
    }
    report.findings = [finding]
    let row = try #require(try Self.rows(CSVReporter.report(report)).first)
    #expect(row["target_sample"] == .string("192.0.2.10"))
    #expect(row["interface_sample"] == .string("eni-1"))
  }

  @Test(
    "Cells",
    arguments: [
      (CSVCell.text("plain"), "plain"), (.text("a,b"), "\"a,b\""), (.text("a;b"), "\"a;b\""),
      (.text("a\"b"), "\"a\"\"b\""), (.text(" a"), "\" a\""), (.text("a "), "\"a \""),
      (.text("a\nb"), "a\\xab"), (.text("=1+1"), "'=1+1"), (.text(" =1"), "' =1"),
      (.text("+1"), "'+1"), (.text("-1"), "'-1"), (.text("@x"), "'@x"), (.text("\t=1"), "\\x9=1"),
      (.text("\r=1"), "\\xd=1"), (.text("＝1"), "'＝1"), (.text("'x"), "'x"), (.text("a=1"), "a=1"),
      (.text("\"\u{301}"), "\"\"\"\u{301}\""), (.text(""), ""), (.number(-5), "-5"),
      (.number(UInt64.max), "18446744073709551615"), (.flag(true), "true"), (.none, ""),
      (.list(["a", "b"]), "a b"),
    ] as [(CSVCell, String)]
  )
  func cell(_ cell: CSVCell, text: String) {
    #expect(CSVText.of(cell) == text)
  }

  @Test("Hostile text stays one cell of one row and no formula", arguments: Example.hostileTexts)
  func hostile(text: String) throws {
    let rows = try Self.rows(CSVReporter.report(Example.hostileReport(text)))
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0["score"] == .string("80") && $0["bytes"] == .string("880") })
    for table in ReportTable.allCases {
      let lines = CSVReporter.report(Example.hostileReport(text), table: table).text.split(
        separator: "\r\n"
      )
      #expect(lines.count == 2)
    }
  }

  @Test("The tables, in full", arguments: ReportTable.allCases)
  func table(_ table: ReportTable) throws {
    var report = Example.fullReport()
    report.names.hosts.set("web-1", for: try #require(IPNetwork("192.0.2.10")))
    let now = Self.text(CSVReporter.report(report, table: table))
    #expect(try GoldenFile.text("\(table.rawValue).csv", now: now) == now)
  }

  @Test("Two thousand findings are as many rows, always the same")
  func crowd() throws {
    let bytes = CSVReporter.report(Example.crowdedReport(2000))
    let rows = try Self.rows(bytes)
    #expect(rows.count == 2000)
    #expect(rows.last?["id"] == .string("id-1999"))
    #expect(CSVReporter.report(Example.crowdedReport(2000)) == bytes)
  }
}
