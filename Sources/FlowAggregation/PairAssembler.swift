internal import FlowModel
internal import SystemFiles

/// What the second stage must know of the whole run before it begins.
struct PairSettings: Sendable {
  var own: OwnAddresses
  var internalRanges: InternalRanges
  /// Pauses above this many seconds end a conversation: twice the aggregation interval.
  var gap: UInt32
  /// Conversations that begin before this time may have begun before the log.
  var logStartEnds: UInt32
}

/// The second stage of one worker: reads the flow rows of one pair of hosts after the other, and makes of them the pair's
/// lines in the tables, its conversations, and the contacts of either host with the other.
struct PairAssembler<Address: FlowAddress>: RowConsumer {
  private let settings: PairSettings
  private(set) var tables = Tables()
  private(set) var contacts: RowStore<ContactRow<Address>>
  private(set) var endpoints: RowStore<EndpointRow<Address>>
  private(set) var pending: RowStore<PendingRow<Address>>
  private(set) var totals = ConversationTotals()

  private var tuple: [FlowRow<Address>] = []
  private var conversations: ConversationBuilder<Address>
  private var lowerSums = DirectedSums()
  private var upperSums = DirectedSums()
  private var lowerContact: ContactRow<Address>?
  private var upperContact: ContactRow<Address>?

  init(_ settings: PairSettings, budget: Int) {
    self.settings = settings
    contacts = RowStore(budget: budget / 2)
    endpoints = RowStore(budget: budget / 4)
    pending = RowStore(budget: budget / 4)
    conversations = ConversationBuilder(gap: settings.gap)
  }

  /// What ended the spilling of a table, if anything did.
  var failure: SystemError? { contacts.failure ?? endpoints.failure ?? pending.failure }
  /// Bytes written to temporary files.
  var spilledBytes: Int {
    contacts.spilledBytes + endpoints.spilledBytes + pending.spilledBytes
  }

  mutating func take(_ row: FlowRow<Address>) {
    if let last = tuple.last, !last.isSameTuple(row) {
      finishTuple()
      if !last.isSamePair(row) { finishPair(last) }
    }
    tuple.append(row)
  }

  /// Ends the last pair of a partition.
  mutating func finishPartition() {
    guard let last = tuple.last else { return }
    finishTuple()
    finishPair(last)
  }

  // MARK: Plain sums

  private mutating func finishTuple() {
    let row = tuple[0]
    for row in tuple {
      row.sentByUpper ? upperSums.add(row, port: row.lowerPort) : lowerSums.add(row, port: row.upperPort)
    }
    addPlain(sentByUpper: false, row)
    addPlain(sentByUpper: true, row)
    assemble(row)
    tuple.removeAll(keepingCapacity: true)
  }

  /// Adds the records of one direction to its contact, unless they are ordinary answers.
  private mutating func addPlain(sentByUpper: Bool, _ key: FlowRow<Address>) {
    let isReply = Self.isReplyShaped(key, sentByUpper: sentByUpper)
    var sums = ContactRow<Address>(source: 0, destination: 0, protocolNumber: 0, port: 0)
    var rejected: UInt32 = 0
    for row in tuple where row.sentByUpper == sentByUpper {
      sums.records &+= UInt32(row.records)
      sums.bytes &+= row.bytes
      sums.packets &+= UInt64(row.packets)
      sums.first = min(sums.first, row.first)
      sums.last = max(sums.last, row.last)
      if row.isRejected { rejected &+= UInt32(row.records) }
      if row.isAccepted { sums.accepted &+= UInt32(row.records) }
    }
    guard sums.records > 0, !isReply || rejected > 0 else { return }
    if isReply {
      (sums.replyRecords, sums.replyRejected) = (sums.records, rejected)
      (sums.records, sums.accepted) = (0, 0)
    } else {
      sums.rejected = rejected
    }
    let port = sentByUpper ? key.lowerPort : key.upperPort
    update(sentByUpper: sentByUpper, key, port: port) { contact in
      sums.source = contact.source
      sums.destination = contact.destination
      sums.protocolNumber = contact.protocolNumber
      sums.port = contact.port
      return contact.absorb(sums) ? nil : sums
    }
  }

  /// An answer by its looks: from below the ephemeral ports to one of them.
  @inline(__always)
  static func isReplyShaped(_ row: FlowRow<Address>, sentByUpper: Bool) -> Bool {
    guard ProtocolNumber.hasPorts(row.protocolNumber) else { return false }
    let from = sentByUpper ? row.upperPort : row.lowerPort
    let to = sentByUpper ? row.lowerPort : row.upperPort
    return to >= 32_768 && from < 32_768
  }

