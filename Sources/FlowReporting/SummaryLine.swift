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
    guard !report.findings.isEmpty else { return "\(records), no findings" }
    let counts = Severity.allCases.reversed().compactMap { severity in
      let count = report.count(severity)
      return count > 0 ? "\(TextFormat.grouped(count)) \(severity.name)" : nil
    }
    let findings = TextFormat.plural(report.findings.count, "finding")
    return "\(records), \(findings)\(news(report)): \(counts.joined(separator: ", "))"
  }

  /// How many of the findings the previous run did not have.
  private static func news(_ report: Report) -> String {
    guard let historyRun = report.comparison, historyRun.comparedWith != nil else { return "" }
    return " (\(TextFormat.grouped(historyRun.new)) new)"
  }

  private static func worst(_ report: Report) -> [String] {
    guard let first = report.findings.first else { return [] }
    let actor = AddressFacts(report).label(first.actor, .name)
    return ["worst: \(first.score) \(first.title), \(actor)"]
  }
}
