internal import FlowModel

/// Cuts the rows of a 5-tuple into conversations and counts packets that two interfaces saw once.
struct ConversationBuilder<Address: FlowAddress> {
  /// The conversations of the last tuple, by start.
  private(set) var finished: [Conversation<Address>] = []

  private let gap: UInt32
  private var rows: [FlowRow<Address>] = []
  private var views: [View] = []

  /// What one interface saw of one direction.
  private struct View {
    var interface: UInt32
    var sentByUpper: Bool
    var rank: Int
    var packets: UInt64
    var bytes: UInt64
  }

  /// - Parameter gap: longest pause within a conversation, in seconds.
  init(gap: UInt32) {
    self.gap = gap
  }

  /// Builds the conversations of one tuple's rows.
  mutating func build(_ tuple: [FlowRow<Address>], _ own: OwnAddresses) {
    finished.removeAll(keepingCapacity: true)
    guard Self.spansPause(tuple, gap) else { return append(tuple[...], own) }
    rows = tuple.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
    var start = 0
    var end = rows[0].latest
    for index in rows.indices.dropFirst() {
      if UInt64(rows[index].first) > UInt64(end) + UInt64(gap) {
        append(rows[start..<index], own)
        start = index
      }
      end = max(end, rows[index].latest)
    }
    append(rows[start...], own)
  }

  /// Whether the rows may lie so far apart that they must be put in order.
  private static func spansPause(_ rows: [FlowRow<Address>], _ gap: UInt32) -> Bool {
    let first = rows[0]
    return rows.contains {
      UInt64($0.first) > UInt64(first.latest) + UInt64(gap)
        || UInt64(first.first) > UInt64($0.latest) + UInt64(gap)
    }
  }

  private mutating func append(_ rows: ArraySlice<FlowRow<Address>>, _ own: OwnAddresses) {
    guard let key = rows.first else { return }
    var talk = Conversation(
      lower: key.lower,
      upper: key.upper,
      lowerSide: ConversationSide(),
      upperSide: ConversationSide(),
      first: .max,
      last: 0,
      lowerPort: key.lowerPort,
      upperPort: key.upperPort,
      transport: key.transport
    )
    views.removeAll(keepingCapacity: true)
    for row in rows {
      talk.first = min(talk.first, row.first)
      talk.last = max(talk.last, row.latest)
      if row.sentByUpper { talk.upperSide.note(row) } else { talk.lowerSide.note(row) }
      addToView(row, own)
    }
    for direction in [false, true] {
      guard let view = bestView(sentByUpper: direction) else { continue }
      if direction {
        (talk.upperSide.packets, talk.upperSide.bytes) = (view.packets, view.bytes)
      } else {
        (talk.lowerSide.packets, talk.lowerSide.bytes) = (view.packets, view.bytes)
      }
    }
    finished.append(talk)
  }

  /// The view nearest to the sender; the fuller one of equals, so that the order of rows does not matter.
  private func bestView(sentByUpper: Bool) -> View? {
    var best: View?
    for view in views where view.sentByUpper == sentByUpper {
      guard let rival = best else {
        best = view
        continue
      }
      if (rival.rank, rival.packets, rival.bytes) < (view.rank, view.packets, view.bytes) {
        best = view
      }
    }
    return best
  }
  private mutating func addToView(_ row: FlowRow<Address>, _ own: OwnAddresses) {
    if let index = views.firstIndex(where: {
      $0.interface == row.interface && $0.sentByUpper == row.sentByUpper
    }) {
      views[index].packets +|= row.packetCount
      views[index].bytes +|= row.bytes
      return
    }
    views.append(
      View(
        interface: row.interface,
        sentByUpper: row.sentByUpper,
        rank: rank(row, own),
        packets: row.packetCount,
        bytes: row.bytes
      )
    )
  }

  /// The sender's own interface sees all that was sent; the receiver's sees what arrived.
  private func rank(_ row: FlowRow<Address>, _ own: OwnAddresses) -> Int {
    let sender = (row.sentByUpper ? row.upper : row.lower).ipAddress
    if own.has(sender, interface: row.interface) { return 2 }
    let receiver = (row.sentByUpper ? row.lower : row.upper).ipAddress
    return own.has(receiver, interface: row.interface) ? 1 : 0
  }
}

extension FlowRow {
  /// The later of both times; clocks may run backwards.
  var latest: UInt32 { max(first, last) }
}

extension ConversationSide {
  fileprivate mutating func note<Address>(_ row: FlowRow<Address>) {
    hasSent = true
    first = min(first, row.first)
    tcpFlags |= row.tcpFlags
    if row.isRejected { rejected &+= UInt32(row.records) }
  }
}

/// Conversations by how their direction was found.
package struct ConversationTotals: Sendable, Equatable {
  /// All of them.
  package var all: UInt64 = 0
  /// Both sides sent.
  package var twoWay: UInt64 = 0
  /// Decided with a margin of 1.5 or more.
  package var sure: UInt64 = 0
  /// Decided with less.
  package var unsure: UInt64 = 0
  /// Nothing told the sides apart.
  package var undecided: UInt64 = 0
  /// Late packets of closed connections, and answers to spoofed requests.
  package var stray: UInt64 = 0

  mutating func count<Address>(_ talk: Conversation<Address>) {
    all += 1
    if !talk.isOneWay { twoWay += 1 }
  }

  mutating func count(_ direction: Direction) {
    if direction.isSure { sure += 1 } else { unsure += 1 }
  }

  mutating func add(_ other: ConversationTotals) {
    all += other.all
    twoWay += other.twoWay
    sure += other.sure
    unsure += other.unsure
    undecided += other.undecided
    stray += other.stray
  }
}
