internal import FlowAggregation
internal import FlowFindings
internal import FlowModel
internal import FlowReporting
internal import SystemFiles

/// What was read, whether that was all, and what a reader of the report must know of it.
struct InputAccount: Sendable {
  let summary: InputSummary
  /// Paths that lead to a file that another path leads to.
  private let repeated: [String]
  /// Why there can be no report at all; nil when something was read.
  let failure: AnalysisError?
  /// Which records count; nil for all.
  let window: TimeWindow?

  init(
    _ settings: AnalysisSettings,
    _ list: InputList,
    _ reading: Reading,
    _ window: TimeWindow?
  ) {
    self.window = window
    let sources = reading.sources + Self.missing(list)
    var counts = LineCounts()
    for source in sources { counts.add(source.counts) }
    let isComplete =
      sources.allSatisfy { $0.fault == nil && !Self.isForeign($0) } && counts.records.total > 0
      && Double(counts.rejectedTotal) <= settings.maximumRejected * Double(counts.lines)
      && !Interruption.isRequested && (window == nil || reading.recordsInWindow > 0)
    summary = InputSummary(
      sources: sources,
      skipDataWindows: reading.quiet.skipDataWindows.count,
      isComplete: isComplete
    )
    repeated = list.repeated
    failure = Self.failure(sources, list)
  }

  /// What was read.
  ///
  /// - Throws: `AnalysisError` when there can be no report.
  static func checked(_ plan: RunPlan, _ reading: Reading) throws(AnalysisError) -> InputAccount {
    let account = InputAccount(plan.settings, plan.list, reading, plan.window)
    if let failure = account.failure { throw failure }
    return account
  }

  /// The last second of the records that count; 0 without any.
  var end: UInt32 { span?.upperBound ?? 0 }

  /// First and last second of the records that count; nil without any.
  var span: ClosedRange<UInt32>? {
    guard let first = summary.counts.firstStart, let last = summary.counts.lastEnd else {
      return nil
    }
    let all = first...max(first, last)
    return window.map { $0.clamp(all) } ?? all
  }

  /// The paths that lead nowhere.
  static func missing(_ list: InputList) -> [SourceSummary] {
    list.faults.map { SourceSummary(unreadable: $0.path, $0.reason) }
  }

  /// Text of which no line is a record or a header of flow logs.
  private static func isForeign(_ source: SourceSummary) -> Bool {
    source.formats.isEmpty && source.counts.rejectedTotal > 0
  }

  /// Nothing to read, or nothing that is a flow log; an empty input is neither.
  private static func failure(_ sources: [SourceSummary], _ list: InputList) -> AnalysisError? {
    let readable = sources.filter { $0.form != "unreadable" }
    guard !readable.isEmpty else {
      guard list.unopened == 0 else { return nil }
      return .nothingToRead(sources.map { "\($0.path): \($0.fault ?? "unreadable")" })
    }
    let foreign = readable.filter { isForeign($0) && !$0.isTruncated }
    guard foreign.count == readable.count else { return nil }
    return .noFlowLog(
      foreign.prefix(5).map { source in
        let first = source.counts.firstReject
        let problem = "\(source.path): line \(first?.line ?? 1) is \(first?.reason.rawValue ?? "")"
        return problem + Self.columns(source)
      }
    )
  }

  /// What the columns seem to hold, and how to name them; empty where they are those of no flow log.
  static func columns(_ source: SourceSummary) -> String {
    let columns = source.unknownColumns
    let known = columns.filter { !["text", "-"].contains($0) }
    guard columns.count >= 4, known.count * 2 >= columns.count else { return "" }
    return
      "; its columns hold: \(columns.joined(separator: ", ")). No known format has these columns, or several have: name them with --log-format '${version} ${account-id} ...'"
  }

  /// What exports lost of their records, each sentence once.
  private var exportNotes: [String] {
    let pairs = summary.sources.flatMap { source in source.notes.map { (note: $0, source.path) } }
    let byNote = Dictionary(grouping: pairs, by: \.note)
    return byNote.keys.sorted().map { note in
      let paths = byNote[note, default: []].map(\.1).sorted()
      let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
      return "\(paths[0])\(more): \(note)"
    }
  }

  /// Sentences about the input as a whole.
  func notices(_ result: AggregationResult, droppedFindings: UInt64) -> [String] {
    [
      emptyWindow, unknownColumns, inferredFormats, limitation, missingColumns, reversedTimes,
      pipes, copy, skipData,
    ].compactMap { $0 }
      + exportNotes + copies + duplicates(result) + withoutAddresses(result) + latePackets(result)
      + unjudged(result) + untold(result)
      + dropped(droppedFindings)
  }

  private var emptyWindow: String? {
    guard let window else { return nil }
    guard let first = summary.counts.firstStart, let last = summary.counts.lastEnd else {
      return "no object is near the window, according to the times in the names"
    }
    guard window.clamp(first...max(first, last)) == nil else { return nil }
    let (from, to) = (UTCTime(first), UTCTime(last))
    return
      "no record is in the window: the inputs cover \(from.date) \(from.clock) to \(to.date) \(to.clock) UTC; --last 24h selects their last day"
  }

