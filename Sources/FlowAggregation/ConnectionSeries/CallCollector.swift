internal import FlowModel
internal import SpillableTable

/// Gathers the conversations of one pair of hosts after the other, and keeps those that a series can be made of: many of
/// one service, long ones, large ones.
struct CallCollector<Address: FlowAddress>: ConversationCollector {
  /// Conversations with one outside service that may be a beat.
  private static var leastCalls: Int { 8 }
  /// Conversations between two inside hosts that may be health checks; their beat shows in the first ones.
  private static var leastChecks: Int { 20 }
  private static var checksKept: Int { 64 }
  /// What is long or large by itself: seconds, bytes.
  private static var long: UInt32 { 3600 }
  private static var large: UInt64 { 1 << 20 }

  private let rows: RowTable<CallRow<Address>>
  private let border: NetworkBorder
  private let least: Int
  private var calls: [CallRow<Address>] = []
  /// Conversations of a pair that are held before those that are sure to be kept become rows.
  private static var mostHeld: Int { 16_384 }
  private var heldLimit = mostHeld
  /// Series of which conversations became rows already, before the pair is complete.
  private var kept: Set<SeriesKey> = []
  private var hasHeavy = false
  private var isWaiting = false

  /// Of a pair whose other conversations were judged before, few are kept as well.
  init(_ worker: StageWorker<Address>, _ phase: ConversationPhase) {
    border = worker.pairs.border
    least = phase == .deferred ? 1 : Self.leastCalls
    rows = worker.tables.table(CallRow.table)
  }

  @inline(__always)
  mutating func note(_ talk: Conversation<Address>, _ verdict: ConversationVerdict) {
    switch verdict {
    case .beganUpper, .beganLower:
      keep(CallRow(talk, beganUpper: verdict == .beganUpper, isDirected: true))
    case .waiting: isWaiting = true
    case .undecided: noteUndecided(talk)
    case .stray: break
    }
  }

  /// Notes a conversation of which nothing tells who began it, if it is long or large; the inside host counts as the one.
  private mutating func noteUndecided(_ talk: Conversation<Address>) {
    guard
      talk.last >= talk.first &+ Self.long
        || max(talk.lowerSide.bytes, talk.upperSide.bytes) >= Self.large
    else { return }
    let isUpper = border.isInside(talk.upper.ipAddress)
    guard isUpper != border.isInside(talk.lower.ipAddress) else { return }
    keep(CallRow(talk, beganUpper: isUpper, isDirected: false))
  }

  @inline(__always)
  private mutating func keep(_ call: CallRow<Address>) {
    if call.duration >= Self.long || call.clientBytes >= Self.large { hasHeavy = true }
    calls.append(call)
    if calls.count >= heldLimit { thinOut() }
  }

  /// One of the pair's series.
  private struct SeriesKey: Hashable {
    var host: Address
    var service: RowService

    init(_ call: CallRow<Address>) { (host, service) = (call.host, call.rowService) }
  }

  /// Makes rows of series that are sure to be kept, so that one busy pair does not fill the memory.
  private mutating func thinOut() {
    var left: [CallRow<Address>] = []
    for (series, isLateral) in sortedSeries() {
      if isLateral {
        left += calls[series].prefix(Self.checksKept)
      } else if keepsAll(calls[series]) {
        kept.insert(SeriesKey(calls[series.lowerBound]))
        for call in calls[series] { rows.append(call) }
      } else {
        left += calls[series]
      }
    }
    calls = left
    heldLimit = max(Self.mostHeld, 2 * calls.count)
  }

  /// Keeps what matters of the conversations noted since the last call; all of them belong to one pair of hosts.
  mutating func finishPair() {
    // Of a pair all of whose conversations wait, nothing may stay behind for the next one.
    defer { (hasHeavy, isWaiting, heldLimit) = (false, false, Self.mostHeld) }
    guard !calls.isEmpty || !kept.isEmpty else { return }
    if hasHeavy || calls.count >= least || isWaiting || !kept.isEmpty {
      for (series, isLateral) in sortedSeries() { keep(calls[series], isLateral: isLateral) }
    }
    if !kept.isEmpty { kept = [] }
    calls.removeAll(keepingCapacity: true)
  }

  /// Sorts the conversations.
  ///
  /// - Returns: the series of the pair that may be kept, and whether they are between two inside hosts.
  private mutating func sortedSeries() -> [(Range<Int>, isLateral: Bool)] {
    guard !calls.isEmpty else { return [] }
    let insideLower = border.isInside(calls[0].host.ipAddress)
    let insideUpper = border.isInside(calls[0].peer.ipAddress)
    guard insideLower || insideUpper else { return [] }
    calls.sort(by: CallRow.precedes)
    let isLateral = insideLower && insideUpper
    var series: [(Range<Int>, isLateral: Bool)] = []
    var start = 0
    for index in 1...calls.count
    where index == calls.count || !calls[index].isSameSeries(calls[start]) {
      if isLateral || isFromInside(calls[start]) { series.append((start..<index, isLateral)) }
      start = index
    }
    return series
  }

  private func isFromInside(_ call: CallRow<Address>) -> Bool {
    border.isInside(call.host.ipAddress) && !call.peer.ipAddress.isSpecial
  }

  private func keepsAll(_ series: ArraySlice<CallRow<Address>>) -> Bool {
    series.count >= least || isWaiting
      || !kept.isEmpty && kept.contains(SeriesKey(series[series.startIndex]))
  }

  private func keep(_ series: ArraySlice<CallRow<Address>>, isLateral: Bool) {
    if isLateral {
      guard series.count >= Self.leastChecks else { return }
      for call in series.prefix(Self.checksKept) { rows.append(call) }
      return
    }
    let keepsAll = keepsAll(series)
    for call in series
    where keepsAll || call.duration >= Self.long || call.clientBytes >= Self.large {
      rows.append(call)
    }
  }
}
