internal import FlowFindings
internal import FlowModel

/// Conversations of the subject that have something in common; what that is, the facet says.
///
/// The same row serves three tables: by peer, service, beginner and member; by member and peer; by service and beginner.
/// Rows of one key absorb each other always, so that a row that comes out of a merge is one member, one peer, one service.
struct SubjectRow<Address: FlowAddress>: KeyedRow {
  enum Facet: UInt8 { case peer, member, service }

  /// The peer, or the member; 0 for a service.
  var group: Address
  /// The member, or the peer; 0 for a service.
  var other: Address
  var sums: SubjectSums
  /// Peers behind a service's row.
  var peers: UInt64 = 0
  var port: UInt16 = 0
  var protocolNumber: UInt8 = 0
  var beginner: UInt8 = 0
  var facet: UInt8

  /// A row of the first table.
  init(
    peer: Address,
    member: Address,
    _ service: Service,
    _ beginner: Beginner,
    _ sums: SubjectSums
  ) {
    (group, other, self.sums) = (peer, member, sums)
    (port, protocolNumber) = (service.port, service.protocolNumber)
    self.beginner = beginner.rawValue
    facet = Facet.peer.rawValue
  }

  /// A row of the second table.
  init(member: Address, peer: Address, _ sums: SubjectSums) {
    (group, other, self.sums) = (member, peer, sums)
    facet = Facet.member.rawValue
  }

  /// A row of the third table.
  init(_ contact: SubjectContact) {
    (group, other, sums, peers) = (0, 0, contact.sums, 1)
    (port, protocolNumber) = (contact.service.port, contact.service.protocolNumber)
    beginner = contact.beginner.rawValue
    facet = Facet.service.rawValue
  }

  var service: Service { Service(protocolNumber: protocolNumber, port: port) }

  private var topic: UInt64 {
    UInt64(facet) << 40 | UInt64(protocolNumber) << 32 | UInt64(port) << 16 | UInt64(beginner)
  }

  var leadingKey: UInt64 { group.leading(with: 0) }

  /// Rows of one peer or member meet; of services, those of one.
  var hash: UInt64 {
    facet == Facet.service.rawValue
      ? mix(topic &* 0x9e37_79b9_7f4a_7c15) : mix(group.mixed &* 0x9e37_79b9_7f4a_7c15)
  }

  private func isSameKey(_ other: Self) -> Bool {
    group == other.group && self.other == other.other && topic == other.topic
  }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.group != right.group { return left.group < right.group }
    if left.topic != right.topic { return left.topic < right.topic }
    return left.other < right.other
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard isSameKey(other) else { return false }
    sums.add(other.sums)
    peers +|= other.peers
    return true
  }
}
