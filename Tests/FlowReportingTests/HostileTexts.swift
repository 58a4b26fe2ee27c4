import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

/// Origins whose organizations have any name.
struct OneOrigin: AddressOrigins {
  var organization: String
  func origin(of address: IPAddress) -> AddressOrigin? {
    AddressOrigin(country: "NL", asn: 64_500, organization: organization)
  }
}

extension Example {
  /// What a log, a path, a name or a database may hold to harm whoever reads a report.
  static let hostileTexts = [
    "\u{1b}[2J\u{1b}]0;title\u{7}", "a\nBcc: x@example.org\r\n\r\nbody", "=cmd|' /C calc'!A0",
    "  +1+1", "-2+3", "@SUM(1)", "\t=1", "＝1+1", "a;=1", "a,\"b\",c", "\"\u{301}\"\u{301},x\u{301}",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"\u{301} onmouseover=\"alert(1)",
    "&lt;b&gt; &amp; &#60;", "{{verdict}} {{{verdict}}}", "| a | b |\\| c \\\\| d",
    "``` \n ```` `x`",
    "`", " ` ", "~~~", "[x](javascript:alert(1)) ![x](http://example.org/x.png)",
    "http://example.org/x www.example.org ann@example.org", "@everyone @channel #1 !1 ~bug $1 %2",
    "<!here> <!channel> <@U123> <#C123> <http://example.org|x>", "*bold* _it_ ~no~ `code`",
    ":100: :warning:", "# head", "- item", "1. one", "> quote", "=?utf-8?Q?x?=", ".", "From me",
    "\u{202e}evil\u{2066}", "\u{2028}\u{85}\u{7f}\u{0}", "Grüße → Ωmega 中文 🏴", "",
    String(repeating: "a\u{301}\u{302}\u{303}", count: 3000), String(repeating: "&", count: 9000),
    String(repeating: "|", count: 9000), String(repeating: "`", count: 9000),
  ]

  /// A report that holds a text everywhere where logs, files and databases may bring one.
  static func hostileReport(_ text: String) -> Report {
    var report = fullReport()
    report.command = ["weir", text]
    report.notices = [text]
    report.input = InputSummary(
      sources: [source("x\(text)", fault: text)],
      skipDataWindows: 0,
      isComplete: false
    )
    report.findings = [hostileFinding(1, text), hostileFinding(2, text)]
    report.findings[1].actor = .campaign(text)
    report.facts = [KnownFact(kind: "time", text: text, hosts: 1, peers: 2)]
    report.names = Names(hosts: hosts(text), services: [22: text])
    report.origins = OneOrigin(organization: text)
    report.comparison = BaselineSummary(comparedWith: begin, days: 3, gone: [])
    report.comparison?.gone = [remembered(text)]
    return report
  }

  private static func hostileFinding(_ number: Int, _ text: String) -> Finding {
    var finding = finding(number, rule: "ssh.bruteforce", title: "t\(text)", score: 80)
    finding.service = Service(protocolNumber: 6, port: 22)
    finding.detail = text
    finding.next = text
    finding.suppressWith = "- {\(text)}"
    finding.evidence = [Evidence(path: text, line: 1, text: text)]
    finding.change = FindingChange(state: .changed, since: begin, what: text)
    return finding
  }

  private static func hosts(_ name: String) -> AddressNames {
    var hosts = AddressNames()
    for address in [stranger(1), stranger(2), own(10)] {
      if let network = IPNetwork(address, prefixLength: 32) { hosts.set(name, for: network) }
    }
    return hosts
  }

  /// As many findings as one rule may have, the worst first.
  static func crowdedReport(_ count: Int = 10_000) -> Report {
    var report = emptyReport()
    report.findings = (0..<count).map { number in
      var finding = finding(number % 250, score: 99 - Double(number) / 101)
      finding.id = "id-\(number)"
      finding.detail = "finding \(number)"
      finding.evidence = [Evidence(path: "a.log", line: UInt64(number), text: "2 1 eni-1")]
      return finding
    }
    return report
  }
}

extension Example {
  static func remembered(_ text: String) -> RememberedFinding {
    RememberedFinding(
      id: "id-gone",
      rule: "ssh.bruteforce",
      title: text,
      actor: "203.0.113.9",
      score: 43,
      targets: 1,
      firstSeen: begin - 90_000,
      lastSeen: begin - 86_400,
      since: begin - 90_000
    )
  }
}
