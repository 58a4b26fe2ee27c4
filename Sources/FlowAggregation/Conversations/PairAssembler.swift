internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Reads the flow rows of one pair of hosts after the other.
///
/// Creates the pair's lines in the tables, its conversations and the host-service pairs of both hosts.
struct PairAssembler<Address: FlowAddress>: RowAssembler {
  private let settings: PairSettings
  private var tables = Tables()
  private var totals = ConversationTotals()
  private let servicePairs: RowTable<HostServiceRow<Address>>
  private let endpoints: RowTable<EndpointRow<Address>>
  private let pending: RowTable<PendingRow<Address>>
  private var conversations: ConversationBatch<Address>

  /// The most rows of one 5-tuple in memory.
  ///
  /// More rows go into a separate table.
  private static var mostHeld: Int { 32_768 }

  private let workerTables: WorkerTables
  private var tuple: [FlowRow<Address>] = []
  /// Whether an interface under investigation recorded the tuple; true without one.
  private var isInvestigated = true
  /// Whether the service pairs of the tuple are for detectors only.
  private var isTranslated = false
  private var longTuple: LongTuple<Address>?
  private var builder: ConversationBuilder<Address>
  private var observation: SingleObservation<Address>
  private let conversationRows: ConversationRows<Address>
  /// Whether interfaces have several observation points.
  private let comparesPoints: Bool
  /// Whether packets have other ends than their records.
  private let hasTranslations: Bool
  /// What is under investigation, where only the records of some interfaces count.
  private let interfaceQuery: InvestigationQuery?
  private var endpointCache = EndpointCache<Address>()
  private var lowerSums = DirectedSums()
  private var upperSums = DirectedSums()
  private var lowerServicePair = OpenServicePair<Address>()
  private var upperServicePair = OpenServicePair<Address>()

  init(_ worker: StageWorker<Address>) {
    settings = worker.pairs
    workerTables = worker.tables
    servicePairs = worker.tables.table(HostServiceRow.table)
    endpoints = worker.tables.table(EndpointRow.table)
    pending = worker.tables.table(PendingRow.table)
    conversations = worker.conversations(.pairs)
    builder = ConversationBuilder(gap: settings.gap)
    observation = SingleObservation(settings.shared)
    conversationRows = ConversationRows(settings)
    (comparesPoints, hasTranslations) = (!settings.shared.isEmpty, settings.translations.areAny)
    interfaceQuery = settings.investigated.flatMap { $0.query.interfaces.isEmpty ? nil : $0.query }
  }

  /// Adds the results of the worker.
  func account(in outcome: inout FamilyOutcome<Address>) {
    outcome.tables.add(tables)
    outcome.totals.add(totals)
    outcome.duplicates += observation.leftOut
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
    if tuple.count == Self.mostHeld { keepInTable() }
    tuple.append(row)
  }

  private mutating func keepInTable() {
    keepSingleObservations()
    var long = longTuple ?? LongTuple(workerTables.budget)
    longTuple = nil
    long.add(tuple, selected: conversationRows, settings.own)
    conversations.add(rows: tuple)
    tuple.removeAll(keepingCapacity: true)
    longTuple = long
  }

  @inline(__always)
  private mutating func keepSingleObservations() {
    if comparesPoints, !tuple.isEmpty { tuple = observation.keep(tuple) }
    if let interfaceQuery { noteInvestigated(interfaceQuery) }
  }

  private mutating func noteInvestigated(_ query: InvestigationQuery) {
    isInvestigated =
      longTuple != nil && isInvestigated
      || tuple.contains { query.interfaces.contains($0.interface) }
      || tuple.first.map {
        query.isNamed($0.lower.ipAddress) || query.isNamed($0.upper.ipAddress)
      } ?? false
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
    if longTuple != nil { return finishLongTuple(key) }
    keepSingleObservations()
    var lower = TupleSums()
    var upper = TupleSums()
    for row in tuple where row.isForSums {
      if row.sentByUpper { upper.add(row) } else { lower.add(row) }
    }
    addPlain(lower, sentByUpper: false, key, rejectedAtSource(lower, sentByUpper: false))
    addPlain(upper, sentByUpper: true, key, rejectedAtSource(upper, sentByUpper: true))
    if !hasTranslations || conversationRows.areAll(tuple) {
      assemble(key, lower, upper)
      conversations.add(rows: tuple)
    } else {
      assembleSelected(key)
    }
    tuple.removeAll(keepingCapacity: true)
  }

