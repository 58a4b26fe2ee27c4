package import FlowFindings
internal import FlowModel

/// An investigation as Markdown, for tickets and notes.
package enum PivotMarkdownReporter {
  /// All of it, a line feed at the end.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the investigation target.
  ///   - report: the run.
  ///   - top: so many rows of each table; 20 unless told.
  /// - Returns: UTF-8.
  package static func report(_ pivot: Pivot, _ report: Report, top: Int? = nil) -> [UInt8] {
    let text = PivotMarkdown(pivot, report, top ?? 20)
    var lines = ["# \(MarkdownText.prose(title(pivot)))", ""]
    let head = TextReporter.head(report.input) + TextReporter.window(report)
    let gaps = PivotPhrases.gaps(report.gaps).map { ["* \($0)"] } ?? []
    lines += (head + TextReporter.warnings(report) + gaps)
      .map { "- \(MarkdownText.prose($0))" }
    if report.isInterrupted {
      lines.append("- **INTERRUPTED: the report covers what was read until then.**")
    }
    if pivot.hasTraffic {
      lines += text.lines
    } else {
      lines += ["", MarkdownText.prose(PivotPhrases.absence(pivot, report))]
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func title(_ pivot: Pivot) -> String {
    pivot.investigated.description
      + (pivot.filter.isEmpty ? "" : ", only \(pivot.filter.description)")
  }
}

/// The parts of the Markdown.
struct PivotMarkdown {
  private let pivot: Pivot
  private let report: Report
  private let facts: AddressFacts
  private let top: Int

  init(_ pivot: Pivot, _ report: Report, _ top: Int) {
    (self.pivot, self.report, self.top) = (pivot, report, top)
    facts = AddressFacts(report)
  }

  var lines: [String] {
    sums + closing + conversations + changes
      + findings("Findings", pivot.concerns.map { ($0.finding, Self.role($0)) })
      + findings(
        PivotPhrases.afterwards,
        pivot.afterwards.map { ($0, "actor") }
      ) + services + peers + members
  }

  private var sums: [String] {
    let records = pivot.records
    var rows = [("Records", records)]
    if !pivot.lacksAddress {
      rows += [("Sent", pivot.traffic.sent), ("Received", pivot.traffic.received)]
    }
    let note = pivot.lacksAddress ? ["", MarkdownText.prose(PivotPhrases.noAddress)] : []
    return note
      + table(
        nil,
        ["", "Records", "Accepted", "Rejected", "Packets", "Bytes", "First", "Last"],
        rows.map { name, sums in
          [
            name, TextFormat.grouped(sums.records), TextFormat.grouped(sums.accepted),
            TextFormat.grouped(sums.rejected), TextFormat.grouped(sums.packets),
            TextFormat.grouped(sums.bytes),
          ] + Self.times(sums.first, sums.last, isEmpty: sums.records == 0)
        },
        all: UInt64(rows.count)
      )
  }

  private var conversations: [String] {
    let rows = Initiator.allCases.filter { pivot.traffic.began[Int($0.rawValue)].conversations > 0 }
    return table(
      "Conversations",
      ["Initiator"] + Self.sumHeads,
      rows.map { initiator in
        [PivotPhrases.initiator(initiator)]
          + Self.cells(pivot.traffic.began[Int(initiator.rawValue)], initiator)
      },
      all: UInt64(rows.count)
    )
  }

  private var closing: [String] {
    let story = PivotStory(pivot, report, facts)
    return story.closing.isEmpty
      ? [] : ["", "## Users", ""] + story.closing.map { "- \(MarkdownText.prose($0))" }
  }

  private var changes: [String] {
    guard let changes = InvestigationChanges(pivot.traffic) else { return [] }
    let title = MarkdownText.prose(PivotStory.changes(changes))
    guard !changes.rows.isEmpty else { return ["", "## \(title)"] }
    return table(
      title,
      [
        "What", "Peer", "Service", "Initiator", "Conversations since", "Bytes since", "First",
        "Last",
      ],
      changes.rows.prefix(top).map { row in
        [
          PivotPhrases.change(row, changes.moment), row.peer.map { facts.label($0, .full) } ?? "",
          facts.names.name(of: row.service), row.initiator.map(PivotPhrases.initiator) ?? "",
          TextFormat.grouped(row.sums.later), TextFormat.size(row.sums.laterBytes),
        ] + Self.times(row.sums.first, row.sums.last, isEmpty: false)
      },
      all: UInt64(changes.rows.count)
    )
  }

  private func findings(_ title: String, _ rows: [(finding: Finding, role: String)]) -> [String] {
    table(
      title,
      ["Score", "Finding", "Role", "Actor", "First", "Last", "Outcome"],
      rows.prefix(top).map { finding, role in
        [
          "\(finding.score) \(finding.severity.name)", "\(finding.title) (\(finding.rule))", role,
          facts.label(finding.actor, .name),
        ] + Self.times(finding.firstSeen, finding.lastSeen, isEmpty: false) + [finding.detail]
      },
      all: UInt64(rows.count)
    )
  }

  private var services: [String] {
    let all = pivot.traffic.services
    return table(
      "Services",
      ["Service", "Initiator", "Peers"] + Self.sumHeads,
      all.rows.prefix(top).map { row in
        [
          facts.names.name(of: row.service), PivotPhrases.initiator(row.initiator),
          TextFormat.grouped(row.peers),
        ] + Self.cells(row.sums, row.initiator)
      },
      all: all.count
    )
  }

  private var peers: [String] {
    let all = pivot.traffic.peers
    return table(
      pivot.investigated.isService ? "Clients" : "Peers",
      [pivot.investigated.isService ? "Client" : "Peer", "Main service", "Services"]
        + Self.sumHeads,
      pivot.peersByInterest.prefix(top).map { row in
        [
          facts.label(row.address, .full), facts.names.name(of: row.mainService),
          TextFormat.grouped(row.servicePairs),
        ] + Self.cells(row.sums, nil)
      },
      all: all.count
    )
  }

  private var members: [String] {
    let all = pivot.traffic.members
    guard pivot.hasMembers, all.count > (pivot.investigated.isService ? 0 : 1) else { return [] }
    return table(
      pivot.investigated.isService ? "Servers" : "Addresses",
      pivot.investigated.isService ? ["Server", "Clients"] : ["Address", "Peers"] + Self.sumHeads,
      all.rows.prefix(top).map { row in
        [facts.label(row.address, .full), TextFormat.grouped(row.peers)] + Self.cells(row.sums, nil)
      },
      all: all.count
    )
  }

  // MARK: Cells

  private static let sumHeads = [
    "Conversations", "Answered", "Logins", "Sent", "Received", "First", "Last",
  ]

  private static func cells(_ sums: InvestigationSums, _ initiator: Initiator?) -> [String] {
    let isUnclear = initiator == .unclear || initiator == .latePacket
    return [
      TextFormat.grouped(sums.conversations), isUnclear ? "" : TextFormat.grouped(sums.answered),
      PivotPhrases.logins(sums),
      TextFormat.size(sums.bytesSent), TextFormat.size(sums.bytesReceived),
    ] + times(sums.first, sums.last, isEmpty: false)
  }

  private static func times(_ first: UInt32, _ last: UInt32, isEmpty: Bool) -> [String] {
    isEmpty ? ["", ""] : [UTCTime(first).rfc3339, UTCTime(last).rfc3339]
  }

  private static func role(_ concern: Pivot.Concern) -> String {
    concern.role.rawValue + (concern.isByTraffic ? ", by its traffic" : "")
      + (concern.suppression.map { "; suppressed: \($0.reason)" } ?? "")
  }

  private func table(
    _ title: String?,
    _ heads: [String],
    _ rows: [[String]],
    all: UInt64
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    let left = all - UInt64(rows.count)
    let title = title.map { ["", "## \($0)"] } ?? []
    let lines = [heads, heads.map { _ in "---" }] + rows.map { $0.map(MarkdownText.prose) }
    return title + [""] + lines.map { "| \($0.joined(separator: " | ")) |" }
      + (left > 0 ? ["", "… \(TextFormat.grouped(left)) more"] : [])
  }
}
