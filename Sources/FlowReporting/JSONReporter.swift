package import FlowFindings
internal import FlowModel

/// The report as JSON, schema `weir.report/1`.
package enum JSONReporter {
  /// All of the report, a line feed at the end.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - showsSuppressed: whether suppressed findings are listed with their entries.
  /// - Returns: UTF-8.
  package static func report(_ report: Report, showsSuppressed: Bool = false) -> [UInt8] {
    var json = JSONWriter()
    let facts = AddressFacts(report)
    json.object { json in
      json.member("schema", "weir.report/1")
      writeHead(report, &json, listsAll: true)
      writeIncidents(report, facts, &json)
      json.key("findings")
      json.array { json in
        for finding in report.findings {
          json.element()
          json.object { write(finding, facts, &$0) }
        }
      }
      json.key("facts")
      json.array { json in
        for fact in report.facts {
          json.element()
          json.object { write(fact, as: "kind", &$0) }
        }
      }
      if showsSuppressed { writeSuppressed(report, &json) }
      json.key("tables")
      write(report.tables, facts, &json)
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// What a run is as a whole.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - json: where it goes.
  ///   - listsAll: whether inputs and findings that are gone are listed here, or elsewhere.
  static func writeHead(_ report: Report, _ json: inout JSONWriter, listsAll: Bool) {
    json.key("generator")
    json.object { json in
      json.member("name", "weir")
      json.member("version", Report.version)
    }
    json.member("command", report.command)
    json.key("input")
    write(report.input, &json, listsSources: listsAll)
    if let window = report.window {
      json.key("window")
      write(window, &json)
    }
    json.key("summary")
    writeSummary(report, &json)
    if let historyRun = report.comparison {
      json.key("night")
      write(historyRun, &json, listsGone: listsAll)
    }
    let shortage = report.comparison?.shortage.map { [$0] } ?? []
    json.member("notices", report.notices + shortage)
    if report.isInterrupted { json.member("interrupted", true) }
  }

  static func write(_ fact: KnownFact, as kind: String, _ json: inout JSONWriter) {
    json.member(kind, fact.kind)
    json.member("text", fact.text)
    json.member("hosts", fact.hosts)
    json.member("peers", fact.peers)
  }

  // MARK: Input

  static func write(
    _ input: InputSummary,
    _ json: inout JSONWriter,
    listsSources: Bool = true
  ) {
    json.object { json in
      json.member("files", input.sources.count)
      json.member("compressedBytes", input.compressedBytes)
      json.member("bytes", input.bytes)
      json.member("lines", input.counts.lines)
      json.key("records")
      write(input.counts.records, &json)
      json.member("headerLines", input.counts.headers)
      json.key("rejectedLines")
      writeRejected(input.counts, &json)
      if let first = input.counts.firstStart { json.member("firstStart", first) }
      if let last = input.counts.lastEnd { json.member("lastEnd", last) }
      json.member("complete", input.isComplete)
      json.member("skipDataWindows", input.skipDataWindows)
      guard listsSources else { return }
      json.key("sources")
      json.array { json in
        for source in input.sources {
          json.element()
          json.object { write(source, &$0) }
        }
      }
    }
  }

  static func write(_ window: WindowSummary, _ json: inout JSONWriter) {
    json.object { json in
      if window.window.since > 0 { json.member("since", UTCTime(window.window.since).rfc3339) }
      if window.window.until < .max { json.member("until", UTCTime(window.window.until).rfc3339) }
      json.member("records", window.records)
      json.member("unopened", window.unopened)
    }
  }

  private static func write(_ records: RecordCounts, _ json: inout JSONWriter) {
    json.object { json in
      json.member("ok", records.ok)
      json.member("noData", records.noData)
      json.member("skipData", records.skipData)
    }
  }

  private static func writeRejected(_ counts: LineCounts, _ json: inout JSONWriter) {
    json.object { json in
      json.member("total", counts.rejectedTotal)
      json.key("byReason")
      json.object { json in
        for reason in RejectReason.allCases {
          if let count = counts.rejected[reason] { json.member(reason.rawValue, count) }
        }
      }
    }
  }

  static func write(_ source: SourceSummary, _ json: inout JSONWriter) {
    json.member("path", source.path)
    json.member("form", source.form)
    if !source.formats.isEmpty {
      json.member("format", source.formats.map(\.header).joined(separator: "; "))
    }
    json.member("lines", source.counts.lines)
    json.key("records")
    write(source.counts.records, &json)
    json.member("rejectedLines", source.counts.rejectedTotal)
    json.member("truncated", source.isTruncated)
    if let fault = source.fault { json.member("fault", fault) }
    if let first = source.counts.firstReject {
      json.key("firstReject")
      json.object { json in
        json.member("line", first.line)
        json.member("reason", first.reason.rawValue)
      }
    }
  }

  private static func writeSuppressed(_ report: Report, _ json: inout JSONWriter) {
    json.key("suppressed")
    json.array { json in
      for (finding, entry) in report.suppressed {
        json.element()
        json.object { write(finding, entry, &$0) }
      }
    }
  }

  static func write(_ finding: Finding, _ entry: Suppression, _ json: inout JSONWriter) {
    json.member("id", finding.id)
    json.member("rule", finding.rule.rawValue)
    json.member("score", finding.score)
    json.member("by", "\(entry.path):\(entry.line)")
    json.member("reason", entry.reason)
    if let owner = entry.owner { json.member("owner", owner) }
    if let until = entry.until { json.member("until", until) }
  }

  private static func writeSummary(_ report: Report, _ json: inout JSONWriter) {
    json.object { json in
      for severity in Severity.allCases.reversed() {
        json.member(severity.name, report.count(severity))
      }
      json.member("suppressed", report.suppressed.count)
      json.member("folded", FindingLines(report).folded)
    }
  }
}
