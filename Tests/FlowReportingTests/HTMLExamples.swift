import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

extension Example {
  /// Texts that break out of what does not escape them.
  static let hostile = [
    "<script>pwned()</script>", "\"><img src=x onerror=pwned()>", "' onmouseover='pwned()' x='",
    "</style><script>pwned()</script>", "</title></svg><x-hostile>", "<!--", "&lt;b&gt;&#x3c;",
    "{{title}}{{{script}}}", "javascript:pwned()", "=cmd()|'x'", "\u{1b}[31mred\u{7}",
    "line\nfeed\r\nand\ttab", "\u{202e}gnp.exe", "\u{2066}hidden\u{2069}", "a\u{0}b",
    // Unicode joins what stands after a mark of markup to one character with it.
    "\"\u{301} onfocus=pwned() autofocus x=\"\u{301}", "<\u{200d}x-hostile>", "\u{600}<x-hostile>",
    "'\u{fe0f} onclick=pwned() '\u{20e3}",
  ]

  /// A log of four hours with a break-in, brute force and probes, and everything that a page shows.
  static func page() -> Report {
    var report = fullReport()
    report.isInterrupted = false
    report.input.isComplete = true
    report.input.counts.lastEnd = begin + 4 * 3600
    report.slices = LogSlices(begin...begin + 4 * 3600)
    for minute in stride(from: UInt32(0), to: 240, by: 3) {
      report.timeline.add(start: begin + minute * 60, action: FlowAction.accept.rawValue)
      if minute % 6 == 0 {
        report.timeline.add(start: begin + minute * 60, action: FlowAction.reject.rawValue)
      }
    }
    report.gaps = [
      LogGap(kind: .lostRecords, start: begin + 600, end: begin + 660),
      LogGap(kind: .nothingLogged, start: begin + 7200, end: begin + 9000),
    ]
    report.facts = [KnownFact(kind: "time", text: "9 hosts ask NTP regularly", hosts: 9, peers: 4)]
    report.findings = breakIn() + [fullFinding()] + (20...24).map { finding($0) }
    report.incidents = Incidents.joined(report.findings)
    return report
  }

  /// The incidents of that log, with an interface, and a path to read again.
  static func incidents() -> Report {
    var report = page()
    report.paths = ["logs/with blank", "b.log.gz"]
    report.own = [own(10)]
    report.cloud.interfaces[own(10)] = "eni-0a1b2c3d4e5f60718"
    report.cloud.owners["eni-0a1b2c3d4e5f60718"] = "123456789012"
    return report
  }

  /// A chain, the login that it begins with, and the sweep that follows.
  static func breakIn() -> [Finding] {
    var login = finding(9, rule: "ssh.likely-success", title: "Likely SSH compromise", score: 83)
    login.stage = .p5
    login.outcome = .likelySuccess
    login.service = Service(protocolNumber: 6, port: 22)
    login.evidence = [Evidence(path: "a.log.gz", line: 3, text: "2 1234 eni-0a 203.0.113.9")]
    var sweep = finding(10, rule: "outbound.sweep", title: "Outbound SSH scan", score: 79)
    sweep.stage = .p5
    sweep.service = Service(protocolNumber: 6, port: 22)
    (sweep.actor, sweep.actorIsInternal) = (.address(own(10)), true)
    sweep.targets = Targets(
      count: 260,
      isExact: true,
      sample: (1...8).map { Target(address: stranger($0 + 100)) }
    )
    sweep.activity = 0b1110
    var chain = finding(10, rule: "chain.compromise", title: "Compromised host", score: 97)
    chain.stage = .p6
    (chain.actor, chain.actorIsInternal) = (.address(own(10)), true)
    chain.targets = sweep.targets
    chain.joins = [login.id, sweep.id]
    return [chain, login, sweep]
  }