  /// Assembles the conversations of a tuple of which some rows are for sums only.
  private mutating func assembleSelected(_ key: FlowRow<Address>) {
    conversations.add(rows: tuple)
    if let isUpper = conversationRows.isGatewayUpper(tuple) {
      return noteSentOn(key, isGatewayUpper: isUpper)
    }
    tuple = conversationRows.select(tuple)
    guard !tuple.isEmpty else { return }
    isTranslated = tuple.contains { !$0.isForSums }
    defer { isTranslated = false }
    if isTranslated { addTranslated(key) }
    var servers = RealServers()
    for conversation in builder.build(tuple, settings.own) { judge(conversation, key, &servers) }
    count(servers, key)
  }

  /// Adds what a NAT gateway sent on, which is part of no conversation of its own.
  private mutating func noteSentOn(_ key: FlowRow<Address>, isGatewayUpper: Bool) {
    guard !Self.isReplyShaped(key, sentByUpper: isGatewayUpper) else { return }
    var back = TupleSums()
    for row in tuple where row.isForSums && row.sentByUpper != isGatewayUpper { back.add(row) }
    if isGatewayUpper {
      upperServicePair.noteSentOn(back)
    } else {
      lowerServicePair.noteSentOn(back)
    }
  }

  /// Adds the sums under the ends of the packets, for detectors.
  private mutating func addTranslated(_ key: FlowRow<Address>) {
    var (lower, upper) = (TupleSums(), TupleSums())
    for row in tuple where !row.isForSums {
      if row.sentByUpper { upper.add(row) } else { lower.add(row) }
    }
    addPlain(lower, sentByUpper: false, key, rejectedAtSource(lower, sentByUpper: false))
    addPlain(upper, sentByUpper: true, key, rejectedAtSource(upper, sentByUpper: true))
  }

  /// Adds the records of one direction to its pair, and to its host-service pair unless they are ordinary replies.
  private mutating func addPlain(
    _ sums: TupleSums,
    sentByUpper: Bool,
    _ key: FlowRow<Address>,
    _ atSource: UInt64
  ) {
    guard sums.rows > 0 else { return }
    let isReply = Self.isReplyShaped(key, sentByUpper: sentByUpper)
    let port = sentByUpper ? key.lowerPort : key.upperPort
    let countsPorts = !isReply && key.transport.hasPorts
    // A host with traffic to itself is one pair, not two.
    if isTranslated {
      // The table of pairs counts the record under its own addresses.
    } else if sentByUpper, key.lower != key.upper {
      upperSums.add(sums, port: countsPorts ? port : nil)
    } else {
      lowerSums.add(sums, port: countsPorts ? port : nil)
    }
    guard !isReply || sums.rejected > 0 else { return }
    if sentByUpper {
      upperServicePair.open(
        key.upper,
        key.lower,
        key.transport,
        port,
        isForDetectorsOnly: isTranslated,
        servicePairs
      )
      upperServicePair.add(sums, isReply: isReply, rejectedAtSource: atSource, servicePairs)
    } else {
      lowerServicePair.open(
        key.lower,
        key.upper,
        key.transport,
        port,
        isForDetectorsOnly: isTranslated,
        servicePairs
      )
      lowerServicePair.add(sums, isReply: isReply, rejectedAtSource: atSource, servicePairs)
    }
  }

  /// The rejected records of one direction from the sender's own interface.
  private func rejectedAtSource(_ sums: TupleSums, sentByUpper: Bool) -> UInt64 {
    guard sums.rejected > 0 else { return 0 }
    var count: UInt64 = 0
    for row in tuple
    where row.sentByUpper == sentByUpper && row.isRejectedAtSource(settings.own) {
      count += UInt64(row.records)
    }
    return count
  }

