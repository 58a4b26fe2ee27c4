import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

/// Origins with a text of somebody's choice.
private struct HostileOrigins: AddressOrigins {
  var text: String
  func origin(of address: IPAddress) -> AddressOrigin? {
    AddressOrigin(country: "NL", asn: 64_500, organization: text)
  }
}

@Suite("Formats of security systems: text from outside stays text")
struct SIEMHostileTests {
  private static let texts = [
    "\u{1b}[2J\u{1b}]0;title\u{7}", "a\nb\r\nc\td", "\"},{\"x\":\"", "\\u0041\\", "\u{202e}gpj.exe",
    "\u{0}\u{7f}\u{85}\u{2028}\u{2066}", "<script>alert(1)</script>", "=cmd()|'x'!A1", "   ",
    String(repeating: "e\u{301}\u{1f9d1}\u{200d}\u{1f680}", count: 2000),
  ]

  /// A report in which every text that can come from outside is this one.
  private static func report(_ text: String) -> Report {
    var finding = Example.bruteForce()
    (finding.title, finding.detail) = (text, text)
    (finding.next, finding.suppressWith) = (text, text)
    finding.why[0].measure = text
    finding.evidence[0].path = text
    finding.evidence[0].text = text
    finding.change = FindingChange(state: .changed, since: Example.begin, what: text)
    finding.joins = [text]
    var report = Example.cloudReport([finding])
    report.names.hosts.set(text, for: IPNetwork(only: Example.stranger(7)))
    report.names.hosts.set(text, for: IPNetwork(only: Example.own(10)))
    report.names.services[22] = text
    report.origins = HostileOrigins(text: text)
    return report
  }

  private static let reporters: [@Sendable (Report) -> [UInt8]] = [
    OCSFReporter.report, ASFFReporter.report, ECSReporter.report,
  ]

  @Test("One line, JSON by the grammar, no raw control character", arguments: texts)
  func lines(text: String) throws {
    for reporter in Self.reporters {
      let bytes = reporter(Self.report(text))
      #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
      #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7f })
      #expect(try !Lines.value(bytes).holdsNull)
    }
  }

  @Test(
    "Raw lines come back as they were; what a console shows holds nothing that it obeys",
    arguments: texts
  )
  func shown(text: String) throws {
    let report = Self.report(text)
    let event = try Lines.value(OCSFReporter.report(report))
    #expect(event.at("evidences.0.data") == .string(text))
    let alert = try Lines.value(ECSReporter.report(report))
    #expect(alert.at("event.original") == .string(text))
    #expect(alert.at("weir.evidence.0.text") == .string(text))
    let finding = try Lines.value(ASFFReporter.report(report))
    let shown =
      [
        event["message"], event.at("finding_info.title"), event.at("finding_info.desc"),
        alert["message"], alert.at("event.reason"), alert.at("source.domain"),
      ].compactMap { $0?.text } + finding.allTexts
    #expect(shown.count > 30)
    for text in shown { #expect(TextFormat.safe(text) == text) }
  }

  @Test(
    "Security Hub's lengths hold, nothing is empty, and what was cut ends in a mark",
    arguments: texts
  )
  func limits(text: String) throws {
    let batch = ASFFReporter.report(Self.report(text))
    #expect(batch.count < 240 * 1024)
    let finding = try #require(try Lines.value(batch)[0])
    func length(_ path: String) -> Int { finding.at(path)?.text?.utf8.count ?? 0 }
    #expect(1...256 ~= length("Title"))
    #expect(1...1024 ~= length("Description"))
    #expect(1...512 ~= length("Remediation.Recommendation.Text"))
    for path in ["Title", "Description", "Remediation.Recommendation.Text"] {
      let isCut = finding.at(path)?.text?.hasSuffix("…") == true
      #expect(isCut == (text.utf8.count > 2000), "\(path)")
    }
    for text in finding.allTexts {
      #expect(text.utf8.count <= 2048)
      #expect(text.contains { !$0.isWhitespace })
    }
  }

  @Test("A text that just fits is whole, one byte more is cut")
  func edge() {
    #expect(ASFFLimits.text(String(repeating: "a", count: 256), 256).utf8.count == 256)
    #expect(
      ASFFLimits.text(String(repeating: "a", count: 257), 256) == String(repeating: "a", count: 253)
        + "…"
    )
    #expect(ASFFLimits.text(String(repeating: "é", count: 200), 256).utf8.count == 255)
  }
}
