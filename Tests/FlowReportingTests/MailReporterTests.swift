import FlowModel
import FlowTestSupport
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Mail: text and page, read by a mail program's parser", .needs(.python))
struct MailReporterTests {
  private static let envelope = MailEnvelope(
    from: MailAddress("Weir <weir@example.org>"),
    to: ["Ann <ann@example.org>", "root"].compactMap(MailAddress.init)
  )

  private static func read(
    _ report: Report,
    _ envelope: MailEnvelope = envelope,
    top: Int = 20
  ) throws -> JSONValue {
    let bytes = MailReporter.report(report, envelope, top: top)
    return try JSONText.value(try Validator.read("mail", bytes))
  }

  private static func string(_ value: JSONValue?) -> String {
    if case .string(let text)? = value { text } else { "" }
  }

  @Test("A report with every member, the header and the text in full")
  func full() throws {
    let mail = MailReporter.report(Example.fullReport(), Self.envelope).text
    let boundary = try #require(mail.firstMatch(of: /boundary="(=_weir_[0-9a-f]+)"/)?.1)
    let first = mail.prefix { _ in true }.components(before: "Content-Type: text/html")
    let now = first.replacing(boundary, with: "BOUNDARY")
    #expect(try GoldenFile.text("full.mail", now: now) == now)
  }

  @Test("Nothing tells when or where it was written, and no program answers it")
  func headers() throws {
    let mail = try Self.read(Example.fullReport())
    #expect(
      mail["names"]
        == .array(
          ["from", "to", "subject", "auto-submitted", "mime-version", "content-type"]
            .map(JSONValue.string)
        )
    )
    #expect(
      MailReporter.report(Example.fullReport(), Self.envelope).text
        .contains("\nAuto-Submitted: auto-generated\n")
    )
  }

  @Test("The sender may be left to the program that sends")
  func noSender() throws {
    let mail = try Self.read(Example.emptyReport(), MailEnvelope(from: nil, to: Self.envelope.to))
    #expect(mail["from"] == .array([]))
    #expect(mail["to"]?[1]?["address"] == .string("root"))
  }

  @Test("The text is the screen, which begins with the verdict")
  func text() throws {
    let report = Example.fullReport()
    var style = TextStyle(width: 78, usesColor: false, top: nil)
    style.isMail = true
    let screen = TextReporter.report(report, style).text
    let text = Self.string(try Self.read(report)["text"])
    #expect(text + "\n" == screen)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 78 })
    let verdict = TextFormat.wrapped(Verdict(report).sentence, 78).joined(separator: "\n")
    #expect(text.hasPrefix(verdict + "\n"))
  }

  @Test(
    "Subjects",
    arguments: [
      ([], true, false, "weir: no findings"),
      ([95.0, 80, 20], true, false, "weir: 1 critical, 1 high, 1 low; Port scan, 203.0.113.1"),
      ([20], false, false, "weir: INCOMPLETE: 1 low; Port scan, 203.0.113.1"),
      ([], false, true, "weir: INTERRUPTED: no findings"),
    ] as [([Double], Bool, Bool, String)]
  )
  func subject(scores: [Double], isComplete: Bool, isInterrupted: Bool, text: String) throws {
    var report = Example.emptyReport()
    report.findings = scores.map { Example.finding(1, score: $0) }
    report.input.isComplete = isComplete
    report.isInterrupted = isInterrupted
    #expect(try Self.read(report)["subject"] == .string(text))
  }

  @Test("A subject in any alphabet comes back as it was")
  func alphabets() throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding(1, score: 80)]
    report.names.hosts.set("Straße 中文 🏴 =?utf-8?Q?x?=", for: try #require(IPNetwork("203.0.113.1")))
    #expect(
      try Self.read(report)["subject"]
        == .string("weir: 1 high; Port scan, Straße 中文 🏴 =?utf-8?Q?x?= (203.0.113.1)")
    )
  }

  private static let plain = Result { try read(Example.hostileReport("x")) }

  @Test("Hostile text adds no header, no part, no markup", arguments: Example.hostileTexts)
  func hostile(text: String) throws {
    let mail = try Self.read(Example.hostileReport(text))
    let plain = try Self.plain.get()
    #expect(mail["names"] == plain["names"])
    #expect(mail["to"] == plain["to"])
    for part in ["tags", "attributes"] {
      #expect(mail["page"]?[part] == plain["page"]?[part], "\(part)")
    }
    #expect(mail["page"]?["links"] == .array([]))
    #expect(Self.string(mail["subject"]).unicodeScalars.count <= 120)
  }

  @Test("The page asks for nothing from outside and runs nothing")
  func page() throws {
    let html = Self.string(try Self.read(Example.fullReport())["html"])
    for word in ["<script", "<style", "<link", "<img", "url(", "http"] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test("Ten thousand findings are a page that mail programs show whole")
  func crowd() throws {
    let mail = try Self.read(Example.crowdedReport(), top: 10_000)
    #expect(Self.string(mail["html"]).utf8.count < 100_000)
    let page = Self.string(mail["page"]?["text"])
    #expect(page.contains("more; weir --format text or html"))
  }

  @Test("The same report is the same mail, another one has another boundary")
  func same() throws {
    let first = MailReporter.report(Example.fullReport(), Self.envelope)
    #expect(
      (0..<3).allSatisfy { _ in
        MailReporter.report(Example.fullReport(), Self.envelope) == first
      }
    )
    let other = MailReporter.report(Example.emptyReport(), Self.envelope).text
    let boundary = try #require(first.text.firstMatch(of: /=_weir_[0-9a-f]+/)?.0)
    #expect(!other.contains(boundary))
  }
}

extension Substring {
  /// What stands before the first such text.
  fileprivate func components(before text: String) -> String {
    firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? String(self)
  }
}
