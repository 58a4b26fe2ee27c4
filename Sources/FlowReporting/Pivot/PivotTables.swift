internal import FlowFindings
internal import FlowModel

/// The investigation target's services, peers and members on the screen.
struct PivotTables {
  private let pivot: Pivot
  private let style: TextStyle
  private let facts: AddressFacts
  private let stripWidth: Int

  init(_ pivot: Pivot, _ style: TextStyle, _ facts: AddressFacts) {
    (self.pivot, self.style, self.facts) = (pivot, style, facts)
    stripWidth = style.width >= 180 ? 64 : style.width >= 140 ? 32 : 16
  }

  var lines: [String] { services + peers + members }

  /// What is new since the moment that the investigation asks about.
  var changes: [String] {
    guard let changes = InvestigationChanges(pivot.traffic) else { return [] }
    let title = style.bold(TextFormat.cut(PivotStory.changes(changes), style.width))
    let rows = changes.rows.prefix(style.top ?? .max)
    guard !rows.isEmpty else { return ["", title] }
    let table = FittedTable([
      .init(head: "WHAT", cells: rows.map { PivotPhrases.change($0, changes.moment) }),
      .init(
        head: "PEER AND SERVICE",
        cells: rows.map { what($0) },
        mayShrink: true
      ),
      number("CONVS SINCE", rows.map { TextFormat.grouped($0.sums.later) }, rank: 2),
      number("BYTES SINCE", rows.map { TextFormat.size($0.sums.laterBytes) }, rank: 0),
      .init(head: "TIME (UTC)", cells: rows.map { PivotPhrases.when($0.sums) }, rank: 1),
    ])
    let left = changes.rows.count - rows.count
    return ["", title] + table.lines(style)
      + (left > 0
        ? [
          style.dim(
            "  … \(TextFormat.grouped(UInt64(left))) more; --top \(changes.rows.count) shows them"
          )
        ]
        : [])
  }

  private func what(_ row: InvestigationChanges.Row) -> String {
    let sign = row.initiator.map { PivotPhrases.sign($0) + " " } ?? ""
    let peer = row.peer.map { facts.label($0, style.width >= 120 ? .country : .name) + " " } ?? ""
    return sign + peer + TextFormat.safe(facts.names.name(of: row.service))
  }

  /// Services with the most conversations, in order of first use: what came first leads to what came next.
  private var services: [String] {
    let all = pivot.traffic.services
    let rows = all.rows.prefix(style.top ?? .max).sorted {
      ($0.sums.first, $0.service, $0.initiator.rawValue)
        < ($1.sums.first, $1.service, $1.initiator.rawValue)
    }
    guard !rows.isEmpty else { return [] }
    let sums = rows.map(\.sums)
    let names = rows.map {
      "\(PivotPhrases.sign($0.initiator)) \(facts.names.name(of: $0.service))"
    }
    let columns =
      [FittedTable.Column(head: "SERVICE", cells: names.map(TextFormat.safe), mayShrink: true)]
      + [number("PEERS", rows.map { TextFormat.grouped($0.peers) }, rank: 0)] + counts(sums)
      + time(sums)
    return section(
      PivotPhrases.services(pivot),
      columns,
      left: all.count - UInt64(rows.count),
      of: all.count
    )
  }

  private var peers: [String] {
    let all = pivot.traffic.peers
    let rows = pivot.peersByInterest.prefix(style.top ?? .max)
    guard !rows.isEmpty else { return [] }
    let sums = rows.map(\.sums)
    let detail: AddressFacts.Detail =
      style.width >= 160 ? .full : style.width >= 120 ? .country : .name
    let columns =
      [
        FittedTable.Column(
          head: pivot.investigated.isService ? "CLIENT" : "PEER",
          cells: rows.map { "\(PivotPhrases.signs($0)) \(facts.label($0.address, detail))" },
          mayShrink: true
        ),
        FittedTable.Column(head: "SERVICE", cells: rows.map(service), rank: 1),
      ] + counts(sums) + time(sums)
    return section(
      PivotPhrases.peers(pivot),
      columns,
      left: all.count - UInt64(rows.count),
      of: all.count
    )
  }

  private var members: [String] {
    let all = pivot.traffic.members
    let rows = all.rows.prefix(style.top ?? .max)
    guard pivot.hasMembers, all.count > (pivot.investigated.isService ? 0 : 1) else { return [] }
    let sums = rows.map(\.sums)
    let columns =
      [
        FittedTable.Column(
          head: pivot.investigated.isService ? "SERVER" : "ADDRESS",
          cells: rows.map { facts.label($0.address, .name) },
          mayShrink: true
        ),
        number(
          pivot.investigated.isService ? "CLIENTS" : "PEERS",
          rows.map { TextFormat.grouped($0.peers) },
          rank: 0
        ),
      ] + counts(sums) + time(sums)
    return section(
      PivotPhrases.members(pivot),
      columns,
      left: all.count - UInt64(rows.count),
      of: all.count
    )
  }

  // MARK: Columns

  private func counts(_ sums: [InvestigationSums]) -> [FittedTable.Column] {
    [
      number("CONVS", sums.map { TextFormat.grouped($0.conversations) }, rank: 0),
      number("ANSWERED", sums.map { TextFormat.grouped($0.answered) }, rank: isService ? 0 : 3),
    ] + outcomes(sums) + [
      number("SENT", sums.map { TextFormat.size($0.bytesSent) }, rank: 2),
      number("RECEIVED", sums.map { TextFormat.size($0.bytesReceived) }, rank: 2),
    ]
  }

  private var isService: Bool { pivot.investigated.isService }

  /// What is told where it matters: rejected conversations with a service, and logins where there are login services.
  private func outcomes(_ sums: [InvestigationSums]) -> [FittedTable.Column] {
    let rejected = number("REJECTED", sums.map { TextFormat.grouped($0.blocked) }, rank: 1)
    let logins = number("LOGINS", sums.map(PivotPhrases.logins), rank: 3)
    return (isService ? [rejected] : []) + (logins.cells.allSatisfy(\.isEmpty) ? [] : [logins])
  }

  private func time(_ sums: [InvestigationSums]) -> [FittedTable.Column] {
    [
      FittedTable.Column(head: "TIME (UTC)", cells: sums.map(PivotPhrases.when)),
      FittedTable.Column(
        head: "ACTIVE",
        cells: sums.map { ActivityStrip.marks($0.activity, width: stripWidth) },
        rank: 4
      ),
    ]
  }

  private func number(_ head: String, _ cells: [String], rank: Int) -> FittedTable.Column {
    FittedTable.Column(head: head, cells: cells, isNumber: true, rank: rank)
  }

  private func service(_ peer: InvestigationPeer) -> String {
    let name = TextFormat.safe(facts.names.name(of: peer.mainService))
    return peer.servicePairs > 1 ? "\(name) +\(TextFormat.grouped(peer.servicePairs - 1))" : name
  }

  private func section(
    _ title: String,
    _ columns: [FittedTable.Column],
    left: UInt64,
    of all: UInt64
  ) -> [String] {
    let more =
      left > 0
      ? [style.dim("  … \(TextFormat.grouped(left)) more; --top \(all) shows them")] : []
    return ["", style.bold(TextFormat.cut(title, style.width))] + FittedTable(columns).lines(style)
      + more
  }
}
