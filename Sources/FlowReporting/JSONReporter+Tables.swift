internal import FlowFindings
internal import FlowModel

extension JSONReporter {
  static func write(_ tables: Tables, _ facts: AddressFacts, _ json: inout JSONWriter) {
    json.object { json in
      for table in ReportTable.allCases {
        json.key(table.rawValue)
        json.array { json in
          for row in rows(of: table, tables, facts) {
            json.element()
            json.object(row)
          }
        }
      }
    }
  }

  /// What writes the members of each row of a table, in order.
  static func rows(
    of table: ReportTable,
    _ tables: Tables,
    _ facts: AddressFacts
  ) -> [(inout JSONWriter) -> Void] {
    switch table {
    case .sshSources: rows(tables.sshSources.rows, facts, sshSource)
    case .portScans: rows(tables.portScans.rows, facts, portScan)
    case .hostSweeps: rows(tables.hostSweeps.rows, facts, hostSweep)
    case .topTalkers: rows(tables.topTalkers.rows, facts, talker)
    case .externalDestinations: rows(tables.externalDestinations.rows, facts, talker)
    case .rejectedSources: rows(tables.rejectedSources.rows, facts, rejectedSource)
    }
  }

  private static func rows<Row>(
    _ rows: [Row],
    _ facts: AddressFacts,
    _ members: @escaping (Row, AddressFacts, inout JSONWriter) -> Void
  ) -> [(inout JSONWriter) -> Void] {
    rows.map { row in { json in members(row, facts, &json) } }
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
