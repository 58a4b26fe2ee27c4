internal import FlowModel

/// Makes rows of conversations, as the interfaces at their ends would log them.
struct FlowRecorder {
  private static let wholeShare = 128
  private static let shares = 64...191

  /// The rows so far, in the order in which the conversations were given.
  var rows: [FlowRow] = []
  let clock: BatchClock
  private let network: VirtualNetwork
  private var random: RandomSource

  init(clock: BatchClock, network: VirtualNetwork, random: RandomSource) {
    self.clock = clock
    self.network = network
    self.random = random
  }

  /// Adds the rows of a conversation: each end that is an own interface logs both directions.
  mutating func record(_ conversation: Conversation) {
    if let own = conversation.client.interface {
      record(conversation, at: own, isServer: false)
    }
    if let own = conversation.server.interface {
      record(conversation, at: own, isServer: true)
    }
  }

  private mutating func record(_ conversation: Conversation, at own: Int, isServer: Bool) {
    let last = min(conversation.start + conversation.duration, clock.span.upperBound - 1)
    guard conversation.start <= last else { return }
    let batches = clock.batch(at: conversation.start, of: own)...clock.batch(at: last, of: own)
    let isInside = isOwn(conversation.client) && isOwn(conversation.server)
    let isAccepted = conversation.isAccepted && !(isServer && conversation.isStoppedAtServer)
    var row = FlowRow(isAccepted ? .accepted : .rejected, interface: own, batch: 0...0)
    row.isInside = isInside
    row.protocolNumber = conversation.protocolNumber
    row.isIngress = isServer
    append(row, conversation.request, over: batches)
    row.isIngress = !isServer
    append(row, conversation.reply, over: batches)
  }

  /// One row per batch in which the direction has packets.
  private mutating func append(_ row: FlowRow, _ way: OneWay, over batches: ClosedRange<Int>) {
    var left = way.volume
    var row = row
    row.set(way)
    for batch in batches where left.packets > 0 {
      let share = left.take(packets(of: left, batches.upperBound - batch + 1))
      guard share.packets > 0 else { continue }
      row.packets = UInt32(share.packets)
      row.bytes = share.bytes
      row.flags = batch == batches.lowerBound ? way.opening : 0
      row.flags |= left.packets == 0 ? way.closing : 0
      row.set(clock.bounds(batch, of: Int(row.interface)))
      rows.append(row)
    }
  }

  /// How many of the packets that are left go into the first of the batches that are left.
  private mutating func packets(of left: Volume, _ batches: Int) -> Int {
    guard batches > 1, left.packets > 1 else { return left.packets }
    let share = left.packets * random.within(Self.shares) / (batches * Self.wholeShare)
    return min(max(1, share), left.packets - 1)
  }

  /// Takes the rows away and keeps their memory.
  mutating func clear() {
    rows.removeAll(keepingCapacity: true)
  }

  private func isOwn(_ end: Endpoint) -> Bool {
    network.contains(end.loggedAddress)
  }
}

extension FlowRow {
  fileprivate mutating func set(_ way: OneWay) {
    source = way.source.loggedAddress
    destination = way.destination.loggedAddress
    packetSource = way.source.address
    packetDestination = way.destination.address
    sourcePort = way.source.port
    destinationPort = way.destination.port
  }

  fileprivate mutating func set(_ batch: ClosedRange<Int>) {
    start = UInt32(batch.lowerBound)
    end = UInt32(batch.upperBound)
  }
}
