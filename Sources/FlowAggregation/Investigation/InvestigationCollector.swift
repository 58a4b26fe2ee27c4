internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// The data about the investigation target for the stages that process conversations.
struct InvestigationSettings: Sendable {
  var query: InvestigationQuery
  var slices: LogSlices
}

/// Keeps the conversations of the investigation target while pairs of hosts are processed.
struct InvestigationCollector<Address: FlowAddress>: ConversationCollector {
  private let settings: InvestigationSettings
  private let rows: RowTable<InvestigationRow<Address>>
  private var sent = RecordSums()
  private var received = RecordSums()

  init(_ settings: InvestigationSettings, _ rows: RowTable<InvestigationRow<Address>>) {
    (self.settings, self.rows) = (settings, rows)
  }

  var readsRows: Bool { true }

  /// Adds the records of a 5-tuple.
  mutating func note(rows: [FlowRow<Address>]) { add(rows, settings.query) }

  func account(in outcome: inout FamilyOutcome<Address>) {
    outcome.investigated.sent.add(sent)
    outcome.investigated.received.add(received)
  }

  func note(_ conversation: Conversation<Address>, _ verdict: ConversationVerdict) {
    guard conversation.isInvestigated else { return }
    switch verdict {
    case .upperInitiated, .lowerInitiated:
      note(conversation, upperInitiated: verdict == .upperInitiated)
    case .latePacket: note(conversation, Initiator.latePacket)
    case .undecided: note(conversation, Initiator.unclear)
    case .waiting: break
    }
  }

  private mutating func add(_ tuple: [FlowRow<Address>], _ query: InvestigationQuery) {
    guard let key = tuple.first else { return }
    let isLower = query.ranges.contains(key.lower.ipAddress)
    let isUpper = query.ranges.contains(key.upper.ipAddress)
    guard isLower || isUpper else { return }
    for row in tuple where query.interface == nil || query.interface == row.interface {
      if row.sentByUpper ? isUpper : isLower { sent.add(row) } else { received.add(row) }
    }
  }

  /// Adds a conversation with a known initiator.
  private func note(_ conversation: Conversation<Address>, upperInitiated: Bool) {
    let isLower = settings.query.ranges.contains(conversation.lower.ipAddress)
    let isUpper = settings.query.ranges.contains(conversation.upper.ipAddress)
    guard isLower || isUpper else { return }
    // Within a range the initiator is the investigation target.
    let memberIsUpper = isLower && isUpper ? upperInitiated : isUpper
    var sums = Self.sums(conversation, memberIsUpper: memberIsUpper, settings.slices)
    sums.count(conversation.outcome(upperInitiated: upperInitiated))
    if conversation.side(upper: !upperInitiated).isBlocked, sums.silent > 0 {
      sums.responsesBlocked = 1
    }
    add(
      conversation,
      memberIsUpper: memberIsUpper,
      serviceIsUpper: !upperInitiated,
      upperInitiated == memberIsUpper ? .investigated : .peer,
      sums
    )
  }

  /// Adds a conversation without a known initiator.
  private func note(_ conversation: Conversation<Address>, _ initiator: Initiator) {
    let isUpper = settings.query.ranges.contains(conversation.upper.ipAddress)
    guard isUpper || settings.query.ranges.contains(conversation.lower.ipAddress) else { return }
    let sums = Self.sums(conversation, memberIsUpper: isUpper, settings.slices)
    // Out-of-state packets come from a service. Otherwise the more service-like port is used.
    let (lower, upper) = (
      InitiatorRules.prior(conversation.lowerPort), InitiatorRules.prior(conversation.upperPort)
    )
    let looksUpper =
      upper != lower ? upper > lower : conversation.upperPort < conversation.lowerPort
    let serviceIsUpper = initiator == .latePacket ? conversation.upperSide.hasSent : looksUpper
    add(conversation, memberIsUpper: isUpper, serviceIsUpper: serviceIsUpper, initiator, sums)
  }

  private func add(
    _ conversation: Conversation<Address>,
    memberIsUpper: Bool,
    serviceIsUpper: Bool,
    _ initiator: Initiator,
    _ sums: InvestigationSums
  ) {
    let service = RowService(
      transport: conversation.transport,
      port: conversation.port(upper: serviceIsUpper)
    )
    rows.append(
      InvestigationRow(
        peer: memberIsUpper ? conversation.lower : conversation.upper,
        member: memberIsUpper ? conversation.upper : conversation.lower,
        service,
        initiator,
        sums
      )
    )
  }

  private static func sums(
    _ conversation: Conversation<Address>,
    memberIsUpper: Bool,
    _ slices: LogSlices
  ) -> InvestigationSums {
    let (member, peer) = (
      conversation.side(upper: memberIsUpper), conversation.side(upper: !memberIsUpper)
    )
    var sums = InvestigationSums()
    sums.conversations = 1
    sums.rejected = UInt64(member.rejected) + UInt64(peer.rejected)
    (sums.packetsSent, sums.bytesSent) = (member.packets, member.bytes)
    (sums.packetsReceived, sums.bytesReceived) = (peer.packets, peer.bytes)
    (sums.first, sums.last) = (conversation.first, conversation.last)
    sums.longest = conversation.last - conversation.first
    sums.activity = slices.mask(first: conversation.first, last: conversation.last)
    return sums
  }
}

extension InvestigationSums {
  fileprivate mutating func count(_ outcome: Outcome) {
    switch outcome {
    case .blocked: blocked += 1
    case .silent: silent += 1
    case .refused: refused += 1
    case .touched: touched += 1
    case .session: sessions += 1
    }
  }
}

extension RecordSums {
  fileprivate mutating func add<Address>(_ row: FlowRow<Address>) {
    records += UInt64(row.records)
    if row.isAccepted { accepted += UInt64(row.records) }
    if row.isRejected { rejected += UInt64(row.records) }
    packets +|= row.packetCount
    bytes +|= row.bytes
    first = min(first, row.first)
    last = max(last, row.last)
  }
}
