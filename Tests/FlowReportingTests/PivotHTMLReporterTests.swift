import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("An investigation: one page that needs nothing but itself")
struct PivotHTMLReporterTests {
  private static func page(_ report: Report, top: Int? = nil) -> String {
    report.pivot.map { PivotHTMLReporter.report($0, report, top: top).text } ?? ""
  }

  /// An attacker, its range, an interface, and somebody whom no record holds.
  static let reports = [
    Example.pivot(), Example.pivot("203.0.113.0/24", peers: 40),
    Example.pivot("eni-0a1b2c3d4e5f60718"), Example.absent(),
  ]

  @Test("Every element is closed where it should be", arguments: reports)
  func nesting(report: Report) {
    #expect(PageElements(Self.page(report)).faults == [])
  }

  @Test("The parts stand in the order in which they are read")
  func order() throws {
    let page = Self.page(Example.pivot())
    let parts = [
      "<h1>203.0.113.7, external: in 6 of 1,005 records, 2026-01-05 10:00 – 11:00 UTC: 4 accepted, 2 rejected.</h1>",
      "Sent 12.1 KiB (40 packets, 9 records), received 2 MiB", "id=\"traffic\"",
      "id=\"findings\"", "1 finding with it as the actor", "id=\"f1\"",
      "Later findings of internal hosts that answered it", "id=\"f2\"", "id=\"contacts\"",
      "id=\"tables\"", "<h3>Conversations</h3>", "<h3>Services</h3>", "<h3>Peers</h3>",
      "<h3>Peers by service</h3>", "id=\"quality\"", "<footer>", "weir pivot 203.0.113.7</pre>",
      "<script>",
    ]
    let places = try parts.map { try #require(page.firstRange(of: $0), "\($0)").lowerBound }
    #expect(places == places.sorted())
  }

  @Test("A finding that concerns it is a card with why, raw lines and what to do; others are none")
  func findings() throws {
    var report = Example.pivot()
    let evidence = [Evidence(path: "a.log", line: 7, text: "2 1 eni-0a 203.0.113.7")]
    report.pivot?.concerns[0].finding.evidence = evidence
    let page = Self.page(report)
    for part in [
      "<b>SSH brute force</b>", "local addresses tried</th>", "a.log:7</p>",
      "2 1 eni-0a 203.0.113.7</pre>", "<b>Next step</b> Look.", "<b>Outbound SSH scan</b>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("Scan by somebody else"))
    let plain = try #require(report.pivot).withoutEvidence
    #expect(!PivotHTMLReporter.report(plain, report).text.contains("Raw lines"))
  }

  @Test("Tables are exact, sortable and say when something was active")
  func tables() {
    let page = Self.page(Example.pivot())
    for part in [
      ">192.0.2.11</td><td>↔</td><td>SSH (tcp/22)</td><td class=\"number\">1</td>",
      "<td>→ initiated</td><td class=\"number\">3</td>", ">01-05 10:00–11:56</td>",
      "<title>Active 01-05 10:00 – 01-05 11:56 UTC</title>",
      "aria-sort=\"ascending\"><button type=\"button\">Time (UTC)</button>",
      "~ out of state</td><td class=\"number\">2</td><td></td>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("<h3>Addresses</h3>"))
  }

  @Test("Without findings and without peers the page says so")
  func nothing() {
    var report = Example.pivot()
    report.pivot?.concerns = []
    report.pivot?.afterwards = []
    report.pivot?.traffic = InvestigationTraffic()
    let page = Self.page(report)
    #expect(page.contains("<p>No findings.</p>"))
    #expect(page.components(of: "<p class=\"none\">No rows.</p>") == 4)
    #expect(!page.contains("class=\"card"))
  }

  @Test("Who does not occur gets a page that says so, without tables")
  func absent() {
    let page = Self.page(Example.absent())
    #expect(page.contains("<h1>203.0.113.99 does not occur in 1,005 records ("))
    #expect(!page.contains("id=\"tables\"") && !page.contains("href=\"#tables\""))
    #expect(!page.contains("id=\"traffic\""))
    #expect(page.contains("id=\"quality\""))
  }

  @Test("A suppressed finding has no card, and is told all the same")
  func suppressed() {
    var report = Example.pivot()
    let entry = Suppression(rule: "ssh.*", reason: "a drill", path: "s.yaml", line: 3)
    report.pivot?.afterwards = []
    report.pivot?.concerns[0].suppression = entry
    let page = Self.page(report)
    #expect(page.contains("<code>s.yaml:3: a drill</code>"))
    #expect(page.contains("All findings that concern it are suppressed"))
  }

  @Test("Who wants few rows gets few, and is told of the others")
  func top() {
    let page = Self.page(Example.pivot(peers: 9), top: 2)
    #expect(page.contains("… 7 more: weir pivot --format json"))
    #expect(page.contains("192.0.2.10") && !page.contains("192.0.2.14"))
  }

  @Test("The same view is the same page")
  func deterministic() {
    #expect(Self.page(Example.pivot()) == Self.page(Example.pivot()))
  }

  @Test("Whatever is known of it, the page stays below its limit")
  func limits() {
    var report = Example.pivot(peers: 4000)
    let long = String(repeating: "\"<&>'\u{202e}", count: 400)
    for number in 0..<4000 {
      report.names.hosts.set(long, for: IPNetwork(only: Example.own(10 + number)))
    }
    report.command = Array(repeating: long, count: 1000)
    report.pivot?.concerns = (0..<2000).map { number in
      var concern = Pivot.Concern(finding: Example.fullFinding(), role: .target, isByTraffic: true)
      concern.finding.id = "id-\(number)"
      concern.finding.exactScore = 95
      (concern.finding.title, concern.finding.detail) = ("\(number) \(long)", long)
      return concern
    }
    let page = Self.page(report)
    #expect(page.utf8.count < 2_000_000)
    #expect(PageElements(page).faults == [])
    #expect(page.contains(" of 2,000 findings, those of the lowest rank, are not on this page"))
    #expect(page.contains(/… [0-9,]+ more: weir pivot --format json/))
  }

  // MARK: Hostile text

  /// An investigation that holds a text everywhere where logs, files and databases may bring one.
  private static func hostile(_ text: String) -> Report {
    var report = Example.hostilePage(text)
    report.pivot = Example.pivot().pivot
    report.pivot?.investigated = .interface(text)
    report.pivot?.concerns = report.findings.map {
      Pivot.Concern(finding: $0, role: .actor, isByTraffic: false)
    }
    for number in 10..<13 {
      report.names.hosts.set(text, for: IPNetwork(only: Example.own(number)))
    }
    return report
  }

  private static let plain = PageElements(page(hostile("plain"))).all

  @Test("Hostile text makes no element and no attribute", arguments: Example.hostile)
  func hostile(text: String) {
    let page = Self.page(Self.hostile(text))
    let elements = PageElements(page)
    #expect(elements.faults == [])
    #expect(elements.all.map(\.name) == Self.plain.map(\.name))
    #expect(elements.all.map(\.attributes.keys.count) == Self.plain.map(\.attributes.keys.count))
    #expect(
      !page.unicodeScalars.contains { scalar in
        scalar != "\n" && (scalar.value < 32 || (0x202a...0x202e).contains(scalar.value))
      }
    )
  }

  @Test("Nothing is loaded from anywhere, and the policy knows the page's own parts")
  func noRequests() throws {
    for report in Self.reports {
      let page = PageElements(Self.page(report))
      let ids = Set(page.all.compactMap { $0.attributes["id"] })
      for element in page.all {
        #expect(element.attributes["src"] == nil && element.attributes["style"] == nil)
        guard let target = element.attributes["href"], target != "data:," else { continue }
        #expect(target.hasPrefix("#") && ids.contains(String(target.dropFirst())), "\(target)")
      }
      let policy = try #require(
        page.named("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
      ).attributes["content"]
      let style = Base64.text(SHA256.hash(Array(page.named("style")[0].text.utf8)))
      #expect(policy?.contains("style-src 'sha256-\(style)'") == true)
    }
  }
}
