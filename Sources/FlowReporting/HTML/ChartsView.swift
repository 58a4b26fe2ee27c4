internal import FlowFindings
internal import FlowModel

/// The pictures of a page, each with its numbers in a table for those who cannot see it.
struct ChartsView {
  /// One picture.
  struct Chart {
    var id: EscapedHTML
    var title: EscapedHTML
    /// How to read it.
    var note: EscapedHTML
    var picture: Markup
    /// What the picture leaves out.
    var remainder: EscapedHTML
    var legend: [Legend]
    var hasLegend: Bool
    /// Whether it keeps its size and is scrolled where there is no room.
    var isFixed: Bool
    /// Whether it has the page's width to itself.
    var isWide: Bool
    var numbers: TableView
  }

  /// A sample of a fill and what it stands for.
  struct Legend {
    var swatch: Markup
    var text: EscapedHTML
  }

  var all: [Chart]
  var hasCharts: Bool

  init(_ context: PageContext) {
    let (report, facts) = (context.report, context.facts)
    self.init([
      TrafficChart(report).map(Self.chart),
      ConversationGraph(report, facts, cards: context.cards).map(Self.chart),
      HeatMap(report, facts).map(Self.chart),
      ConversationChart(report.tables.topTalkers.rows, facts).map { Self.chart($0, facts) },
    ])
  }

  private init(_ charts: [Chart?]) {
    all = charts.compactMap(\.self)
    hasCharts = !all.isEmpty
  }

  /// A report's records over time alone.
  static func traffic(_ report: Report) -> ChartsView {
    ChartsView([TrafficChart(report).map(chart)])
  }

  /// Sources and targets of the findings alone.
  static func servicePairs(_ context: PageContext) -> ChartsView {
    ChartsView([
      ConversationGraph(context.report, context.facts, cards: context.cards).map(chart)
    ])
  }

  private static func text(_ name: String) -> TableView.Column {
    TableView.Column(name: EscapedHTML(name), isNumber: false, order: EscapedHTML("none"))
  }

  private static func number(_ name: String) -> TableView.Column {
    TableView.Column(name: EscapedHTML(name), isNumber: true, order: EscapedHTML("none"))
  }

  private static func cell(_ text: String) -> TableView.Cell {
    TableView.Cell(
      text: EscapedHTML(text, longest: PageLimits.bytesOfLabel),
      key: EscapedHTML(""),
      isNumber: false
    )
  }

  private static func cell(_ number: UInt64) -> TableView.Cell {
    TableView.Cell(text: EscapedHTML(number), key: EscapedHTML(""), isNumber: true)
  }

  // MARK: Each

  private static func chart(_ chart: TrafficChart) -> Chart {
    let outside = chart.outside
    var legend = [
      Legend(swatch: swatch("accepted"), text: EscapedHTML("accepted")),
      Legend(swatch: swatch("rejected"), text: EscapedHTML("rejected")),
    ]
    for kind in chart.gapKinds {
      let style: StaticString = kind == .lostRecords ? "gap lost" : "gap empty"
      legend.append(Legend(swatch: swatch(style), text: EscapedHTML(kind.words)))
    }
    return Chart(
      id: EscapedHTML("traffic"),
      title: EscapedHTML("Records over time"),
      note: EscapedHTML(
        "Each bar counts the records that started within \(chart.barLength). Times are UTC."
      ),
      picture: chart.picture,
      remainder: EscapedHTML(
        outside > 0
          ? "Not drawn: \(TextFormat.plural(outside, "record")) before or after the days of the log."
          : ""
      ),
      legend: legend,
      hasLegend: true,
      isFixed: false,
      isWide: true,
      numbers: TableView(
        "Records over time",
        "",
        [text("From (UTC)"), number("Accepted"), number("Rejected")],
        chart.bars.filter { $0.total > 0 }.map {
          [cell(UTCTime($0.start).rfc3339), cell($0.accepted), cell($0.rejected)]
        }
      )
    )
  }

  private static func swatch(_ style: StaticString) -> Markup {
    var swatch = SVGWriter(.fixed(width: 14, height: 10), "swatch", title: "", description: "")
    swatch.rectangle(x: 0, y: 0, width: 14, height: 10, style)
    return swatch.markup
  }

  private static func chart(_ graph: ConversationGraph) -> Chart {
    Chart(
      id: EscapedHTML("contacts"),
      title: EscapedHTML("Sources and targets of the findings"),
      note: EscapedHTML(
        "A line represents one or more findings, colored by the highest severity; it links to the finding."
      ),
      picture: graph.picture,
      remainder: EscapedHTML(graph.remainder),
      legend: [],
      hasLegend: false,
      isFixed: true,
      isWide: true,
      numbers: TableView(
        "Sources and targets of the findings",
        "",
        [text("Severity"), text("Source"), text("Target"), text("Findings")],
        graph.edges.map {
          [
            cell($0.severity.word), cell(graph.nodes[$0.from].label),
            cell(graph.nodes[$0.to].label),
            cell($0.titles.joined(separator: ", ")),
          ]
        }
      )
    )
  }

  private static func chart(_ map: HeatMap) -> Chart {
    Chart(
      id: EscapedHTML("heat"),
      title: EscapedHTML("Services tried by source"),
      note: EscapedHTML(
        "Distinct addresses on which a source tried a service: from scan findings, and from the host sweeps table for sources that have a finding or are mostly rejected."
      ),
      picture: map.picture,
      remainder: EscapedHTML(map.remainder),
      legend: [],
      hasLegend: false,
      isFixed: true,
      isWide: false,
      numbers: TableView(
        "Services tried by source",
        "",
        [text("Source"), text("Service"), number("Addresses tried")],
        map.rows.flatMap { row in
          map.services.compactMap { service in
            row.cells[service].map { [cell(map.label(row)), cell(map.name(service)), cell($0)] }
          }
        }
      )
    )
  }

  private static func chart(_ conversation: ConversationChart, _ facts: AddressFacts) -> Chart {
    Chart(
      id: EscapedHTML("talkers"),
      title: EscapedHTML("Top talkers"),
      note: EscapedHTML(
        "Bytes sent from one address to another; the top talkers table has more rows."
      ),
      picture: conversation.picture,
      remainder: EscapedHTML(""),
      legend: [],
      hasLegend: false,
      isFixed: false,
      isWide: false,
      numbers: TableView(
        "Top talkers",
        "",
        [text("Source"), text("Destination"), number("Bytes")],
        conversation.rows.map {
          [
            cell(facts.label($0.source, .name)), cell(facts.label($0.destination, .name)),
            cell($0.bytes),
          ]
        }
      )
    )
  }
}

/// The clock above the list of findings, in line with their strips.
enum ClockLine {
  static func picture(_ axis: TimeAxis) -> Markup {
    var picture = SVGWriter(
      .fluid(height: 14),
      "clockline",
      title: "Log period",
      description: "Time axis of the activity strips below, in UTC."
    )
    for tick in axis.ticks(atMost: 4) {
      let x = axis.percent(tick.time)
      let style: StaticString = x > 90 ? "clock end" : x < 10 ? "clock" : "clock middle"
      picture.label(tick.label, x: .percent(x), y: 11, style)
    }
    return picture.markup
  }
}
