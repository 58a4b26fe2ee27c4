import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Text report: the screen")
struct TextReporterTests {
  private static func text(
    _ report: Report,
    width: Int = 80,
    color: Bool = false,
    top: Int? = nil
  ) -> String {
    TextReporter.report(report, TextStyle(width: width, usesColor: color, top: top)).text
  }

  private static func lines(_ report: Report, width: Int = 80, top: Int? = nil) -> [Substring] {
    text(report, width: width, top: top).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Long IPv6 addresses, long titles, many digits, long paths: all that makes lines wide.
  private static func wideReport() -> Report {
    var report = Example.fullReport()
    let longPath = String(repeating: "folder/", count: 40) + "a file name with blanks.log.gz"
    report.input = InputSummary(
      sources: [
        Example.source(longPath, fault: "is a folder"), report.input.sources[1],
      ],
      skipDataWindows: 123_456,
      isComplete: false
    )
    report.input.counts.records.ok = 123_456_789_012
    report.notices = ["fields that are missing: " + String(repeating: "tcp-flags, ", count: 30)]
    let titles = ["Elasticsearch scan", "SSH scan, few addresses", "A title that nobody has cut"]
    report.findings = titles.enumerated().map { index, title in
      var finding = Example.finding(index, title: title, outcome: .touched)
      finding.actor = .address(Example.longV6(index))
      finding.targets.sample[0].address = Example.longV6(index + 8)
      finding.service = Service(protocolNumber: 6, port: 65_535)
      finding.lastSeen += 90_000
      finding.isSlow = true
      finding.detail = "12,345,678 got nothing, 1,234,567 answered, and more words than fit"
      return finding
    }
    var crowd = Example.fullFinding()
    crowd.actor = .campaign("sources of SSH probes")
    crowd.members = Members(count: 1_234_567, sample: [Example.longV6(3)])
    crowd.targets.count = 12_345_678
    crowd.targets.sample[0].address = Example.longV6(4)
    report.findings.append(crowd)
    report.findings += (20...25).map {
      var finding = Example.finding($0)
      finding.actor = .address(Example.longV6($0))
      return finding
    }
    return report
  }

  @Test("A finding about a host alone names no target")
  func withoutTargets() {
    var report = Example.fullReport()
    var finding = Example.finding(1)
    finding.targets = Targets(count: 0, isExact: true, sample: [])
    report.findings = [finding]
    let row = Self.lines(report, width: 160).first { $0.contains(finding.actor.description) }
    #expect(row?.contains("→") == false)
    #expect(row?.contains("?") == false)
  }

  @Test("The screen at 80 columns, in full")
  func narrow() throws {
    let now = Self.text(Example.fullReport(), width: 80)
    #expect(try GoldenFile.text("full-80.txt", now: now) == now)
  }

  @Test("The screen at 160 columns, in full")
  func wide() throws {
    let now = Self.text(Example.fullReport(), width: 160)
    #expect(try GoldenFile.text("full-160.txt", now: now) == now)
  }

  @Test("The screen of nothing, in full")
  func empty() throws {
    let now = Self.text(Example.emptyReport())
    #expect(try GoldenFile.text("empty.txt", now: now) == now)
  }

  @Test("An incident with its steps, in full", arguments: [80, 160])
  func incident(width: Int) throws {
    let now = Self.text(Example.incidents(), width: width)
    #expect(try GoldenFile.text("incidents-\(width).txt", now: now) == now)
  }

  @Test("The arithmetic of scores is told where it was asked for")
  func explained() {
    var style = TextStyle(width: 120, usesColor: false, top: nil)
    #expect(!TextReporter.report(Example.fullReport(), style).text.contains("why ("))
    style.isExplained = true
    let text = TextReporter.report(Example.fullReport(), style).text
    #expect(text.contains("why (scan.horizontal): 42 = reconnaissance (5–29)"))
  }

  @Test("A mail offers no command")
  func mail() {
    var style = TextStyle(width: 120, usesColor: false, top: nil)
    #expect(TextReporter.report(Example.incidents(), style).text.contains("\nNext: weir pivot "))
    style.isMail = true
    #expect(!TextReporter.report(Example.incidents(), style).text.contains("Next: "))
  }

  @Test("No line is wider than the screen", arguments: [60, 80, 100, 120, 139, 140, 160, 200, 400])
  func width(width: Int) {
    for report in [Self.wideReport(), Example.fullReport(), Example.emptyReport()] {
      let widest = Self.lines(report, width: width).map(\.count).max() ?? 0
      #expect(widest > 0)
      #expect(widest <= width)
    }
  }

  @Test(
    "A finding has one line where it fits, else two",
    arguments: [
      (60, 2), (80, 2), (120, 1), (139, 1), (140, 1), (160, 1), (200, 1),
    ]
  )
  func layout(width: Int, lines: Int) throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding(1), Example.finding(2)]
    let all = Self.lines(report, width: width)
    let first = try #require(all.firstIndex { $0.contains("203.0.113.1") })
    let second = try #require(all.firstIndex { $0.contains("203.0.113.2") })
    #expect(second - first == lines)
    #expect(all[first + lines - 1].contains("01-05 10:00–11:00  20 closed ports"))
  }

  @Test("The columns of a finding stand below their heads", arguments: [140, 200])
  func columns(width: Int) throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding(1, title: "A"), Example.finding(200, title: "Longer title")]
    let all = Self.lines(report, width: width)
    let head = try #require(all.firstIndex { $0.contains("SOURCE → TARGET") })
    func column(_ text: Substring, of part: String) throws -> Int {
      let range = try #require(text.firstRange(of: part))
      return text.distance(from: text.startIndex, to: range.lowerBound)
    }
    for (heading, cell) in [
      ("SOURCE", "203.0.113."), ("TIME", "01-05"), ("OUTCOME", "20 closed"), ("SEV", "LOW"),
    ] {
      let place = try column(all[head], of: heading)
      #expect(try column(all[head + 1], of: cell) == place)
      #expect(try column(all[head + 2], of: cell) == place)
    }
  }

  @Test("The longest IPv6 actor is shown whole", arguments: [80, 120, 140, 160, 200])
  func longActor(width: Int) {
    var report = Example.emptyReport()
    report.findings = [Example.finding(title: "Elasticsearch scan")]
    report.findings[0].actor = .address(Example.longV6(1))
    report.findings[0].targets.count = 3
    report.findings[0].targets.sample[0].address = Example.longV6(2)
    let text = Self.text(report, width: width)
    #expect(text.contains(" 2001:db8:aaaa:bbbb:cccc:dddd:eeee:f001"))
  }

  struct WhoCase: Sendable, CustomTestStringConvertible {
    var members: UInt64?
    var isCampaign = false
    var targets: UInt64 = 1
    var isExact = true
    var port: UInt16?
    var text: String
    var testDescription: String { text }
  }

  @Test(
    "Who did it to whom",
    arguments: [
      WhoCase(text: "203.0.113.7 → 192.0.2.10"),
      WhoCase(port: 22, text: "203.0.113.7 → 192.0.2.10 :22"),
      WhoCase(targets: 1234, port: 22, text: "203.0.113.7 → 1,234 addresses :22"),
      WhoCase(targets: 12, isExact: false, text: "203.0.113.7 → ~12 addresses"),
      WhoCase(members: 1, isCampaign: true, text: "203.0.113.7 → 192.0.2.10"),
      WhoCase(
        members: 4321,
        isCampaign: true,
        text: "4,321 sources, e.g. 203.0.113.7 → 192.0.2.10"
      ),
    ]
  )
  func who(_ example: WhoCase) {
    var finding = Example.finding(7)
    if let count = example.members {
      finding.members = Members(count: count, sample: [Example.stranger(7)])
    }
    if example.isCampaign { finding.actor = .campaign("hidden") }
    finding.targets.count = example.targets
    finding.targets.isExact = example.isExact
    finding.service = example.port.map { Service(protocolNumber: 6, port: $0) }
    var report = Example.emptyReport()
    report.findings = [finding]
    let text = Self.text(report, width: 160)
    #expect(text.contains("  Port scan  \(example.text)  01-05 10:00–11:00  "))
  }

  @Test("Folded findings show how many, two of them and the whole time")
  func folded() {
    var report = Example.emptyReport()
    report.findings = (1...4).map { Example.finding($0) }
    report.findings[2].firstSeen -= 86_400
    report.findings[3].lastSeen += 86_400
    let text = Self.text(report, width: 160)
    #expect(text.contains("4 findings: 4 low (3 folded)\n"))
    #expect(
      text.contains(
        "  4 sources, e.g. 203.0.113.1, 203.0.113.2  01-04 10:00–01-06 11:00  no response\n"
      )
    )
  }

  @Test("A hostile path, fault or notice is inert and keeps its line", arguments: [false, true])
  func hostile(color: Bool) {
    let evil = "\u{1b}[2Jx\n! fake: all is well\r\u{202e}\u{9b}31m"
    var report = Example.emptyReport()
    report.input = InputSummary(
      sources: [Example.source(evil, fault: evil)],
      skipDataWindows: 0,
      isComplete: false
    )
    report.notices = [evil]
    let text = Self.text(report, width: 200, color: color)
    #expect(!text.contains("\u{1b}[2J"))
    #expect(!text.contains("\n! fake"))
    #expect(!text.unicodeScalars.contains { "\r\u{202e}\u{9b}".unicodeScalars.contains($0) })
    #expect(text.contains(#"! \x1b[2Jx\xa! fake: all is well\xd\x202e\x9b31m: \x1b[2Jx"#))
    #expect(text.contains(#"* \x1b[2Jx\xa!"#))
  }

  @Test("Escape codes are there only when color is asked for")
  func color() {
    for report in [Self.wideReport(), Example.fullReport(), Example.emptyReport()] {
      #expect(!Self.text(report).contains("\u{1b}"))
      #expect(Self.text(report, color: true).contains("\u{1b}["))
    }
  }

  @Test("Color changes nothing but color", arguments: [80, 160])
  func colorOnly(width: Int) {
    for report in [Self.wideReport(), Example.fullReport(), Example.emptyReport()] {
      let colored = Self.text(report, width: width, color: true)
      #expect(
        colored.replacing(/\u{1b}\[[0-9;]*m/, with: "") == Self.text(report, width: width)
      )
    }
  }

  @Test(
    "--top shows so many lines and says how many there are",
    arguments: [(1, true), (3, false)]
  )
  func top(shown: Int, isCut: Bool) {
    var report = Example.emptyReport()
    report.findings = (1...3).map { Example.finding($0) }
    let text = Self.text(report, top: shown)
    #expect(text.contains("203.0.113.3") != isCut)
    #expect(text.contains("… 2 more rows of low severity or less; --top 3 shows them\n") == isCut)
  }

  @Test("Ten faulty inputs are named, the others are counted", arguments: [10, 12])
  func manyFaults(inputs: Int) {
    var report = Example.emptyReport()
    report.input = InputSummary(
      sources: (0..<inputs).map { Example.source("in\($0)", fault: "is a folder") },
      skipDataWindows: 0,
      isComplete: false
    )
    let faults = Self.lines(report).filter { $0.hasPrefix("! in") }
    #expect(faults.count == 10)
    #expect(Self.text(report).contains("! 2 more inputs with faults\n") == (inputs == 12))
  }

  @Test("Only three rows of a table are shown")
  func tableHeads() {
    var report = Example.emptyReport()
    for number in 1...5 {
      report.tables.rejectedSources.offer(
        RejectedSource(
          source: Example.stranger(number),
          records: UInt64(100 - number),
          distinctDestinations: 2,
          distinctPorts: 1
        )
      )
    }
    #expect(!Self.text(report).contains("Rejected sources"))
    var style = TextStyle(width: 120, usesColor: false, top: nil)
    style.showsTables = true
    let text = TextReporter.report(report, style).text
    #expect(
      text.contains("  Rejected sources          203.0.113.1  99 records, 2 addresses, 1 port\n")
    )
    #expect(text.contains("\n" + String(repeating: " ", count: 28) + "203.0.113.3  97 records"))
    #expect(!text.contains("203.0.113.4"))
  }

  @Test("A span within a day names the day once")
  func span() {
    let begin = Example.begin
    #expect(TextReporter.span(begin, begin + 3600) == "2026-01-05 10:00 – 11:00")
    #expect(TextReporter.span(begin, begin + 86_400) == "2026-01-05 10:00 – 2026-01-06 10:00")
  }
}
