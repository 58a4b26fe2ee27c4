package import FlowFindings
internal import FlowModel

/// The screen: what was read and how complete it is, the ranked findings, the heads of the tables, next steps.
package enum TextReporter {
  /// All of the screen, a line feed at the end.
  package static func report(_ report: Report, _ style: TextStyle) -> [UInt8] {
    var lines = opening(report, style)
    guard report.comparison?.isNothingNew != true else {
      lines += warnings(report).flatMap { TextFormat.wrapped($0, style.width) }
      return bytes(lines, style)
    }
    lines += (head(report.input) + window(report)).flatMap { TextFormat.wrapped($0, style.width) }
    if report.isInterrupted {
      lines.append(
        style.bold("INTERRUPTED: the report covers what was read until then.")
      )
    }
    lines += warnings(report).flatMap { TextFormat.wrapped($0, style.width) }
    lines.append("")
    lines += findings(report, style)
    lines += gone(report, style)
    let notes = AffectedHosts(report).lines(style) + facts(report, style)
    lines += (notes.isEmpty ? [] : [""]) + notes
    if style.showsTables { lines += TableText.lines(report.tables, style, AddressFacts(report)) }
    if !style.isMail { lines += NextCommand(report).lines }
    return bytes(lines, style)
  }

  /// What matters most in one sentence, and what changed since the last run.
  private static func opening(_ report: Report, _ style: TextStyle) -> [String] {
    let headline = report.comparison.map { TextFormat.wrapped($0.headline, style.width) } ?? []
    guard report.comparison?.isNothingNew != true else { return headline.map(style.bold) }
    let verdict = Verdict(report)
    let sentence = TextFormat.wrapped(verdict.sentence, style.width).map(style.bold)
    let caveat = style.isMail ? verdict.caveat.map { TextFormat.wrapped($0, style.width) } : nil
    return sentence + (caveat ?? []) + headline + [""]
  }

  private static func bytes(_ lines: [String], _ style: TextStyle) -> [UInt8] {
    let text = lines.joined(separator: "\n") + "\n"
    return Array((style.usesASCII ? PlainText.of(text) : text).utf8)
  }

  // MARK: Head

  static func head(_ input: InputSummary) -> [String] {
    let counts = input.counts
    let compressed =
      input.compressedBytes == input.bytes
      ? TextFormat.size(input.bytes)
      : "\(TextFormat.size(input.compressedBytes)) → \(TextFormat.size(input.bytes))"
    var line =
      "Read \(TextFormat.plural(input.sources.count { $0.form != "unreadable" }, "file")), \(compressed), "
      + TextFormat.plural(counts.records.total, "record")
    if let first = counts.firstStart, let last = counts.lastEnd {
      line += ", \(span(first, last)) UTC"
    }
    var quality = ["\(TextFormat.plural(counts.rejectedTotal, "malformed line"))"]
    if counts.records.noData > 0 {
      quality.append("NODATA \(TextFormat.grouped(counts.records.noData))")
    }
    if input.skipDataWindows > 0 {
      quality.append("SKIPDATA \(TextFormat.plural(input.skipDataWindows, "window"))")
    } else if counts.records.skipData > 0 {
      quality.append("SKIPDATA \(TextFormat.plural(counts.records.skipData, "record"))")
    }
    return [
      line, (input.isComplete ? "Complete: " : "INCOMPLETE: ") + quality.joined(separator: ", "),
    ]
  }

  /// Which records the report is about, where not all.
  static func window(_ report: Report) -> [String] {
    guard let window = report.window else { return [] }
    let span = (window.window.since, window.window.until)
    let from = span.0 > 0 ? "from \(minute(span.0)) " : ""
    let to = span.1 < .max ? "to before \(minute(span.1)) " : ""
    let unopened =
      window.unopened > 0
      ? "; \(TextFormat.plural(window.unopened, "object")) not opened, by the time in their names"
      : ""
    return [
      "Window \(from)\(to)UTC: \(TextFormat.grouped(window.records)) of the records\(unopened)"
    ]
  }

  private static func minute(_ time: UInt32) -> String {
    "\(UTCTime(time).date) \(UTCTime(time).clock)"
  }

  static func span(_ first: UInt32, _ last: UInt32) -> String {
    let (from, to) = (UTCTime(first), UTCTime(last))
    let end = from.date == to.date ? to.clock : "\(to.date) \(to.clock)"
    return "\(from.date) \(from.clock) – \(end)"
  }

  /// What went wrong with inputs, and what the formats cannot tell; a line each, fit for a terminal.
  package static func warnings(_ report: Report) -> [String] {
    let limit = 10
    let faulty = report.input.sources.filter { $0.fault != nil || $0.counts.rejectedTotal > 0 }
    var lines = faulty.prefix(limit).map { source in
      var parts: [String] = []
      if let fault = source.fault { parts.append(fault) }
      if let first = source.counts.firstReject {
        parts.append(
          "\(TextFormat.plural(source.counts.rejectedTotal, "malformed line")), first is line \(first.line): \(first.reason.rawValue)"
        )
      }
      return TextFormat.safe("! \(source.path): \(parts.joined(separator: "; "))")
    }
    if faulty.count > limit { lines.append("! \(faulty.count - limit) more inputs with faults") }
    let shortage = report.comparison?.shortage.map { [$0] } ?? []
    return lines + (report.notices + shortage).map { TextFormat.safe("* \($0)") }
  }

  // MARK: Findings

  private static func findings(_ report: Report, _ style: TextStyle) -> [String] {
    let all = FindingLines(report)
    guard !all.lines.isEmpty else {
      return [style.bold(nothing(report))] + suppressed(report, style)
    }
    let shown = Array(all.lines.prefix(style.top ?? rows(all, report)))
    let table = FindingTable(style, AddressFacts(report)).lines(shown)
    var lines = TextFormat.wrapped(summary(report, all), style.width) + table
    let left = all.lines.dropFirst(shown.count)
    if !left.isEmpty {
      let worst = left.map(\.severity).max()?.name ?? ""
      let rows = TextFormat.plural(left.count, "more row")
      lines.append(
        style.dim("… \(rows) of \(worst) severity or less; --top \(all.lines.count) shows them")
      )
    }
    return lines + suppressed(report, style)
  }

  /// Rows of low severity below incidents that a screen shows if no number was asked for.
  private static let lowRows = 4
  private static let mostRows = 20

  /// How many rows a screen shows if no number was asked for.
  static func rows(_ all: FindingLines, _ report: Report) -> Int {
    min(mostRows, report.incidents.isEmpty ? mostRows : report.incidents.count + lowRows)
  }

  /// What the last run found and this one does not.
  private static func gone(_ report: Report, _ style: TextStyle) -> [String] {
    guard let historyRun = report.comparison, !historyRun.gone.isEmpty,
      historyRun.only.isEmpty || historyRun.only.contains(.gone)
    else { return [] }
    let limit = 10
    let lines = historyRun.gone.prefix(limit).flatMap { finding in
      let (from, to) = (UTCTime(finding.since).monthAndDay, UTCTime(finding.lastSeen).monthAndDay)
      let when = from == to ? from : "\(from)–\(to)"
      let line =
        "  \(TextFormat.leading(String(finding.score), 3))  \(finding.title)  \(finding.actor)  \(when)"
      return style.fitted(TextFormat.safe(line))
    }
    let more = historyRun.gone.count - min(limit, historyRun.gone.count)
    return ["", style.bold("Gone since then")] + lines
      + (more > 0 ? [style.dim("  … \(more) more")] : [])
  }

  private static let mostFacts = 3

  /// Regular traffic, so that nobody has to wonder.
  private static func facts(_ report: Report, _ style: TextStyle) -> [String] {
    guard !report.facts.isEmpty else { return [] }
    let limit = style.isExplained ? report.facts.count : mostFacts
    let more = report.facts.count - min(limit, report.facts.count)
    let texts = report.facts.prefix(limit).map(\.text) + (more > 0 ? ["\(more) more"] : [])
    return TextFormat.wrapped(
      TextFormat.safe("Expected traffic: \(texts.joined(separator: "; "))"),
      style.width
    )
  }

  static func nothing(_ report: Report) -> String {
    let only = (report.comparison?.only ?? []).map(\.rawValue).sorted().joined(separator: " or ")
    let part = report.limitation == nil ? "" : " in what could be analyzed"
    let what = (only.isEmpty ? "No findings" : "No findings that are \(only)") + part
    if report.input.counts.records.total == 0 { return "No records, so no findings." }
    return report.suppressed.isEmpty
      ? "\(what)." : "\(what) beside \(report.suppressed.count) suppressed."
  }

  private static func suppressed(_ report: Report, _ style: TextStyle) -> [String] {
    guard style.showsSuppressed, !report.suppressed.isEmpty || !report.unusedSuppressions.isEmpty
    else { return [] }
    let facts = AddressFacts(report)
    return ["", style.bold("Suppressed")]
      + report.suppressed.flatMap { finding, entry in
        let owner = entry.owner.map { ", \($0)" } ?? ""
        let line =
          "  \(TextFormat.leading(String(finding.score), 3))  \(finding.rule)  \(facts.label(finding.actor, .name)) → \(target(finding, facts))  \(entry.path):\(entry.line): \(entry.reason)\(owner)"
        return style.fitted(TextFormat.safe(line))
      }
      + report.unusedSuppressions.flatMap {
        style.fitted(TextFormat.safe("  unused suppression: \($0.path):\($0.line): \($0.rule)"))
      }
  }

  private static func target(_ finding: Finding, _ facts: AddressFacts) -> String {
    let port = finding.service.map {
      ProtocolNumber.hasPorts($0.protocolNumber) ? ":\($0.port)" : ""
    }
    let whom =
      finding.targets.count == 1
      ? finding.targets.sample.first.map { facts.label($0.address, .name) } ?? "?"
      : TextFormat.plural(finding.targets.count, "address", "addresses")
    return whom + (port ?? "")
  }

  /// How many incidents and findings there are, by severity.
  static func summary(_ report: Report, _ lines: FindingLines) -> String {
    let folded = lines.folded > 0 ? " (\(TextFormat.grouped(lines.folded)) folded)" : ""
    let hidden = report.suppressed.isEmpty ? "" : ", \(report.suppressed.count) suppressed"
    let findings = counts(report.findings.count, "finding", report.count)
    guard !report.incidents.isEmpty else { return "\(findings)\(folded)\(hidden)" }
    let incidents = counts(report.incidents.count, "incident", report.countIncidents)
    return "\(incidents); \(findings)\(folded)\(hidden)"
  }

  private static func counts(_ all: Int, _ word: String, _ count: (Severity) -> Int) -> String {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let number = count(severity)
      return number > 0 ? "\(TextFormat.grouped(number)) \(severity.name)" : nil
    }
    return "\(TextFormat.plural(all, word)): \(counts.joined(separator: ", "))"
  }
}
