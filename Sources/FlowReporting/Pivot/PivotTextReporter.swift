package import FlowFindings
internal import FlowModel

/// The screen of an investigation: what is known of the investigation target, top down from whether it occurs at all.
package enum PivotTextReporter {
  /// All of the screen, a line feed at the end.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the investigation target.
  ///   - report: the run.
  ///   - style: the layout.
  /// - Returns: UTF-8.
  package static func report(_ pivot: Pivot, _ report: Report, _ style: TextStyle) -> [UInt8] {
    let text = PivotText(pivot, report, style).lines.joined(separator: "\n") + "\n"
    return Array((style.usesASCII ? PlainText.of(text) : text).utf8)
  }
}

/// The parts of the screen.
struct PivotText {
  private let pivot: Pivot
  private let report: Report
  private let style: TextStyle
  private let facts: AddressFacts
  private let story: PivotStory

  init(_ pivot: Pivot, _ report: Report, _ style: TextStyle) {
    (self.pivot, self.report, self.style) = (pivot, report, style)
    facts = AddressFacts(report)
    story = PivotStory(pivot, report, facts)
  }

  var lines: [String] {
    let input = (TextReporter.head(report.input) + TextReporter.window(report))
      .flatMap { TextFormat.wrapped($0, style.width) }
    let interrupted =
      report.isInterrupted
      ? [style.bold("INTERRUPTED: the report covers what was read until then.")] : []
    let warnings = TextReporter.warnings(report).flatMap { TextFormat.wrapped($0, style.width) }
    let title = TextFormat.wrapped(story.headline, style.width).map(style.bold)
    let gaps =
      PivotPhrases.gaps(report.gaps).map { TextFormat.wrapped("* \($0)", style.width) } ?? []
    let start = title + input + interrupted + warnings + gaps
    guard pivot.hasTraffic else { return start }
    let tables = PivotTables(pivot, style, facts)
    return start + [""] + sums + timeline + conversations + tables.changes + concerns + afterwards
      + tables.lines + next
  }

  // MARK: Head

  private var sums: [String] {
    (["In \(story.presence)"] + story.amounts + story.closing).flatMap {
      TextFormat.wrapped($0, style.width)
    }
  }

  // MARK: Time

  private var timeline: [String] {
    guard let slices = pivot.traffic.slices else { return [] }
    let widest = ActivityStrip.width(style.width - 14)
    // Slices are whole minutes long, so that the last ones may lie behind the log; a forged time lies behind all.
    let last = max(slices.start, min(slices.end, report.input.counts.lastEnd ?? 0))
    let width = slices.slice(last) * widest / LogSlices.count + 1
    let bins = pivot.timeline.bins
    let rows = [("accepted", \TrafficTimeline.Bin.accepted), ("rejected", \.rejected)]
    let strips = rows.compactMap { name, path -> String? in
      let counts = ActivityStrip.counts(bins, slices, width: widest) { $0[keyPath: path] }
      guard counts.contains(where: { $0 > 0 }) else { return nil }
      return "  \(TextFormat.padded(name, 10))\(ActivityStrip.heights(counts).prefix(width))"
    }
    let (from, to) = (UTCTime(slices.start), UTCTime(last))
    let right = "\(to.monthAndDay) \(to.clock)"
    let left = TextFormat.padded("\(from.monthAndDay) \(from.clock) ", width - right.count)
    let axis = "            \(left)\(width > 24 ? right : "")"
    let unit = slices.secondsPerSlice / 60 * UInt32(LogSlices.count / widest)
    return ["", style.bold("Records over time")] + strips
      + [style.dim(axis), style.dim("            1 column = \(TextFormat.plural(unit, "minute"))")]
  }

  // MARK: Conversations

  private var conversations: [String] {
    let rows = Initiator.allCases.filter { pivot.traffic.began[Int($0.rawValue)].conversations > 0 }
    guard !rows.isEmpty else { return [] }
    let sums = rows.map { pivot.traffic.began[Int($0.rawValue)] }
    let table = FittedTable([
      .init(head: "INITIATOR", cells: rows.map(PivotPhrases.initiator)),
      .init(
        head: "CONVERSATIONS",
        cells: sums.map { TextFormat.grouped($0.conversations) },
        isNumber: true
      ),
      .init(
        head: "OUTCOME",
        cells: zip(rows, sums).map { PivotPhrases.outcome($0, $1) },
        rank: 1
      ),
      .init(head: "SENT", cells: sums.map { TextFormat.size($0.bytesSent) }, isNumber: true),
      .init(
        head: "RECEIVED",
        cells: sums.map { TextFormat.size($0.bytesReceived) },
        isNumber: true
      ),
      .init(head: "TIME (UTC)", cells: sums.map(PivotPhrases.when), rank: 2),
    ])
    return ["", style.bold("Conversations")] + table.lines(style)
  }

  // MARK: Findings

  private var concerns: [String] {
    guard !pivot.concerns.isEmpty else {
      return ["", style.bold(PivotPhrases.noFinding)]
    }
    return Pivot.Role.allCases.flatMap { role -> [String] in
      let concerns = pivot.concerns.filter { $0.role == role && $0.suppression == nil }
      guard !concerns.isEmpty else { return [] }
      return ["", style.bold(PivotPhrases.heading(role, concerns.count))]
        + table(concerns.map(\.finding)) + byTraffic(concerns)
    } + suppressed
  }

  private func byTraffic(_ concerns: [Pivot.Concern]) -> [String] {
    guard let text = PivotPhrases.byTraffic(concerns) else { return [] }
    return TextFormat.wrapped("  " + text, style.width).map(style.dim)
  }

  private var suppressed: [String] {
    let hidden = pivot.concerns.filter { $0.suppression != nil }
    guard !hidden.isEmpty else { return [] }
    return ["", style.bold("Suppressed findings that concern it")]
      + hidden.map { concern in
        let entry = concern.suppression.map { "\($0.path):\($0.line): \($0.reason)" } ?? ""
        return TextFormat.cut(
          TextFormat.safe(
            "  \(TextFormat.leading(String(concern.finding.score), 3))  \(concern.finding.rule)  as \(concern.role.rawValue)  \(entry)"
          ),
          style.width
        )
      }
  }

  private var afterwards: [String] {
    guard !pivot.afterwards.isEmpty else { return [] }
    return [
      "", style.bold(PivotPhrases.afterwards),
    ] + table(pivot.afterwards)
  }

  private func table(_ findings: [Finding]) -> [String] {
    let all = FindingLines(findings).lines
    let shown = all.prefix(style.top ?? all.count)
    let more = all.count - shown.count
    return FindingTable(style, facts).lines(Array(shown))
      + (more > 0 ? [style.dim("… \(more) more; --top \(all.count) shows them")] : [])
  }

  private var next: [String] {
    let word = TextFormat.safe(pivot.investigated.words.joined(separator: " "))
    return [
      "",
      TextFormat.cut(
        "Next: weir pivot --raw \(word) … prints its lines    weir explain RULE",
        style.width
      ),
    ]
  }
}
