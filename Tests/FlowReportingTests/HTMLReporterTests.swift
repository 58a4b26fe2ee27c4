import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("HTML report: one page that needs nothing but itself")
struct HTMLReporterTests {
  private static func page(_ report: Report, showsSuppressed: Bool = true) -> String {
    HTMLReporter.report(report, showsSuppressed: showsSuppressed).text
  }

  static let reports: [(name: String, report: Report)] = [
    ("empty", Example.emptyReport()), ("full", Example.fullReport()), ("page", Example.page()),
    ("hostile", Example.hostilePage(Example.hostile.joined())),
  ]

  @Test("Every element is closed where it should be", arguments: reports.map(\.report))
  func nesting(report: Report) {
    #expect(PageElements(Self.page(report)).faults == [])
  }

  @Test("The parts stand in the order in which they are read")
  func order() throws {
    let page = Self.page(Example.page())
    let parts = [
      "<h1>One host was very likely compromised", "class=\"counts\"", "id=\"findings\"",
      "id=\"f1\"", "class=\"timeline\"", "id=\"f1.1\"",
      "id=\"charts\"", "id=\"traffic\"", "id=\"contacts\"", "id=\"heat\"", "id=\"talkers\"",
      "Expected traffic", "id=\"tables\"", "id=\"quality\"", "<footer>", "<script>",
    ]
    let places = try parts.map { try #require(page.firstRange(of: $0), "\($0)").lowerBound }
    #expect(places == places.sorted())
  }

  @Test("Findings are counted by severity with glyph, word, number and findings")
  func counts() {
    let page = Self.page(Example.page())
    #expect(
      page.contains(
        #"<li class="high"><span class="glyph" aria-hidden="true">▲</span><b>0</b> <span class="word">High</span> <small>2 findings</small></li>"#
      )
    )
    #expect(
      page.contains(
        #"<li class="info none"><span class="glyph" aria-hidden="true">–</span><b>0</b> <span class="word">Info</span></li>"#
      )
    )
  }

  @Test("A card tells what, who, whom, when, how far, why, the raw lines and what to do")
  func card() {
    var report = Example.emptyReport()
    report.findings = [Example.fullFinding()]
    let page = Self.page(report)
    for part in [
      "<b>SSH scan</b>",
      #"203.0.113.0/24 (1,234 sources)<span class="arrow"> → </span>~2,345 addresses"#,
      "01-05 10:00 – 01-08 03:00", #"<p class="detail">20 closed ports</p>"#,
      "<b>Next step</b> Look.",
      "local addresses tried</th><td class=\"number\">2,345</td><td class=\"scale\">10 to 1,000</td>",
      #"<td class="gain">0.06 of 0.2</td>"#, "62 % = 1 − (1 − 0.6) × (1 − 0.06)", "a.log.gz:3",
      "2 1234 &quot;eni&quot;", "<code>weir explain scan.horizontal</code>", "<code>T1046</code>",
      "source: &quot;203.0.113.7&quot;", "192.0.2.10 on eni-0a", "slow: below",
      "2026-01-05T10:00:07Z to 2026-01-08T03:00:07Z",
    ] {
      #expect(page.contains(part), "\(part)")
    }
  }

  @Test("A chain leads to the cards that it joins, and these are there")
  func joins() {
    let page = PageElements(Self.page(Example.page()))
    let ids = Set(page.all.compactMap { $0.attributes["id"] })
    let links = page.named("a").compactMap { $0.attributes["href"] }
    #expect(links.contains("#f2") && links.contains("#f3"))
    #expect(links.allSatisfy { $0.hasPrefix("#") && ids.contains(String($0.dropFirst())) })
  }

  @Test("Low findings of a kind are folded, with a row for each")
  func folded() {
    let page = Self.page(Example.page())
    #expect(page.contains("5 findings"))
    #expect(page.components(of: "<td>20 closed ports</td>") == 5)
  }

  @Test(
    "What went wrong with the reading stands at the top",
    arguments: [
      (true, false, "<b>Interrupted.</b> The run was interrupted"),
      (false, false, "<b>Incomplete.</b> The input was not complete"), (false, true, ""),
    ]
  )
  func alarm(isInterrupted: Bool, isComplete: Bool, text: String) throws {
    var report = Example.page()
    (report.isInterrupted, report.input.isComplete) = (isInterrupted, isComplete)
    let page = Self.page(report)
    guard !text.isEmpty else { return #expect(!page.contains("class=\"alarm\"")) }
    let place = try #require(page.firstRange(of: text)).lowerBound
    #expect(try #require(page.firstRange(of: "<h1>")).lowerBound > place)
  }

  @Test("What changed since previous run is told, and what is gone")
  func historyRun() {
    var report = Example.page()
    report.comparison = BaselineSummary(
      comparedWith: Example.begin,
      days: 2,
      gone: [RememberedFinding(Example.finding(4, score: 50), since: Example.begin)]
    )
    report.findings[1].change = FindingChange(state: .new, since: Example.begin)
    report.findings[2].change = FindingChange(state: .ongoing, since: Example.begin)
    report.incidents = []
    report.comparison?.count(report.findings)
    let page = Self.page(report)
    #expect(page.contains("Since the log that ended 2026-01-05 10:00 UTC: 8 new, 1 ongoing"))
    #expect(page.contains("Port scan, 203.0.113.4, 2026-01-05</li>"))
    #expect(page.contains(#"<em class="new">new</em>"#))
    #expect(page.contains("<dt>Since last run</dt><dd>since 01-05</dd>"))
    #expect(page.contains("baseline: day 2 of 7"))
  }

  @Test("The data's quality is told in full")
  func quality() {
    let page = Self.page(Example.fullReport())
    for part in [
      "<dt>Input</dt><dd>incomplete</dd>", "<dt>Records without traffic (NODATA)</dt><dd>4</dd>",
      "<dt>Records lost by AWS (SKIPDATA)</dt><dd>1 in 1 window</dd>",
      "<dt>bad-port</dt><dd>2</dd>", "tcp-flags is missing",
      "<code>b.log.gz</code> ends in the middle of a gzip stream; 2 malformed lines, first is line 7: bad-port",
      "<pre tabindex=\"0\">weir analyze b.log.gz</pre>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    let whole = Self.page(Example.page())
    #expect(
      whole.contains("No records: 2026-01-05T12:00:07Z to 2026-01-05T12:30:07Z, 30 minutes")
    )
    #expect(whole.contains("<dd>87.5 % of the time from first to last record</dd>"))
    #expect(whole.contains("records of some interfaces lost by AWS for 1 minute"))
  }

  @Test("Who wants few findings gets few, and is told of the others")
  func top() {
    let page = HTMLReporter.report(Example.page(), top: 2).text
    #expect(page.contains("id=\"f2\"") && !page.contains("id=\"f3\""))
    #expect(page.contains("5 of 9 findings, those of the lowest rank, are not on this page"))
    #expect(page.contains("<b>1</b> <span class=\"word\">Critical</span>"))
  }

  @Test("Suppressed findings are listed for who asks")
  func suppressed() {
    var report = Example.page()
    let entry = Suppression(rule: "scan.*", reason: "our scanner", path: "s.yaml", line: 4)
    report.suppressed = [(Example.finding(3), entry)]
    #expect(Self.page(report).contains("<code>s.yaml:4: our scanner</code>"))
    #expect(!Self.page(report, showsSuppressed: false).contains("our scanner"))
    #expect(Self.page(report, showsSuppressed: false).contains("<b>1 suppressed</b>"))
  }

  @Test("The tables are exact, sorted by their lead column, and sortable from the keyboard")
  func tables() {
    let page = Self.page(Example.page())
    #expect(
      page.contains(
        #"<th scope="col" aria-sort="descending" class="number"><button type="button">Destinations</button></th>"#
      )
    )
    #expect(page.contains(#"<td class="number">48,000</td>"#))
    #expect(
      page.contains(
        #"<td data-key="620010db8aaaabbbbccccddddeeeef002">2001:db8:aaaa:bbbb:cccc:dddd:eeee:f002</td>"#
      )
    )
    #expect(page.components(of: "<table class=\"sortable\">") == 10)
  }

  // MARK: Nothing but itself

  @Test("Nothing is loaded from anywhere", arguments: reports.map(\.report))
  func noRequests(report: Report) {
    let page = PageElements(Self.page(report))
    for element in page.all {
      for name in ["src", "href", "action", "data", "poster", "srcset"] {
        guard let value = element.attributes[name] else { continue }
        #expect(value.hasPrefix("#") || value == "data:,", "\(element.name) \(name)=\(value)")
      }
      #expect(element.attributes["style"] == nil)
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") }, "\(element)")
    }
    let known: Set = ["meta", "link", "style", "script"]
    #expect(page.all.filter { known.contains($0.name) }.count == 10)
    #expect(
      !PageAssets.style.renderText.contains("http")
        && !PageAssets.style.renderText.contains("@import")
    )
    #expect(!PageAssets.script.renderText.contains("http"))
  }

  @Test("The policy allows the page's own style and script by their hashes, and nothing else")
  func policy() throws {
    let page = PageElements(Self.page(Example.page()))
    let policy = try #require(
      page.named("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    ).attributes["content"]
    let style = Base64.text(SHA256.hash(Array(page.named("style")[0].text.utf8)))
    let script = Base64.text(SHA256.hash(Array(page.named("script")[0].text.utf8)))
    #expect(
      policy
        == "default-src 'none'; style-src 'sha256-\(style)'; script-src 'sha256-\(script)'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
  }

  @Test("Both dark themes are the same one")
  func themes() throws {
    let style = PageAssets.style.renderText
    let parts = style.matches(of: /color-scheme: dark;([^}]*)\}/).map { String($0.1) }
    #expect(parts.count == 2 && parts.first == parts.last)
  }

  @Test("The same report is the same page")
  func deterministic() {
    #expect(Self.page(Example.page()) == Self.page(Example.page()))
  }

  // MARK: Hostile text

  private static let plain = PageElements(page(Example.hostilePage("plain"))).all

  @Test("Hostile text makes no element and no attribute", arguments: Example.hostile)
  func hostile(text: String) {
    let page = Self.page(Example.hostilePage(text))
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
}

extension String {
  /// How often a text stands in it.
  func components(of part: String) -> Int { ranges(of: part).count }
}
