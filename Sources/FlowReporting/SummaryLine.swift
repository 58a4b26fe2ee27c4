package import FlowFindings
internal import FlowModel

/// A report in one line, for whoever gets it as files alone: how much was read, what was found, the worst of it.
package enum SummaryLine {
  /// The line, without a line feed.
  ///
  /// - Parameters:
  ///   - report: the report as it was written.
  ///   - files: how many files were written.
  /// - Returns: such as `246,887 records, 2 findings: 1 critical, 1 low; worst: 97 Compromised host, 10.20.2.50; 2
  ///   files written`.
  package static func text(_ report: Report, files: Int) -> String {
    let what = report.comparison?.isNothingNew == true ? "nothing new" : findings(report)
    let parts = [what] + worst(report) + ["\(TextFormat.plural(files, "file")) written"]
    return TextFormat.safe(state(report) + parts.joined(separator: "; "))
  }

  /// Why the report is about less than all of the input; nil for a complete one.
  ///
  /// - Parameter report: the report as it was written.
  /// - Returns: one line without a line feed, such as `INCOMPLETE: a.gz: truncated gzip stream; 2 more inputs with
  ///   faults`.
  package static func shortage(_ report: Report) -> String? {
    if report.isInterrupted {
      return "INTERRUPTED: the report covers what was read until then"
    }
    guard !report.input.isComplete else { return nil }
    let input = report.input
    let faulty = input.sources.filter { $0.fault != nil }
    if let first = faulty.first, let fault = first.fault {
      let more = faulty.count - 1
      let rest = more > 0 ? "; \(TextFormat.plural(more, "more input")) with faults" : ""
      return TextFormat.safe("INCOMPLETE: \(first.path): \(fault)\(rest)")
    }
    if input.counts.records.total == 0 { return "INCOMPLETE: no records were read" }
    let rejected = input.counts.rejectedTotal
    return rejected > 0
      ? "INCOMPLETE: \(TextFormat.grouped(rejected)) of \(TextFormat.plural(input.counts.lines, "line")) malformed"
      : "INCOMPLETE: no record is in the time window"
  }

  private static func state(_ report: Report) -> String {
    if report.isInterrupted { return "INTERRUPTED: " }
    return report.input.isComplete ? "" : "INCOMPLETE: "
  }

  private static func findings(_ report: Report) -> String {
    let records = TextFormat.plural(report.input.counts.records.total, "record")
    guard !report.findings.isEmpty || !report.incidents.isEmpty else {
      return "\(records), no findings"
    }
    let findings = TextFormat.plural(report.findings.count, "finding") + news(report)
    let counts = counts(report).joined(separator: ", ")
    guard !report.incidents.isEmpty else { return "\(records), \(findings): \(counts)" }
    let incidents = TextFormat.plural(report.incidents.count, "incident")
    return "\(records), \(incidents): \(counts); \(findings)"
  }

  /// How many incidents there are by severity; without any, how many findings.
  static func counts(_ report: Report) -> [String] {
    let severities =
      report.incidents.isEmpty
      ? report.findings.map(\.severity) : report.incidents.map(\.severity)
    return Severity.allCases.reversed().compactMap { severity in
      let count = severities.count { $0 == severity }
      return count > 0 ? "\(TextFormat.grouped(count)) \(severity.name)" : nil
    }
  }

  /// The internal host that a line is about, else the actor.
  static func who(_ line: FindingLines.Line, _ facts: AddressFacts) -> String {
    if line.isJoined, let host = line.host { return facts.label(host, .name) }
    return facts.label(line.best.actor, .name)
  }

  /// How many of the findings the previous run did not have.
  private static func news(_ report: Report) -> String {
    guard let historyRun = report.comparison, historyRun.comparedWith != nil else { return "" }
    return " (\(TextFormat.grouped(historyRun.new)) new)"
  }

  private static func worst(_ report: Report) -> [String] {
    guard let first = FindingLines(report).lines.first else { return [] }
    return ["worst: \(first.score) \(first.title), \(who(first, AddressFacts(report)))"]
  }
}
