internal import FlowModel

/// Splits the rows of a 5-tuple into conversations and counts packets once that two interfaces recorded.
struct ConversationBuilder<Address: FlowAddress> {
  private let gap: UInt32
  private var open: Conversation<Address>?
  private var views: [View] = []

  /// The record of one interface for one direction.
  fileprivate struct View {
    var interface: UInt32
    var sentByUpper: Bool
    var rank: Int
    var packets: UInt64
    var bytes: UInt64
    var isRejected: Bool
  }

  /// - Parameter gap: longest pause within a conversation, in seconds.
  init(gap: UInt32) {
    self.gap = gap
  }

  /// The conversations of one tuple's rows, by start.
  mutating func build(_ tuple: [FlowRow<Address>], _ own: LocalAddresses) -> [Conversation<Address>]
  {
    var finished: [Conversation<Address>] = []
    let rows =
      Self.spansPause(tuple, gap)
      ? tuple.sorted { ($0.first, $0.last) < ($1.first, $1.last) } : tuple
    for row in rows {
      if let done = add(row, own) { finished.append(done) }
    }
    if let done = finish() { finished.append(done) }
    return finished
  }

  /// Whether the distance of rows can require sorting.
  private static func spansPause(_ rows: [FlowRow<Address>], _ gap: UInt32) -> Bool {
    let first = rows[0]
    return rows.contains {
      UInt64($0.first) > UInt64(first.latest) + UInt64(gap)
        || UInt64(first.first) > UInt64($0.latest) + UInt64(gap)
    }
  }

  /// Adds the next row of a tuple, by start.
  ///
  /// - Returns: the conversation that ended before the row, if any.
  mutating func add(_ row: FlowRow<Address>, _ own: LocalAddresses) -> Conversation<Address>? {
    let isPause = open.map { UInt64(row.first) > UInt64($0.last) + UInt64(gap) } ?? false
    let done = isPause ? finish() : nil
    var conversation = open ?? Conversation(row)
    conversation.first = min(conversation.first, row.first)
    conversation.last = max(conversation.last, row.latest)
    if row.sentByUpper {
      conversation.upperSide.note(row)
    } else {
      conversation.lowerSide.note(row)
    }
    addToView(row, own)
    open = conversation
    return done
  }

  /// Ends the last conversation of a tuple.
  mutating func finish() -> Conversation<Address>? {
    guard var conversation = open else { return nil }
    for direction in [false, true] {
      guard let view = bestView(sentByUpper: direction) else { continue }
      // A late packet that one interface rejects is no rejection of all the others.
      let isRejected = views.contains {
        $0.sentByUpper == direction && $0.isRejected
          && $0.packets >= view.packets - view.packets / 4
      }
      if direction {
        conversation.upperSide.count(view, isRejected: isRejected)
      } else {
        conversation.lowerSide.count(view, isRejected: isRejected)
      }
    }
    views.removeAll(keepingCapacity: true)
    open = nil
    return conversation
  }

  /// The view closest to the sender.
  ///
  /// Of equal ones the view with more packets, so that the order of rows has no effect.
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
  private mutating func addToView(_ row: FlowRow<Address>, _ own: LocalAddresses) {
    if let index = views.firstIndex(where: {
      $0.interface == row.interface && $0.sentByUpper == row.sentByUpper
    }) {
      views[index].packets +|= row.packetCount
      views[index].bytes +|= row.bytes
      views[index].isRejected = views[index].isRejected && row.isRejected
      return
    }
    views.append(
      View(
        interface: row.interface,
        sentByUpper: row.sentByUpper,
        rank: rank(row, own),
        packets: row.packetCount,
        bytes: row.bytes,
        isRejected: row.isRejected
      )
    )
  }

  /// The sender's own interface records all sent packets.
  ///
  /// The receiver's interface records those that arrived.
  private func rank(_ row: FlowRow<Address>, _ own: LocalAddresses) -> Int {
    let sender = (row.sentByUpper ? row.upper : row.lower).ipAddress
    if own.has(sender, interface: row.interface) { return 2 }
    let receiver = (row.sentByUpper ? row.lower : row.upper).ipAddress
    return own.has(receiver, interface: row.interface) ? 1 : 0
  }
}

extension Conversation {
  /// A conversation of a row's tuple without packets.
  fileprivate init(_ row: FlowRow<Address>) {
    self.init(
      lower: row.lower,
      upper: row.upper,
      lowerSide: ConversationSide(),
      upperSide: ConversationSide(),
      first: .max,
      last: 0,
      lowerPort: row.lowerPort,
      upperPort: row.upperPort,
      transport: row.transport
    )
  }
}

extension FlowRow {
  /// The later of both times.
  ///
  /// Clocks can run backward.
  var latest: UInt32 { max(first, last) }
}

extension ConversationSide {
  fileprivate mutating func count<Address>(
    _ view: ConversationBuilder<Address>.View,
    isRejected: Bool
  ) {
    (packets, bytes, self.isRejected) = (view.packets, view.bytes, isRejected)
  }

  fileprivate mutating func note<Address>(_ row: FlowRow<Address>) {
    hasSent = true
    first = min(first, row.first)
    tcpFlags |= row.tcpFlags
    if row.isRejected { rejected &+= UInt32(row.records) }
  }
}

/// Number of conversations by the method that determined the initiator.
package struct ConversationTotals: Sendable, Equatable {
  /// All conversations.
  package var all: UInt64 = 0
  /// With packets of both sides.
  package var twoWay: UInt64 = 0
  /// Decided with a margin of 1.5 or more.
  package var sure: UInt64 = 0
  /// Decided with a smaller margin.
  package var unsure: UInt64 = 0
  /// Not decided.
  package var undecided: UInt64 = 0
  /// Late packets of closed connections, and backscatter from spoofed requests.
  package var latePacket: UInt64 = 0

  mutating func count<Address>(_ conversation: Conversation<Address>) {
    all += 1
    if !conversation.isOneWay { twoWay += 1 }
  }

  mutating func count(_ direction: InitiatorInference) {
    if direction.isSure { sure += 1 } else { unsure += 1 }
  }

  mutating func add(_ other: ConversationTotals) {
    all += other.all
    twoWay += other.twoWay
    sure += other.sure
    unsure += other.unsure
    undecided += other.undecided
    latePacket += other.latePacket
  }
}
