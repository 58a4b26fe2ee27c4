internal import FlowFindings
internal import FlowModel

/// What happened in an incident, a line for each finding in order of time.
struct IncidentSteps {
  /// So many lines has an incident of high severity or above, and so many any other.
  private static let most = (high: 6, medium: 3)

  private let line: FindingLines.Line
  private let words: RowWords
  private let isWhole: Bool

  init(_ line: FindingLines.Line, _ words: RowWords, isWhole: Bool) {
    (self.line, self.words, self.isWhole) = (line, words, isWhole)
  }

  var lines: [String] {
    guard let incident = line.incident else { return [] }
    let steps = incident.steps
    let limit =
      isWhole ? steps.count : line.severity >= .high ? Self.most.high : Self.most.medium
    // The most important ones are shown, in order of time.
    let important = steps.sorted { ($1.exactScore, $0.id) < ($0.exactScore, $1.id) }.prefix(limit)
    let shown = Set(important.map(\.id))
    let left = steps.count - shown.count
    let (isOneDay, subject) = (isOneDay(steps), line.host ?? endpoint(of: steps))
    return steps.filter { shown.contains($0.id) }.map { step($0, isOneDay, subject) }
      + (left > 0 ? ["… \(TextFormat.plural(left, "more finding")) of lower score"] : [])
      + exposure(incident)
  }

  private func exposure(_ incident: Incident) -> [String] {
    let titles = incident.exposure.map(\.title)
    return titles.isEmpty
      ? [] : [TextFormat.safe("exposure: \(titles.sorted().joined(separator: "; "))")]
  }

  private func isOneDay(_ steps: [Finding]) -> Bool {
    Set(steps.map { $0.firstSeen / 86_400 }).count == 1
  }

  /// The one address that all parts are about, of an incident without an internal host that acts.
  private func endpoint(of steps: [Finding]) -> IPAddress? {
    let targets = Set(steps.map { $0.targets.sample.first?.address })
    return targets.count == 1 ? targets.first ?? nil : nil
  }

  private func step(_ finding: Finding, _ isOneDay: Bool, _ subject: IPAddress?) -> String {
    let time = UTCTime(finding.firstSeen)
    let clock = isOneDay ? time.clock : "\(time.monthAndDay) \(time.clock)"
    let who = words.step(finding, subject)
    return TextFormat.safe("\(clock)  \(finding.title) \(who), \(finding.detail)")
  }
}
