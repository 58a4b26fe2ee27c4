internal import FlowModel
internal import SpillableTable

/// Gathers the conversations of one pair of hosts after the other, and keeps those that a series can be made of: many
/// of one service, long ones, large ones.
struct ConnectionCollector<Address: FlowAddress>: ConversationCollector {
  /// Conversations with one outside service that may be a beat.
  private static var leastCalls: Int { 8 }
  /// Conversations between two inside hosts that may be health checks; their beat shows in the first ones.
  private static var leastChecks: Int { 20 }
  private static var checksKept: Int { 64 }
  /// What is long or large by itself: seconds, bytes.
  private static var long: UInt32 { 3600 }
  private static var large: UInt64 { 1 << 20 }

  private let rows: RowTable<ConnectionRow<Address>>
  private let perimeter: NetworkPerimeter
  private let least: Int
  private var connections: [ConnectionRow<Address>] = []
  /// Conversations of a pair that are held before those that are sure to be kept become rows.
  private static var mostHeld: Int { 16_384 }
  private var heldLimit = mostHeld
  /// Series of which conversations became rows already, before the pair is complete.
  private var kept: Set<SeriesKey> = []
  private var hasHeavy = false
  private var isWaiting = false

  /// Of a pair whose other conversations were judged before, few are kept as well.
  init(_ worker: StageWorker<Address>, _ phase: ConversationPhase) {
    perimeter = worker.pairs.perimeter
    least = phase == .deferred ? 1 : Self.leastCalls
    rows = worker.tables.table(ConnectionRow.table)
  }

  @inline(__always)
  mutating func note(_ conversation: Conversation<Address>, _ verdict: ConversationVerdict) {
    switch verdict {
    case .upperInitiated, .lowerInitiated:
      keep(
        ConnectionRow(conversation, upperInitiated: verdict == .upperInitiated, isDirected: true)
      )
    case .waiting: isWaiting = true
    case .undecided: noteUndecided(conversation)
    case .latePacket: break
    }
  }

  /// Notes a conversation of which nothing tells who began it, if it is long or large; the inside host counts as the
  /// one.
  private mutating func noteUndecided(_ conversation: Conversation<Address>) {
    guard
      conversation.last >= conversation.first &+ Self.long
        || max(conversation.lowerSide.bytes, conversation.upperSide.bytes) >= Self.large
    else { return }
    let isUpper = perimeter.isInside(conversation.upper.ipAddress)
    guard isUpper != perimeter.isInside(conversation.lower.ipAddress) else { return }
    keep(ConnectionRow(conversation, upperInitiated: isUpper, isDirected: false))
  }

  @inline(__always)
  private mutating func keep(_ connection: ConnectionRow<Address>) {
    if connection.duration >= Self.long || connection.clientBytes >= Self.large { hasHeavy = true }
    connections.append(connection)
    if connections.count >= heldLimit { thinOut() }
  }

  /// One of the pair's series.
  private struct SeriesKey: Hashable {
    var host: Address
    var service: RowService

    init(_ connection: ConnectionRow<Address>) {
      (host, service) = (connection.host, connection.rowService)
    }
  }

  /// Makes rows of series that are sure to be kept, so that one busy pair does not fill the memory.
  private mutating func thinOut() {
    var left: [ConnectionRow<Address>] = []
    for (series, isLateral) in sortedSeries() {
      if isLateral {
        left += connections[series].prefix(Self.checksKept)
      } else if keepsAll(connections[series]) {
        kept.insert(SeriesKey(connections[series.lowerBound]))
        for connection in connections[series] { rows.append(connection) }
      } else {
        left += connections[series]
      }
    }
    connections = left
    heldLimit = max(Self.mostHeld, 2 * connections.count)
  }

  /// Keeps what matters of the conversations noted since the last call; all of them belong to one pair of hosts.
  mutating func finishPair() {
    // Of a pair all of whose conversations wait, nothing may stay behind for the next one.
    defer { (hasHeavy, isWaiting, heldLimit) = (false, false, Self.mostHeld) }
    guard !connections.isEmpty || !kept.isEmpty else { return }
    if hasHeavy || connections.count >= least || isWaiting || !kept.isEmpty {
      for (series, isLateral) in sortedSeries() { keep(connections[series], isLateral: isLateral) }
    }
    if !kept.isEmpty { kept = [] }
    connections.removeAll(keepingCapacity: true)
  }

  /// Sorts the conversations.
  ///
  /// - Returns: the series of the pair that may be kept, and whether they are between two inside hosts.
  private mutating func sortedSeries() -> [(Range<Int>, isLateral: Bool)] {
    guard !connections.isEmpty else { return [] }
    let insideLower = perimeter.isInside(connections[0].host.ipAddress)
    let insideUpper = perimeter.isInside(connections[0].peer.ipAddress)
    guard insideLower || insideUpper else { return [] }
    connections.sort(by: ConnectionRow.precedes)
    let isLateral = insideLower && insideUpper
    var series: [(Range<Int>, isLateral: Bool)] = []
    var start = 0
    for index in 1...connections.count
    where index == connections.count || !connections[index].isSameSeries(connections[start]) {
      if isLateral || isFromInside(connections[start]) { series.append((start..<index, isLateral)) }
      start = index
    }
    return series
  }

  private func isFromInside(_ connection: ConnectionRow<Address>) -> Bool {
    perimeter.isInside(connection.host.ipAddress) && !connection.peer.ipAddress.isSpecial
  }

  private func keepsAll(_ series: ArraySlice<ConnectionRow<Address>>) -> Bool {
    series.count >= least || isWaiting
      || !kept.isEmpty && kept.contains(SeriesKey(series[series.startIndex]))
  }

  private func keep(_ series: ArraySlice<ConnectionRow<Address>>, isLateral: Bool) {
    if isLateral {
      guard series.count >= Self.leastChecks else { return }
      for connection in series.prefix(Self.checksKept) { rows.append(connection) }
      return
    }
    let keepsAll = keepsAll(series)
    for connection in series
    where keepsAll || connection.duration >= Self.long || connection.clientBytes >= Self.large {
      rows.append(connection)
    }
  }
}
