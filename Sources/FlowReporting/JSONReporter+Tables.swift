internal import FlowAggregation
internal import FlowModel

extension JSONReporter {
  static func write(_ tables: Tables, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.object { json in
      rows("sshSources", tables.sshSources.rows, facts, &json, sshSource)
      rows("portScans", tables.portScans.rows, facts, &json, portScan)
      rows("hostSweeps", tables.hostSweeps.rows, facts, &json, hostSweep)
      rows("topTalkers", tables.topTalkers.rows, facts, &json, talker)
      rows("externalDestinations", tables.externalDestinations.rows, facts, &json, talker)
      rows("rejectedSources", tables.rejectedSources.rows, facts, &json, rejectedSource)
    }
  }

  private static func rows<Row>(
    _ name: String,
    _ rows: [Row],
    _ facts: AddressFacts,
    _ json: inout JSONWriter,
    _ members: (Row, AddressFacts, inout JSONWriter) -> Void
  ) {
    json.key(name)
    json.array { json in
      for row in rows {
        json.element()
        json.object { members(row, facts, &$0) }
      }
    }
  }

  private static func sshSource(_ row: SSHSource, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    facts.write(row.source, as: "source", &json)
    json.member("records", row.records)
    json.member("distinctDestinations", row.distinctDestinations)
    json.member("accepted", row.accepted)
    json.member("rejected", row.rejected)
    json.member("bytes", row.bytes)
    json.member("first", row.first)
    json.member("last", row.last)
  }

  private static func portScan(_ row: PortScan, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    facts.write(row.source, as: "source", &json)
    json.member("destination", row.destination.description)
    facts.write(row.destination, as: "destination", &json)
    json.member("distinctPorts", row.distinctPorts)
    json.member("rejected", row.rejected)
    json.member("records", row.records)
  }

  private static func hostSweep(_ row: HostSweep, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    facts.write(row.source, as: "source", &json)
    json.member("protocol", row.service.protocolNumber)
    json.member("port", row.service.port)
    json.member("distinctDestinations", row.distinctDestinations)
    json.member("rejected", row.rejected)
    json.member("records", row.records)
  }

  private static func talker(_ row: Talker, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.member("source", row.source.description)
    facts.write(row.source, as: "source", &json)
    json.member("destination", row.destination.description)
    facts.write(row.destination, as: "destination", &json)
    json.member("bytes", row.bytes)
    json.member("packets", row.packets)
    json.member("records", row.records)
  }

  private static func rejectedSource(
    _ row: RejectedSource,
    _ facts: AddressFacts,
    _ json: inout JSONWriter
  ) {
    json.member("source", row.source.description)
    facts.write(row.source, as: "source", &json)
    json.member("records", row.records)
    json.member("distinctDestinations", row.distinctDestinations)
    json.member("distinctPorts", row.distinctPorts)
  }
}
