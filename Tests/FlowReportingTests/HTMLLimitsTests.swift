import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("HTML report: below two megabytes, and says what is missing")
struct HTMLLimitsTests {
  private static let long = String(repeating: "\"<&>'\u{202e}", count: 400)

  /// A finding with all that a finding can hold.
  private static let heaviest: Finding = {
    var finding = Example.fullFinding()
    finding.members = Members(
      count: 5000,
      sample: (0..<1000).map { IPAddress(v4: 0x0c00_0000 + UInt32($0)) }
    )
    finding.targets.sample = (0..<1000).map {
      Target(address: IPAddress(v4: 0x0a00_0000 + UInt32($0)), port: 22, interface: long)
    }
    (finding.detail, finding.next, finding.suppressWith) = (long, long, long)
    finding.techniques = (0..<100).map { _ in long }
    finding.why = (0..<100).map { _ in
      Reason(measure: long, value: 1, from: 0, to: 2, weight: 0.1, contribution: 0.01)
    }
    finding.evidence = (1...50).map { Evidence(path: long, line: $0, text: long) }
    finding.activity = 0x5555_5555_5555_5555
    return finding
  }()

  /// Findings that cannot be folded.
  private static func findings(_ count: Int) -> [Finding] {
    (0..<count).map { number in
      var finding = heaviest
      finding.id = "id-\(number)"
      finding.exactScore = 95 - Double(number) * 80 / Double(count)
      finding.actor = .address(IPAddress(v4: 0x0b00_0000 + UInt32(number)))
      finding.title = "\(number) \(long)"
      return finding
    }
  }

  private static func worst() -> Report {
    var report = Example.page()
    report.findings = findings(20_000)
    report.command = (0..<10_000).map { _ in long }
    report.notices = (0..<1000).map { _ in long }
    report.facts = (0..<1000).map { _ in KnownFact(kind: long, text: long, hosts: 1, peers: 1) }
    report.gaps = (0..<5000).map {
      LogGap(kind: .lostRecords, start: Example.begin + $0 * 2, end: Example.begin + $0 * 2 + 1)
    }
    report.input.sources = (0..<5000).map { Example.source("\($0)\(long)", fault: long) }
    let gone = (0..<5000).map { RememberedFinding(Example.finding($0), since: Example.begin) }
    report.comparison = BaselineSummary(comparedWith: Example.begin, days: 9, gone: gone)
    for number in 0..<20_000 {
      report.timeline.add(start: Example.begin + UInt32(number), action: FlowAction.accept.rawValue)
    }
    return report
  }

  @Test("Whatever was found, the page stays below its limit")
  func size() {
    var report = Self.worst()
    report.tables = Self.fullTables(&report.names.hosts)
    let page = HTMLReporter.report(report)
    #expect(page.count < 2_000_000)
    let text = page.text
    #expect(PageElements(text).faults == [])
    #expect(
      text.contains(
        " of 20,000 findings, those of the lowest rank, are not on this page: <code>weir --format json</code> has all of them."
      )
    )
    #expect(text.contains("42 more lines: weir --format json"))
    #expect(text.contains("more bytes"))
    #expect(text.contains("4,960 more inputs: weir --format json"))
    #expect(text.contains("4,960 more gaps: weir --format json"))
    #expect(text.contains("960 more notices: weir --format json"))
    #expect(text.contains("960 more facts: weir --format json"))
    #expect(text.contains("4,960 more findings: weir --format json"))
  }

  /// Six tables of twenty rows, all hosts with long names.
  private static func fullTables(_ names: inout AddressNames) -> Tables {
    var tables = Tables()
    for number in 1...20 {
      let (source, destination) = (Example.longV6(number), Example.longV6(number + 100))
      for address in [source, destination] {
        if let network = IPNetwork(address, prefixLength: 128) { names.set(long, for: network) }
      }
      let count = UInt64(number)
      tables.sshSources.offer(
        SSHSource(
          source: source,
          records: 1,
          distinctDestinations: count,
          accepted: 1,
          rejected: 0,
          bytes: 1,
          first: 1,
          last: 2
        )
      )
      tables.portScans.offer(
        PortScan(
          source: source,
          destination: destination,
          distinctPorts: count,
          rejected: 1,
          records: 1
        )
      )
      tables.hostSweeps.offer(
        HostSweep(
          source: source,
          service: Service(protocolNumber: 6, port: UInt16(number)),
          distinctDestinations: count,
          rejected: 1,
          records: 1
        )
      )
      let talker = Talker(
        source: source,
        destination: destination,
        bytes: count,
        packets: 1,
        records: 1
      )
      tables.topTalkers.offer(talker)
      tables.externalDestinations.offer(talker)
      tables.rejectedSources.offer(
        RejectedSource(source: source, records: count, distinctDestinations: 1, distinctPorts: 1)
      )
    }
    return tables
  }

  @Test("Lines beyond the limit are counted, folded findings as well")
  func lines() {
    var report = Example.page()
    report.findings = (0..<1000).map { number in
      var finding = Example.finding(number, title: "Port scan", score: 50)
      finding.actor = .address(IPAddress(v4: 0x0b00_0000 + UInt32(number)))
      return finding
    }
    report.incidents = Incidents.joined(report.findings)
    #expect(HTMLReporter.report(report).text.contains("700 of 1,000 findings"))
    report.findings = (0..<1000).map { Example.finding($0) }
    report.incidents = []
    let folded = HTMLReporter.report(report).text
    #expect(folded.contains("960 more findings of this kind: weir --format json"))
    #expect(!folded.contains("not on this page"))
  }

  @Test(
    "Text is cut between scalars",
    arguments: [
      ("abc", 3, "abc", 0), ("abcd", 3, "abc", 1), ("aéé", 3, "aé", 2), ("aéé", 2, "a", 4),
      ("a\u{1f600}", 4, "a", 4), ("", 0, "", 0), ("é", 1, "", 2), ("e\u{301}x", 1, "e", 3),
    ]
  )
  func clip(text: String, longest: Int, head: String, rest: Int) {
    let clipped = EscapedHTML.clip(text, longest)
    #expect(clipped.head == head && clipped.rest == rest)
  }

  @Test(
    "Text is escaped by scalars: a quote that carries an accent is a quote still",
    arguments: [
      ("plain é", "plain é"), ("\"\u{301}x", "&quot;\u{301}x"), ("a\u{200d}<", #"a\x200d&lt;"#),
      ("\u{600}<b", "\u{600}&lt;b"), ("'\u{fe0f}", "&#39;\u{fe0f}"), ("e\u{301}", "e\u{301}"),
      ("a\u{202e}b\nc", #"a\x202eb\xac"#),
    ]
  )
  func shown(text: String, expected: String) {
    #expect(Array(EscapedHTML(text).escaped.unicodeScalars) == Array(expected.unicodeScalars))
  }
}
