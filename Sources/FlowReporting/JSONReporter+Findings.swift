internal import FlowAggregation
internal import FlowDetection
internal import FlowModel

extension JSONReporter {
  static func write(_ finding: Finding, _ names: Names, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", finding.id)
      json.member("rule", finding.rule)
      json.member("title", finding.title)
      json.member("severity", finding.severity.name)
      json.member("score", finding.score)
      json.member("confidence", finding.confidence.rawValue)
      json.member("stage", finding.stage.rawValue)
      json.member("outcome", finding.outcome.rawValue)
      if finding.isSlow { json.member("labels", ["slow"]) }
      if let service = finding.service { write(service, names, &json) }
      writeActor(finding, names, &json)
      write(finding.targets, names, &json)
      json.member("firstSeen", UTCTime(finding.firstSeen).rfc3339)
      json.member("lastSeen", UTCTime(finding.lastSeen).rfc3339)
      write(finding.counts, &json)
      if !finding.joins.isEmpty { json.member("joins", finding.joins) }
      writeWhy(finding.why, &json)
      write(finding.evidence, &json)
      json.member("detail", finding.detail)
      json.member("next", finding.next)
      json.member("techniques", finding.techniques)
      json.member("suppressWith", finding.suppressWith)
    }
  }

  private static func write(_ service: Service, _ names: Names, _ json: inout JSONWriter) {
    json.key("service")
    json.object { json in
      json.member("protocol", service.protocolNumber)
      json.member("port", service.port)
      json.member("name", names.name(of: service))
    }
  }

  private static func writeActor(_ finding: Finding, _ names: Names, _ json: inout JSONWriter) {
    json.key("actor")
    json.object { json in
      switch finding.actor {
      case .address(let address):
        json.member("ip", address.description)
        if let name = names.hosts.name(of: address) { json.member("name", name) }
      case .prefix(let network): json.member("prefix", network.description)
      case .campaign(let name): json.member("campaign", name)
      }
      json.member("internal", finding.actorIsInternal)
      guard let members = finding.members else { return }
      json.key("members")
      json.object { json in
        json.member("count", members.count)
        json.member("sample", members.sample.map(\.description))
      }
    }
  }

  private static func write(_ targets: Targets, _ names: Names, _ json: inout JSONWriter) {
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
            if let name = names.hosts.name(of: target.address) { json.member("name", name) }
            if let interface = target.interface { json.member("interface", interface) }
          }
        }
      }
    }
  }

  private static func write(_ counts: FindingCounts, _ json: inout JSONWriter) {
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

  // MARK: Tables

  static func write(_ tables: Tables, _ json: inout JSONWriter) {
    json.object { json in
      rows("sshSources", tables.sshSources.rows, &json, sshSource)
      rows("portScans", tables.portScans.rows, &json, portScan)
      rows("hostSweeps", tables.hostSweeps.rows, &json, hostSweep)
      rows("topTalkers", tables.topTalkers.rows, &json, talker)
      rows("externalDestinations", tables.externalDestinations.rows, &json, talker)
      rows("rejectedSources", tables.rejectedSources.rows, &json, rejectedSource)
    }
  }

  private static func rows<Row>(
    _ name: String,
    _ rows: [Row],
    _ json: inout JSONWriter,
    _ members: (Row, inout JSONWriter) -> Void
  ) {
    json.key(name)
    json.array { json in
      for row in rows {
        json.element()
        json.object { members(row, &$0) }
      }
    }
  }

  private static func sshSource(_ row: SSHSource, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    json.member("records", row.records)
    json.member("distinctDestinations", row.distinctDestinations)
    json.member("accepted", row.accepted)
    json.member("rejected", row.rejected)
    json.member("bytes", row.bytes)
    json.member("first", row.first)
    json.member("last", row.last)
  }

  private static func portScan(_ row: PortScan, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    json.member("destination", row.destination.description)
    json.member("distinctPorts", row.distinctPorts)
    json.member("rejected", row.rejected)
    json.member("records", row.records)
  }

  private static func hostSweep(_ row: HostSweep, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    json.member("protocol", row.service.protocolNumber)
    json.member("port", row.service.port)
    json.member("distinctDestinations", row.distinctDestinations)
    json.member("rejected", row.rejected)
    json.member("records", row.records)
  }

  private static func talker(_ row: Talker, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    json.member("destination", row.destination.description)
    json.member("bytes", row.bytes)
    json.member("packets", row.packets)
    json.member("records", row.records)
  }

  private static func rejectedSource(_ row: RejectedSource, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    json.member("records", row.records)
    json.member("distinctDestinations", row.distinctDestinations)
    json.member("distinctPorts", row.distinctPorts)
  }
}
