internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// What the stages that see conversations must know of the subject.
struct SubjectSettings: Sendable {
  var query: SubjectQuery
  var slices: LogSlices
}

/// Keeps the conversations of the subject while pairs of hosts go by.
struct SubjectCollector<Address: FlowAddress>: ConversationCollector {
  private let settings: SubjectSettings
  private let rows: RowTable<SubjectRow<Address>>
  private var sent = RecordSums()
  private var received = RecordSums()

  init(_ settings: SubjectSettings, _ rows: RowTable<SubjectRow<Address>>) {
    (self.settings, self.rows) = (settings, rows)
  }

  var readsRows: Bool { true }

  /// Adds the plain records of a 5-tuple.
  mutating func note(rows: [FlowRow<Address>]) { add(rows, settings.query) }

  func account(in outcome: inout FamilyOutcome<Address>) {
    outcome.subject.sent.add(sent)
    outcome.subject.received.add(received)
  }

  func note(_ talk: Conversation<Address>, _ verdict: ConversationVerdict) {
    switch verdict {
    case .beganUpper, .beganLower: note(talk, beganUpper: verdict == .beganUpper)
    case .stray: note(talk, Beginner.stray)
    case .undecided: note(talk, Beginner.unclear)
    case .waiting: break
    }
  }

  private mutating func add(_ tuple: [FlowRow<Address>], _ query: SubjectQuery) {
    guard let key = tuple.first else { return }
    let isLower = query.ranges.contains(key.lower.ipAddress)
    let isUpper = query.ranges.contains(key.upper.ipAddress)
    guard isLower || isUpper else { return }
    for row in tuple where query.interface == nil || query.interface == row.interface {
      if row.sentByUpper ? isUpper : isLower { sent.add(row) } else { received.add(row) }
    }
  }

  /// Adds a conversation of which it is known who began it.
  private func note(_ talk: Conversation<Address>, beganUpper: Bool) {
    let isLower = settings.query.ranges.contains(talk.lower.ipAddress)
    let isUpper = settings.query.ranges.contains(talk.upper.ipAddress)
    guard isLower || isUpper else { return }
    // Within a range the one that began is the subject.
    let memberIsUpper = isLower && isUpper ? beganUpper : isUpper
    var sums = Self.sums(talk, memberIsUpper: memberIsUpper, settings.slices)
    sums.count(talk.outcome(beganUpper: beganUpper))
    add(
      talk,
      memberIsUpper: memberIsUpper,
      serviceIsUpper: !beganUpper,
      beganUpper == memberIsUpper ? .subject : .peer,
      sums
    )
  }

  /// Adds a conversation of which nobody is known to have begun it.
  private func note(_ talk: Conversation<Address>, _ beginner: Beginner) {
    let isUpper = settings.query.ranges.contains(talk.upper.ipAddress)
    guard isUpper || settings.query.ranges.contains(talk.lower.ipAddress) else { return }
    let sums = Self.sums(talk, memberIsUpper: isUpper, settings.slices)
    // What is stray came from a service; else the port that looks more like one.
    let (lower, upper) = (
      DirectionRules.prior(talk.lowerPort), DirectionRules.prior(talk.upperPort)
    )
    let looksUpper = upper != lower ? upper > lower : talk.upperPort < talk.lowerPort
    let serviceIsUpper = beginner == .stray ? talk.upperSide.hasSent : looksUpper
    add(talk, memberIsUpper: isUpper, serviceIsUpper: serviceIsUpper, beginner, sums)
  }

  private func add(
    _ talk: Conversation<Address>,
    memberIsUpper: Bool,
    serviceIsUpper: Bool,
    _ beginner: Beginner,
    _ sums: SubjectSums
  ) {
    let service = RowService(
      transport: talk.transport,
      port: talk.port(upper: serviceIsUpper)
    )
    rows.append(
      SubjectRow(
        peer: memberIsUpper ? talk.lower : talk.upper,
        member: memberIsUpper ? talk.upper : talk.lower,
        service,
        beginner,
        sums
      )
    )
  }

  private static func sums(
    _ talk: Conversation<Address>,
    memberIsUpper: Bool,
    _ slices: LogSlices
  ) -> SubjectSums {
    let (member, peer) = (talk.side(upper: memberIsUpper), talk.side(upper: !memberIsUpper))
    var sums = SubjectSums()
    sums.conversations = 1
    sums.rejected = UInt64(member.rejected) + UInt64(peer.rejected)
    (sums.packetsSent, sums.bytesSent) = (member.packets, member.bytes)
    (sums.packetsReceived, sums.bytesReceived) = (peer.packets, peer.bytes)
    (sums.first, sums.last) = (talk.first, talk.last)
    sums.longest = talk.last - talk.first
    sums.activity = slices.mask(first: talk.first, last: talk.last)
    return sums
  }
}

extension SubjectSums {
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
