internal import FlowFindings
internal import FlowModel

/// Who sent most, as horizontal bars.
struct ConversationChart {
  private static let mostBars = 10
  private static let rowHeight = 36

  let rows: [Talker]
  private let facts: AddressFacts

  /// nil without talkers.
  init?(_ talkers: [Talker], _ facts: AddressFacts) {
    guard let first = talkers.first, first.bytes > 0 else { return nil }
    rows = Array(talkers.prefix(Self.mostBars))
    self.facts = facts
  }

  var picture: Markup {
    var picture = SVGWriter(
      .fluid(height: rows.count * Self.rowHeight),
      "talk",
      title: "Top talkers by bytes sent",
      description: description
    )
    let most = Double(rows.map(\.bytes).max() ?? 1)
    for (place, row) in rows.enumerated() {
      let top = Double(place * Self.rowHeight)
      picture.label(label(row), x: 0, y: .pixels(top + 14), "row")
      picture.label(TextFormat.size(row.bytes), x: .percent(100), y: .pixels(top + 14), "value end")
      picture.rectangle(x: 0, y: .pixels(top + 20), width: .percent(100), height: 7, "track")
      picture.rectangle(
        x: 0,
        y: .pixels(top + 20),
        width: .percent(max(0.2, Double(row.bytes) * 100 / most)),
        height: 7,
        "sent",
        title:
          "\(name(row.source)) → \(name(row.destination)): \(TextFormat.plural(row.bytes, "byte"))"
      )
    }
    return picture.markup
  }

  private var description: String {
    rows.first.map {
      "\(TextFormat.plural(rows.count, "pair")) of addresses by bytes; the most, \(TextFormat.size($0.bytes)), from \(name($0.source)) to \(name($0.destination))."
    } ?? ""
  }

  private func name(_ address: IPAddress) -> String { facts.label(address, .name) }

  private func label(_ row: Talker) -> String {
    "\(Self.short(row.source, facts)) → \(Self.short(row.destination, facts))"
  }

  /// The given name, else the address, its middle left out where it is long: the whole one stands in the table.
  private static func short(_ address: IPAddress, _ facts: AddressFacts) -> String {
    let text = facts.name(address).map(TextFormat.safe) ?? address.description
    return text.count <= 21 ? text : "\(text.prefix(10))…\(text.suffix(10))"
  }
}