  private var skipData: String? {
    summary.skipDataWindows >= QuietIntervals.limit
      ? "\(QuietIntervals.limit) SKIPDATA windows or more: no more than these are counted" : nil
  }

  /// Inputs that are read once or look like copies.
  private var copies: [String] {
    var notices: [String] = []
    if let first = repeated.min() {
      notices.append(
        repeated.count == 1
          ? "\(first) is a file that another path names too: it is read once"
          : "\(first) and \(repeated.count - 1) more are files that other paths name too: each is read once"
      )
    }
    let same = Dictionary(
      grouping: summary.sources.filter { $0.counts.records.ok > 0 },
      by: Likeness.init
    ).values.filter { $0.count > 1 }.map { $0.map(\.path).sorted() }.sorted { $0[0] < $1[0] }
    if let first = same.first {
      let more = same.reduce(0) { $0 + $1.count - 1 } - 1
      let others = more > 0 ? ", and \(more) more of others" : ""
      notices.append(
        "\(first[1]) appears to be a copy of \(first[0])\(others) (the same beginning, as many bytes, lines and records over the same time): the records of copies are counted twice"
      )
    }
    return notices
  }

  /// What copies of one log have in common, however they are packed.
  private struct Likeness: Hashable {
    var bytes: Int
    var lines: UInt64
    var records: UInt64
    var first: UInt32?
    var last: UInt32?
    var fingerprint: UInt64

    init(_ source: SourceSummary) {
      fingerprint = source.fingerprint
      (bytes, lines, records) = (source.bytes, source.counts.lines, source.counts.records.ok)
      (first, last) = (source.counts.firstStart, source.counts.lastEnd)
    }
  }

  private func latePackets(_ result: AggregationResult) -> [String] {
    let count = result.conversations.latePacket
    guard count > 0 else { return [] }
    return [
      "\(count) out-of-state \(count == 1 ? "packet" : "packets") ignored (replies from service ports without a request in the log); no finding counts them"
    ]
  }

  private func duplicates(_ result: AggregationResult) -> [String] {
    guard !result.hasUncomparedPoints else {
      return [
        "too many flow logs or attachments: records that several of them delivered count several times"
      ]
    }
    let count = result.duplicates
    guard count > 0 else { return [] }
    return [
      "\(count) \(count == 1 ? "record was" : "records were") delivered twice, by several flow logs of one interface or attachments of a transit gateway: tables, conversations and findings count each flow once"
    ]
  }

  private func unjudged(_ result: AggregationResult) -> [String] {
    let count = result.unjudgedLogins
    guard count > 0 else { return [] }
    return [
      "\(count) conversations with login services are not checked for brute force: more than 65,536 of one pair of hosts, or more than 16,384 targets of one source"
    ]
  }

  private func untold(_ result: AggregationResult) -> [String] {
    let count = result.contactsLeftOut
    guard count > 0 else { return [] }
    return [
      "\(count) host-service pairs of very busy hosts are not checked individually and not recorded in the history: more than 16,384 of one host, or more than 4,096 external networks with less traffic than the others"
    ]
  }

  private func dropped(_ count: UInt64) -> [String] {
    count > 0
      ? ["\(count) findings of low score are omitted: at most 10,000 per rule are kept"] : []
  }

  /// Tables without what no format of the inputs holds: a sum over nothing is no zero.
  func onlyKnown(_ tables: Tables) -> Tables {
    var tables = tables
    func lacks(_ fields: [FieldName]) -> Bool {
      !formats.isEmpty && fields.contains { field in !formats.contains { $0.contains(field) } }
    }
    let service: [FieldName] = [.protocolNumber, .destinationPort]
    if lacks(service) { (tables.sshSources, tables.hostSweeps) = (.init(), .init()) }
    if lacks(service + [.sourcePort]) { tables.portScans = .init() }
    if lacks([.bytes]) { (tables.topTalkers, tables.externalDestinations) = (.init(), .init()) }
    if lacks([.action]) { tables.rejectedSources = .init() }
    return tables
  }

  /// Pipes that are given by a path cannot be read a second time.
  private var pipes: String? {
    let paths = summary.sources.map(\.path).filter { $0 != "-" && Folders.isPipe($0) }
    guard let first = paths.first else { return nil }
    return
      "\(first) is a pipe and can be read only once: findings based on it have no raw lines in machine formats"
  }

  /// Standard input that could not be kept for a second reading.
  private var copy: String? {
    summary.sources.compactMap(\.copyFault).first.map {
      "standard input could not be copied (\($0)): findings based on it have no raw lines"
    }
  }

  private var reversedTimes: String? {
    let count = summary.counts.reversedTimes
    return count > 0 ? "\(count) records end before they start; a clock was wrong" : nil
  }

  private func withoutAddresses(_ result: AggregationResult) -> [String] {
    let count = result.recordsWithoutAddresses
    return count > 0
      ? [
        "\(count) OK \(count == 1 ? "record has" : "records have") no address and \(count == 1 ? "is" : "are") in no table"
      ] : []
  }
}
