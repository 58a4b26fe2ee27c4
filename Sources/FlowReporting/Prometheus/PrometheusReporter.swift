package import FlowFindings
internal import FlowModel

/// The last run as metrics for the textfile collector of Prometheus' node_exporter.
///
/// All are gauges: they tell of one run, and nothing adds up from run to run. No label holds an address, so that a scan
/// cannot fill the database. No metric holds the time or the duration of the run, as the same logs must give the same
/// file: `node_textfile_mtime_seconds` tells how fresh the file is, `weir_newest_record_timestamp_seconds` how fresh
/// the logs.
package enum PrometheusReporter {
  /// All metrics in the text format, a line feed at the end.
  ///
  /// Counts are of all findings, whatever of them other formats show.
  package static func report(_ report: Report) -> [UInt8] {
    var text = MetricsText()
    addFindings(report, &text)
    addInput(report.input, &text)
    addActions(report.timeline, &text)
    text.add("interrupted", "Whether a signal interrupted the run.", flag: report.isInterrupted)
    text.add("build_info", "Version of Weir.") {
      $0.sample(1, ["version": Report.version])
    }
    return text.bytes
  }

  // MARK: Findings

  private static func addFindings(_ report: Report, _ text: inout MetricsText) {
    let findings = report.allFindings ?? report.findings
    text.add("findings", "Findings by rule and severity; only those present.") { family in
      for (kind, count) in kinds(findings) {
        family.sample(count, ["rule": kind.rule.rawValue, "severity": kind.severity.name])
      }
    }
    text.add("findings_by_severity", "Findings by severity; all severities.") { family in
      for severity in Severity.allCases.reversed() {
        family.sample(findings.count { $0.severity == severity }, ["severity": severity.name])
      }
    }
    text.add("incidents_by_severity", "Incidents by severity; all severities.") { family in
      for severity in Severity.allCases.reversed() where severity >= .medium {
        family.sample(
          report.everyIncident.count { $0.severity == severity },
          ["severity": severity.name]
        )
      }
    }
    if let historyRun = report.comparison {
      text.add("findings_by_change", "Findings by change since the previous run.") {
        for (state, name) in [
          (FindingChange.State.new, "new"), (.ongoing, "ongoing"), (.changed, "changed"),
        ] {
          $0.sample(findings.count { ($0.change?.state ?? .new) == state }, ["state": name])
        }
        $0.sample(historyRun.gone.count, ["state": "gone"])
      }
      text.add(
        "baseline_days",
        "Days with records in the history, before this run.",
        historyRun.days
      )
    }
    text.add(
      "suppressed_findings",
      "Suppressed findings.",
      report.suppressed.count
    )
    text.add(
      "highest_score",
      "The highest score of an incident or a finding, 0 to 100.",
      (findings.map(\.score) + report.everyIncident.map(\.score)).max() ?? 0
    )
  }

  private struct Kind: Hashable {
    var rule: RuleID
    var severity: Severity
  }

  private static func kinds(_ findings: [Finding]) -> [(kind: Kind, count: Int)] {
    var counts: [Kind: Int] = [:]
    for finding in findings {
      counts[Kind(rule: finding.rule, severity: finding.severity), default: 0] += 1
    }
    return counts.sorted {
      ($0.key.rule, $1.key.severity) < ($1.key.rule, $0.key.severity)
    }.map { ($0.key, $0.value) }
  }

  // MARK: Input

  private static func addInput(_ input: InputSummary, _ text: inout MetricsText) {
    let counts = input.counts
    text.add("input_complete", "Whether all input could be read.", flag: input.isComplete)
    text.add("input_files", "Inputs read, including those with faults.", input.sources.count)
    text.add(
      "input_faulty_files",
      "Inputs that end early or could not be read.",
      input.sources.count { $0.fault != nil }
    )
    text.add("input_compressed_bytes", "Bytes read.", input.compressedBytes)
    text.add("input_bytes", "Bytes after inflating.", input.bytes)
    text.add("input_lines", "Lines of all kinds.", counts.lines)
    text.add("records", "Records by log-status.") {
      $0.sample(counts.records.ok, ["status": "ok"])
      $0.sample(counts.records.noData, ["status": "nodata"])
      $0.sample(counts.records.skipData, ["status": "skipdata"])
    }
    text.add("rejected_lines", "Rejected lines, by reason; all reasons.") { family in
      for reason in RejectReason.allCases {
        family.sample(counts.rejected[reason] ?? 0, ["reason": reason.rawValue])
      }
    }
    text.add("skipdata_windows", "Windows in which AWS lost records.", input.skipDataWindows)
    if let first = counts.firstStart, let last = counts.lastEnd {
      text.add("oldest_record_timestamp_seconds", "Smallest start of a record.", first)
      text.add("newest_record_timestamp_seconds", "Largest end of a record.", last)
    }
  }

  /// Absent where the logs do not tell the action.
  private static func addActions(_ timeline: TrafficTimeline, _ text: inout MetricsText) {
    let bins = timeline.bins
    guard !bins.isEmpty else { return }
    text.add("records_by_action", "Records by action.") {
      $0.sample(bins.reduce(0) { $0 + $1.accepted }, ["action": "accept"])
      $0.sample(bins.reduce(0) { $0 + $1.rejected }, ["action": "reject"])
    }
  }
}
