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
  }

  /// Keeps what matters of the conversations noted since the last call; all of them belong to one pair of hosts.
  mutating func finishPair() {
    // Of a pair all of whose conversations wait, nothing may stay behind for the next one.
    defer { (hasHeavy, isWaiting) = (false, false) }
    guard !calls.isEmpty else { return }
    if hasHeavy || calls.count >= least || isWaiting { sift() }
    calls.removeAll(keepingCapacity: true)
  }

  private mutating func sift() {
    let insideLower = border.isInside(calls[0].host.ipAddress)
    let insideUpper = border.isInside(calls[0].peer.ipAddress)
    guard insideLower || insideUpper else { return }
    calls.sort(by: CallRow.precedes)
    var start = 0
    for index in 1...calls.count
    where index == calls.count || !calls[index].isSameSeries(calls[start]) {
      keepSeries(calls[start..<index], isLateral: insideLower && insideUpper)
      start = index
    }
  }

  private mutating func keepSeries(_ series: ArraySlice<CallRow<Address>>, isLateral: Bool) {
    guard let first = series.first else { return }
    if isLateral {
      guard series.count >= Self.leastChecks else { return }
      for call in series.prefix(Self.checksKept) { rows.append(call) }
      return
    }
    guard border.isInside(first.host.ipAddress), !first.peer.ipAddress.isSpecial else { return }
    let keepsAll = series.count >= least || isWaiting
    for call in series
    where keepsAll || call.duration >= Self.long || call.clientBytes >= Self.large {
      rows.append(call)
    }
  }
}
