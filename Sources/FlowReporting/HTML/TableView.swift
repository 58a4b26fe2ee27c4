internal import FlowFindings
internal import FlowModel

/// A table as its template knows it.
struct TableView {
  /// A column's head.
  struct Column {
    var name: EscapedHTML
    var isNumber: Bool
    /// `ascending`, `descending` or `none`: how the rows stand.
    var order: EscapedHTML
  }

  /// What stands in a row and a column.
  struct Cell {
    var text: EscapedHTML
    /// What rows are sorted by where the text itself will not do.
    var key: EscapedHTML
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

  var title: EscapedHTML
  /// What the rows are, and by what they stand in this order.
  var note: EscapedHTML
  var columns: [Column]
  var rows: [Row]
  var hasRows: Bool
  /// How many rows are left out, and where they are; empty when all are there.
  var more = EscapedHTML("")
  /// Whether it needs the page's whole width.
  var isWide: Bool

  init(_ title: String, _ note: String, _ columns: [Column], _ rows: [[Cell]]) {
    (self.title, self.note) = (EscapedHTML(title), EscapedHTML(note))
    self.columns = columns
    self.rows = rows.map(Row.init)
    hasRows = !rows.isEmpty
    isWide = columns.count > 6
  }
}

extension TableView.Column {
  static func text(_ name: String, order: StaticString = "none") -> Self {
    TableView.Column(name: EscapedHTML(name), isNumber: false, order: EscapedHTML("\(order)"))
  }

  /// A lead column is the one by which the rows stand, the highest first.
  static func number(_ name: String, isLead: Bool = false) -> Self {
    TableView.Column(
      name: EscapedHTML(name),
      isNumber: true,
      order: EscapedHTML(isLead ? "descending" : "none")
    )
  }
}

extension TableView.Cell {
  static func text(_ text: String, key: String = "") -> Self {
    TableView.Cell(
      text: EscapedHTML(text, longest: PageLimits.bytesOfLabel),
      key: EscapedHTML(key),
      isNumber: false
    )
  }

  static func number(_ number: UInt64) -> Self {
    TableView.Cell(text: EscapedHTML(number), key: EscapedHTML(""), isNumber: true)
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
