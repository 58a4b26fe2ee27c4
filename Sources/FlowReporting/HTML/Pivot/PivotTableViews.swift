internal import FlowFindings
internal import FlowModel

/// The investigation target's conversations, services, peers, host-service pairs and addresses as tables of a page.
struct PivotTableViews {
  private let pivot: Pivot
  private let facts: AddressFacts
  private let axis: TimeAxis?
  /// So many rows of each table.
  private let top: Int

  init(_ pivot: Pivot, _ context: PageContext, _ top: Int?) {
    (self.pivot, facts, axis) = (pivot, context.facts, context.axis)
    self.top = min(top ?? .max, PageLimits.rows)
  }

  var all: [TableView] { changes + [conversations, services, peers, servicePairs] + members }

  /// What is new since the moment that the investigation asks about.
  private var changes: [TableView] {
    guard let changes = InvestigationChanges(pivot.traffic), !changes.rows.isEmpty else {
      return []
    }
    return [
      table(
        "New",
        PivotStory.changes(changes),
        [
          .text("What"), .text("Peer"), .text("Service"), .text("Initiator"),
          .number("Conversations since"), .number("Bytes since"),
        ] + timeHeads(),
        changes.rows.prefix(top).map { row in
          [
            .text(PivotPhrases.change(row, changes.moment)),
            row.peer.map { .address($0, facts) } ?? .text(""), .service(row.service, facts),
            .text(row.initiator.map(PivotPhrases.initiator) ?? ""), .number(row.sums.later),
            .number(row.sums.laterBytes),
          ] + time(row.sums)
        },
        all: UInt64(changes.rows.count)
      )
    ]
  }

  private var isService: Bool { pivot.investigated.isService }

  private var conversations: TableView {
    let rows = Initiator.allCases.filter { pivot.traffic.began[Int($0.rawValue)].conversations > 0 }
    return table(
      "Conversations",
      "By initiator; without a known initiator there is no outcome",
      [.text("Initiator")] + outcomeHeads + timeHeads(),
      rows.map { initiator in
        let sums = pivot.traffic.began[Int(initiator.rawValue)]
        return [.text(PivotPhrases.initiator(initiator))] + outcome(initiator, sums) + time(sums)
      },
      all: UInt64(rows.count)
    )
  }

  /// Services with the most conversations, in order of first use: what came first leads to what came next.
  private var services: TableView {
    let all = pivot.traffic.services
    let rows = all.rows.prefix(top).sorted {
      ($0.sums.first, $0.service, $0.initiator.rawValue)
        < ($1.sums.first, $1.service, $1.initiator.rawValue)
    }
    return table(
      "Services",
      "Services with the most conversations, in order of first use",
      [.text("Service"), .text("Initiator"), .number("Peers")] + outcomeHeads
        + timeHeads(order: "ascending"),
      rows.map { row in
        let (initiator, sums) = (row.initiator, row.sums)
        return [
          .service(row.service, facts), .text(PivotPhrases.initiator(initiator)),
          .number(row.peers),
        ] + outcome(initiator, sums) + time(sums)
      },
      all: all.count
    )
  }

  private var peers: TableView {
    table(
      isService ? "Clients" : "Peers",
      isService
        ? "Closing the service cuts off those with answered conversations"
        : "Actors of findings from \(Pivot.leastSuspicious) on, then those with the most bytes; → initiated by it, ← initiated by the peer",
      [
        .text(isService ? "Client" : "Peer"), .text("Initiator"), .text("Main service"),
        .number("Services"),
        .number("Conversations"), .number("Answered"),
      ] + amountHeads + timeHeads(),
      pivot.peersByInterest.prefix(top).map { row in
        [
          .address(row.address, facts), .text(PivotPhrases.signs(row)),
          .service(row.mainService, facts), .number(row.servicePairs),
          .number(row.sums.conversations), .number(row.sums.answered),
        ] + amounts(row.sums) + time(row.sums)
      },
      all: pivot.traffic.peers.count
    )
  }

  private var servicePairs: TableView {
    let all = pivot.traffic.servicePairs
    return table(
      "Peers by service",
      "Peers by service and initiator, most bytes first",
      [.text("Peer"), .text("Service"), .text("Initiator")] + outcomeHeads + timeHeads(),
      all.rows.prefix(top).map { row in
        [
          .address(row.peer, facts), .service(row.service, facts),
          .text(PivotPhrases.initiator(row.initiator)),
        ] + outcome(row.initiator, row.sums) + time(row.sums)
      },
      all: all.count
    )
  }

  /// The addresses of a range or an interface; none of a single address.
  private var members: [TableView] {
    let all = pivot.traffic.members
    guard pivot.hasMembers, all.count > (isService ? 0 : 1) else { return [] }
    return [
      table(
        isService ? "Servers" : "Addresses",
        "Most bytes first",
        [
          .text(isService ? "Server" : "Address"), .number(isService ? "Clients" : "Peers"),
          .number("Conversations"), .number("Answered"),
        ] + amountHeads + timeHeads(),
        all.rows.prefix(top).map { row in
          [
            .address(row.address, facts), .number(row.peers), .number(row.sums.conversations),
            .number(row.sums.answered),
          ] + amounts(row.sums) + time(row.sums)
        },
        all: all.count
      )
    ]
  }

  // MARK: Columns

  private let amountHeads: [TableView.Column] = [
    .number("Bytes sent"), .number("Bytes received"),
  ]

  private func amounts(_ sums: InvestigationSums) -> [TableView.Cell] {
    [.number(sums.bytesSent), .number(sums.bytesReceived)]
  }

  private var outcomeHeads: [TableView.Column] {
    [.number("Conversations"), .text("Outcome")] + amountHeads
  }

  private func outcome(_ initiator: Initiator, _ sums: InvestigationSums) -> [TableView.Cell] {
    [.number(sums.conversations), .text(PivotPhrases.outcome(initiator, sums))] + amounts(sums)
  }

  private func timeHeads(order: StaticString = "none") -> [TableView.Column] {
    [.text("Time (UTC)", order: order), .text("Active")]
  }

  private func time(_ sums: InvestigationSums) -> [TableView.Cell] {
    let key = TextFormat.leading("\(sums.first)", 10)
    var (span, active) = (
      TableView.Cell.text(PivotPhrases.when(sums), key: key), TableView.Cell.text("", key: key)
    )
    span.isTime = true
    active.picture = axis.map { ActivityChart.picture(sums, $0) } ?? Markup("")
    return [span, active]
  }

  // MARK: Rows

  private func table(
    _ title: String,
    _ note: String,
    _ columns: [TableView.Column],
    _ rows: [[TableView.Cell]],
    all: UInt64
  ) -> TableView {
    let fitting = Self.fitting(rows)
    var table = TableView(title, note, columns, Array(fitting))
    let left = all - min(all, UInt64(fitting.count))
    table.more = EscapedHTML(
      left > 0 ? "… \(TextFormat.grouped(left)) more: weir pivot --format json" : ""
    )
    table.isWide = true
    return table
  }

  /// The first rows, as many as a table has room for: names may be long.
  private static func fitting(_ rows: [[TableView.Cell]]) -> ArraySlice<[TableView.Cell]> {
    var bytes = 0
    return rows.prefix { row in
      bytes += row.reduce(0) { $0 + size($1) }
      return bytes < PageLimits.bytesOfTable
    }
  }

  private static func size(_ cell: TableView.Cell) -> Int {
    let tags = 44
    return tags + cell.text.escaped.utf8.count + cell.key.renderText.utf8.count
      + cell.picture.renderText.utf8.count
  }
}
