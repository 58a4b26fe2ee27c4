internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// Reads the subject's conversations peer by peer, and makes of them contacts and peers; members and services have to wait
/// until all peers were seen.
struct SubjectAssembler<Address: FlowAddress>: RowConsumer {
  private(set) var traffic = SubjectTraffic()
  /// Rows by member and by service, for the second reading.
  private(set) var rest: RowStore<SubjectRow<Address>>
  private let countsMembers: Bool
  private var contact: SubjectContact?
  private var peer: SubjectPeer?
  private var mostBytes: UInt64 = 0

  init(countsMembers: Bool, budget: Int) {
    self.countsMembers = countsMembers
    rest = RowStore(budget: budget)
  }

  mutating func take(_ row: SubjectRow<Address>) {
    let address = row.group.ipAddress
    let beginner = Beginner(rawValue: row.beginner) ?? .unclear
    if let open = contact,
      open.peer != address || open.service != row.service || open.beginner != beginner
    {
      finishContact()
      if open.peer != address { finishPeer() }
    }
    var open =
      contact ?? SubjectContact(peer: address, service: row.service, beginner: beginner)
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
    rest.append(SubjectRow(done))
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
struct SubjectRestAssembler<Address: FlowAddress>: RowConsumer {
  private(set) var traffic = SubjectTraffic()
  private var member: SubjectMember?

  mutating func take(_ row: SubjectRow<Address>) {
    guard row.facet == SubjectRow<Address>.Facet.member.rawValue else {
      return traffic.services.offer(
        SubjectService(
          service: row.service,
          beginner: Beginner(rawValue: row.beginner) ?? .unclear,
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
