internal import FlowFindings
internal import FlowModel

extension OCSFReporter {
  // MARK: What was found

  static func writeInfo(_ story: FindingStory, _ json: inout JSONWriter) {
    let finding = story.finding
    json.key("finding_info")
    json.object { json in
      json.member("uid", finding.id)
      json.member("title", TextFormat.safe(finding.title))
      json.member("desc", description(story))
      json.member("types", [finding.rule.rawValue, finding.stage.words])
      writeAnalytic(finding.rule, story.thresholds, &json)
      json.member("created_time", milliseconds(story.since))
      json.member("first_seen_time", milliseconds(story.since))
      json.member("last_seen_time", milliseconds(story.until))
      if finding.change?.state == .changed || finding.change?.state == .ongoing {
        json.member("modified_time", milliseconds(story.until))
      }
      let lines = finding.evidence.map { "\($0.path):\($0.line)" }
      if !lines.isEmpty { json.member("data_sources", lines) }
      writeAttacks(story.techniques, &json)
      writeJoins(finding.joins, &json)
    }
    if let what = finding.change?.what, !what.isEmpty {
      json.member("status_detail", TextFormat.safe(what))
    }
  }

  /// The story, the score's arithmetic, and how to silence it.
  private static func description(_ story: FindingStory) -> String {
    let parts = [
      story.summary, "Score: \(Arithmetic.line(story.finding))",
      "Suppress with: \(story.finding.suppressWith)",
    ]
    return TextFormat.safe(parts.joined(separator: ". "))
  }

  static func writeAnalytic(
    _ id: RuleID,
    _ thresholds: Thresholds,
    _ json: inout JSONWriter
  ) {
    let kind = OCSFAnalytic(id.traits)
    let rule = id.rule
    json.key("analytic")
    json.object { json in
      json.member("type_id", kind.rawValue)
      json.member("type", kind.name)
      json.member("uid", id.rawValue)
      json.member("name", rule?.page.title ?? id.rawValue)
      if let rule { json.member("desc", rule.firesWhen(thresholds)) }
      json.member("version", Report.version)
    }
  }

  static func writeAttacks(_ techniques: [AttackTechnique], _ json: inout JSONWriter) {
    guard !techniques.isEmpty else { return }
    json.key("attacks")
    json.array { json in
      for technique in techniques {
        json.element()
        json.object { json in
          json.member("version", AttackTechnique.version)
          json.key("tactic")
          json.object { json in
            json.member("uid", technique.tactic.rawValue)
            json.member("name", technique.tactic.name)
          }
          write(technique.parent, as: "technique", &json)
          if technique.isSubtechnique { write(technique, as: "sub_technique", &json) }
        }
      }
    }
  }

  private static func write(
    _ technique: AttackTechnique,
    as key: String,
    _ json: inout JSONWriter
  ) {
    json.key(key)
    json.object { json in
      json.member("uid", technique.id)
      json.member("name", technique.name)
    }
  }

  private static func writeJoins(_ joins: [String], _ json: inout JSONWriter) {
    guard !joins.isEmpty else { return }
    json.key("related_events")
    json.array { json in
      for id in joins {
        json.element()
        json.object { json in
          json.member("uid", id)
          json.member("type_uid", 200_401)
        }
      }
    }
  }

  // MARK: Whom it concerns

  static func writeResources(_ story: FindingStory, _ json: inout JSONWriter) {
    guard !story.resources.isEmpty else { return }
    json.key("resources")
    json.array { json in
      for resource in story.resources.prefix(observableLimit) {
        json.element()
        json.object { write(resource, story, &$0) }
      }
    }
  }

  private static func write(
    _ resource: AffectedResource,
    _ story: FindingStory,
    _ json: inout JSONWriter
  ) {
    let arn = resource.interfaceARN(in: story.place)
    json.member("uid", arn ?? resource.name)
    if let address = resource.address {
      json.member("name", TextFormat.safe(story.facts.name(address) ?? address.description))
    }
    json.member("type", resource.place.interface == nil ? "Address" : "AWS::EC2::NetworkInterface")
    guard let region = resource.place.region ?? story.place.region else { return }
    json.member("region", region)
    json.member("cloud_partition", AWSPlace.partition(of: region))
  }

  static func writeObservables(_ story: FindingStory, _ json: inout JSONWriter) {
    let addresses = story.addresses
    guard !addresses.isEmpty else { return }
    json.key("observables")
    json.array { json in
      for (address, isSource) in addresses.prefix(observableLimit) {
        json.element()
        json.object { json in
          json.member("name", "evidences.\(isSource ? "src" : "dst")_endpoint.ip")
          json.member("type_id", 2)
          json.member("type", "IP Address")
          json.member("value", address.description)
        }
      }
    }
  }
}
