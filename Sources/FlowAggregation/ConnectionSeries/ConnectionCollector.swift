internal import FlowModel
internal import SpillableTable

/// Collects the conversations of one pair of hosts after the other.
///
/// Keeps those for series: many with one service, long ones, large ones.
struct ConnectionCollector<Address: FlowAddress>: ConversationCollector {
  /// Minimum of conversations with one external service for a beacon.
  private static var leastCalls: Int { 8 }
  /// Minimum of conversations between two internal hosts for health checks.
  ///
  /// The first ones suffice for the interval.
  private static var leastChecks: Int { 20 }
  private static var checksKept: Int { 64 }
  /// Minimum of a long or large conversation: seconds, bytes.
  private static var long: UInt32 { 3600 }
  private static var large: UInt64 { 1 << 20 }

  private let rows: RowTable<ConnectionRow<Address>>
  private let perimeter: NetworkPerimeter
  private let least: Int
  private var connections: [ConnectionRow<Address>] = []
  /// The most conversations of a pair that are held before those that must be kept become rows.
  private static var mostHeld: Int { 16_384 }
  private var heldLimit = mostHeld
  /// Series with conversations that became rows before the pair is complete.
  private var kept: Set<SeriesKey> = []
  private var hasHeavy = false
  private var isWaiting = false

  /// In the deferred phase few conversations are kept as well, because others of the pair were judged before.
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

  /// Adds a conversation without a known initiator if it is long or large.
  ///
  /// The internal host counts as the initiator.
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

  /// Creates rows of series that must be kept, so that one busy pair does not exhaust the memory.
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

  /// Keeps the relevant conversations since the last call.
  ///
  /// All of them belong to one pair of hosts.
  mutating func finishPair() {
    // If all conversations of a pair wait for fan-in, none of them must remain for the next pair.
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
  /// - Returns: the series of the pair that can be kept, and whether they are between two internal hosts.
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