  /// A report in which every text that can come from outside is one and the same.
  static func hostilePage(_ text: String) -> Report {
    var report = page()
    report.command = ["weir", text]
    report.notices = [text]
    report.facts[0].text = text
    report.input.sources = [source(text, fault: text)]
    report.input.sources[0].form = text
    report.input.sources[0].formats = [RecordFormat(names: text, origin: .option)]
    for place in report.findings.indices { poison(&report.findings[place], text) }
    for host in [own(10), stranger(7), stranger(9)] {
      if let network = IPNetwork(host, prefixLength: 32) {
        report.names.hosts.set(text, for: network)
      }
    }
    report.names.services = [22: text, 161: text]
    let gone = RememberedFinding(finding(1), since: begin)
    var hostile = gone
    (hostile.title, hostile.actor, hostile.rule) = (text, text, RuleID(rawValue: text))
    report.comparison = BaselineSummary(comparedWith: begin, days: 3, gone: [hostile])
    var entry = Suppression(rule: text, reason: text, path: text, line: 1)
    entry.owner = text
    report.suppressed = [(report.findings[0], entry)]
    report.unusedSuppressions = [entry]
    return report
  }

  private static func poison(_ finding: inout Finding, _ text: String) {
    (finding.id, finding.rule, finding.title) = (text, RuleID(rawValue: text), text)
    (finding.detail, finding.next, finding.suppressWith) = (text, text, text)
    finding.techniques = [text]
    finding.joins = [text]
    finding.evidence = [Evidence(path: text, line: 1, text: text)]
    for place in finding.targets.sample.indices { finding.targets.sample[place].interface = text }
    for place in finding.why.indices { finding.why[place].measure = text }
    finding.change = FindingChange(state: .changed, since: begin, what: text)
    if case .prefix = finding.actor { finding.actor = .campaign(text) }
  }
}

/// The elements of a page, read by the rules that matter here: comments, raw text, attributes in quotation marks.
struct PageElements {
  /// An opening tag.
  struct Element {
    var name: String
    var attributes: [String: String]
    /// The text up to the next tag.
    var text: String
  }

  private static let void: Set<String> = ["meta", "link", "input", "br"]
  private static let selfClosing: Set<String> = ["rect", "line"]

  private(set) var all: [Element] = []
  /// What is wrong with the nesting; empty when all is well.
  private(set) var faults: [String] = []

  init(_ page: String) {
    var open: [String] = []
    var rest = page[...]
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      let (tag, after) = Self.tag(rest)
      rest = after
      if tag.hasPrefix("!") { continue }
      if tag.hasPrefix("/") {
        let name = String(tag.dropFirst())
        if open.last == name { open.removeLast() } else { faults.append("</\(name)> in \(open)") }
        continue
      }
      let element = Self.element(tag, rest)
      all.append(element)
      if Self.void.contains(element.name) || tag.hasSuffix("/") { continue }
      if element.name == "style" || element.name == "script" {
        let end = rest.firstRange(of: "</\(element.name)>")?.lowerBound ?? rest.endIndex
        all[all.count - 1].text = String(rest[..<end])
        rest = rest[end...]
      }
      open.append(element.name)
    }
    if !open.isEmpty { faults.append("left open: \(open)") }
  }

  func named(_ name: String) -> [Element] { all.filter { $0.name == name } }

  /// From behind `<` to the `>` that is in no quotation marks.
  private static func tag(_ text: Substring) -> (String, Substring) {
    var isQuoted = false
    for (place, character) in zip(text.indices, text) {
      if character == "\"" { isQuoted.toggle() }
      if character == ">", !isQuoted {
        return (String(text[..<place]), text[text.index(after: place)...])
      }
    }
    return (String(text), "")
  }

  private static func element(_ tag: String, _ rest: Substring) -> Element {
    let name = tag.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    var attributes: [String: String] = [:]
    var text = tag.dropFirst(name.count)
    while let match = text.firstMatch(of: /([-A-Za-z:]+)(?:="([^"]*)")?/) {
      attributes[String(match.1)] = match.2.map(String.init) ?? ""
      text = text[match.range.upperBound...]
    }
    return Element(
      name: String(name),
      attributes: attributes,
      text: String(rest.prefix { $0 != "<" })
    )
  }
}
