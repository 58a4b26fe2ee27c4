package import FlowFindings
internal import FlowModel

/// Findings as alerts in the Elastic Common Schema 8.11: one JSON object a line.
///
/// `@timestamp` is the end of what was seen, so that the same log gives the same documents; `event.created` is left to
/// whoever takes them in. What the schema has no field for stands below `weir`.
package enum ECSReporter {
  static let schemaVersion = "8.11.0"
  /// So many addresses of a finding become `related.ip`; `weir.targets` and `weir.members` tell how many there were.
  static let relatedLimit = 100

  /// All lines, a line feed at the end of each.
  package static func report(_ report: Report) -> [UInt8] {
    let incidents = IncidentIndex(report)
    return report.findings.flatMap { finding in
      var json = JSONWriter(isOneLine: true)
      json.object { write(FindingStory(finding, report), incidents[finding], &$0) }
      return json.bytes + [UInt8(ascii: "\n")]
    }
  }

  private static func write(
    _ story: FindingStory,
    _ incident: Incident?,
    _ json: inout JSONWriter
  ) {
    let finding = story.finding
    json.member("@timestamp", UTCTime(story.until).rfc3339)
    json.key("ecs")
    json.object { $0.member("version", schemaVersion) }
    json.member("message", story.summary)
    if finding.isSlow { json.member("tags", ["slow"]) }
    // The schema has no field for what joins alerts; labels are its place for keywords of one's own.
    if let incident {
      json.key("labels")
      json.object { $0.member("incident_id", incident.id) }
    }
    writeEvent(story, &json)
    writeRule(story, &json)
    writeThreat(story, &json)
    writeSource(story, &json)
    writeDestination(story, &json)
    writeNetwork(story, &json)
    writeObserver(&json)
    writeCloud(story, &json)
    writeRelated(story, &json)
    writeOwn(story, incident, &json)
  }

  private static func writeEvent(_ story: FindingStory, _ json: inout JSONWriter) {
    let finding = story.finding
    json.key("event")
    json.object { json in
      json.member("kind", "alert")
      json.member("category", ["network", "intrusion_detection"])
      json.member("type", types(finding))
      json.member("action", finding.rule.rawValue)
      json.member("code", finding.rule.rawValue)
      json.member("id", finding.id)
      json.member("module", "weir")
      json.member("dataset", "weir.finding")
      json.member("provider", "weir")
      json.member("severity", finding.severity.rawValue + 1)
      json.member("risk_score", finding.score)
      json.member("start", UTCTime(finding.firstSeen).rfc3339)
      json.member("end", UTCTime(story.until).rfc3339)
      json.member("duration", Int(story.until - finding.firstSeen) * 1_000_000_000)
      if !finding.detail.isEmpty { json.member("reason", TextFormat.safe(finding.detail)) }
      if let line = finding.evidence.first { json.member("original", line.text) }
    }
  }

  /// Whether the traffic was let through is a type in this schema, not an outcome.
  private static func types(_ finding: Finding) -> [String] {
    switch OCSFControl(finding) {
    case .allowed: ["connection", "allowed"]
    case .denied: ["connection", "denied"]
    case nil: ["info"]
    }
  }

  private static func writeRule(_ story: FindingStory, _ json: inout JSONWriter) {
    let finding = story.finding
    json.key("rule")
    json.object { json in
      let rule = finding.rule.rule
      json.member("id", finding.rule.rawValue)
      json.member("name", rule?.page.title ?? finding.rule.rawValue)
      json.member("category", finding.stage.words)
      if let rule { json.member("description", rule.firesWhen(story.thresholds)) }
      json.member("ruleset", "weir")
      json.member("version", Report.version)
    }
  }

  private static func writeObserver(_ json: inout JSONWriter) {
    json.key("observer")
    json.object { json in
      json.member("type", "ids")
      json.member("vendor", "Weir")
      json.member("product", "Weir")
      json.member("version", Report.version)
    }
  }

  private static func writeCloud(_ story: FindingStory, _ json: inout JSONWriter) {
    json.key("cloud")
    json.object { json in
      json.member("provider", "aws")
      if let region = story.place.region { json.member("region", region) }
      if let account = story.place.account {
        json.key("account")
        json.object { $0.member("id", account) }
      }
      // These fields hold one host.
      guard story.resources.count == 1, let place = story.resources.first?.place else { return }
      if let zone = place.zone { json.member("availability_zone", zone) }
      guard let instance = place.instance else { return }
      json.key("instance")
      json.object { $0.member("id", instance) }
    }
  }

  private static func writeRelated(_ story: FindingStory, _ json: inout JSONWriter) {
    let addresses = story.addresses.prefix(relatedLimit).map(\.address)
    guard !addresses.isEmpty else { return }
    json.key("related")
    json.object { json in
      json.member("ip", addresses.map(\.description))
      var known: Set<String> = []
      let names = addresses.compactMap(story.facts.name).filter { known.insert($0).inserted }
      if !names.isEmpty { json.member("hosts", names.map(TextFormat.safe)) }
    }
  }
}
