internal import FlowFindings
internal import FlowModel

/// Services tried by source on how many addresses: sources down, services across, the count in the cell.
struct HeatMap {
  /// A source and what it tried.
  struct Row {
    var source: Actor
    /// The highest severity of its findings; nil without any.
    var severity: Severity?
    var cells: [Service: UInt64]

    fileprivate var most: UInt64 { cells.values.max() ?? 0 }
  }

  private static let mostRows = 20
  private static let mostColumns = 14
  /// Pixels.
  private static let (labelWidth, cellWidth, cellHeight, headHeight) = (222, 62, 24, 30)

  /// The sources, those of the worst findings first.
  let rows: [Row]
  /// The services, those that most sources tried first.
  let services: [Service]
  /// Sources and services beyond the picture.
  let hidden: (sources: Int, services: Int)
  private let facts: AddressFacts

  /// nil when nobody tried anything.
  init?(_ report: Report, _ facts: AddressFacts) {
    let all = Self.rows(report)
    guard !all.isEmpty else { return nil }
    self.facts = facts
    let columns = Self.services(all)
    services = Array(columns.prefix(Self.mostColumns))
    let kept = Set(services)
    let shown = all.filter { $0.cells.keys.contains(where: kept.contains) }.prefix(Self.mostRows)
    rows = Array(shown)
    hidden = (all.count - rows.count, columns.count - services.count)
  }

  private static func rows(_ report: Report) -> [Row] {
    var rows: [Actor: Row] = [:]
    func note(_ actor: Actor, _ service: Service, _ count: UInt64, _ severity: Severity?) {
      var row = rows[actor] ?? Row(source: actor, cells: [:])
      // A finding leaves out what was answered in the usual way; the table has every address.
      row.cells[service] = max(row.cells[service] ?? 0, count)
      row.severity = [row.severity, severity].compactMap(\.self).max()
      rows[actor] = row
    }
    for finding in report.findings where finding.rule.traits.contains(.isScan) {
      guard let service = finding.service else { continue }
      if case .campaign = finding.actor { continue }
      note(finding.actor, service, finding.targets.count, finding.severity)
    }
    // Who has no finding and is let in as a rule is a client and no scanner.
    let known = Set(report.findings.map(\.actor))
    for sweep in report.tables.hostSweeps.rows {
      let source = Actor.address(sweep.source)
      guard known.contains(source) || sweep.rejected * 2 >= sweep.records else { continue }
      note(source, sweep.service, sweep.distinctDestinations, nil)
    }
    return rows.values.sorted(by: ranksBefore)
  }

  private static func ranksBefore(_ left: Row, _ right: Row) -> Bool {
    let (first, second) = (left.severity?.rawValue ?? -1, right.severity?.rawValue ?? -1)
    if first != second { return first > second }
    if left.most != right.most { return left.most > right.most }
    return key(left.source) < key(right.source)
  }

  /// A total order of the sources of one rank.
  private static func key(_ actor: Actor) -> (IPAddress, Int, String) {
    switch actor {
    case .address(let address): (address, 128, "")
    case .prefix(let network): (network.base, network.prefixLength, "")
    case .campaign(let name): (IPAddress(v4: 0), 0, name)
    }
  }

  private static func services(_ rows: [Row]) -> [Service] {
    var uses: [Service: (rows: Int, most: UInt64)] = [:]
    for row in rows {
      for (service, count) in row.cells {
        let use = uses[service] ?? (0, 0)
        uses[service] = (use.rows + 1, max(use.most, count))
      }
    }
    return uses.sorted {
      ($1.value.rows, $1.value.most, $0.key) < ($0.value.rows, $0.value.most, $1.key)
    }.map(\.key)
  }

  // MARK: Words

  func name(_ service: Service) -> String { facts.names.name(of: service) }

  func label(_ row: Row) -> String {
    let mark = row.severity.map { "\($0.glyph) " } ?? ""
    return mark + TextFormat.cut(facts.label(row.source, .name), 30)
  }

  /// What the picture leaves out; empty when it has all.
  var remainder: String {
    let parts = [
      hidden.sources > 0 ? TextFormat.plural(hidden.sources, "more source") : "",
      hidden.services > 0 ? TextFormat.plural(hidden.services, "more service") : "",
    ].filter { !$0.isEmpty }
    return parts.isEmpty ? "" : "Not shown: \(parts.joined(separator: ", "))."
  }

  private var description: String {
    let cells = rows.flatMap { row in row.cells.map { (row, $0.key, $0.value) } }
    guard let most = rows.map(\.most).max(), let top = rows.first(where: { $0.most == most }) else {
      return ""
    }
    return
      "\(TextFormat.plural(rows.count, "source")) and \(TextFormat.plural(services.count, "service")), \(cells.count) cells; the most, \(TextFormat.plural(most, "address", "addresses")), tried by \(facts.label(top.source, .name))."
  }

  // MARK: Drawing

  var picture: Markup {
    var picture = SVGWriter(
      .fixed(
        width: Self.labelWidth + Self.cellWidth * services.count,
        height: Self.headHeight + Self.cellHeight * rows.count
      ),
      "heat",
      title: "Distinct addresses tried, by source and service",
      description: description
    )
    for (column, service) in services.enumerated() {
      let x = Double(Self.labelWidth + column * Self.cellWidth) + Double(Self.cellWidth) / 2
      picture.label(
        TextFormat.cut(name(service), 9),
        x: .pixels(x),
        y: .pixels(Double(Self.headHeight) - 10),
        "head middle"
      )
    }
    let most = rows.map(\.most).max() ?? 1
    for (place, row) in rows.enumerated() { draw(row, place, most, &picture) }
    return picture.markup
  }

  private func draw(_ row: Row, _ place: Int, _ most: UInt64, _ picture: inout SVGWriter) {
    let top = Double(Self.headHeight + place * Self.cellHeight)
    let baseline = SVGLength.pixels(top + Double(Self.cellHeight) / 2 + 4)
    picture.label(label(row), x: .pixels(Double(Self.labelWidth) - 8), y: baseline, "row end")
    for (column, service) in services.enumerated() {
      let left = Double(Self.labelWidth + column * Self.cellWidth)
      let count = row.cells[service]
      let level = count.map { Self.level($0, most) } ?? 0
      picture.rectangle(
        x: .pixels(left + 1),
        y: .pixels(top + 1),
        width: .pixels(Double(Self.cellWidth) - 2),
        height: .pixels(Double(Self.cellHeight) - 2),
        Self.cellStyles[level],
        title: count.map {
          "\(facts.label(row.source, .name)) tried \(name(service)) at \(TextFormat.plural($0, "address", "addresses"))"
        }
      )
      guard let count else { continue }
      let x = SVGLength.pixels(left + Double(Self.cellWidth) / 2)
      picture.label(TextFormat.grouped(count), x: x, y: baseline, Self.numberStyles[level])
    }
  }

  private static let cellStyles: [StaticString] = ["q0", "q1", "q2", "q3", "q4", "q5"]
  private static let numberStyles: [StaticString] = [
    "middle", "middle n1", "middle n2", "middle n3", "middle n4", "middle n5",
  ]

  /// 1 to 5 on a logarithmic scale, by whole numbers so that every machine gives the same.
  static func level(_ count: UInt64, _ most: UInt64) -> Int {
    let bits = UInt64.bitWidth - most.leadingZeroBitCount
    let own = UInt64.bitWidth - count.leadingZeroBitCount
    return bits < 2 ? 5 : max(1, min(5, 1 + (own - 1) * 4 / (bits - 1)))
  }
}
