internal import FlowFindings
internal import FlowModel

extension JSONReporter {
  /// The members of a finding; the object around them is the caller's.
  static func write(_ finding: Finding, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.member("id", finding.id)
    json.member("rule", finding.rule.rawValue)
    json.member("title", finding.title)
    json.member("severity", finding.severity.name)
    json.member("score", finding.score)
    json.member("confidence", finding.confidence.rawValue)
    json.member("stage", finding.stage.rawValue)
    json.member("outcome", finding.outcome.rawValue)
    if finding.isSlow { json.member("labels", ["slow"]) }
    if let service = finding.service { write(service, facts, &json) }
    writeActor(finding, facts, &json)
    write(finding.targets, facts, &json)
    json.member("firstSeen", UTCTime(finding.firstSeen).rfc3339)
    json.member("lastSeen", UTCTime(finding.lastSeen).rfc3339)
    write(finding.counts, &json)
    if let change = finding.change { write(change, &json) }
    if !finding.joins.isEmpty { json.member("joins", finding.joins) }
    writeWhy(finding.why, &json)
    write(finding.evidence, &json)
    json.member("detail", finding.detail)
    json.member("next", finding.next)
    json.member("techniques", finding.techniques)
    json.member("suppressWith", finding.suppressWith)
  }

  static func write(_ change: FindingChange, _ json: inout JSONWriter) {
    json.key("change")
    json.object { json in
      json.member("state", change.state.rawValue)
      json.member("since", UTCTime(change.since).rfc3339)
      if !change.what.isEmpty { json.member("what", change.what) }
      if change.isAgain { json.member("again", true) }
    }
  }

  static func write(_ historyRun: BaselineSummary, _ json: inout JSONWriter, listsGone: Bool) {
    json.object { json in
      if let time = historyRun.comparedWith { json.member("comparedWith", UTCTime(time).rfc3339) }
      json.member("baselineDays", historyRun.days)
      json.member("new", historyRun.new)
      json.member("ongoing", historyRun.ongoing)
      json.member("changed", historyRun.changed)
      json.key("gone")
      guard listsGone else { return json.value(historyRun.gone.count) }
      json.array { json in
        for finding in historyRun.gone {
          json.element()
          json.object { write(finding, &$0) }
        }
      }
    }
  }

  static func write(_ finding: RememberedFinding, _ json: inout JSONWriter) {
    json.member("id", finding.id)
    json.member("rule", finding.rule.rawValue)
    json.member("title", finding.title)
    json.member("actor", finding.actor)
    json.member("score", finding.score)
    json.member("since", UTCTime(finding.since).rfc3339)
    json.member("lastSeen", UTCTime(finding.lastSeen).rfc3339)
  }

  private static func write(_ service: Service, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.key("service")
    json.object { json in
      json.member("protocol", service.protocolNumber)
      json.member("port", service.port)
      json.member("name", facts.names.name(of: service))
    }
  }

  private static func writeActor(
    _ finding: Finding,
    _ facts: AddressFacts,
    _ json: inout JSONWriter
  ) {
    json.key("actor")
    json.object { writeMembers(ofActor: finding, facts, &$0) }
  }

  /// The members of the actor of a finding; the object around them is the caller's.
  static func writeMembers(
    ofActor finding: Finding,
    _ facts: AddressFacts,
    _ json: inout JSONWriter
  ) {
    switch finding.actor {
    case .address(let address):
      json.member("ip", address.description)
      facts.write(address, &json)
    case .prefix(let network):
      json.member("prefix", network.description)
      facts.write(network, &json)
    case .campaign(let name): json.member("campaign", name)
    }
    json.member("internal", finding.actorIsInternal)
    guard let members = finding.members else { return }
    json.key("members")
    json.object { json in
      json.member("count", members.count)
      json.member("sample", members.sample.map(\.description))
      facts.writeNames(members.sample, &json)
    }
  }

  static func write(_ targets: Targets, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.key("targets")
    json.object { json in
      json.member("count", targets.count)
      json.member("exact", targets.isExact)
      json.key("sample")
      json.array { json in
        for target in targets.sample {
          json.element()
          json.object { json in
            json.member("ip", target.address.description)
            if let port = target.port { json.member("port", port) }
            facts.write(target.address, &json)
            if let interface = target.interface { json.member("interface", interface) }
          }
        }
      }
    }
  }

  static func write(_ counts: FindingCounts, _ json: inout JSONWriter) {
    json.key("counts")
    json.object { json in
      json.member("conversations", counts.conversations)
      if let records = counts.records { json.member("records", records) }
      if let accepted = counts.accepted { json.member("accepted", accepted) }
      if let rejected = counts.rejected { json.member("rejected", rejected) }
      json.member("packets", counts.packets)
      json.member("bytes", counts.bytes)
    }
  }

  private static func writeWhy(_ reasons: [Reason], _ json: inout JSONWriter) {
    json.key("why")
    json.array { json in
      for reason in reasons {
        json.element()
        json.object { json in
          json.member("measure", reason.measure)
          json.member("value", reason.value)
          json.member("from", reason.from)
          json.member("to", reason.to)
          json.member("weight", reason.weight)
          json.member("contribution", reason.contribution)
        }
      }
    }
  }

  private static func write(_ evidence: [Evidence], _ json: inout JSONWriter) {
    json.key("evidence")
    json.array { json in
      for line in evidence {
        json.element()
        json.object { json in
          json.member("path", line.path)
          json.member("line", line.line)
          json.member("text", line.text)
        }
      }
    }
  }
}
