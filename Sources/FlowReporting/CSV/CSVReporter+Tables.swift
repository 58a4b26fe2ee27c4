package import FlowFindings
internal import FlowModel

extension CSVReporter {
  /// The rows of one of the six tables, with the columns of the JSON report and the names of the addresses.
  package static func report(_ report: Report, table: ReportTable) -> [UInt8] {
    let (tables, facts) = (report.tables, AddressFacts(report))
    return switch table {
    case .sshSources: sshSources(facts).bytes(tables.sshSources.rows)
    case .portScans: portScans(facts).bytes(tables.portScans.rows)
    case .hostSweeps: hostSweeps(facts).bytes(tables.hostSweeps.rows)
    case .topTalkers: talkers(facts).bytes(tables.topTalkers.rows)
    case .externalDestinations: talkers(facts).bytes(tables.externalDestinations.rows)
    case .rejectedSources: rejectedSources(facts).bytes(tables.rejectedSources.rows)
    }
  }

  private static func address<Row>(
    _ column: String,
    _ facts: AddressFacts,
    _ address: @escaping (Row) -> IPAddress
  ) -> [CSVTable<Row>.Column] {
    [
      (column, { .text(address($0).description) }),
      ("\(column)_name", { .text(facts.name(address($0))) }),
    ]
  }

  private static func sshSources(_ facts: AddressFacts) -> CSVTable<SSHSource> {
    CSVTable(
      columns: address("source", facts, \.source) + [
        ("records", { .number($0.records) }),
        ("distinct_destinations", { .number($0.distinctDestinations) }),
        ("accepted", { .number($0.accepted) }),
        ("rejected", { .number($0.rejected) }),
        ("bytes", { .number($0.bytes) }),
        ("first", { .number($0.first) }),
        ("last", { .number($0.last) }),
      ]
    )
  }

  private static func portScans(_ facts: AddressFacts) -> CSVTable<PortScan> {
    CSVTable(
      columns: address("source", facts, \.source) + address("destination", facts, \.destination) + [
        ("distinct_ports", { .number($0.distinctPorts) }),
        ("rejected", { .number($0.rejected) }),
        ("records", { .number($0.records) }),
      ]
    )
  }

  private static func hostSweeps(_ facts: AddressFacts) -> CSVTable<HostSweep> {
    CSVTable(
      columns: address("source", facts, \.source) + [
        ("protocol", { .number($0.service.protocolNumber) }),
        ("port", { .number($0.service.port) }),
        ("distinct_destinations", { .number($0.distinctDestinations) }),
        ("rejected", { .number($0.rejected) }),
        ("records", { .number($0.records) }),
      ]
    )
  }

  private static func talkers(_ facts: AddressFacts) -> CSVTable<Talker> {
    CSVTable(
      columns: address("source", facts, \.source) + address("destination", facts, \.destination) + [
        ("bytes", { .number($0.bytes) }),
        ("packets", { .number($0.packets) }),
        ("records", { .number($0.records) }),
      ]
    )
  }

  private static func rejectedSources(_ facts: AddressFacts) -> CSVTable<RejectedSource> {
    CSVTable(
      columns: address("source", facts, \.source) + [
        ("records", { .number($0.records) }),
        ("distinct_destinations", { .number($0.distinctDestinations) }),
        ("distinct_ports", { .number($0.distinctPorts) }),
      ]
    )
  }
}