  /// Whether it is reply-shaped: from a port below the ephemeral ports to an ephemeral port.
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
    lowerServicePair.close(servicePairs)
    upperServicePair.close(servicePairs)
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
    if settings.perimeter.internalRanges.contains(source),
      !settings.perimeter.internalRanges.contains(destination)
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
    if let conversation = Conversation(key, lower, upper, gap: settings.gap) {
      judge(conversation, key, &servers)
    } else {
      for conversation in builder.build(tuple, settings.own) { judge(conversation, key, &servers) }
    }
    count(servers, key)
  }

  private mutating func count(_ servers: RealServers, _ key: FlowRow<Address>) {
    guard servers.isReal, key.transport.hasPorts else { return }
    if servers.lower { countEndpoint(key.lower, key.lowerPort, key.transport) }
    if servers.upper { countEndpoint(key.upper, key.upperPort, key.transport) }
  }

  /// The endpoints of a tuple that can be the server of a real conversation.
  private struct RealServers {
    var isReal = false
    var lower = false
    var upper = false

    mutating func note(_ settled: InitiatorInference?) {
      isReal = true
      let isSettled = settled?.rule == .servicePort || settled?.rule == .tcpFlags
      lower = lower || !isSettled || settled?.upperInitiated == true
      upper = upper || !isSettled || settled?.upperInitiated == false
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

  /// Decides the conversations that can be decided now.
  ///
  /// The others wait for fan-in.
  private mutating func judge(
    _ conversation: Conversation<Address>,
    _ key: FlowRow<Address>,
    _ servers: inout RealServers
  ) {
    guard interfaceQuery != nil else { return settle(conversation, key, &servers) }
    var conversation = conversation
    conversation.isInvestigated = isInvestigated
    settle(conversation, key, &servers)
  }

  @inline(__always)
  private mutating func settle(
    _ conversation: Conversation<Address>,
    _ key: FlowRow<Address>,
    _ servers: inout RealServers
  ) {
    let isAtLogStart = conversation.first <= settings.logStartEnds
    totals.count(conversation)
    var settled: InitiatorInference?
    switch InitiatorRules.verdict(
      conversation,
      isAtLogStart: isAtLogStart,
      internalRanges: settings.perimeter.internalRanges
    )
    {
    case .decided(let direction):
      totals.count(direction)
      settled = direction
      let upperInitiated = direction.upperInitiated
      if conversation.side(upper: !upperInitiated).isRejected {
        let delivered = conversation.withoutRejectedResponse(upperInitiated: upperInitiated)
        count(delivered, direction, key)
      } else {
        count(conversation, direction, key)
      }
    case .needsFanIn:
      pending.append(PendingRow(conversation))
      conversations.add(conversation, .waiting)
    case .latePacket:
      totals.latePacket += 1
      conversations.add(conversation, .latePacket)
    case .undecided:
      totals.undecided += 1
      conversations.add(conversation, .undecided)
    }
    if conversation.isReal { servers.note(settled) }
  }

  private mutating func count(
    _ conversation: Conversation<Address>,
    _ direction: InitiatorInference,
    _ key: FlowRow<Address>
  ) {
    let isSure = direction.isClear
    if direction.upperInitiated {
      upperServicePair.open(
        key.upper,
        key.lower,
        key.transport,
        key.lowerPort,
        isForDetectorsOnly: isTranslated,
        servicePairs
      )
      upperServicePair.row.count(
        conversation,
        upperInitiated: true,
        isSure: isSure,
        settings.slices
      )
    } else {
      lowerServicePair.open(
        key.lower,
        key.upper,
        key.transport,
        key.upperPort,
        isForDetectorsOnly: isTranslated,
        servicePairs
      )
      lowerServicePair.row.count(
        conversation,
        upperInitiated: false,
        isSure: isSure,
        settings.slices
      )
    }
    conversations.add(conversation, ConversationVerdict(upperInitiated: direction.upperInitiated))
  }
}

// MARK: Long tuples

extension PairAssembler {
  private mutating func finishLongTuple(_ key: FlowRow<Address>) {
    keepInTable()
    guard let long = longTuple else { return }
    longTuple = nil
    addPlain(long.lower, sentByUpper: false, key, long.lowerRejectedAtSource)
    addPlain(long.upper, sentByUpper: true, key, long.upperRejectedAtSource)
    var reader = LongTupleReader(self, key)
    long.read(into: &reader, workerTables)
    self = reader.finish()
  }

  /// Splits a long tuple into conversations while its rows are read.
  private struct LongTupleReader: RowConsumer {
    private var pairs: PairAssembler
    private let key: FlowRow<Address>
    private var servers = RealServers()

    init(_ pairs: PairAssembler, _ key: FlowRow<Address>) { (self.pairs, self.key) = (pairs, key) }

    mutating func take(_ row: TimedRow<Address>) {
      guard let conversation = pairs.builder.add(row.row, pairs.settings.own) else { return }
      pairs.judge(conversation, key, &servers)
    }

    mutating func finish() -> PairAssembler {
      if let conversation = pairs.builder.finish() { pairs.judge(conversation, key, &servers) }
      pairs.count(servers, key)
      return pairs
    }
  }
}

extension Conversation {
  /// The outcome from the initiator's view.
  func outcome(upperInitiated: Bool) -> Outcome {
    Outcome(
      client: side(upper: upperInitiated),
      server: side(upper: !upperInitiated),
      transport: transport,
      isV6: isV6
    )
  }
}
