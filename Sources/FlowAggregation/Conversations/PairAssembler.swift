internal import FlowFindings
internal import FlowModel
internal import SpillableTable

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

/// The packets of records, which become conversations, contacts and the lines of pairs of hosts in the tables.
struct PairStage<Address: FlowAddress>: TableStage {
  var table: TableKey<FlowRow<Address>> { FlowRow.table }

  func assembler(_ worker: StageWorker<Address>) -> PairAssembler<Address> { PairAssembler(worker) }

  func finish(_ assemblers: [PairAssembler<Address>], into outcome: inout FamilyOutcome<Address>) {
    for assembler in assemblers { assembler.account(in: &outcome) }
  }
}

/// Reads the flow rows of one pair of hosts after the other, and makes of them the pair's lines in the tables, its
/// conversations, and the contacts of either host with the other.
struct PairAssembler<Address: FlowAddress>: RowAssembler {
  private let settings: PairSettings
  private var tables = Tables()
  private var totals = ConversationTotals()
  private let contacts: RowTable<ContactRow<Address>>
  private let endpoints: RowTable<EndpointRow<Address>>
  private let pending: RowTable<PendingRow<Address>>
  private var conversations: ConversationBatch<Address>

  private var tuple: [FlowRow<Address>] = []
  private var builder: ConversationBuilder<Address>
  private var endpointCache = EndpointCache<Address>()
  private var lowerSums = DirectedSums()
  private var upperSums = DirectedSums()
  private var lowerContact = OpenContact<Address>()
  private var upperContact = OpenContact<Address>()

  init(_ worker: StageWorker<Address>) {
    settings = worker.pairs
    contacts = worker.tables.table(ContactRow.table)
    endpoints = worker.tables.table(EndpointRow.table)
    pending = worker.tables.table(PendingRow.table)
    conversations = worker.conversations(.pairs)
    builder = ConversationBuilder(gap: settings.gap)
  }

  /// Adds what the worker found.
  func account(in outcome: inout FamilyOutcome<Address>) {
    outcome.tables.add(tables)
    outcome.totals.add(totals)
    conversations.account(in: &outcome)
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
    endpointCache.flush(into: endpoints)
    conversations.finishPartition()
  }

  mutating func finish() { conversations.finish() }

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
    conversations.add(rows: tuple)
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
    let countsPorts = !isReply && key.transport.hasPorts
    // A host that talks to itself is one pair, not two.
    if sentByUpper, key.lower != key.upper {
      upperSums.add(sums, port: countsPorts ? port : nil)
    } else {
      lowerSums.add(sums, port: countsPorts ? port : nil)
    }
    guard !isReply || sums.rejected > 0 else { return }
    let atSource = sums.rejected > 0 ? rejectedAtSource(sentByUpper: sentByUpper) : 0
    if sentByUpper {
      upperContact.open(key.upper, key.lower, key.transport, port, contacts)
      upperContact.add(sums, isReply: isReply, rejectedAtSource: atSource, contacts)
    } else {
      lowerContact.open(key.lower, key.upper, key.transport, port, contacts)
      lowerContact.add(sums, isReply: isReply, rejectedAtSource: atSource, contacts)
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
    guard row.transport.hasPorts else { return false }
    let from = sentByUpper ? row.upperPort : row.lowerPort
    let to = sentByUpper ? row.lowerPort : row.upperPort
    return to >= 32_768 && from < 32_768
  }

  private mutating func finishPair(_ row: FlowRow<Address>) {
    report(lowerSums, from: row.lower.ipAddress, to: row.upper.ipAddress)
    report(upperSums, from: row.upper.ipAddress, to: row.lower.ipAddress)
    lowerSums.clear()
    upperSums.clear()
    lowerContact.close(contacts)
    upperContact.close(contacts)
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
      builder.build(tuple, settings.own)
      for index in builder.finished.indices { judge(builder.finished[index], key, &servers) }
    }
    guard servers.isReal, key.transport.hasPorts else { return }
    if servers.lower { countEndpoint(key.lower, key.lowerPort, key.transport) }
    if servers.upper { countEndpoint(key.upper, key.upperPort, key.transport) }
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
  private mutating func countEndpoint(
    _ address: Address,
    _ port: UInt16,
    _ transport: TransportProtocol
  ) {
    endpointCache.add(
      EndpointRow(address: address, fanIn: 1, port: port, transport: transport),
      evicting: endpoints
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
      pending.append(PendingRow(talk))
      conversations.add(talk, .waiting)
    case .stray:
      totals.stray += 1
      conversations.add(talk, .stray)
    case .undecided:
      totals.undecided += 1
      conversations.add(talk, .undecided)
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
      upperContact.open(key.upper, key.lower, key.transport, key.lowerPort, contacts)
      upperContact.row.count(talk, beganUpper: true, isSure: isSure, settings.slices)
    } else {
      lowerContact.open(key.lower, key.upper, key.transport, key.upperPort, contacts)
      lowerContact.row.count(talk, beganUpper: false, isSure: isSure, settings.slices)
    }
    conversations.add(talk, ConversationVerdict(beganUpper: direction.beganUpper))
  }
}

extension Conversation {
  /// How it went for the side that began it.
  func outcome(beganUpper: Bool) -> Outcome {
    Outcome(
      client: side(upper: beganUpper),
      server: side(upper: !beganUpper),
      transport: transport,
      isV6: isV6
    )
  }
}
