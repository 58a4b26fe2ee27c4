internal import FlowFindings
internal import FlowModel

extension JSONReporter {
  /// The incidents by rank.
  static func writeIncidents(_ report: Report, _ facts: AddressFacts, _ json: inout JSONWriter) {
    let shown = Set(report.findings.map(\.id))
    json.key("incidents")
    json.array { json in
      for incident in report.incidents {
        json.element()
        json.object { write(incident, report, facts, shown, &$0) }
      }
    }
  }

  /// The members of an incident; the object around them is the caller's.
  ///
  /// - Parameters:
  ///   - incident: what happened.
  ///   - report: the report that it is part of.
  ///   - facts: what is known of addresses.
  ///   - shown: the ids of the findings in the report.
  ///   - json: where it goes.
  static func write(
    _ incident: Incident,
    _ report: Report,
    _ facts: AddressFacts,
    _ shown: Set<String>,
    _ json: inout JSONWriter
  ) {
    json.member("id", incident.id)
    json.member("title", incident.title)
    json.member("verdict", verdict(incident, report))
    json.member("severity", incident.severity.name)
    json.member("score", incident.score)
    if let agreement = incident.agreement { json.member("agreement", agreement) }
    if let host = IncidentHost(incident, report) {
      json.key("host")
      json.object { write(host, facts, &$0) }
    }
    writeActors(incident, facts, &json)
    write(incident.targets, facts, &json)
    json.member("firstSeen", UTCTime(incident.firstSeen).rfc3339)
    json.member("lastSeen", UTCTime(incident.lastSeen).rfc3339)
    if let change = incident.change { write(change, &json) }
    json.member("findings", incident.parts.map(\.id).filter(shown.contains))
    writeTimeline(incident, &json)
  }

  /// What happened, in one sentence.
  static func verdict(_ incident: Incident, _ report: Report) -> String {
    TextFormat.safe(VerdictStory(incident, report).sentence ?? incident.title)
  }

  private static func write(
    _ host: IncidentHost,
    _ facts: AddressFacts,
    _ json: inout JSONWriter
  ) {
    json.member("ip", host.address.description)
    facts.write(host.address, &json)
    let place = host.place
    var members = [
      ("interface", place.interface), ("instance", place.instance), ("subnet", place.subnet),
    ]
    // An address that hosts of several owners have stands with its owner already.
    let owner = facts.owner(host.address)
    if owner == nil || owner == place.account.map(HostOwner.account) {
      members.append(("vpc", place.network))
    }
    if owner == nil || owner == place.network.map(HostOwner.vpc) {
      members.append(("account", place.account))
    }
    for (name, value) in members { if let value { json.member(name, value) } }
  }

  private static func writeActors(
    _ incident: Incident,
    _ facts: AddressFacts,
    _ json: inout JSONWriter
  ) {
    var known: Set<Actor> = []
    json.key("actors")
    json.array { json in
      for step in incident.steps where known.insert(step.actor).inserted {
        json.element()
        json.object { writeMembers(ofActor: step, facts, &$0) }
      }
    }
  }

  private static func writeTimeline(_ incident: Incident, _ json: inout JSONWriter) {
    json.key("timeline")
    json.array { json in
      for step in incident.steps {
        json.element()
        json.object { json in
          json.member("time", UTCTime(step.firstSeen).rfc3339)
          json.member("finding", step.id)
          json.member("title", step.title)
          json.member("score", step.score)
          json.member("detail", step.detail)
        }
      }
    }
  }
}
