internal import FlowFindings

extension ConversationGraph {
  /// Pixels.
  private static let (rowHeight, headHeight, boxHeight) = (40.0, 26.0, 32.0)
  private static let (boxWidth, between) = (264.0, 160.0)

  private static let heads: [(side: Side, text: String)] = [
    (.actor, "Source"), (.own, "Internal hosts"), (.reached, "Targets of internal hosts"),
  ]

  /// The sides that have nodes, from left to right.
  private var sides: [Side] { Side.allCases.filter { side in nodes.contains { $0.side == side } } }

  /// What the picture leaves out; empty when it has all.
  var remainder: String {
    let folded = hidden.reduce(0, +)
    let parts = [
      undrawn > 0 ? "\(TextFormat.plural(undrawn, "finding")) of lower rank" : "",
      folded > 0
        ? TextFormat.plural(folded, "more host or network", "more hosts and networks") : "",
    ].filter { !$0.isEmpty }
    return parts.isEmpty ? "" : "Not drawn: \(parts.joined(separator: ", "))."
  }

  private var description: String {
    let told = edges.prefix(3).map { edge in
      "\(nodes[edge.from].label) to \(nodes[edge.to].label): \(edge.titles.joined(separator: ", "))"
    }
    return
      "\(TextFormat.plural(nodes.count, "host or group", "hosts and groups")), \(TextFormat.plural(edges.count, "line")); first \(told.joined(separator: "; "))."
  }

  var picture: Markup {
    let columns = sides
    let order = columns.map(ordered)
    let places = placed(order)
    let tallest =
      zip(columns, order).map { $1.count + (hidden[$0.rawValue] > 0 ? 1 : 0) }.max() ?? 1
    let width = Double(columns.count) * Self.boxWidth + Double(columns.count - 1) * Self.between
    var picture = SVGWriter(
      .fixed(width: Int(width), height: Int(Self.headHeight + Double(tallest) * Self.rowHeight)),
      "graph",
      title: "Sources and targets of the findings",
      description: description
    )
    for edge in edges.reversed() { draw(edge, places, &picture) }
    for (column, side) in columns.enumerated() {
      let left = Self.left(column)
      let head = Self.heads.first { $0.side == side }?.text ?? ""
      picture.label(head, x: .pixels(left), y: 14, "head")
      for node in order[column] { draw(nodes[node], at: places[node] ?? (left, 0), &picture) }
      if hidden[side.rawValue] > 0 {
        let y = Self.headHeight + Double(order[column].count) * Self.rowHeight + 20
        picture.label(
          "+ \(TextFormat.grouped(hidden[side.rawValue])) more",
          x: .pixels(left + 10),
          y: .pixels(y),
          "note"
        )
      }
    }
    return picture.markup
  }

  private static func left(_ column: Int) -> Double { Double(column) * (boxWidth + between) }

  /// The nodes of a side: by rank on the left, elsewhere near those that they have to do with, so that few lines cross.
  private func ordered(_ side: Side) -> [Int] {
    let own = nodes.indices.filter { nodes[$0].side == side }
    guard side != .actor else { return own }
    func middle(_ node: Int) -> Double {
      let near = edges.filter { $0.to == node }.map(\.from)
      guard !near.isEmpty else { return Double(node) }
      return Double(near.reduce(0, +)) / Double(near.count)
    }
    return own.map { ($0, middle($0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  private func placed(_ order: [[Int]]) -> [Int: (x: Double, y: Double)] {
    var places: [Int: (x: Double, y: Double)] = [:]
    for (column, nodes) in order.enumerated() {
      for (row, node) in nodes.enumerated() {
        places[node] = (Self.left(column), Self.headHeight + Double(row) * Self.rowHeight)
      }
    }
    return places
  }

  private func draw(
    _ edge: Edge,
    _ places: [Int: (x: Double, y: Double)],
    _ picture: inout SVGWriter
  ) {
    guard let from = places[edge.from], let to = places[edge.to] else { return }
    let title =
      "\(edge.severity.word): \(nodes[edge.from].label) → \(nodes[edge.to].label): \(edge.titles.joined(separator: ", "))"
    let middle = Self.boxHeight / 2
    let style = Self.edgeStyle(edge.severity)
    func draw(_ picture: inout SVGWriter) {
      picture.curve(
        from: (from.x + Self.boxWidth, from.y + middle),
        to: (to.x, to.y + middle),
        style,
        title: title
      )
    }
    if let card = edge.card { picture.link(toFinding: card, draw) } else { draw(&picture) }
  }

  private func draw(_ node: Node, at place: (x: Double, y: Double), _ picture: inout SVGWriter) {
    picture.group(Self.nodeStyle(node.severity), title: "\(node.label): \(node.note)") { picture in
      picture.rectangle(
        x: .pixels(place.x),
        y: .pixels(place.y),
        width: .pixels(Self.boxWidth),
        height: .pixels(Self.boxHeight),
        "box"
      )
      picture.rectangle(
        x: .pixels(place.x),
        y: .pixels(place.y),
        width: 4,
        height: .pixels(Self.boxHeight),
        "mark"
      )
      picture.label(
        "\(node.severity.glyph) \(TextFormat.cut(node.label, 36))",
        x: .pixels(place.x + 12),
        y: .pixels(place.y + 13),
        "name"
      )
      picture.label(
        TextFormat.cut(node.note, 42),
        x: .pixels(place.x + 12),
        y: .pixels(place.y + 26),
        "note"
      )
    }
  }

  private static func edgeStyle(_ severity: Severity) -> StaticString {
    switch severity {
    case .critical: "edge critical"
    case .high: "edge high"
    case .medium: "edge medium"
    case .low: "edge low"
    case .info: "edge info"
    }
  }

  private static func nodeStyle(_ severity: Severity) -> StaticString {
    switch severity {
    case .critical: "node critical"
    case .high: "node high"
    case .medium: "node medium"
    case .low: "node low"
    case .info: "node info"
    }
  }
}
