internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// The conversations of the investigation target, by peer.
struct InvestigationStage<Address: FlowAddress>: TableStage {
  var table: TableKey<InvestigationRow<Address>> { InvestigationRow.table }

  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>? {
    worker.pairs.investigated.map {
      ConversationListener(
        InvestigationCollector($0, worker.pairs.loginPorts, worker.tables.table(table))
      )
    }
  }

  func assembler(_ worker: StageWorker<Address>) -> InvestigationAssembler<Address> {
    InvestigationAssembler(
      countsMembers: worker.pairs.investigated?.query.isOneAddress == false,
      worker.tables.table(InvestigationRow.restTable)
    )
  }

  func finish(
    _ assemblers: [InvestigationAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    for assembler in assemblers { outcome.investigated.add(assembler.traffic) }
  }
}

/// The conversations of the investigation target by member and by service.
struct InvestigationRestStage<Address: FlowAddress>: TableStage {
  var table: TableKey<InvestigationRow<Address>> { InvestigationRow.restTable }

  func assembler(_ worker: StageWorker<Address>) -> InvestigationRestAssembler<Address> {
    InvestigationRestAssembler()
  }

  func finish(
    _ assemblers: [InvestigationRestAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    for assembler in assemblers { outcome.investigated.add(assembler.traffic) }
  }
}

/// Reads the conversations of the investigation target peer by peer and creates host-service pairs and peers.
///
/// Members and services wait until all peers were read.
struct InvestigationAssembler<Address: FlowAddress>: RowAssembler {
  private(set) var traffic = InvestigationTraffic()
  /// Rows by member and by service, for the second reading.
  private let rest: RowTable<InvestigationRow<Address>>
  private let countsMembers: Bool
  private var servicePair: InvestigationContact?
  private var service = RowService(transport: .unknown, port: 0)
  private var peer: InvestigationPeer?
  private var mostBytes: UInt64 = 0

  init(countsMembers: Bool, _ rest: RowTable<InvestigationRow<Address>>) {
    (self.countsMembers, self.rest) = (countsMembers, rest)
  }

  mutating func take(_ row: InvestigationRow<Address>) {
    let address = row.group.ipAddress
    let initiator = row.initiator
    if let open = servicePair,
      open.peer != address || service != row.rowService || open.initiator != initiator
    {
      finishServicePair()
      if open.peer != address { finishPeer() }
    }
    var open =
      servicePair
      ?? InvestigationContact(peer: address, service: row.rowService.service, initiator: initiator)
    service = row.rowService
    open.members += 1
    open.sums.add(row.sums)
    servicePair = open
    if countsMembers {
      rest.append(InvestigationRow(member: row.other, peer: row.group, row.sums))
    }
  }

  private mutating func finishServicePair() {
    guard let done = servicePair else { return }
    servicePair = nil
    var peer = self.peer ?? InvestigationPeer(address: done.peer, mainService: done.service)
    if done.sums.bytes > mostBytes {
      (mostBytes, peer.mainService) = (done.sums.bytes, done.service)
    }
    peer.servicePairs += 1
    peer.sums.add(done.sums)
    peer.began[Int(done.initiator.rawValue)] +|= done.sums.conversations
    self.peer = peer
    traffic.began[Int(done.initiator.rawValue)].add(done.sums)
    traffic.servicePairs.offer(done)
    rest.append(InvestigationRow(done, service))
  }

  private mutating func finishPeer() {
    if let peer {
      traffic.peers.offer(peer)
      if peer.began[Int(Initiator.peer.rawValue)] > 0 { traffic.initiatingPeers += 1 }
      if peer.sums.answered > 0 { traffic.answeredPeers += 1 }
    }
    (peer, mostBytes) = (nil, 0)
  }

  /// Ends the last peer of a partition.
  mutating func finishPartition() {
    finishServicePair()
    finishPeer()
  }
}

/// Reads the rows of the first pass: members and services of the investigation target.
struct InvestigationRestAssembler<Address: FlowAddress>: RowAssembler {
  private(set) var traffic = InvestigationTraffic()
  private var member: InvestigationMember?

  mutating func take(_ row: InvestigationRow<Address>) {
    guard row.isMember else {
      return traffic.services.offer(
        InvestigationService(
          service: row.rowService.service,
          initiator: row.initiator,
          peers: row.peers,
          sums: row.sums
        )
      )
    }
    if let open = member, open.address != row.group.ipAddress { finishPartition() }
    var open = member ?? InvestigationMember(address: row.group.ipAddress)
    open.peers += 1
    open.sums.add(row.sums)
    member = open
  }

  /// Ends the last member of a partition.
  mutating func finishPartition() {
    if let member { traffic.members.offer(member) }
    member = nil
  }
}
