internal import FlowFindings
internal import FlowModel

/// The heads of the six tables for the screen; all rows are in the machine formats.
enum TableText {
  private static let shown = 3
  private static let indent = 28

  static func lines(_ tables: Tables, _ style: TextStyle, _ facts: AddressFacts) -> [String] {
    let blocks: [[String]] = [
      block("SSH sources (tcp/22)", tables.sshSources.rows, style) { row, detail in
        "\(facts.label(row.source, detail))  \(TextFormat.plural(row.distinctDestinations, "address", "addresses")), \(records(row.records)), \(TextFormat.grouped(row.accepted)) accepted"
      },
      block("Most ports per host pair", tables.portScans.rows, style) { row, detail in
        "\(facts.label(row.source, detail)) → \(facts.label(row.destination, detail))  \(TextFormat.plural(row.distinctPorts, "port")), \(records(row.records)), \(TextFormat.grouped(row.rejected)) rejected\(mark(row.isAnswers))"
      },
      block("Most hosts per service", tables.hostSweeps.rows, style) { row, detail in
        "\(facts.label(row.source, detail)) → \(row.service.name)  \(TextFormat.plural(row.distinctDestinations, "address", "addresses")), \(records(row.records)), \(TextFormat.grouped(row.rejected)) rejected\(mark(row.isAnswers))"
      },
      block("Top talkers", tables.topTalkers.rows, style) { talker($0, facts, $1) },
      block("External destinations", tables.externalDestinations.rows, style) {
        talker($0, facts, $1)
      },
      block("Rejected sources", tables.rejectedSources.rows, style) { row, detail in
        "\(facts.label(row.source, detail))  \(records(row.records)), \(TextFormat.plural(row.distinctDestinations, "address", "addresses")), \(TextFormat.plural(row.distinctPorts, "port"))"
      },
    ].filter { !$0.isEmpty }
    guard !blocks.isEmpty else { return [] }
    let title = "Tables, the first \(shown) rows of each (all 20: --format json)"
    return ["", style.bold(title)] + blocks.flatMap { $0 }
  }

  private static func block<Row>(
    _ title: String,
    _ rows: [Row],
    _ style: TextStyle,
    _ text: (Row, AddressFacts.Detail) -> String
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    let indent = String(repeating: " ", count: Self.indent)
    return rows.prefix(shown).enumerated().flatMap { index, row in
      let head = index == 0 ? "  " + TextFormat.padded(title, Self.indent - 2) : indent
      let line = AddressFacts.fitting(style.width) { head + text(row, $0) }
      guard style.breaksLines else { return [TextFormat.cut(line, style.width)] }
      return TextFormat.wrapped(String(line.dropFirst(Self.indent)), style.width - Self.indent)
        .enumerated()
        .map { ($0 == 0 ? head : indent) + $1 }
    }
  }

  private static func talker(_ row: Talker, _ facts: AddressFacts, _ detail: AddressFacts.Detail)
    -> String
  {
    "\(facts.label(row.source, detail)) → \(facts.label(row.destination, detail))  \(TextFormat.size(row.bytes)), \(TextFormat.plural(row.packets, "packet")), \(records(row.records))"
  }

  /// Marks the answers of a server, so that nobody takes it for a scanner.
  private static func mark(_ isAnswers: Bool) -> String { isAnswers ? " (answers)" : "" }

  private static func records(_ count: UInt64) -> String { TextFormat.plural(count, "record") }
}
