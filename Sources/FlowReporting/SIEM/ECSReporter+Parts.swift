internal import FlowFindings

extension ECSReporter {
  static func writeThreat(_ story: FindingStory, _ json: inout JSONWriter) {
    let techniques = story.techniques
    guard !techniques.isEmpty else { return }
    json.key("threat")
    json.object { json in
      json.member("framework", "MITRE ATT&CK")
      json.key("tactic")
      json.object { json in
        json.member("id", story.tactics.map(\.rawValue))
        json.member("name", story.tactics.map(\.name))
        json.member("reference", story.tactics.map { link("tactics", $0.rawValue) })
      }
      json.key("technique")
      json.object { json in
        write(unique(techniques.map(\.parent)), &json)
        let parts = techniques.filter(\.isSubtechnique)
        guard !parts.isEmpty else { return }
        json.key("subtechnique")
        json.object { write(parts, &$0) }
      }
    }
  }

  private static func write(_ techniques: [AttackTechnique], _ json: inout JSONWriter) {
    json.member("id", techniques.map(\.id))
    json.member("name", techniques.map(\.name))
    json.member(
      "reference",
      techniques.map { link("techniques", $0.id.split(separator: ".").joined(separator: "/")) }
    )
  }

  private static func link(_ kind: String, _ id: String) -> String {
    "https://attack.mitre.org/\(kind)/\(id)/"
  }

  private static func unique(_ techniques: [AttackTechnique]) -> [AttackTechnique] {
    var known: Set<String> = []
    return techniques.filter { known.insert($0.id).inserted }
  }

  // MARK: What the schema has no field for

  static func writeOwn(
    _ story: FindingStory,
    _ incident: Incident?,
    _ json: inout JSONWriter
  ) {
    let finding = story.finding
    json.key("weir")
    json.object { json in
      json.member("stage", finding.stage.rawValue)
      json.member("outcome", finding.outcome.rawValue)
      json.member("confidence", finding.confidence.rawValue)
      json.member("actor", TextFormat.safe(finding.actor.description))
      json.member("actor_internal", finding.actorIsInternal)
      if let members = finding.members {
        json.key("members")
        json.object { $0.member("count", members.count) }
      }
      writeTargets(story, &json)
      // Of most rules these are one direction's: no `network.bytes`, which is both.
      JSONReporter.write(finding.counts, &json)
      if let change = finding.change { JSONReporter.write(change, &json) }
      if !finding.joins.isEmpty { json.member("joins", finding.joins) }
      if let incident { write(incident, &json) }
      json.member("why", TextFormat.safe(Arithmetic.line(finding)))
      json.member("next", TextFormat.safe(finding.next))
      json.member("suppress_with", finding.suppressWith)
      write(finding.evidence, &json)
    }
  }

  private static func write(_ incident: Incident, _ json: inout JSONWriter) {
    json.key("incident")
    json.object { json in
      json.member("id", incident.id)
      json.member("title", TextFormat.safe(incident.title))
      json.member("severity", incident.severity.name)
      json.member("score", incident.score)
      json.member("findings", incident.parts.count)
    }
  }

  private static func writeTargets(_ story: FindingStory, _ json: inout JSONWriter) {
    let targets = story.finding.targets
    json.key("targets")
    json.object { json in
      json.member("count", targets.count)
      json.member("exact", targets.isExact)
      let interfaces = story.resources.prefix(relatedLimit).compactMap(\.place.interface)
      if !interfaces.isEmpty { json.member("interfaces", interfaces) }
    }
  }

  private static func write(_ evidence: [Evidence], _ json: inout JSONWriter) {
    guard !evidence.isEmpty else { return }
    json.key("evidence")
    json.array { json in
      for line in evidence {
        json.element()
        json.object { json in
          json.member("path", line.path)
          json.member("line", line.line)
          json.member("text", line.text)
          if let id = line.record.flatMap(CommunityID.of) { json.member("community_id", id) }
        }
      }
    }
  }
}
