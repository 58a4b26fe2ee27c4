internal import FlowFindings
internal import FlowModel

/// An incident as OCSF 1.1.0, class Incident Finding (2005): it lists the findings that it consists of.
///
/// The class requires an assignee or a group of assignees. The incident is not assigned to anybody.
struct OCSFIncident {
  private static let classID = 2005
  private static let className = "Incident Finding"

  private let incident: Incident
  private let report: Report

  init(_ incident: Incident, _ report: Report) {
    (self.incident, self.report) = (incident, report)
  }

  func write(_ json: inout JSONWriter) {
    writeClass(&json)
    OCSFReporter.writeSeverity(incident.severity, &json)
    json.member("time", OCSFReporter.milliseconds(until))
    json.member("start_time", OCSFReporter.milliseconds(incident.firstSeen))
    json.member("end_time", OCSFReporter.milliseconds(until))
    json.member("message", JSONReporter.verdict(incident, report))
    json.member("desc", TextFormat.safe(incident.title))
    if let detail { json.member("status_detail", TextFormat.safe(detail)) }
    json.key("assignee_group")
    json.object { $0.member("name", "Unassigned") }
    let story = FindingStory(incident.lead, report)
    OCSFReporter.writeMetadata(incident.id, until, ["cloud"], [], &json)
    OCSFReporter.writeCloud(story.place, &json)
    OCSFReporter.writeAttacks(techniques, &json)
    json.key("finding_info_list")
    json.array { json in
      for part in incident.parts {
        json.element()
        json.object { write(part, &$0) }
      }
    }
  }

  private func writeClass(_ json: inout JSONWriter) {
    let activity = OCSFActivity(incident.change?.state)
    json.member("class_uid", Self.classID)
    json.member("class_name", Self.className)
    json.member("category_uid", 2)
    json.member("category_name", "Findings")
    json.member("activity_id", activity.id)
    json.member("activity_name", activity.name)
    json.member("type_uid", Self.classID * 100 + activity.id)
    json.member("type_name", "\(Self.className): \(activity.name)")
    json.member("status_id", activity.statusID)
    json.member("status", activity.status)
  }

  private func write(_ part: Finding, _ json: inout JSONWriter) {
    json.member("uid", part.id)
    json.member("title", TextFormat.safe(part.title))
    json.member("desc", FindingStory(part, report).summary)
    json.member("types", [part.rule.rawValue, part.stage.words])
    json.member("first_seen_time", OCSFReporter.milliseconds(part.firstSeen))
    json.member("last_seen_time", OCSFReporter.milliseconds(max(part.firstSeen, part.lastSeen)))
  }

  /// Which signs agree, and what changed since the last run.
  private var detail: String? {
    let agreement = incident.agreement.map { "signs that agree: \($0)" }
    let parts = [agreement, incident.change?.what].compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private var techniques: [AttackTechnique] {
    var known: Set<String> = []
    return incident.parts.flatMap(\.techniques).filter { known.insert($0).inserted }
      .compactMap { AttackTechnique[$0] }
  }

  /// The end; logs with odd clocks may end before they begin.
  private var until: UInt32 { max(incident.firstSeen, incident.lastSeen) }
}
