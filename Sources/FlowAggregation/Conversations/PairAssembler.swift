internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// What the second stage must know of the whole run before it begins.
struct PairSettings: Sendable {
  var own: OwnAddresses
  var border: NetworkBorder
  var loginPorts: LoginPorts
  /// Pauses above this many seconds end a conversation: twice the aggregation interval.
  var gap: UInt32
  /// Conversations that begin before this time may have begun before the log.
  var logStartEnds: UInt32
  /// First and last second of the whole log.
  var log: ClosedRange<UInt32>
  /// The slices of the log, for when something was active.
  var slices: LogSlices
  /// Whether a memory is kept, which asks for more than detectors do.
  var tellsAll: Bool
  /// The subject of an investigation, if there is one.
  var subject: SubjectSettings?
}

/// The second stage of one worker: reads the flow rows of one pair of hosts after the other, and makes of them the pair's
/// lines in the tables, its conversations, and the contacts of either host with the other.
struct PairAssembler<Address: FlowAddress>: RowConsumer {
  private let settings: PairSettings
  private(set) var tables = Tables()
  private(set) var contacts: RowStore<ContactRow<Address>>
  private(set) var endpoints: RowStore<EndpointRow<Address>>
  private(set) var pending: RowStore<PendingRow<Address>>
  private(set) var logins: LoginCollector<Address>
  private(set) var calls: CallCollector<Address>
  private(set) var hours: HourCollector<Address>
  private(set) var subject: SubjectCollector<Address>
  private(set) var totals = ConversationTotals()

  private var tuple: [FlowRow<Address>] = []
  private var conversations: ConversationBuilder<Address>
  private var endpointCache: EndpointCache<Address>
  private var lowerSums = DirectedSums()
  private var upperSums = DirectedSums()
  private var lowerContact = OpenContact<Address>()
  private var upperContact = OpenContact<Address>()

  init(_ settings: PairSettings, budget: Int) {
    self.settings = settings
    contacts = RowStore(budget: budget / 2)
    endpoints = RowStore(budget: budget / 4)
    pending = RowStore(budget: budget / 8)
    logins = LoginCollector(settings, leastAttempts: 3, budget: budget / 8)
    calls = CallCollector(settings.border, keepsFew: false, budget: budget / 8)
    hours = HourCollector(settings.border, isWanted: settings.tellsAll, budget: budget / 32)
    subject = SubjectCollector(settings.subject, budget: budget / 8)
    conversations = ConversationBuilder(gap: settings.gap)
    endpointCache = EndpointCache()
  }

  /// What ended the spilling of a table, if anything did.
  var failure: SystemError? {
    contacts.failure ?? endpoints.failure ?? pending.failure ?? logins.failure
      ?? calls.rows.failure ?? hours.rows.failure ?? subject.rows.failure
  }
  /// Bytes written to temporary files.
  var spilledBytes: Int {
    contacts.spilledBytes + endpoints.spilledBytes + pending.spilledBytes + logins.spilledBytes
      + calls.rows.spilledBytes + hours.rows.spilledBytes + subject.rows.spilledBytes
  }

  mutating func take(_ row: FlowRow<Address>) {
    if !tuple.isEmpty {
      let first = tuple[0]
      if !first.isSameTuple(row) {
        finishTuple(first)
        if !first.isSamePair(row) { finishPair(first) }
      }
    }
    tuple.append(row)
  }

  /// Ends the last pair of a partition.
  mutating func finishPartition() {
    if let last = tuple.last {
      finishTuple(last)
      finishPair(last)
    }
    endpointCache.flush(into: &endpoints)
  }

  /// Ends the last partition.
  mutating func finish() { hours.flush() }

  // MARK: Plain sums

  private mutating func finishTuple(_ key: FlowRow<Address>) {
    var lower = TupleSums()
    var upper = TupleSums()
    for row in tuple {
      if row.sentByUpper { upper.add(row) } else { lower.add(row) }
    }
    if lower.rows > 0 { addPlain(lower, sentByUpper: false, key) }
    if upper.rows > 0 { addPlain(upper, sentByUpper: true, key) }
    assemble(key, lower, upper)
    subject.note(tuple)
    tuple.removeAll(keepingCapacity: true)
  }

  /// Adds the records of one direction to its pair, and to its contact unless they are ordinary answers.
  private mutating func addPlain(
    _ sums: TupleSums,
    sentByUpper: Bool,
    _ key: FlowRow<Address>
  ) {
    let isReply = Self.isReplyShaped(key, sentByUpper: sentByUpper)
    let port = sentByUpper ? key.lowerPort : key.upperPort
    let countsPorts = !isReply && ProtocolNumber.hasPorts(key.protocolNumber)
    // A host that talks to itself is one pair, not two.
    if sentByUpper, key.lower != key.upper {
      upperSums.add(sums, port: countsPorts ? port : nil)
    } else {
      lowerSums.add(sums, port: countsPorts ? port : nil)
    }
    guard !isReply || sums.rejected > 0 else { return }
    let atSource = sums.rejected > 0 ? rejectedAtSource(sentByUpper: sentByUpper) : 0
    if sentByUpper {
      upperContact.open(key.upper, key.lower, key.protocolNumber, port, &contacts)
      upperContact.add(sums, isReply: isReply, rejectedAtSource: atSource, &contacts)
    } else {
      lowerContact.open(key.lower, key.upper, key.protocolNumber, port, &contacts)
      lowerContact.add(sums, isReply: isReply, rejectedAtSource: atSource, &contacts)
    }
  }

