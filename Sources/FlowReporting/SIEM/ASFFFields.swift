internal import FlowFindings
internal import FlowModel

/// What Security Hub has no place for: at most 50 texts under names of ours.
struct ASFFFields {
  private let story: FindingStory
  private var finding: Finding { story.finding }

  private let incident: Incident?

  init(_ story: FindingStory, _ incident: Incident?) {
    (self.story, self.incident) = (story, incident)
  }

  func write(_ json: inout JSONWriter) {
    json.key("ProductFields")
    json.object { json in
      for (name, value) in fields where !value.isEmpty {
        json.member("weir/\(name)", ASFFLimits.text(value, ASFFLimits.value))
      }
    }
  }

  private var fields: [(String, String)] {
    kinds + sides + sums + changes + evidence + joined + [("Version", Report.version)]
  }

  private var joined: [(String, String)] {
    guard let incident else { return [] }
    return [
      ("IncidentId", incident.id), ("IncidentTitle", incident.title),
      ("IncidentSeverity", incident.severity.name), ("IncidentScore", "\(incident.score)"),
    ]
  }

  private var kinds: [(String, String)] {
    [
      ("Rule", finding.rule.rawValue), ("Score", "\(finding.score)"),
      ("Stage", "\(finding.stage.rawValue) \(finding.stage.words)"),
      ("Outcome", finding.outcome.rawValue), ("Confidence", finding.confidence.rawValue),
      ("Labels", finding.isSlow ? "slow" : ""), ("Why", Arithmetic.line(finding)),
      (
        "Techniques",
        story.techniques.map { "\($0.id) \($0.name)" }.joined(separator: ", ")
      ), ("SuppressWith", finding.suppressWith),
    ]
  }

  private var sides: [(String, String)] {
    let targets = finding.targets
    return [
      ("Actor", story.facts.label(finding.actor, .full)),
      ("Members", finding.members.map { "\($0.count)" } ?? ""),
      (
        "MemberSample",
        finding.members?.sample.prefix(100).map(\.description).joined(separator: " ") ?? ""
      ),
      ("Service", finding.service.map(story.facts.names.name(of:)) ?? ""),
      ("Targets", (targets.isExact ? "" : "~") + "\(targets.count)"),
      ("ResourcesLeftOut", leftOut),
    ]
  }

  /// How many internal hosts the finding names beyond those that it may hold.
  private var leftOut: String {
    let more = story.resources.count - ASFFLimits.resources
    return more > 0 ? "\(more)" : ""
  }

  private var sums: [(String, String)] {
    let counts = finding.counts
    return [
      ("Conversations", "\(counts.conversations)"),
      ("Records", counts.records.map { "\($0)" } ?? ""),
      ("Accepted", counts.accepted.map { "\($0)" } ?? ""),
      ("Rejected", counts.rejected.map { "\($0)" } ?? ""), ("Packets", "\(counts.packets)"),
      ("Bytes", "\(counts.bytes)"),
    ]
  }

  private var changes: [(String, String)] {
    [
      ("State", finding.change?.state.rawValue ?? ""), ("Changed", finding.change?.what ?? ""),
      ("Joins", finding.joins.joined(separator: " ")),
    ]
  }

  private var evidence: [(String, String)] {
    finding.evidence.prefix(8).enumerated().map { index, line in
      ("Evidence\(index + 1)", "\(line.path):\(line.line): \(line.text)")
    }
  }
}
