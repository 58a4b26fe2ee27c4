internal import FlowModel
internal import SystemFiles

/// Gathers the conversations of one pair of hosts after the other, and keeps those that a series can be made of: many of
/// one service, long ones, large ones.
struct CallCollector<Address: FlowAddress>: Sendable {
  /// Conversations with one outside service that may be a beat.
  private static var leastCalls: Int { 8 }
  /// Conversations between two inside hosts that may be health checks; their beat shows in the first ones.
  private static var leastChecks: Int { 20 }
  private static var checksKept: Int { 64 }
  /// What is long or large by itself: seconds, bytes.
  private static var long: UInt32 { 3600 }
  private static var large: UInt64 { 1 << 20 }

  private(set) var rows: RowStore<CallRow<Address>>
  private let border: NetworkBorder
  private let least: Int
  private var calls: [CallRow<Address>] = []
  private var hasHeavy = false
  private var isWaiting = false

  /// - Parameters:
  ///   - border: tells inside from outside.
  ///   - keepsFew: whether few conversations of a pair are kept as well, because the pair's others lie elsewhere.
  ///   - budget: bytes that rows may take.
  init(_ border: NetworkBorder, keepsFew: Bool, budget: Int) {
    self.border = border
    least = keepsFew ? 1 : Self.leastCalls
    rows = RowStore(budget: budget)
  }

  /// Notes a conversation that the upper or lower side began.
  @inline(__always)
  mutating func note(_ talk: Conversation<Address>, beganUpper: Bool) {
    keep(talk, beganUpper: beganUpper, isDirected: true)
  }

  /// Notes that a conversation of the pair will be decided later.
  mutating func noteWaiting() { isWaiting = true }

  /// Notes a conversation of which nothing tells who began it, if it is long or large; the inside host counts as the one.
  mutating func noteUndecided(_ talk: Conversation<Address>) {
    guard
      talk.last >= talk.first &+ Self.long
        || max(talk.lowerSide.bytes, talk.upperSide.bytes) >= Self.large
    else { return }
    let isUpper = border.isInside(talk.upper.ipAddress)
    guard isUpper != border.isInside(talk.lower.ipAddress) else { return }
    keep(talk, beganUpper: isUpper, isDirected: false)
  }

  @inline(__always)
  private mutating func keep(_ talk: Conversation<Address>, beganUpper: Bool, isDirected: Bool) {
    let (client, server) = (talk.side(upper: beganUpper), talk.side(upper: !beganUpper))
    let call = CallRow(
      host: beganUpper ? talk.upper : talk.lower,
      peer: beganUpper ? talk.lower : talk.upper,
      clientBytes: client.bytes,
      serverBytes: server.bytes,
      clientPackets: UInt32(clamping: client.packets),
      first: talk.first,
      last: talk.last,
      port: talk.port(upper: !beganUpper),
      protocolNumber: talk.protocolNumber,
      isAnswered: server.packets > 0,
      isDirected: isDirected
    )
    if call.duration >= Self.long || client.bytes >= Self.large { hasHeavy = true }
    calls.append(call)
  }

  /// Keeps what matters of the conversations noted since the last call; all of them belong to one pair of hosts.
  @inline(__always)
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
