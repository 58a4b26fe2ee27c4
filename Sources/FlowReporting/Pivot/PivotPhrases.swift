internal import FlowFindings
internal import FlowModel

/// What people are told about the investigation target.
enum PivotPhrases {
  /// That an interface has windows without traffic alone: how many, and of which time.
  private static func quiet(_ quiet: QuietWindows) -> String {
    let kinds = [
      (quiet.noData, "window", "windows", "without data"),
      (quiet.skipData, "window", "windows", "with lost records"),
    ]
    let counts = kinds.filter { $0.0 > 0 }
      .map { "\(TextFormat.plural($0.0, $0.1, $0.2)) \($0.3)" }
    let times = quiet.first.flatMap { first in
      quiet.last.map { " (\(TextReporter.span(first, max(first, $0))) UTC)" }
    }
    return counts.joined(separator: ", ") + (times ?? "")
  }

  /// That no record of traffic holds the investigation target, with how many were read and of which time.
  static func absence(_ pivot: Pivot, _ report: Report) -> String {
    let counts = report.input.counts
    let investigated = TextFormat.safe(pivot.investigated.description)
    if pivot.occurs { return "\(investigated) has no traffic: \(quiet(pivot.quiet))." }
    if let window = report.window {
      return
        "\(investigated) does not occur in the \(TextFormat.plural(window.records, "record")) of the window\(instanceHint(pivot, report))."
    }
    guard let first = counts.firstStart, let last = counts.lastEnd else {
      return "\(investigated) does not occur: there is no record."
    }
    return
      "\(investigated) does not occur in \(TextFormat.plural(counts.records.total, "record")) (\(TextReporter.span(first, max(first, last))) UTC)\(instanceHint(pivot, report))."
  }

  /// That no record could name an instance; empty when one could, and where none is asked for.
  private static func instanceHint(_ pivot: Pivot, _ report: Report) -> String {
    let formats = report.input.sources.flatMap(\.formats)
    guard !pivot.investigated.instances.isEmpty,
      !formats.contains(where: { $0.columns.contains { $0.name == "instance-id" } })
    else { return "" }
    return ", whose format has no instance-id"
  }

  // MARK: Titles

  static func services(_ pivot: Pivot) -> String {
    pivot.investigated.isService
      ? "Services, in order of first use (← received by a server)"
      : "Services, in order of first use (→ it began, ← received)"
  }

  static func peers(_ pivot: Pivot) -> String {
    pivot.investigated.isService
      ? "Clients: closing the service cuts off those with answers"
      : "Peers: actors of findings from \(Pivot.leastSuspicious) on, then those with the most bytes"
  }

  static func members(_ pivot: Pivot) -> String {
    pivot.investigated.isService ? "Servers, most bytes first" : "Addresses, most bytes first"
  }

  private static let gapsTold = 4

  /// Where the log does not tell all, so that who is not seen may have been there; nil without a gap.
  static func gaps(_ gaps: [LogGap]) -> String? {
    guard !gaps.isEmpty else { return nil }
    let told = gaps.prefix(gapsTold).map { gap in
      "\(span(gap.start, gap.end)) (\(gap.kind == .lostRecords ? "records lost" : "no record"))"
    }
    let more = gaps.count > told.count ? ", and \(gaps.count - told.count) more" : ""
    return "Log is incomplete: \(told.joined(separator: ", "))\(more)"
  }

  static let noAddress =
    "The address of the interface is not known: its records contradict each other, or have only one peer. Its peers and the direction of its bytes cannot be determined."

  /// What the addresses of an interface are to it.
  static func addresses(_ pivot: Pivot) -> String {
    if pivot.traffic.sharesAddress { return "address shared with other interfaces" }
    return pivot.traffic.networks.count == 1 ? "local address" : "local addresses"
  }

  static func initiator(_ initiator: Initiator) -> String {
    switch initiator {
    case .investigated: "→ initiated"
    case .peer: "← received"
    case .unclear: "? direction unclear"
    case .latePacket: "~ out of state"
    }
  }

  static func sign(_ initiator: Initiator) -> String {
    switch initiator {
    case .investigated: "→"
    case .peer: "←"
    case .unclear: "?"
    case .latePacket: "~"
    }
  }

  /// The initiator the conversations with a peer; `↔` when both did.
  static func signs(_ peer: InvestigationPeer) -> String {
    let signs = Initiator.allCases.filter { peer.began[Int($0.rawValue)] > 0 }
    // The initiator matters more than the rest that nobody began.
    let clear = signs.filter { $0 == .investigated || $0 == .peer }
    if clear.count == 2 { return "↔" }
    return (clear.first ?? signs.first).map(sign) ?? " "
  }

  /// How conversations went; without a initiator nobody can say.
  static func outcome(_ initiator: Initiator, _ sums: InvestigationSums) -> String {
    guard initiator == .investigated || initiator == .peer else { return "" }
    let kinds = [
      (
        sums.logins +| sums.loginAttempts > 0 ? "answered (logins: \(logins(sums)))" : "answered",
        sums.answered
      ), ("refused", sums.refused),
      ("silent", sums.silent - min(sums.silent, sums.responsesBlocked)),
      ("response blocked", sums.responsesBlocked), ("blocked", sums.blocked),
    ]
    return kinds.filter { $0.1 > 0 }.map { "\(TextFormat.grouped($0.1)) \($0.0)" }
      .joined(separator: ", ")
  }

  /// `1 of 31`: answered conversations with a login service as large as a successful login, among all of these; empty
  /// without any.
  static func logins(_ sums: InvestigationSums) -> String {
    let all = sums.logins +| sums.loginAttempts
    return all == 0 ? "" : "\(TextFormat.grouped(sums.logins)) of \(TextFormat.grouped(all))"
  }

  /// What is new, in words.
  static func change(_ row: InvestigationChanges.Row, _ moment: InvestigationMoment) -> String {
    switch row.kind {
    case .service: "new service"
    case .peer: "new peer"
    case .pair: "new for this peer"
    case .volume:
      "\(rate(moment.earlier(row.sums))) → \(rate(moment.later(row.sums)))"
    }
  }

  private static func rate(_ bytes: Double) -> String { "\(TextFormat.size(UInt64(bytes)))/h" }

  /// From the first record to the last, in minutes.
  static func when(_ sums: InvestigationSums) -> String { span(sums.first, sums.last) }

  private static func span(_ start: UInt32, _ end: UInt32) -> String {
    let (first, last) = (UTCTime(start), UTCTime(max(start, end)))
    let end = first.date == last.date ? last.clock : "\(last.monthAndDay) \(last.clock)"
    return "\(first.monthAndDay) \(first.clock)–\(end)"
  }

  static let noFinding = "No findings."
  static let afterwards = "Later findings of internal hosts that answered it"

  /// That some findings do not name the investigation target; nil when all of them do.
  static func byTraffic(_ concerns: [Pivot.Concern]) -> String? {
    let count = concerns.count { $0.isByTraffic }
    guard count > 0 else { return nil }
    return count == 1
      ? "1 of these findings counts its conversations but does not list it among the sample of addresses"
      : "\(count) of these findings count its conversations but do not list it among the sample of addresses"
  }

  static func heading(_ role: Pivot.Role, _ count: Int) -> String {
    let findings = TextFormat.plural(count, "finding")
    return switch role {
    case .actor: "\(findings) with it as the actor"
    case .member: "\(findings) with it as one of several actors"
    case .target: "\(findings) with it as a target"
    }
  }
}
