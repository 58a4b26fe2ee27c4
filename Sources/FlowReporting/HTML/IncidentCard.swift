internal import FlowFindings
internal import FlowModel

/// The values of the template of an incident: a line of the list, its timeline, and the cards of its findings.
struct IncidentCard {
  /// One finding of the timeline.
  struct Step {
    var severity: EscapedHTML
    var when: EscapedHTML
    var title: EscapedHTML
    var who: EscapedHTML
    var detail: EscapedHTML
    /// The card of the finding.
    var number: EscapedHTML
  }

  var head: FindingHead
  /// What happened, in one sentence.
  var verdict: EscapedHTML
  /// Which independent signs agree; empty where none do.
  var agreement: EscapedHTML
  var next: EscapedHTML
  var steps: [Step]
  /// How many steps are left out.
  var more: EscapedHTML
  /// The exposed services that made it possible; empty without any.
  var exposure: EscapedHTML
  /// The interface of the host and what it belongs to; empty where the log shows none.
  var resource: EscapedHTML
  /// The command that says what the host belongs to; empty for an external one.
  var lookup: EscapedHTML
  /// The cards of the findings.
  var cards: Markup
  var id: EscapedHTML

  init(_ number: Int, _ incident: Incident, _ head: FindingHead, _ context: PageContext) {
    self.head = head
    let report = context.report
    verdict = EscapedHTML(JSONReporter.verdict(incident, report), longest: 1200)
    agreement = EscapedHTML(incident.agreement ?? "")
    next = EscapedHTML(incident.lead.next, longest: 1500)
    let parts = Array(incident.parts.enumerated())
    let numbers = Dictionary(
      parts.map { ($1.id, "\(number).\($0 + 1)") },
      uniquingKeysWith: { first, _ in first }
    )
    let steps = incident.steps
    self.steps = steps.prefix(PageLimits.steps).map {
      Self.step($0, numbers[$0.id] ?? "", incident, context)
    }
    more = QualityView.more(steps.count, limit: PageLimits.steps, "finding", "findings")
    exposure = EscapedHTML(incident.exposure.map(\.title).sorted().joined(separator: "; "))
    resource = EscapedHTML(IncidentHost(incident, report)?.words ?? "", longest: 1200)
    lookup = EscapedHTML(incident.host.flatMap(context.facts.lookup) ?? "")
    cards = Markup(
      parts.prefix(PageLimits.steps).map { place, part in
        let head = FindingHead("\(number).\(place + 1)", part, context)
        return PageAssets.render(FindingCard(part, head, context), "card")
      }.joined()
    )
    id = EscapedHTML(incident.id)
  }

  private static func step(
    _ finding: Finding,
    _ number: String,
    _ incident: Incident,
    _ context: PageContext
  ) -> Step {
    Step(
      severity: EscapedHTML(finding.severity.name),
      when: EscapedHTML(context.words.start(finding)),
      title: EscapedHTML(finding.title, longest: PageLimits.bytesOfLabel),
      who: EscapedHTML(
        RowWords(context.facts).step(finding, incident.host),
        longest: 2 * PageLimits.bytesOfLabel
      ),
      detail: EscapedHTML(finding.detail, longest: 2 * PageLimits.bytesOfLabel),
      number: EscapedHTML(number)
    )
  }
}
