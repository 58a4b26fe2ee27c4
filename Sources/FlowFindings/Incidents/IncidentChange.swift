/// How an incident compares with the last run: by its parts of medium severity or above.
struct IncidentChange {
  private static let least = 40

  private let parts: [Finding]

  init(_ incident: Incident) {
    parts = incident.parts.filter { $0.score >= Self.least && $0.change != nil }
  }

  /// nil without a history.
  var change: FindingChange? {
    let changes = parts.compactMap(\.change)
    guard let first = changes.first else { return nil }
    let since = changes.map(\.since).min() ?? first.since
    let fresh = changes.count { $0.state == .new }
    if fresh == changes.count { return FindingChange(state: .new, since: since) }
    let words = changes.map(\.what).filter { !$0.isEmpty }
    let news = fresh > 0 ? ["\(fresh) new \(fresh == 1 ? "finding" : "findings")"] : []
    let isWorse = fresh > 0 || changes.contains { $0.state == .changed }
    return FindingChange(
      state: isWorse ? .changed : .ongoing,
      since: since,
      what: (news + words.prefix(2)).joined(separator: ", "),
      isAgain: changes.allSatisfy(\.isAgain)
    )
  }
}