  /// Changes the open contact of a direction; a contact of another service is handed on first.
  private mutating func update(
    sentByUpper: Bool, _ key: FlowRow<Address>, port: UInt16,
    _ change: (inout ContactRow<Address>) -> ContactRow<Address>?
  ) {
    let source = sentByUpper ? key.upper : key.lower
    let destination = sentByUpper ? key.lower : key.upper
    var contact =
      (sentByUpper ? upperContact : lowerContact)
      ?? ContactRow(
        source: source, destination: destination, protocolNumber: key.protocolNumber, port: port)
    if contact.port != port || contact.protocolNumber != key.protocolNumber {
      contacts.append(contact)
      contact = ContactRow(
        source: source, destination: destination, protocolNumber: key.protocolNumber, port: port)
    }
    if let apart = change(&contact) { contacts.append(apart) }
    if sentByUpper { upperContact = contact } else { lowerContact = contact }
  }

  private mutating func finishPair(_ row: FlowRow<Address>) {
    report(lowerSums, from: row.lower.ipAddress, to: row.upper.ipAddress)
    report(upperSums, from: row.upper.ipAddress, to: row.lower.ipAddress)
    lowerSums.clear()
    upperSums.clear()
    if let contact = lowerContact { contacts.append(contact) }
    if let contact = upperContact { contacts.append(contact) }
    (lowerContact, upperContact) = (nil, nil)
  }

  private mutating func report(
    _ sums: DirectedSums, from source: IPAddress, to destination: IPAddress
  ) {
    guard sums.records > 0 else { return }
    let talker = Talker(
      source: source, destination: destination, bytes: sums.bytes, packets: sums.packets,
      records: sums.records)
    tables.topTalkers.offer(talker)
    if settings.internalRanges.contains(source), !settings.internalRanges.contains(destination) {
      tables.externalDestinations.offer(talker)
    }
    if sums.distinctPorts > 0 {
      tables.portScans.offer(
        PortScan(
          source: source, destination: destination, distinctPorts: sums.distinctPorts,
          rejected: sums.rejected, records: sums.portRecords))
    }
  }

  // MARK: Conversations

  private mutating func assemble(_ key: FlowRow<Address>) {
    var isReal = false
    var settledServerUpper: Bool?
    conversations.build(tuple, settings.own)
    for index in conversations.finished.indices {
      let talk = conversations.finished[index]
      let settled = judge(talk, key)
      if talk.isReal {
        isReal = true
        if let settled, settled.rule == .servicePort || settled.rule == .tcpFlags {
          settledServerUpper = !settled.beganUpper
        } else {
          settledServerUpper = nil
        }
      }
    }
    guard isReal, ProtocolNumber.hasPorts(key.protocolNumber) else { return }
    if settledServerUpper != true { countEndpoint(key.lower, key.lowerPort, key.protocolNumber) }
    if settledServerUpper != false { countEndpoint(key.upper, key.upperPort, key.protocolNumber) }
  }

  private mutating func countEndpoint(_ address: Address, _ port: UInt16, _ protocolNumber: UInt8) {
    endpoints.append(
      EndpointRow(address: address, fanIn: 1, port: port, protocolNumber: protocolNumber))
  }

  /// Decides what can be decided now; the rest waits.
  private mutating func judge(
    _ talk: Conversation<Address>, _ key: FlowRow<Address>
  ) -> Direction? {
    let isAtLogStart = talk.first <= settings.logStartEnds
    totals.count(talk)
    switch DirectionRules.verdict(
      talk, isAtLogStart: isAtLogStart, internalRanges: settings.internalRanges)
    {
    case .decided(let direction):
      totals.count(direction)
      let clientPackets = talk.side(upper: direction.beganUpper).packets
      let outcome = talk.outcome(beganUpper: direction.beganUpper)
      update(
        sentByUpper: direction.beganUpper, key, port: talk.port(upper: !direction.beganUpper)
      ) { contact in
        contact.count(
          outcome, clientPackets: clientPackets, isSure: direction.isSure, start: talk.first)
        return nil
      }
      return direction
    case .needsFanIn: pending.append(PendingRow(talk: talk))
    case .stray: totals.stray += 1
    case .undecided: totals.undecided += 1
    }
    return nil
  }
}

extension Conversation {
  /// How it went for the side that began it.
  func outcome(beganUpper: Bool) -> Outcome {
    Outcome(
      client: side(upper: beganUpper), server: side(upper: !beganUpper),
      protocolNumber: protocolNumber, isV6: isV6)
  }
}
