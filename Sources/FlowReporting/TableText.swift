internal import FlowAggregation
internal import FlowModel

/// The heads of the six tables for the screen; all rows are in the machine formats.
enum TableText {
  private static let shown = 3

  static func lines(_ tables: Tables, _ style: TextStyle) -> [String] {
    let blocks: [[String]] = [
      block("SSH sources (tcp/22)", tables.sshSources.rows, style) {
        "\($0.source)  \(Words.plural($0.distinctDestinations, "address", "addresses")), \(records($0.records)), \(Words.grouped($0.accepted)) accepted"
      },
      block("Port scans", tables.portScans.rows, style) {
        "\($0.source) → \($0.destination)  \(Words.plural($0.distinctPorts, "port")), \(records($0.records)), \(Words.grouped($0.rejected)) rejected"
      },
      block("Host sweeps", tables.hostSweeps.rows, style) {
        "\($0.source) → \($0.service.name)  \(Words.plural($0.distinctDestinations, "address", "addresses")), \(records($0.records)), \(Words.grouped($0.rejected)) rejected"
      },
      block("Top talkers", tables.topTalkers.rows, style) { talker($0) },
      block("External destinations", tables.externalDestinations.rows, style) { talker($0) },
      block("Rejected sources", tables.rejectedSources.rows, style) {
        "\($0.source)  \(records($0.records)), \(Words.plural($0.distinctDestinations, "address", "addresses")), \(Words.plural($0.distinctPorts, "port"))"
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
    _ text: (Row) -> String
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    let indent = String(repeating: " ", count: 24)
    return rows.prefix(shown).enumerated().map { index, row in
      let head = index == 0 ? "  " + Words.padded(title, 22) : indent
      return Words.cut(head + text(row), style.width)
    }
  }

  private static func talker(_ row: Talker) -> String {
    "\(row.source) → \(row.destination)  \(Words.size(row.bytes)), \(Words.plural(row.packets, "packet")), \(records(row.records))"
  }

  private static func records(_ count: UInt64) -> String { Words.plural(count, "record") }
}
