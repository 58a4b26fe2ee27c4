import FlowModel
import FlowPipeline
import FlowReporting
import FlowTestSupport
import Foundation
import Testing

@testable import FlowFindings

@Suite("Every form of the same records gives the same report")
struct DeliveryFormTests {
  /// The report without what names the inputs.
  private static func report(_ path: String, evidence: Int = 0) throws -> Report {
    var settings = AnalysisSettings(paths: [path])
    settings.threads = 2
    settings.evidenceLines = evidence
    return try AnalysisRun(settings).run()
  }

  private static func text(_ report: Report) -> String {
    var report = report
    let records = report.input.counts.records
    report.input = InputSummary(sources: [], skipDataWindows: 0, isComplete: true)
    report.input.counts.records = records
    report.command = []
    report.notices = []
    return String(decoding: JSONReporter.report(report), as: UTF8.self)
  }

  private static let lines: [String] = {
    var random = RandomLog(seed: 4)
    let records = random.lines(1200).map { String($0.dropLast()) }
    let idle =
      "2 123456789012 eni-0a1b2c3d4e5f60711 - - - - - - - 1767571200 1767571260 - NODATA"
    return records + [idle]
  }()

  private static let expected: String = {
    (try? withFile(DeliveryForm.plain.bytes(lines)) { text(try report($0)) }) ?? ""
  }()

  private static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws
    -> Result
  {
    let folder = try TemporaryFolder()
    return try body(try folder.write(bytes, to: "input"))
  }

  @Test("Findings and tables are the same", arguments: DeliveryForm.allCases)
  func sameReport(form: DeliveryForm) throws {
    #expect(Self.expected.contains("\"rule\": \"ssh.bruteforce\""))
    try Self.withFile(form.bytes(Self.lines)) { path in
      let report = try Self.report(path)
      #expect(report.input.isComplete)
      let counts = report.input.counts
      #expect(counts.lines == counts.records.total + counts.headers)
      #expect(Self.text(report) == Self.expected)
    }
  }

  @Test(
    "Evidence names the line or document, and shows the record as a line",
    arguments: [
      (.plain, 0), (.consoleCSV, 1), (.filterLogEvents, 0), (.flatLines, 0), (.ocsf, 0),
      (.lambdaEvent, 0),
    ] as [(DeliveryForm, UInt64)]
  )
  func evidence(form: DeliveryForm, headers: UInt64) throws {
    try Self.withFile(form.bytes(Self.lines)) { path in
      let evidence = try Self.report(path, evidence: 3).findings.flatMap(\.evidence)
      #expect(!evidence.isEmpty)
      for line in evidence {
        #expect(Self.lines[Int(line.line - headers - 1)] == line.text)
        #expect(line.path == path)
      }
    }
  }

  @Test("weir convert gives back what was read", arguments: DeliveryForm.allCases)
  func convert(form: DeliveryForm) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("input", form.bytes(Array(Self.lines.suffix(40))))
    let expected = Log.header + Self.lines.suffix(40).map { $0 + "\n" }.joined()
    #expect(try program.shell("weir convert input").stdout == expected)
    let again = try program.shell(
      "weir convert --format csv input | weir convert --format jsonl | weir convert"
    )
    #expect(again.stdout == expected)
    #expect(again.status == 0)
  }
}
