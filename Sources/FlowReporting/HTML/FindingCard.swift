internal import FlowFindings
internal import FlowModel

/// A finding as the template of cards knows it: a line of the list, and all about it below.
struct FindingCard {
  /// One raw line.
  struct Line {
    var place: EscapedHTML
    var text: EscapedHTML
  }

  /// A word and what it says.
  struct Fact {
    var name: EscapedHTML
    var text: EscapedHTML
  }

  /// Another card that this one joins.
  struct Join {
    var number: EscapedHTML
    var title: EscapedHTML
  }

  var head: FindingHead
  var detail: EscapedHTML
  var next: EscapedHTML
  var facts: [Fact]
  var joins: [Join]
  var hasJoins: Bool
  var reasons: ReasonBars
  var hasReasons: Bool
  var evidence: [Line]
  var hasEvidence: Bool
  var moreEvidence: EscapedHTML
  var suppression: EscapedHTML
  var rule: EscapedHTML
  var techniques: [EscapedHTML]
  var hasTechniques: Bool
  var id: EscapedHTML

  init(_ finding: Finding, _ head: FindingHead, _ context: PageContext) {
    self.head = head
    detail = EscapedHTML(finding.detail)
    next = EscapedHTML(finding.next, longest: 1500)
    facts = Self.facts(finding, context.words)
    joins = finding.joins.compactMap { id in
      context.joined[id].map {
        Join(
          number: EscapedHTML("\($0.number)"),
          title: EscapedHTML($0.title, longest: PageLimits.bytesOfLabel)
        )
      }
    }
    hasJoins = !joins.isEmpty
    reasons = ReasonBars(finding)
    hasReasons = !finding.why.isEmpty
    evidence = finding.evidence.prefix(PageLimits.evidence).map(Self.line)
    hasEvidence = !evidence.isEmpty
    let more = finding.evidence.count - evidence.count
    moreEvidence = EscapedHTML(
      more > 0 ? "\(TextFormat.plural(more, "more line")): weir --format json" : ""
    )
    suppression = EscapedHTML(finding.suppressWith)
    rule = EscapedHTML(finding.rule.rawValue, longest: PageLimits.bytesOfLabel)
    techniques = finding.techniques.prefix(PageLimits.addresses).map {
      EscapedHTML($0, longest: 20)
    }
    hasTechniques = !techniques.isEmpty
    id = EscapedHTML(finding.id, longest: PageLimits.bytesOfLabel)
  }

  private static func line(_ evidence: Evidence) -> Line {
    let (text, rest) = EscapedHTML.clip(evidence.text, PageLimits.bytesOfText)
    let cut = rest > 0 ? " … and \(TextFormat.plural(rest, "more byte"))" : ""
    return Line(
      place: EscapedHTML("\(EscapedHTML(evidence.path, longest: 200).renderText):\(evidence.line)"),
      text: EscapedHTML(text + cut, longest: 2 * PageLimits.bytesOfText)
    )
  }

  // MARK: Facts

  private static func facts(_ finding: Finding, _ words: FindingPhrases) -> [Fact] {
    let service = finding.service.map { service in
      let name = words.facts.names.name(of: service)
      let number =
        ProtocolNumber.hasPorts(service.protocolNumber)
        ? "\(ProtocolNumber.name(service.protocolNumber))/\(service.port)" : ""
      return name == number || number.isEmpty ? name : "\(name) (\(number))"
    }
    let parts: [(String, String)] = [
      ("Source", who(finding, words)),
      ("Target", words.isAlone(finding) ? "" : whom(finding, words)),
      ("Service", service ?? ""),
      ("When", words.whenInFull(finding)),
      ("Outcome", words.outcome(finding)),
      ("Volume", words.counts(finding.counts)),
      ("Since last run", words.change(finding)),
      ("Confidence", words.confidence(finding)),
    ]
    return parts.filter { !$0.1.isEmpty }.map {
      Fact(name: EscapedHTML($0.0), text: EscapedHTML($0.1, longest: 1200))
    }
  }

  private static func who(_ finding: Finding, _ words: FindingPhrases) -> String {
    let actor = words.facts.label(finding.actor, .full)
    let side = finding.actorIsInternal ? " (internal)" : ""
    guard let members = finding.members, members.count > 0 else { return actor + side }
    let sample = members.sample.prefix(PageLimits.addresses).map { words.facts.label($0, .country) }
    return "\(actor)\(side): \(list(sample, of: members.count, "source", isExact: true))"
  }

  private static func whom(_ finding: Finding, _ words: FindingPhrases) -> String {
    let sample = finding.targets.sample.prefix(PageLimits.addresses).map { target in
      let interface = target.interface.map { " on \(EscapedHTML.clip($0, 60).head)" } ?? ""
      let port = finding.service == nil ? target.port.map { "\u{a0}:\($0)" } ?? "" : ""
      return words.facts.label(target.address, .full) + port + interface
    }
    let targets = finding.targets
    guard targets.count != 1 || sample.count != 1 else { return sample.joined() }
    return list(sample, of: targets.count, "address", "addresses", isExact: targets.isExact)
  }

  /// `24 sources: a, b and 22 more (weir --format json names up to 1,000)`.
  private static func list(
    _ sample: [String],
    of count: UInt64,
    _ word: String,
    _ many: String? = nil,
    isExact: Bool
  ) -> String {
    let all = (isExact ? "" : "~") + TextFormat.plural(count, word, many)
    guard !sample.isEmpty else { return all }
    let rest = count > UInt64(sample.count) ? count - UInt64(sample.count) : 0
    let more = rest > 0 ? " and \(isExact ? "" : "~")\(TextFormat.grouped(rest)) more" : ""
    return "\(all), \(sample.joined(separator: ", "))\(more)"
  }
}
