package import FlowFindings
internal import FlowModel

/// The investigation target's host-service pairs as CSV (RFC 4180): one row for each peer, service and initiator.
package enum PivotCSVReporter {
  /// A head and all rows, those with the most bytes first.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the investigation target.
  ///   - report: the run.
  ///   - top: so many rows; nil for all.
  /// - Returns: UTF-8.
  package static func report(_ pivot: Pivot, _ report: Report, top: Int? = nil) -> [UInt8] {
    let facts = AddressFacts(report)
    let columns = who(pivot, facts) + outcomes + sums + logins + changes(pivot)
    return CSVTable(columns: columns).bytes(pivot.traffic.servicePairs.rows.prefix(top ?? .max))
  }

  private typealias Column = CSVTable<InvestigationContact>.Column

  private static func who(_ pivot: Pivot, _ facts: AddressFacts) -> [Column] {
    [
      ("subject", { _ in .text(pivot.investigated.description) }),
      ("peer", { .text($0.peer.description) }), ("peer_name", { .text(facts.name($0.peer)) }),
      ("began", { .text(PivotMembers.name($0.initiator)) }),
      ("protocol", { .number($0.service.protocolNumber) }),
      ("port", { .number($0.service.port) }),
      ("service", { .text(facts.names.name(of: $0.service)) }),
      ("members", { .number($0.members) }), ("conversations", { .number($0.sums.conversations) }),
    ]
  }

  /// What became of conversations, where it is clear their initiators.
  private static var outcomes: [Column] {
    [
      ("blocked", { outcome($0, \.blocked) }), ("silent", { outcome($0, \.silent) }),
      ("refused", { outcome($0, \.refused) }), ("touched", { outcome($0, \.touched) }),
      ("sessions", { outcome($0, \.sessions) }),
    ]
  }

  private static func outcome(
    _ servicePair: InvestigationContact,
    _ path: KeyPath<InvestigationSums, UInt64>
  ) -> CSVCell {
    let isClear = servicePair.initiator == .investigated || servicePair.initiator == .peer
    return isClear ? .number(servicePair.sums[keyPath: path]) : .none
  }

  /// Behind the columns that were there first, so that these keep their places.
  private static var logins: [Column] {
    [
      ("logins", { outcome($0, \.logins) }), ("login_attempts", { outcome($0, \.loginAttempts) }),
    ]
  }

  /// What changed since a moment, where one was asked for.
  private static func changes(_ pivot: Pivot) -> [Column] {
    guard let moment = pivot.traffic.moment else { return [] }
    return [
      ("conversations_after", { .number($0.sums.later) }),
      ("bytes_after", { .number($0.sums.laterBytes) }),
      ("change", { moment.change($0.sums).map { .text($0.rawValue) } ?? .none }),
    ]
  }

  private static var sums: [Column] {
    [
      ("rejected_records", { .number($0.sums.rejected) }),
      ("packets_sent", { .number($0.sums.packetsSent) }),
      ("bytes_sent", { .number($0.sums.bytesSent) }),
      ("packets_received", { .number($0.sums.packetsReceived) }),
      ("bytes_received", { .number($0.sums.bytesReceived) }),
      ("longest", { .number($0.sums.longest) }),
      ("first_seen", { .text(UTCTime($0.sums.first).rfc3339) }),
      ("last_seen", { .text(UTCTime($0.sums.last).rfc3339) }),
    ]
  }
}
