package import FlowFindings
internal import FlowModel

/// The report as JSON Lines, schema `weir.lines/1`: one object a line, for what reads line by line and for jq.
///
/// Each line says in `kind` what it is, in this order: `run` (one, the first), `incident`, `finding`, `suppressed`, `gone`, `fact`,
/// `row` and `source`. A finding has the members of the JSON report, a row those of its `table`.
package enum JSONLinesReporter {
  /// All lines, each with a line feed.
  ///
  /// - Parameters:
  ///   - report: what was found out.
  ///   - showsSuppressed: whether suppressed findings are listed with their entries.
  /// - Returns: UTF-8.
  package static func report(_ report: Report, showsSuppressed: Bool = false) -> [UInt8] {
    var lines = Lines()
    let facts = AddressFacts(report)
    lines.add("run") { json in
      json.member("schema", "weir.lines/1")
      JSONReporter.writeHead(report, &json, listsAll: false)
    }
    let shown = Set(report.findings.map(\.id))
    for incident in report.incidents {
      lines.add("incident") { JSONReporter.write(incident, report, facts, shown, &$0) }
    }
    for finding in report.findings {
      lines.add("finding") { JSONReporter.write(finding, facts, &$0) }
    }
    if showsSuppressed {
      for (finding, entry) in report.suppressed {
        lines.add("suppressed") { JSONReporter.write(finding, entry, &$0) }
      }
    }
    for finding in report.comparison?.gone ?? [] {
      lines.add("gone") { JSONReporter.write(finding, &$0) }
    }
    for fact in report.facts {
      lines.add("fact") { JSONReporter.write(fact, as: "fact", &$0) }
    }
    addRows(report, facts, &lines)
    for source in report.input.sources {
      lines.add("source") { JSONReporter.write(source, &$0) }
    }
    return lines.bytes
  }

  private static func addRows(_ report: Report, _ facts: AddressFacts, _ lines: inout Lines) {
    for table in ReportTable.allCases {
      for row in JSONReporter.rows(of: table, report.tables, facts) {
        lines.add("row") { json in
          json.member("table", table.rawValue)
          row(&json)
        }
      }
    }
  }
}

private struct Lines {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ kind: String, _ members: (inout JSONWriter) -> Void) {
    var json = JSONWriter(isOneLine: true)
    json.object { json in
      json.member("kind", kind)
      members(&json)
    }
    bytes += json.bytes
    bytes.append(UInt8(ascii: "\n"))
  }
}
