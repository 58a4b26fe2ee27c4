extension Report {
  /// Whether an incident or a finding has a severity, or a higher one.
  ///
  /// - Parameters:
  ///   - level: the severity.
  ///   - states: what must have become of it since the last run; empty for anything.
  /// - Returns: whether there is one.
  package func reaches(_ level: Severity, among states: Set<FindingChange.State>) -> Bool {
    incidents.contains { $0.severity >= level && Self.has($0.change, states) }
      || findings.contains { $0.severity >= level && Self.has($0.change, states) }
  }

  /// Leaves out findings and incidents below a severity.
  ///
  /// Where signs that agree raised an incident to the severity, the findings that it consists of stay.
  package mutating func leaveOut(below least: Severity) {
    incidents.removeAll { $0.severity < least }
    let raised = incidents.filter { $0.agreement != nil }.flatMap(\.parts)
    let signs = Set(raised.filter { $0.severity >= .medium }.map(\.id))
    findings.removeAll { $0.severity < least && !signs.contains($0.id) }
    comparison?.gone.removeAll { Severity(score: $0.score) < least }
    comparison?.count(findings)
  }

  /// Leaves out findings and incidents that have another state since the last run; what goes on is counted.
  package mutating func leaveOut(allBut states: Set<FindingChange.State>) {
    comparison?.only = states
    let open = incidents.filter { !Self.has($0.change, states) }
    incidents.removeAll { !Self.has($0.change, states) }
    findings.removeAll { !Self.has($0.change, states) }
    comparison?.open = open
    if let line = comparison?.openLine { notices.append(line) }
  }

  /// In the first run everything is new.
  private static func has(_ change: FindingChange?, _ states: Set<FindingChange.State>) -> Bool {
    states.isEmpty || states.contains(change?.state ?? .new)
  }
}
