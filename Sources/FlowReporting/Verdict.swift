package import FlowFindings
internal import FlowModel

/// What matters most of a report, in one plain sentence for somebody who knows nothing of flow logs.
///
/// Pages, mails and messages begin with it, so it names the worst thing, who did it to whom and when, and no more.
package struct Verdict: Sendable, Equatable {
  /// The sentence; no control characters, but not escaped for any format.
  package let sentence: String
  /// The highest severity among the findings; nil without any.
  package let severity: Severity?
  /// Why the sentence may not be the whole truth; nil when everything was read.
  package let caveat: String?

  /// Judges a report.
  package init(_ report: Report) {
    severity = report.worst
    caveat = Self.caveat(report)
    sentence = TextFormat.safe(VerdictStory(report).sentence ?? Self.calm(report))
  }

  private static func caveat(_ report: Report) -> String? {
    if report.isInterrupted {
      return "The run was interrupted: this covers what was read before the interruption."
    }
    guard report.input.isComplete else {
      return "The input was not complete: this covers what could be read."
    }
    return report.limitation.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
  }

  // MARK: Nothing to worry about

  /// The sentence when no finding is of medium severity or above.
  private static func calm(_ report: Report) -> String {
    if let historyRun = report.comparison, historyRun.isNothingNew { return historyRun.headline }
    let records = report.window?.records ?? report.input.counts.records.total
    guard records > 0 else { return "No records were read." }
    let new = report.comparison?.only.isEmpty == false ? "new " : ""
    let isWhole = report.input.isComplete && !report.isInterrupted
    let part =
      isWhole ? report.limitation == nil ? "" : " that could be analyzed" : " that could be read"
    return "Nothing \(new)that needs attention in \(TextFormat.plural(records, "record"))"
      + span(report) + part + rest(report) + "."
  }

  private static func span(_ report: Report) -> String {
    let counts = report.input.counts
    guard let first = counts.firstStart, let last = counts.lastEnd, last > first else { return "" }
    let span = report.window.map { $0.window.clamp(first...last) } ?? first...last
    return span.map { " of \(Lapse.words($0.upperBound - $0.lowerBound))" } ?? ""
  }

  /// What else there is, so that nobody takes silence for emptiness.
  private static func rest(_ report: Report) -> String {
    if let open = report.comparison?.open.count, open > 0 {
      return
        ", but \(TextFormat.plural(open, "earlier incident")) \(open == 1 ? "is" : "are") still open"
    }
    let minor = report.findings.count
    let parts = [
      minor > 0
        ? "\(TextFormat.plural(minor, "minor finding")) \(minor == 1 ? "is" : "are") listed" : "",
      report.suppressed.isEmpty
        ? "" : "\(TextFormat.plural(report.suppressed.count, "finding")) suppressed",
    ].filter { !$0.isEmpty }
    return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
  }
}

/// Lengths of time as people say them.
enum Lapse {
  /// `55 minutes`, `24 hours`, `~3 days`: rounded, and marked where that changes it by more than a hundredth.
  static func words(_ seconds: UInt32) -> String {
    let units: [(word: String, seconds: UInt32, from: UInt32)] = [
      ("day", 86_400, 72 * 3600), ("hour", 3600, 110 * 60), ("minute", 60, 60),
    ]
    guard let unit = units.first(where: { seconds >= $0.from }) else {
      return TextFormat.plural(seconds, "second")
    }
    let count = (UInt64(seconds) + UInt64(unit.seconds) / 2) / UInt64(unit.seconds)
    let rounded = count * UInt64(unit.seconds)
    let error = max(rounded, UInt64(seconds)) - min(rounded, UInt64(seconds))
    return (error * 100 > UInt64(seconds) ? "~" : "") + TextFormat.plural(count, unit.word)
  }
}
