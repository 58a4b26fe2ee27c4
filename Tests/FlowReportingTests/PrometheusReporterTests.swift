import FlowModel
import FlowTestSupport
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Prometheus: the run as gauges for a textfile collector", .needs(.python))
struct PrometheusReporterTests {
  private static func samples(_ report: Report) throws -> [String: String] {
    let read = try Validator.read("prometheus", PrometheusReporter.report(report))
    guard case .array(let samples) = try JSONText.value(read) else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: samples.map { sample in
        (
          key(sample),
          sample["value"].map { if case .string(let text) = $0 { text } else { "" } } ?? ""
        )
      }
    )
  }

  /// `name label=value …`.
  private static func key(_ sample: JSONValue) -> String {
    guard case .string(let name)? = sample["name"], case .object(let labels)? = sample["labels"]
    else { return "?" }
    let pairs = labels.sorted { $0.key < $1.key }.map { label in
      if case .string(let value) = label.value { "\(label.key)=\(value)" } else { "?" }
    }
    return ([name] + pairs).joined(separator: " ")
  }

  @Test("All findings count, whatever of them is shown")
  func all() throws {
    var report = Example.emptyReport()
    report.allFindings = [Example.finding(score: 80)]
    let samples = try Self.samples(report)
    #expect(samples["weir_highest_score"] == "80")
    #expect(samples["weir_findings_by_severity severity=high"] == "1")
  }

  @Test("A report with every member, in full")
  func full() throws {
    let now = PrometheusReporter.report(Example.fullReport()).text
    #expect(try GoldenFile.text("full.prom", now: now) == now)
  }

  @Test("Every severity and every reason is there, with 0 when there is nothing")
  func zeros() throws {
    let samples = try Self.samples(Example.emptyReport())
    for severity in Severity.allCases {
      #expect(samples["weir_findings_by_severity severity=\(severity.name)"] == "0")
    }
    for reason in RejectReason.allCases {
      #expect(samples["weir_rejected_lines reason=\(reason.rawValue)"] == "0")
    }
    #expect(samples["weir_input_complete"] == "1")
    #expect(samples["weir_highest_score"] == "0")
  }

  @Test("Without records there is no newest one, without a history no change, without actions none")
  func absent() throws {
    let names = try Self.samples(Example.emptyReport()).keys
    for name in ["newest_record", "oldest_record", "by_change", "baseline", "by_action"] {
      #expect(!names.contains { $0.contains(name) }, "\(name)")
    }
  }

  @Test("Findings are counted by rule and severity, and by what became of them")
  func counts() throws {
    var report = Example.emptyReport()
    report.findings =
      [95.0, 71, 70, 41].map { Example.finding(rule: "ssh.bruteforce", score: $0) }
      + (1...5).map { Example.finding($0, score: 20) }
    report.comparison = BaselineSummary(comparedWith: Example.begin, days: 9, gone: [])
    report.comparison?.count(report.findings)
    report.comparison?.gone = [Example.remembered("x")]
    let samples = try Self.samples(report)
    #expect(samples["weir_findings rule=ssh.bruteforce severity=critical"] == "1")
    #expect(samples["weir_findings rule=ssh.bruteforce severity=high"] == "2")
    #expect(samples["weir_findings rule=scan.vertical severity=low"] == "5")
    #expect(samples["weir_findings_by_severity severity=high"] == "2")
    #expect(samples["weir_findings_by_change state=new"] == "9")
    #expect(samples["weir_findings_by_change state=gone"] == "1")
    #expect(samples["weir_baseline_days"] == "9")
    #expect(samples["weir_highest_score"] == "95")
  }

  @Test("Records are counted by action where the log tells it")
  func actions() throws {
    var report = Example.emptyReport()
    for offset in [0, 1, 700] as [UInt32] {
      report.timeline.add(start: Example.begin + offset, action: FlowAction.accept.rawValue)
    }
    report.timeline.add(start: Example.begin, action: FlowAction.reject.rawValue)
    let samples = try Self.samples(report)
    #expect(samples["weir_records_by_action action=accept"] == "3")
    #expect(samples["weir_records_by_action action=reject"] == "1")
  }

  @Test("A number as large as the program knows is written in full")
  func large() throws {
    var report = Example.emptyReport()
    report.input.counts.lines = .max
    #expect(try Self.samples(report)["weir_input_lines"] == "18446744073709551615")
  }

  @Test("No text of a log, a path or a name gets in", arguments: Example.hostileTexts)
  func hostile(text: String) throws {
    let plain = PrometheusReporter.report(Example.hostileReport("x"))
    #expect(PrometheusReporter.report(Example.hostileReport(text)) == plain)
  }

  @Test("Labels are escaped")
  func labels() {
    var text = MetricsText()
    text.add("x", "Help.") { $0.sample(1, ["a": "\\ \" \n é"]) }
    #expect(text.bytes.text.hasSuffix("\nweir_x{a=\"\\\\ \\\" \\n é\"} 1\n"))
  }

  @Test("Ten thousand findings of one rule are a line for each severity")
  func crowd() throws {
    let samples = try Self.samples(Example.crowdedReport())
    #expect(samples.keys.count { $0.hasPrefix("weir_findings rule=scan.vertical") } == 5)
  }
}
