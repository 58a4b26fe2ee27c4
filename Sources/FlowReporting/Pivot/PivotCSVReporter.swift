internal import FlowAggregation
internal import FlowModel

/// The subject's contacts as CSV (RFC 4180): one row for each peer, service and beginner.
public enum PivotCSVReporter {
  private static let columns = [
    "subject", "peer", "peer_name", "began", "protocol", "port", "service", "members",
    "conversations", "blocked", "silent", "refused", "touched", "sessions", "rejected_records",
    "packets_sent", "bytes_sent", "packets_received", "bytes_received", "longest", "first_seen",
    "last_seen",
  ]

  /// A head and all rows, those with the most bytes first.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the subject.
  ///   - report: the run.
  ///   - top: so many rows; nil for all.
  /// - Returns: UTF-8.
  public static func report(_ pivot: Pivot, _ report: Report, top: Int? = nil) -> [UInt8] {
    let facts = AddressFacts(report)
    let rows = pivot.traffic.contacts.rows.prefix(top ?? .max).map { row($0, pivot, facts) }
    return ([columns] + rows).reduce(into: []) { bytes, row in
      bytes += row.map(Self.cell).joined(separator: ",").utf8
      bytes += [13, 10]
    }
  }

  private static func row(
    _ contact: SubjectContact,
    _ pivot: Pivot,
    _ facts: AddressFacts
  ) -> [String] {
    let sums = contact.sums
    let isClear = contact.beginner == .subject || contact.beginner == .peer
    let outcomes = [sums.blocked, sums.silent, sums.refused, sums.touched, sums.sessions]
    return [
      pivot.subject.description, contact.peer.description, facts.name(contact.peer) ?? "",
      PivotMembers.name(contact.beginner), "\(contact.service.protocolNumber)",
      "\(contact.service.port)", facts.names.name(of: contact.service), "\(contact.members)",
      "\(sums.conversations)",
    ] + outcomes.map { isClear ? "\($0)" : "" } + [
      "\(sums.rejected)", "\(sums.packetsSent)", "\(sums.bytesSent)", "\(sums.packetsReceived)",
      "\(sums.bytesReceived)", "\(sums.longest)", UTCTime(sums.first).rfc3339,
      UTCTime(sums.last).rfc3339,
    ]
  }

  /// A cell that no program takes for a formula, with quotes where it needs them.
  static func cell(_ text: String) -> String {
    let safe = Words.safe(text)
    let isFormula = safe.first.map { "=+-@".contains($0) } ?? false
    let plain = isFormula ? "'" + safe : safe
    guard plain.contains(where: { $0 == "," || $0 == "\"" || $0 == "'" || $0 == ";" }) else {
      return plain
    }
    return "\""
      + plain.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
