import FlowDetection
import FlowModel
import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("The report in one line")
struct SummaryLineTests {
  private static func report(_ findings: [Finding] = [], records: UInt64 = 0) -> Report {
    var report = Example.emptyReport()
    report.input.counts.records.ok = records
    report.findings = findings
    return report
  }

  private static let three = [
    Example.finding(rule: "chain.compromise", title: "Compromised host", score: 97.2),
    Example.finding(8, score: 12.4), Example.finding(9, score: 11),
  ]

  @Test("tells how much was read and that nothing was found")
  func clean() {
    #expect(
      SummaryLine.text(Self.report(records: 246_887), files: 1)
        == "246,887 records, no findings; 1 file written"
    )
  }

  @Test("tells findings by severity and the worst of them")
  func findings() {
    #expect(
      SummaryLine.text(Self.report(Self.three, records: 1), files: 2)
        == "1 record, 3 findings: 1 critical, 2 low; worst: 97 Compromised host, 203.0.113.7; 2 files written"
    )
  }

  @Test("tells what is new where there is a run to compare with")
  func historyRun() {
    var report = Self.report(Self.three, records: 9)
    report.comparison = BaselineSummary(comparedWith: nil, days: 0, gone: [])
    #expect(SummaryLine.text(report, files: 0).hasPrefix("9 records, 3 findings: "))
    report.comparison = BaselineSummary(comparedWith: Example.begin, days: 1, gone: [])
    report.comparison?.count(report.findings)
    #expect(SummaryLine.text(report, files: 0).hasPrefix("9 records, 3 findings (3 new): "))
    report = Self.report()
    report.comparison = BaselineSummary(comparedWith: Example.begin, days: 1, gone: [])
    report.comparison?.isNothingNew = true
    #expect(SummaryLine.text(report, files: 2) == "nothing new; 2 files written")
  }

  @Test("what was not read to its end comes first")
  func state() {
    var report = Self.report(records: 5)
    report.input.isComplete = false
    #expect(SummaryLine.text(report, files: 1).hasPrefix("INCOMPLETE: 5 records, no findings"))
    report.isInterrupted = true
    #expect(SummaryLine.text(report, files: 1).hasPrefix("INTERRUPTED: 5 records, no findings"))
  }

  @Test("names the worst actor, and a terminal does not obey the name")
  func hostile() {
    var report = Self.report(Self.three)
    if let network = IPNetwork("203.0.113.7") {
      report.names.hosts.set("web\u{1b}[2J\n\u{202e}", for: network)
    }
    let line = SummaryLine.text(report, files: 1)
    #expect(line.contains("web\\x1b[2J\\xa\\x202e"))
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7f })
  }
}

@Suite("Text in ASCII alone")
struct PlainTextTests {
  @Test("signs have stand-ins, and nothing else is lost")
  func signs() {
    #expect(PlainText.of("plain | ~316") == "plain | ~316")
    #expect(PlainText.of("CRIT ✖ HIGH ▲ MED  ● LOW  ·") == "CRIT X HIGH ^ MED  * LOW  .")
    #expect(PlainText.of("a → b… 1–2 × 3 ± 4") == "a -> b... 1-2 x 3 +- 4")
    #expect(PlainText.of("büro 東") == "b\\u{fc}ro \\u{6771}")
  }

  @Test("a whole report has no other byte, keeps to the width, and its columns are aligned")
  func report() {
    var report = Example.fullReport()
    report.findings = (0..<5).map { Example.finding($0, score: Double($0) * 24) }
    var style = TextStyle(width: 160, usesColor: false, top: nil)
    style.usesASCII = true
    let plain = TextReporter.report(report, style)
    #expect(plain.allSatisfy { $0 < 0x80 })
    let lines = plain.text.split(separator: "\n")
    #expect(lines.contains { $0.contains("203.0.113.4 -> 192.0.2.10") })
    #expect(lines.allSatisfy { $0.count <= 160 })
    // An arrow takes two columns, one of them from the blanks behind it.
    let rows = lines.filter { $0.contains(" 01-05 10:00-11:00") || $0.contains("-> TARGET") }
    let columns = rows.compactMap { line in
      (line.firstRange(of: "TIME (") ?? line.firstRange(of: "01-05"))
        .map { line.distance(from: line.startIndex, to: $0.lowerBound) }
    }
    #expect(columns.count == 6 && Set(columns).count == 1, "\(plain.text)")
  }
}
