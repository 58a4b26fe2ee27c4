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
  private let loginPorts: LoginPorts
  private var sent = RecordSums()
  private var received = RecordSums()

  init(
    _ settings: InvestigationSettings,
    _ loginPorts: LoginPorts,
    _ rows: RowTable<InvestigationRow<Address>>
  ) {
    (self.settings, self.loginPorts, self.rows) = (settings, loginPorts, rows)
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
    let (lower, upper) = (key.lower.ipAddress, key.upper.ipAddress)
    guard query.takes(service: key.lowerPort) || query.takes(service: key.upperPort) else { return }
    let isLower = query.isTarget(lower, key.lowerPort) && query.takes(peer: upper)
    let isUpper = query.isTarget(upper, key.upperPort) && query.takes(peer: lower)
    guard isLower || isUpper else { return }
    let takesAll =
      query.interfaces.isEmpty || query.isNamed(lower) || query.isNamed(upper)
    for row in tuple where takesAll || query.interfaces.contains(row.interface) {
      if row.sentByUpper ? isUpper : isLower { sent.add(row) } else { received.add(row) }
    }
  }

  /// Adds a conversation with a known initiator.
  private func note(_ conversation: Conversation<Address>, upperInitiated: Bool) {
    guard
      let memberIsUpper = memberIsUpper(
        conversation,
        // Within a range the initiator is the investigation target.
        preferringUpper: upperInitiated,
        serviceIsUpper: !upperInitiated
      )
    else { return }
    var sums = sums(conversation, memberIsUpper: memberIsUpper)
    sums.count(conversation.outcome(upperInitiated: upperInitiated))
    if conversation.side(upper: !upperInitiated).isBlocked, sums.silent > 0 {
      sums.responsesBlocked = 1
    }
    if sums.answered > 0 { countLogin(&sums, conversation, upperInitiated: upperInitiated) }
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
    // Out-of-state packets come from a service. Otherwise the more service-like port is used.
    let (lower, upper) = (
      InitiatorRules.prior(conversation.lowerPort), InitiatorRules.prior(conversation.upperPort)
    )
    let looksUpper =
      upper != lower ? upper > lower : conversation.upperPort < conversation.lowerPort
    let serviceIsUpper = initiator == .latePacket ? conversation.upperSide.hasSent : looksUpper
    guard
      let memberIsUpper = memberIsUpper(
        conversation,
        preferringUpper: true,
        serviceIsUpper: serviceIsUpper
      )
    else { return }
    let sums = sums(conversation, memberIsUpper: memberIsUpper)
    add(
      conversation,
      memberIsUpper: memberIsUpper,
      serviceIsUpper: serviceIsUpper,
      initiator,
      sums
    )
  }

  /// Which side of a conversation is the investigation target; nil when neither is, or the conversation does not count.
  ///
  /// - Parameters:
  ///   - conversation: any one.
  ///   - preferringUpper: which side it is where both are.
  ///   - serviceIsUpper: which side has the service.
  /// - Returns: whether it is the upper side.
  private func memberIsUpper(
    _ conversation: Conversation<Address>,
    preferringUpper: Bool,
    serviceIsUpper: Bool
  ) -> Bool? {
    let query = settings.query
    guard query.takes(service: conversation.port(upper: serviceIsUpper)) else { return nil }
    let (lower, upper) = (conversation.lower.ipAddress, conversation.upper.ipAddress)
    var isLower = query.isTarget(lower, conversation.lowerPort) && query.takes(peer: upper)
    var isUpper = query.isTarget(upper, conversation.upperPort) && query.takes(peer: lower)
    if query.isService {
      (isLower, isUpper) = (isLower && !serviceIsUpper, isUpper && serviceIsUpper)
    }
    guard isLower || isUpper else { return nil }
    return isLower && isUpper ? preferringUpper : isUpper
  }

  /// Distinguishes answered conversations as large as a successful login from mere attempts.
  private func countLogin(
    _ sums: inout InvestigationSums,
    _ conversation: Conversation<Address>,
    upperInitiated: Bool
  ) {
    guard conversation.transport == .tcp,
      let service = loginPorts[conversation.port(upper: !upperInitiated)]
    else { return }
    let (client, server) = (
      conversation.side(upper: upperInitiated), conversation.side(upper: !upperInitiated)
    )
    var candidate = LoginCandidate()
    candidate.shape = LoginShape(
      clientPackets: UInt32(clamping: client.packets),
      clientBytes: UInt32(clamping: client.bytes),
      serverPackets: UInt32(clamping: server.packets),
      serverBytes: UInt32(clamping: server.bytes)
    )
    (candidate.first, candidate.last) = (conversation.first, max(1, conversation.last))
    let isLogin = candidate.stays || service == .ssh && candidate.shape.isSSHSuccess
    if isLogin { sums.logins = 1 } else { sums.loginAttempts = 1 }
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

  private func sums(
    _ conversation: Conversation<Address>,
    memberIsUpper: Bool
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
    sums.activity = settings.slices.mask(first: conversation.first, last: conversation.last)
    if let moment = settings.query.moment, conversation.first >= moment {
      (sums.later, sums.laterBytes) = (1, sums.bytes)
    }
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
