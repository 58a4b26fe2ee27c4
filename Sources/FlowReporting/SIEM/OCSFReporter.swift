package import FlowFindings
internal import FlowModel

/// Findings as OCSF 1.1.0, class Detection Finding (2004), and after them the incidents that they belong to, class
/// Incident Finding (2005): one JSON object a line.
///
/// There is no clock in a report: `time` is the end of what was seen, so that the same log gives the same events. With
/// a memory a finding that goes on is an update of the one with the same `finding_info.uid`, and one that is gone is
/// closed. Profiles: `cloud` always, `security_control` where it is known whether the security group let the traffic
/// through.
package enum OCSFReporter {
  static let schemaVersion = "1.1.0"
  /// So many addresses of a finding become observables; a label says when it names more.
  static let observableLimit = 100

  /// All lines, a line feed at the end of each.
  package static func report(_ report: Report) -> [UInt8] {
    var bytes: [UInt8] = []
    for finding in report.findings {
      bytes += line { write(FindingStory(finding, report), &$0) }
    }
    for incident in report.incidents {
      bytes += line { OCSFIncident(incident, report).write(&$0) }
    }
    for finding in gone(report) { bytes += line { writeClosing(finding, report, &$0) } }
    return bytes
  }

  static func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter(isOneLine: true)
    json.object(members)
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// Findings that are gone are left out where others were asked for.
  private static func gone(_ report: Report) -> [RememberedFinding] {
    guard let historyRun = report.comparison,
      historyRun.only.isEmpty || historyRun.only.contains(.gone)
    else {
      return []
    }
    return historyRun.gone
  }

  static func milliseconds(_ time: UInt32) -> Int { Int(time) * 1000 }

  // MARK: A finding

  private static func write(_ story: FindingStory, _ json: inout JSONWriter) {
    let finding = story.finding
    let activity = OCSFActivity(finding.change?.state)
    writeClass(activity, &json)
    writeSeverity(finding.severity, &json)
    json.member("confidence_id", confidence(finding.confidence))
    json.member("confidence", finding.confidence.rawValue.capitalizedFirst)
    json.member("risk_score", finding.score)
    json.member("time", milliseconds(story.until))
    json.member("start_time", milliseconds(finding.firstSeen))
    json.member("end_time", milliseconds(story.until))
    if finding.counts.conversations > 0 { json.member("count", finding.counts.conversations) }
    json.member("message", story.summary)
    writeControl(finding, &json)
    writeMetadata(finding.id, story.until, profiles(finding), labels(story), &json)
    writeCloud(story.place, &json)
    writeInfo(story, &json)
    writeEvidences(story, &json)
    writeResources(story, &json)
    writeObservables(story, &json)
    json.key("remediation")
    json.object { $0.member("desc", TextFormat.safe(finding.next)) }
  }

  static func writeClass(_ activity: OCSFActivity, _ json: inout JSONWriter) {
    json.member("class_uid", 2004)
    json.member("class_name", "Detection Finding")
    json.member("category_uid", 2)
    json.member("category_name", "Findings")
    json.member("activity_id", activity.id)
    json.member("activity_name", activity.name)
    json.member("type_uid", 200_400 + activity.id)
    json.member("type_name", "Detection Finding: \(activity.name)")
    json.member("status_id", activity.statusID)
    json.member("status", activity.status)
  }

  static func writeSeverity(_ severity: Severity, _ json: inout JSONWriter) {
    json.member("severity_id", severity.rawValue + 1)
    json.member(
      "severity",
      severity == .info ? "Informational" : severity.name.capitalizedFirst
    )
  }

  private static func confidence(_ confidence: Confidence) -> Int {
    switch confidence {
    case .low: 1
    case .medium: 2
    case .high: 3
    }
  }

  private static func profiles(_ finding: Finding) -> [String] {
    ["cloud"] + (OCSFControl(finding) == nil ? [] : ["security_control"])
  }

  /// What was left out is told.
  private static func labels(_ story: FindingStory) -> [String] {
    let count = story.addresses.count
    let cut = count > observableLimit ? ["observables: \(observableLimit) of \(count)"] : []
    return (story.finding.isSlow ? ["slow"] : []) + cut
  }

  private static func writeControl(_ finding: Finding, _ json: inout JSONWriter) {
    guard let control = OCSFControl(finding) else { return }
    json.member("action_id", control.actionID)
    json.member("action", control.action)
    json.member("disposition_id", control.dispositionID)
    json.member("disposition", control.disposition)
  }

  static func writeMetadata(
    _ id: String,
    _ time: UInt32,
    _ profiles: [String],
    _ labels: [String],
    _ json: inout JSONWriter
  ) {
    json.key("metadata")
    json.object { json in
      json.member("version", schemaVersion)
      // One event is one finding at one time: who reads a file twice can tell.
      json.member("uid", "\(id)-\(time)")
      json.key("product")
      json.object { json in
        json.member("name", "Weir")
        json.member("vendor_name", "Weir")
        json.member("version", Report.version)
      }
      json.member("profiles", profiles)
      if !labels.isEmpty { json.member("labels", labels) }
      json.member("log_name", "VPC Flow Logs")
      json.member("log_provider", "AWS")
    }
  }

  static func writeCloud(_ place: AWSPlace, _ json: inout JSONWriter) {
    json.key("cloud")
    json.object { json in
      json.member("provider", "AWS")
      if let region = place.region { json.member("region", region) }
      guard let account = place.account else { return }
      json.key("account")
      json.object { json in
        json.member("uid", account)
        json.member("type_id", 10)
        json.member("type", "AWS Account")
      }
    }
  }

  // MARK: What is gone

  /// The history keeps little of a finding, enough to close the one that was told.
  private static func writeClosing(
    _ finding: RememberedFinding,
    _ report: Report,
    _ json: inout JSONWriter
  ) {
    let until = max(finding.firstSeen, finding.lastSeen)
    let title = TextFormat.safe(finding.title)
    writeClass(.close, &json)
    writeSeverity(Severity(score: finding.score), &json)
    json.member("risk_score", finding.score)
    json.member("time", milliseconds(report.input.counts.lastEnd ?? until))
    json.member("start_time", milliseconds(finding.firstSeen))
    json.member("end_time", milliseconds(until))
    json.member(
      "message",
      "\(title): \(TextFormat.safe(finding.actor)); in the previous log, not in this one"
    )
    writeMetadata("\(finding.id)-gone", until, ["cloud"], [], &json)
    writeCloud(report.cloud.sole, &json)
    json.key("finding_info")
    json.object { json in
      json.member("uid", finding.id)
      json.member("title", title)
      json.member("types", [finding.rule.rawValue])
      writeAnalytic(finding.rule, report.thresholds, &json)
      json.member("created_time", milliseconds(min(finding.since, finding.firstSeen)))
      json.member("first_seen_time", milliseconds(min(finding.since, finding.firstSeen)))
      json.member("last_seen_time", milliseconds(until))
    }
  }
}

extension String {
  /// `High` of `high`; ASCII alone, for words of ours.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
