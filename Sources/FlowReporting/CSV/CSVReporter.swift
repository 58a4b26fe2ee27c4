package import FlowFindings
internal import FlowModel

/// The findings as CSV, one a row: for spreadsheets, DuckDB and whatever else reads tables.
///
/// Numbers are plain integers. Texts that a spreadsheet would take for a formula have an apostrophe before them. What
/// does not apply is an empty cell. `members` counts sources, `targets` addresses; samples are separated by blanks.
package enum CSVReporter {
  /// The header and a row for each finding by rank.
  package static func report(_ report: Report) -> [UInt8] {
    let facts = AddressFacts(report)
    let columns =
      what + who(facts) + service(facts) + targets + when + sums + change + remarks
      + incident(IncidentIndex(report))
    return CSVTable(columns: columns).bytes(report.findings)
  }

  private typealias Columns = [CSVTable<Finding>.Column]

  private static var what: Columns {
    [
      ("id", { .text($0.id) }),
      ("rule", { .text($0.rule.rawValue) }),
      ("title", { .text($0.title) }),
      ("severity", { .text($0.severity.name) }),
      ("score", { .number($0.score) }),
      ("confidence", { .text($0.confidence.rawValue) }),
      ("stage", { .text($0.stage.rawValue) }),
      ("outcome", { .text($0.outcome.rawValue) }),
    ]
  }

  private static func who(_ facts: AddressFacts) -> Columns {
    [
      ("actor", { .text($0.actor.description) }),
      (
        "actor_name",
        { finding in
          if case .address(let address) = finding.actor {
            .text(facts.name(address))
          } else {
            .none
          }
        }
      ),
      ("actor_internal", { .flag($0.actorIsInternal) }),
      ("members", { .number($0.members?.count) }),
    ]
  }

  private static func service(_ facts: AddressFacts) -> Columns {
    [
      ("protocol", { .number($0.service?.protocolNumber) }),
      ("port", { .number($0.service?.port) }),
      ("service", { .text($0.service.map(facts.names.name(of:))) }),
    ]
  }

  private static var targets: Columns {
    [
      ("targets", { .number($0.targets.count) }),
      ("targets_exact", { .flag($0.targets.isExact) }),
      ("target_sample", { .list(once($0.targets.sample.map(\.address.description))) }),
      ("interface_sample", { .list(once($0.targets.sample.compactMap(\.interface))) }),
    ]
  }

  private static var when: Columns {
    [
      ("first_seen", { .text(UTCTime($0.firstSeen).rfc3339) }),
      ("last_seen", { .text(UTCTime($0.lastSeen).rfc3339) }),
    ]
  }

  private static var sums: Columns {
    [
      ("conversations", { .number($0.counts.conversations) }),
      ("records", { .number($0.counts.records) }),
      ("accepted", { .number($0.counts.accepted) }),
      ("rejected", { .number($0.counts.rejected) }),
      ("packets", { .number($0.counts.packets) }),
      ("bytes", { .number($0.counts.bytes) }),
    ]
  }

  private static var change: Columns {
    [
      ("change", { .text($0.change?.state.rawValue) }),
      ("since", { .text($0.change.map { UTCTime($0.since).rfc3339 }) }),
    ]
  }

  private static var remarks: Columns {
    [
      ("techniques", { .list($0.techniques) }),
      ("detail", { .text($0.detail) }),
      ("next", { .text($0.next) }),
      ("suppress_with", { .text($0.suppressWith) }),
      ("evidence", { .text($0.evidence.first.map { "\($0.path):\($0.line) \($0.text)" }) }),
    ]
  }

  /// The incident that the finding is a part of; empty cells for none.
  private static func incident(_ index: IncidentIndex) -> Columns {
    [
      ("incident", { .text(index[$0]?.id) }),
      ("incident_score", { .number(index[$0]?.score) }),
    ]
  }

  /// The words in their order, each once.
  private static func once(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }
}
