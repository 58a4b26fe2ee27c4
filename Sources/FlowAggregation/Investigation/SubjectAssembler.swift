internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// The subject's conversations, by peer.
struct SubjectStage<Address: FlowAddress>: TableStage {
  var table: TableKey<SubjectRow<Address>> { SubjectRow.table }

  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>? {
    worker.pairs.subject.map {
      ConversationListener(SubjectCollector($0, worker.tables.table(table)))
    }
  }

  func assembler(_ worker: StageWorker<Address>) -> SubjectAssembler<Address> {
    SubjectAssembler(
      countsMembers: worker.pairs.subject?.query.isOneAddress == false,
      worker.tables.table(SubjectRow.restTable)
    )
  }

  func finish(
    _ assemblers: [SubjectAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    for assembler in assemblers { outcome.subject.add(assembler.traffic) }
  }
}

/// What the subject's conversations have in common beside the peer: members and services.
struct SubjectRestStage<Address: FlowAddress>: TableStage {
  var table: TableKey<SubjectRow<Address>> { SubjectRow.restTable }

  func assembler(_ worker: StageWorker<Address>) -> SubjectRestAssembler<Address> {
    SubjectRestAssembler()
  }

  func finish(
    _ assemblers: [SubjectRestAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    for assembler in assemblers { outcome.subject.add(assembler.traffic) }
  }
}

/// Reads the subject's conversations peer by peer, and makes of them contacts and peers; members and services have to wait
/// until all peers were seen.
struct SubjectAssembler<Address: FlowAddress>: RowAssembler {
  private(set) var traffic = SubjectTraffic()
  /// Rows by member and by service, for the second reading.
  private let rest: RowTable<SubjectRow<Address>>
  private let countsMembers: Bool
  private var contact: SubjectContact?
  private var service = RowService(transport: .unknown, port: 0)
  private var peer: SubjectPeer?
  private var mostBytes: UInt64 = 0

  init(countsMembers: Bool, _ rest: RowTable<SubjectRow<Address>>) {
    (self.countsMembers, self.rest) = (countsMembers, rest)
  }

  mutating func take(_ row: SubjectRow<Address>) {
    let address = row.group.ipAddress
    let beginner = row.beginner
    if let open = contact,
      open.peer != address || service != row.rowService || open.beginner != beginner
    {
      finishContact()
      if open.peer != address { finishPeer() }
    }
    var open =
      contact
      ?? SubjectContact(peer: address, service: row.rowService.service, beginner: beginner)
    service = row.rowService
    open.members += 1
    open.sums.add(row.sums)
    contact = open
    if countsMembers {
      rest.append(SubjectRow(member: row.other, peer: row.group, row.sums))
    }
  }

  private mutating func finishContact() {
    guard let done = contact else { return }
    contact = nil
    var peer = self.peer ?? SubjectPeer(address: done.peer, mainService: done.service)
    if done.sums.bytes > mostBytes {
      (mostBytes, peer.mainService) = (done.sums.bytes, done.service)
    }
    peer.contacts += 1
    peer.sums.add(done.sums)
    peer.began[Int(done.beginner.rawValue)] +|= done.sums.conversations
    self.peer = peer
    traffic.began[Int(done.beginner.rawValue)].add(done.sums)
    traffic.contacts.offer(done)
    rest.append(SubjectRow(done, service))
  }

  private mutating func finishPeer() {
    if let peer { traffic.peers.offer(peer) }
    (peer, mostBytes) = (nil, 0)
  }

  /// Ends the last peer of a partition.
  mutating func finishPartition() {
    finishContact()
    finishPeer()
  }
}

/// Reads what the first reading left: the subject's members and services.
struct SubjectRestAssembler<Address: FlowAddress>: RowAssembler {
  private(set) var traffic = SubjectTraffic()
  private var member: SubjectMember?

  mutating func take(_ row: SubjectRow<Address>) {
    guard row.isMember else {
      return traffic.services.offer(
        SubjectService(
          service: row.rowService.service,
          beginner: row.beginner,
          peers: row.peers,
          sums: row.sums
        )
      )
    }
    if let open = member, open.address != row.group.ipAddress { finishPartition() }
    var open = member ?? SubjectMember(address: row.group.ipAddress)
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
