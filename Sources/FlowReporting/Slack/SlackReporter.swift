package import FlowFindings

/// The report as a Block Kit message, for `curl --data @-` to a webhook of Slack.
///
/// Slack takes 50 blocks, 150 characters in a header and 3,000 in a text; whatever the findings are, the message stays
/// below that.
package enum SlackReporter {
  private static let mostFindings = 40
  private static let longestVerdict = 450

  /// The message, a line feed at the end.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - top: how many lines of findings are shown, at most 40.
  /// - Returns: JSON in UTF-8.
  package static func report(_ report: Report, top: Int? = nil) -> [UInt8] {
    let verdict = Verdict(report)
    var json = JSONWriter()
    json.object { json in
      json.member("text", fallback(report, verdict))
      json.member("unfurl_links", false)
      json.member("unfurl_media", false)
      json.key("blocks")
      json.array { json in
        let blocks = SlackBlocks()
        blocks.header(counts(report), &json)
        blocks.section(opening(report, verdict), &json)
        blocks.divider(&json)
        addFindings(report, top: min(top ?? 10, mostFindings), blocks, &json)
        blocks.context(notes(report), &json)
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// What a notification shows.
  private static func fallback(_ report: Report, _ verdict: Verdict) -> String {
    SlackText.prose("\(counts(report)). \(TextFormat.limited(verdict.sentence, longestVerdict))")
  }

  private static func counts(_ report: Report) -> String {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = report.count(severity)
      return count > 0 ? "\(TextFormat.grouped(count)) \(severity.name)" : nil
    }
    return "weir: " + (counts.isEmpty ? "no findings" : counts.joined(separator: ", "))
  }

  private static func opening(_ report: Report, _ verdict: Verdict) -> String {
    let historyRun = report.comparison.map { SlackText.prose($0.headline) }
    let sentence = SlackText.prose(TextFormat.limited(verdict.sentence, longestVerdict))
    let parts = ["*\(sentence)*", verdict.caveat.map(SlackText.prose), historyRun]
    return parts.compactMap(\.self).joined(separator: "\n")
  }

  // MARK: Findings

  private static func addFindings(
    _ report: Report,
    top: Int,
    _ blocks: SlackBlocks,
    _ json: inout JSONWriter
  ) {
    let lines = FindingLines(report).lines
    let style = TextStyle(width: 120, usesColor: false, top: nil)
    let cells = FindingTable(style, AddressFacts(report)).cells(Array(lines.prefix(top)))
    for cells in cells { blocks.section(text(cells), &json) }
    guard lines.count > cells.count else { return }
    blocks.context(["… \(TextFormat.grouped(lines.count - cells.count)) more"], &json)
  }

  private static let mostSteps = 6

  private static func text(_ cells: FindingCells) -> String {
    let title = SlackText.prose(TextFormat.limited(cells.what, 80))
    let outcome = SlackText.prose(TextFormat.limited(cells.outcome, 150))
    let steps = cells.steps.prefix(mostSteps).map {
      "\n• " + SlackText.prose(TextFormat.limited($0, 150))
    }
    let next = cells.remarks.first { $0.hasPrefix("next: ") }.map {
      "\n" + SlackText.prose(TextFormat.limited($0, 150))
    }
    return """
      *\(TextStyle.badge(cells.severity)) \(cells.score)  \(title)*
      \(SlackText.code(TextFormat.limited(cells.who.first ?? "", 120)))
      \(cells.when) UTC  \(outcome)\(steps.joined())\(next ?? "")
      """
  }

  // MARK: Notes

  private static func notes(_ report: Report) -> [String] {
    let head = (TextReporter.head(report.input) + TextReporter.window(report)).map {
      SlackText.prose(TextFormat.limited($0, longestVerdict))
    }
    let command = report.command.joined(separator: " ")
    let explain = report.findings.first.map { "`weir explain \($0.rule)`" }
    return head
      + [explain, command.isEmpty ? nil : SlackText.code(TextFormat.limited(command, 300))]
      .compactMap(\.self)
  }
}
