internal import FlowFindings
internal import FlowModel

/// The six tables, exact and in full.
struct TableViews {
  private let facts: AddressFacts

  init(_ facts: AddressFacts) { self.facts = facts }

  func all(_ tables: Tables) -> [TableView] {
    [
      sshSources(tables), portScans(tables), hostSweeps(tables),
      talkers("Top talkers", "Pairs by bytes sent", tables.topTalkers.rows),
      talkers(
        "External destinations",
        "What internal addresses sent to external ones, by bytes",
        tables.externalDestinations.rows
      ),
      rejectedSources(tables),
    ]
  }

  // MARK: Cells

  private func cell(_ address: IPAddress) -> TableView.Cell { .address(address, facts) }

  private func cell(_ number: UInt64) -> TableView.Cell { .number(number) }

  private func cell(_ text: String) -> TableView.Cell { .text(text) }

  private func cell(time: UInt32) -> TableView.Cell { cell(UTCTime(time).rfc3339) }

  // MARK: Tables

  private func sshSources(_ tables: Tables) -> TableView {
    TableView(
      "SSH sources",
      "Sources of records to tcp/22, by distinct destinations",
      [
        .text("Source"), .number("Destinations", isLead: true), .number("Records"),
        .number("Accepted"),
        .number("Rejected"), .number("Bytes"), .text("First (UTC)"), .text("Last (UTC)"),
      ],
      tables.sshSources.rows.map {
        [
          cell($0.source), cell($0.distinctDestinations), cell($0.records), cell($0.accepted),
          cell($0.rejected), cell($0.bytes), cell(time: $0.first), cell(time: $0.last),
        ]
      }
    )
  }

  private func portScans(_ tables: Tables) -> TableView {
    TableView(
      "Most ports per host pair",
      "Pairs of addresses by distinct destination ports; answers of a server are marked",
      [
        .text("Source"), .text("Destination"), .number("Ports", isLead: true), .number("Rejected"),
        .number("Records"), .text("Note"),
      ],
      tables.portScans.rows.map {
        [
          cell($0.source), cell($0.destination), cell($0.distinctPorts), cell($0.rejected),
          cell($0.records), cell($0.isAnswers ? "answers" : ""),
        ]
      }
    )
  }

  private func hostSweeps(_ tables: Tables) -> TableView {
    TableView(
      "Most hosts per service",
      "Sources and services by distinct destinations; answers of a server are marked",
      [
        .text("Source"), .text("Service"), .number("Destinations", isLead: true),
        .number("Rejected"),
        .number("Records"), .text("Note"),
      ],
      tables.hostSweeps.rows.map {
        [
          cell($0.source), .service($0.service, facts), cell($0.distinctDestinations),
          cell($0.rejected),
          cell($0.records), cell($0.isAnswers ? "answers" : ""),
        ]
      }
    )
  }

  private func talkers(_ title: String, _ note: String, _ rows: [Talker]) -> TableView {
    TableView(
      title,
      note,
      [
        .text("Source"), .text("Destination"), .number("Bytes", isLead: true), .number("Packets"),
        .number("Records"),
      ],
      rows.map {
        [cell($0.source), cell($0.destination), cell($0.bytes), cell($0.packets), cell($0.records)]
      }
    )
  }

  private func rejectedSources(_ tables: Tables) -> TableView {
    TableView(
      "Rejected sources",
      "Sources of rejected records, by records",
      [
        .text("Source"), .number("Records", isLead: true), .number("Destinations"),
        .number("Ports"),
      ],
      tables.rejectedSources.rows.map {
        [cell($0.source), cell($0.records), cell($0.distinctDestinations), cell($0.distinctPorts)]
      }
    )
  }
}
