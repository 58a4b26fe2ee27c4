internal import FlowAggregation
internal import FlowModel

/// A table as its template knows it.
struct TableView {
  /// A column's head.
  struct Column {
    var name: Shown
    var isNumber: Bool
    /// `ascending`, `descending` or `none`: how the rows stand.
    var order: Shown
  }

  /// What stands in a row and a column.
  struct Cell {
    var text: Shown
    /// What rows are sorted by where the text itself will not do.
    var key: Shown
    var isNumber: Bool
  }

  /// One row.
  struct Row {
    var cells: [Cell]
  }

  var title: Shown
  /// What the rows are, and by what they stand in this order.
  var note: Shown
  var columns: [Column]
  var rows: [Row]
  var hasRows: Bool
  /// Whether it needs the page's whole width.
  var isWide: Bool

  init(_ title: String, _ note: String, _ columns: [Column], _ rows: [[Cell]]) {
    (self.title, self.note) = (Shown(title), Shown(note))
    self.columns = columns
    self.rows = rows.map(Row.init)
    hasRows = !rows.isEmpty
    isWide = columns.count > 6
  }
}

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

  private func text(_ name: String) -> TableView.Column {
    TableView.Column(name: Shown(name), isNumber: false, order: Shown("none"))
  }

  private func number(_ name: String, isLead: Bool = false) -> TableView.Column {
    TableView.Column(
      name: Shown(name),
      isNumber: true,
      order: Shown(isLead ? "descending" : "none")
    )
  }

  /// The address with all that is known of it, in the order of addresses.
  private func cell(_ address: IPAddress) -> TableView.Cell {
    let key = "\(address.isV4 ? 4 : 6)" + Self.hex(address.high) + Self.hex(address.low)
    let label = facts.label(address, .full)
    return TableView.Cell(
      text: Shown(label, longest: PageLimits.bytesOfLabel),
      key: Shown(key),
      isNumber: false
    )
  }

  private func cell(_ number: UInt64) -> TableView.Cell {
    TableView.Cell(text: Shown(number), key: Shown(""), isNumber: true)
  }

  private func cell(_ text: String) -> TableView.Cell {
    TableView.Cell(
      text: Shown(text, longest: PageLimits.bytesOfLabel),
      key: Shown(""),
      isNumber: false
    )
  }

  private func cell(time: UInt32) -> TableView.Cell { cell(UTCTime(time).rfc3339) }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  // MARK: Tables

  private func sshSources(_ tables: Tables) -> TableView {
    TableView(
      "SSH sources",
      "Sources of records to tcp/22, by distinct destinations",
      [
        text("Source"), number("Destinations", isLead: true), number("Records"), number("Accepted"),
        number("Rejected"), number("Bytes"), text("First (UTC)"), text("Last (UTC)"),
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
      "Port scans",
      "Pairs of addresses by distinct destination ports, replies left out",
      [
        text("Source"), text("Destination"), number("Ports", isLead: true), number("Rejected"),
        number("Records"),
      ],
      tables.portScans.rows.map {
        [
          cell($0.source), cell($0.destination), cell($0.distinctPorts), cell($0.rejected),
          cell($0.records),
        ]
      }
    )
  }

  private func hostSweeps(_ tables: Tables) -> TableView {
    TableView(
      "Host sweeps",
      "Sources and services by distinct destinations, replies left out",
      [
        text("Source"), text("Service"), number("Destinations", isLead: true), number("Rejected"),
        number("Records"),
      ],
      tables.hostSweeps.rows.map {
        [
          cell($0.source), cell(service($0.service)), cell($0.distinctDestinations),
          cell($0.rejected),
          cell($0.records),
        ]
      }
    )
  }

  private func talkers(_ title: String, _ note: String, _ rows: [Talker]) -> TableView {
    TableView(
      title,
      note,
      [
        text("Source"), text("Destination"), number("Bytes", isLead: true), number("Packets"),
        number("Records"),
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
        text("Source"), number("Records", isLead: true), number("Destinations"), number("Ports"),
      ],
      tables.rejectedSources.rows.map {
        [cell($0.source), cell($0.records), cell($0.distinctDestinations), cell($0.distinctPorts)]
      }
    )
  }

  private func service(_ service: Service) -> String {
    let name = facts.names.name(of: service)
    guard ProtocolNumber.hasPorts(service.protocolNumber) else { return name }
    let number = "\(ProtocolNumber.name(service.protocolNumber))/\(service.port)"
    return name == number ? name : "\(name) (\(number))"
  }
}