  /// The rejected records of one direction that the sender's own interface saw.
  private func rejectedAtSource(sentByUpper: Bool) -> UInt64 {
    var count: UInt64 = 0
    for row in tuple where row.isRejected && row.sentByUpper == sentByUpper {
      let sender = (sentByUpper ? row.upper : row.lower).ipAddress
      if settings.own.has(sender, interface: row.interface) { count += UInt64(row.records) }
    }
    return count
  }

  /// An answer by its looks: from below the ephemeral ports to one of them.
  @inline(__always)
  static func isReplyShaped(_ row: FlowRow<Address>, sentByUpper: Bool) -> Bool {
    guard ProtocolNumber.hasPorts(row.protocolNumber) else { return false }
    let from = sentByUpper ? row.upperPort : row.lowerPort
    let to = sentByUpper ? row.lowerPort : row.upperPort
    return to >= 32_768 && from < 32_768
  }

  private mutating func finishPair(_ row: FlowRow<Address>) {
    report(lowerSums, from: row.lower.ipAddress, to: row.upper.ipAddress)
    report(upperSums, from: row.upper.ipAddress, to: row.lower.ipAddress)
    lowerSums.clear()
    upperSums.clear()
    lowerContact.close(&contacts)
    upperContact.close(&contacts)
    logins.finishPair()
    calls.finishPair()
  }

  private mutating func report(
    _ sums: DirectedSums,
    from source: IPAddress,
    to destination: IPAddress
  ) {
    guard sums.records > 0 else { return }
    let talker = Talker(
      source: source,
      destination: destination,
      bytes: sums.bytes,
      packets: sums.packets,
      records: sums.records
    )
    tables.topTalkers.offer(talker)
    if settings.border.internalRanges.contains(source),
      !settings.border.internalRanges.contains(destination)
    {
      tables.externalDestinations.offer(talker)
    }
    if sums.distinctPorts > 0 {
      tables.portScans.offer(
        PortScan(
          source: source,
          destination: destination,
          distinctPorts: sums.distinctPorts,
          rejected: sums.rejected,
          records: sums.portRecords
        )
      )
    }
  }

  // MARK: Conversations

  private mutating func assemble(
    _ key: FlowRow<Address>,
    _ lower: TupleSums,
    _ upper: TupleSums
  ) {
    var servers = RealServers()
    if let talk = Conversation(key, lower, upper, gap: settings.gap) {
      judge(talk, key, &servers)
    } else {
      conversations.build(tuple, settings.own)
      for index in conversations.finished.indices {
        judge(conversations.finished[index], key, &servers)
      }
    }
    guard servers.isReal, ProtocolNumber.hasPorts(key.protocolNumber) else { return }
    if servers.lower { countEndpoint(key.lower, key.lowerPort, key.protocolNumber) }
    if servers.upper { countEndpoint(key.upper, key.upperPort, key.protocolNumber) }
  }

  /// Which endpoints of a tuple may be the server of a real conversation.
  private struct RealServers {
    var isReal = false
    var lower = false
    var upper = false

    mutating func note(_ settled: Direction?) {
      isReal = true
      let isSettled = settled?.rule == .servicePort || settled?.rule == .tcpFlags
      lower = lower || !isSettled || settled?.beganUpper == true
      upper = upper || !isSettled || settled?.beganUpper == false
    }
  }

  @inline(__always)
  private mutating func countEndpoint(_ address: Address, _ port: UInt16, _ protocolNumber: UInt8) {
    endpointCache.add(
      EndpointRow(address: address, fanIn: 1, port: port, protocolNumber: protocolNumber),
      evicting: &endpoints
    )
  }

  /// Decides what can be decided now; the rest waits.
  private mutating func judge(
    _ talk: Conversation<Address>,
    _ key: FlowRow<Address>,
    _ servers: inout RealServers
  ) {
    let isAtLogStart = talk.first <= settings.logStartEnds
    totals.count(talk)
    var settled: Direction?
    switch DirectionRules.verdict(
      talk,
      isAtLogStart: isAtLogStart,
      internalRanges: settings.border.internalRanges
    )
    {
    case .decided(let direction):
      totals.count(direction)
      settled = direction
      count(talk, direction, key)
    case .needsFanIn:
      pending.append(PendingRow(talk: talk))
      calls.noteWaiting()
    case .stray:
      totals.stray += 1
      subject.note(talk, .stray)
    case .undecided:
      totals.undecided += 1
      calls.noteUndecided(talk)
      subject.note(talk, .unclear)
    }
    if talk.isReal { servers.note(settled) }
  }

  private mutating func count(
    _ talk: Conversation<Address>,
    _ direction: Direction,
    _ key: FlowRow<Address>
  ) {
    let isSure = direction.isClear
    if direction.beganUpper {
      upperContact.open(key.upper, key.lower, key.protocolNumber, key.lowerPort, &contacts)
      upperContact.row.count(talk, beganUpper: true, isSure: isSure, settings.slices)
    } else {
      lowerContact.open(key.lower, key.upper, key.protocolNumber, key.upperPort, &contacts)
      lowerContact.row.count(talk, beganUpper: false, isSure: isSure, settings.slices)
    }
    logins.note(talk, beganUpper: direction.beganUpper)
    calls.note(talk, beganUpper: direction.beganUpper)
    hours.note(talk, beganUpper: direction.beganUpper)
    subject.note(talk, beganUpper: direction.beganUpper)
  }
}

extension Conversation {
  /// How it went for the side that began it.
  func outcome(beganUpper: Bool) -> Outcome {
    Outcome(
      client: side(upper: beganUpper),
      server: side(upper: !beganUpper),
      protocolNumber: protocolNumber,
      isV6: isV6
    )
  }
}
