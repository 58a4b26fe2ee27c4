internal import FlowFindings
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
    /// Whether it must stand in one line.
    var isTime = false
    /// What is drawn there; empty for text alone.
    var picture = Markup("")
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
  /// How many rows are left out, and where they are; empty when all are there.
  var more = Shown("")
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

extension TableView.Column {
  static func text(_ name: String, order: StaticString = "none") -> Self {
    TableView.Column(name: Shown(name), isNumber: false, order: Shown("\(order)"))
  }

  /// A lead column is the one by which the rows stand, the highest first.
  static func number(_ name: String, isLead: Bool = false) -> Self {
    TableView.Column(
      name: Shown(name),
      isNumber: true,
      order: Shown(isLead ? "descending" : "none")
    )
  }
}

extension TableView.Cell {
  static func text(_ text: String, key: String = "") -> Self {
    TableView.Cell(
      text: Shown(text, longest: PageLimits.bytesOfLabel),
      key: Shown(key),
      isNumber: false
    )
  }

  static func number(_ number: UInt64) -> Self {
    TableView.Cell(text: Shown(number), key: Shown(""), isNumber: true)
  }

  /// The address with all that is known of it, in the order of addresses.
  static func address(_ address: IPAddress, _ facts: AddressFacts) -> Self {
    let key = "\(address.isV4 ? 4 : 6)" + hexadecimal(address.high) + hexadecimal(address.low)
    return text(facts.label(address, .full), key: key)
  }

  /// `SSH (tcp/22)`.
  static func service(_ service: Service, _ facts: AddressFacts) -> Self {
    let name = facts.names.name(of: service)
    guard ProtocolNumber.hasPorts(service.protocolNumber) else { return text(name) }
    let number = "\(ProtocolNumber.name(service.protocolNumber))/\(service.port)"
    return text(name == number ? name : "\(name) (\(number))")
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
