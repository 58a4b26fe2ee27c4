internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Conversations of the investigation target that share the properties of the facet.
///
/// The same row serves three tables: by peer, service, initiator and member; by member and peer; by service and
/// initiator. Rows of one key are always merged, so that a merged row is one member, one peer, one service.
struct InvestigationRow<Address: FlowAddress>: SpillableRow {
  enum Facet: UInt8 { case peer, member, service }

  var sums: InvestigationSums
  /// Peers behind a service's row.
  var peers: UInt64 = 0
  private var lowHalf = Address.lowHalf
  /// The member, or the peer; 0 for a service.
  var other: Address
  private var pad = Address.pad
  private var rawInitiator: UInt16 = 0
  var port: UInt16 = 0
  private var rawProtocol: UInt16 = 0
  private var facet: UInt16
  private var groupHalf = Address.lowHalf
  /// The peer, or the member; 0 for a service.
  var group: Address

  /// Rows by peer, service, initiator and member.
  static var table: TableKey<Self> { TableKey(kind: 11 | Address.kinds) }
  /// Rows of the other two tables.
  static var restTable: TableKey<Self> { TableKey(kind: 12 | Address.kinds) }

  /// Rows of one peer or member are adjacent, and so are those of all services.
  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: 2 * Address.words + 1 + MemoryLayout<Address.Pad>.size / 8,
      groupWords: Address.words
    )
  }

  /// A row of the first table.
  init(
    peer: Address,
    member: Address,
    _ service: RowService,
    _ initiator: Initiator,
    _ sums: InvestigationSums
  ) {
    (group, other, self.sums) = (peer, member, sums)
    (port, rawProtocol) = (service.port, service.transport.rawValue)
    (rawInitiator, facet) = (UInt16(initiator.rawValue), UInt16(Facet.peer.rawValue))
  }

  /// A row of the second table.
  init(member: Address, peer: Address, _ sums: InvestigationSums) {
    (group, other, self.sums) = (member, peer, sums)
    facet = UInt16(Facet.member.rawValue)
  }

  /// A row of the third table.
  init(_ servicePair: InvestigationContact, _ service: RowService) {
    (group, other, sums, peers) = (0, 0, servicePair.sums, 1)
    (port, rawProtocol) = (service.port, service.transport.rawValue)
    rawInitiator = UInt16(servicePair.initiator.rawValue)
    facet = UInt16(Facet.service.rawValue)
  }

  var rowService: RowService {
    RowService(transport: TransportProtocol(rawValue: rawProtocol), port: port)
  }
  var initiator: Initiator {
    Initiator(rawValue: UInt8(truncatingIfNeeded: rawInitiator)) ?? .unclear
  }
  var isMember: Bool { facet == UInt16(Facet.member.rawValue) }

  private func isSameKey(_ other: Self) -> Bool {
    group == other.group && self.other == other.other && port == other.port
      && rawProtocol == other.rawProtocol && facet == other.facet
      && rawInitiator == other.rawInitiator
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard isSameKey(other) else { return false }
    sums.add(other.sums)
    peers +|= other.peers
    return true
  }
}
