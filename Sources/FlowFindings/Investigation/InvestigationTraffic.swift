public import FlowModel

/// The initiator of a conversation, seen from the investigation target.
public enum Initiator: UInt8, Sendable, CaseIterable {
  /// The investigation target.
  case investigated = 0
  /// The other side.
  case peer = 1
  /// Nothing tells.
  case unclear = 2
  /// Nobody in this log: a late packet of a closed connection, or an answer to what nobody asked.
  case latePacket = 3
}

/// Sums over conversations of the investigation target; packets that two interfaces saw count once.
public struct InvestigationSums: Sendable, Equatable, BitwiseCopyable {
  /// Conversations.
  public var conversations: UInt64 = 0
  /// Those that a security group or network ACL stopped.
  public var blocked: UInt64 = 0
  /// Those that got no answer.
  public var silent: UInt64 = 0
  /// Those of them with a response that was rejected on its way.
  public var responsesBlocked: UInt64 = 0
  /// Those answered with bare resets.
  public var refused: UInt64 = 0
  /// Those answered, with fewer than eight packets from the client.
  public var touched: UInt64 = 0
  /// Those answered, with eight packets from the client or more.
  public var sessions: UInt64 = 0
  /// Answered ones with a login service that are as large or last as long as a successful login.
  public var logins: UInt64 = 0
  /// The other answered ones with a login service.
  public var loginAttempts: UInt64 = 0
  /// Those that began at the moment that the investigation asks about, or later.
  public var later: UInt64 = 0
  /// The bytes of these, both ways.
  public var laterBytes: UInt64 = 0
  /// Rejected records among them.
  public var rejected: UInt64 = 0
  /// What the investigation target sent.
  public var packetsSent: UInt64 = 0
  /// What the investigation target sent.
  public var bytesSent: UInt64 = 0
  /// What the other side sent.
  public var packetsReceived: UInt64 = 0
  /// What the other side sent.
  public var bytesReceived: UInt64 = 0
  /// The slices of the log in which there was one, a bit each (`LogSlices`).
  public var activity: UInt64 = 0
  /// Earliest time, Unix seconds; `UInt32.max` when empty.
  public var first = UInt32.max
  /// Latest time, Unix seconds.
  public var last: UInt32 = 0
  /// The longest conversation, in seconds.
  public var longest: UInt32 = 0

  /// No conversations.
  public init() {}

  /// Conversations in which something was answered; known where it is clear the initiator.
  public var answered: UInt64 { touched +| sessions }
  /// Bytes both ways; stops at the largest number.
  public var bytes: UInt64 { bytesSent +| bytesReceived }

  /// Adds the sums of others.
  public mutating func add(_ other: InvestigationSums) {
    conversations +|= other.conversations
    blocked +|= other.blocked
    silent +|= other.silent
    responsesBlocked +|= other.responsesBlocked
    refused +|= other.refused
    touched +|= other.touched
    sessions +|= other.sessions
    logins +|= other.logins
    loginAttempts +|= other.loginAttempts
    later +|= other.later
    laterBytes +|= other.laterBytes
    rejected +|= other.rejected
    packetsSent +|= other.packetsSent
    bytesSent +|= other.bytesSent
    packetsReceived +|= other.packetsReceived
    bytesReceived +|= other.bytesReceived
    activity |= other.activity
    first = min(first, other.first)
    last = max(last, other.last)
    longest = max(longest, other.longest)
  }

  /// The heavier first: bytes, then conversations, then the earlier; nil where these are equal.
  static func ranksBefore(_ left: InvestigationSums, _ right: InvestigationSums) -> Bool? {
    if left.bytes != right.bytes { return left.bytes > right.bytes }
    if left.conversations != right.conversations {
      return left.conversations > right.conversations
    }
    return left.first == right.first ? nil : left.first < right.first
  }
}

/// What passed between the investigation target and one service of one peer, or between a peer and one service of the
/// investigation target.
public struct InvestigationContact: TableRow {
  /// The other side.
  public var peer: IPAddress
  /// The service that was asked for, on whichever side it is; where that is unclear, the port that looks more like one.
  public var service: Service
  /// The initiator.
  public var initiator: Initiator
  /// How many addresses of the investigation target took part.
  public var members: UInt64 = 0
  /// All of their conversations.
  public var sums = InvestigationSums()

  /// Puts the values together.
  package init(
    peer: IPAddress,
    service: Service,
    initiator: Initiator,
    members: UInt64 = 0,
    sums: InvestigationSums = InvestigationSums()
  ) {
    self.peer = peer
    self.service = service
    self.initiator = initiator
    self.members = members
    self.sums = sums
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: InvestigationContact, _ right: InvestigationContact)
    -> Bool
  {
    InvestigationSums.ranksBefore(left.sums, right.sums)
      ?? ((left.peer, left.service, left.initiator.rawValue)
        < (right.peer, right.service, right.initiator.rawValue))
  }
}

/// All that passed between the investigation target and one peer.
public struct InvestigationPeer: TableRow {
  /// The other side.
  public var address: IPAddress
  /// Services and their initiators: how many host-service pairs there are.
  public var servicePairs: UInt64 = 0
  /// The service with the most bytes.
  public var mainService: Service
  /// Conversations by their initiators, in the order of `Initiator`.
  public var began = SIMD4<UInt64>()
  /// All conversations.
  public var sums = InvestigationSums()

  /// Puts the values together.
  package init(
    address: IPAddress,
    servicePairs: UInt64 = 0,
    mainService: Service,
    sums: InvestigationSums = InvestigationSums()
  ) {
    self.address = address
    self.servicePairs = servicePairs
    self.mainService = mainService
    self.sums = sums
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: InvestigationPeer, _ right: InvestigationPeer) -> Bool {
    InvestigationSums.ranksBefore(left.sums, right.sums) ?? (left.address < right.address)
  }
}

/// All that passed over one service, by its initiator.
public struct InvestigationService: TableRow {
  /// The service.
  public var service: Service
  /// The initiator.
  public var initiator: Initiator
  /// Distinct peers.
  public var peers: UInt64
  /// All conversations.
  public var sums = InvestigationSums()

  /// Puts the values together.
  package init(
    service: Service,
    initiator: Initiator,
    peers: UInt64,
    sums: InvestigationSums = InvestigationSums()
  ) {
    self.service = service
    self.initiator = initiator
    self.peers = peers
    self.sums = sums
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: InvestigationService, _ right: InvestigationService)
    -> Bool
  {
    if left.sums.conversations != right.sums.conversations {
      return left.sums.conversations > right.sums.conversations
    }
    return InvestigationSums.ranksBefore(left.sums, right.sums)
      ?? ((left.service, left.initiator.rawValue) < (right.service, right.initiator.rawValue))
  }
}

/// What one address of an investigation target did that has many.
public struct InvestigationMember: TableRow {
  /// The address.
  public var address: IPAddress
  /// Distinct peers.
  public var peers: UInt64 = 0
  /// All conversations.
  public var sums = InvestigationSums()

  /// Puts the values together.
  package init(
    address: IPAddress,
    peers: UInt64 = 0,
    sums: InvestigationSums = InvestigationSums()
  ) {
    self.address = address
    self.peers = peers
    self.sums = sums
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: InvestigationMember, _ right: InvestigationMember) -> Bool
  {
    InvestigationSums.ranksBefore(left.sums, right.sums) ?? (left.address < right.address)
  }
}

/// The best of any number of rows, and how many there were: exact, within a ceiling of memory.
public struct BestRows<Row: TableRow>: Sendable {
  private let limit: Int
  private var kept: [Row] = []
  /// How many rows there were.
  public private(set) var count: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  /// Offers a row with its final sums.
  package mutating func offer(_ row: Row) {
    count += 1
    keep(row)
  }

  private mutating func keep(_ row: Row) {
    kept.append(row)
    if kept.count >= 2 * limit { trim() }
  }

  private mutating func trim() {
    kept.sort(by: Row.ranksBefore)
    if kept.count > limit { kept.removeLast(kept.count - limit) }
  }

  /// Adds what another worker kept of other rows.
  mutating func add(_ other: BestRows) {
    count += other.count
    for row in other.kept { keep(row) }
  }

  /// Brings rows of one key together that came from different parts; exact while no part had to let go of any.
  mutating func join<Key: Hashable>(by key: (Row) -> Key, _ combine: (inout Row, Row) -> Void) {
    var places: [Key: Int] = [:]
    var joined: [Row] = []
    for row in kept {
      guard let place = places[key(row)] else {
        places[key(row)] = joined.count
        joined.append(row)
        continue
      }
      combine(&joined[place], row)
      count -= 1
    }
    kept = joined
  }

  /// The best ones in order.
  public var rows: [Row] {
    var best = self
    best.trim()
    return best.kept
  }
}

/// What a run knows of the investigation target.
public struct InvestigationTraffic: Sendable {
  /// Where the investigation target lies: its address, its range, or what an interface was found to have as its own.
  public var networks: [IPNetwork] = []
  /// Whether the investigation target is an interface whose address other interfaces have at the same time: it only
  /// forwards, or lies in another VPC with the same range.
  public var sharesAddress = false
  /// The moment since which changes are told; nil when nobody asks.
  public var moment: InvestigationMoment?
  /// What the bits of an activity stand for; nil without records.
  public var slices: LogSlices?
  /// Plain sums over the records that the investigation target sent; what stays within a range counts here.
  public var sent = RecordSums()
  /// Plain sums over the records that others sent to it.
  public var received = RecordSums()
  /// Conversations by their initiators, in the order of `Initiator`.
  public var began = Array(repeating: InvestigationSums(), count: Initiator.allCases.count)
  /// Peers, those with the most bytes.
  public var peers = BestRows<InvestigationPeer>(limit: 10_000)
  /// How many peers began a conversation.
  public var initiatingPeers: UInt64 = 0
  /// How many peers have an answered conversation with a known initiator.
  public var answeredPeers: UInt64 = 0
  /// Host-service pairs, those with the most bytes.
  public var servicePairs = BestRows<InvestigationContact>(limit: 65_536)
  /// Services by their initiators, those with the most conversations.
  public var services = BestRows<InvestigationService>(limit: 10_000)
  /// The investigation target's addresses, where it has more than one.
  public var members = BestRows<InvestigationMember>(limit: 10_000)

  /// Nothing.
  public init() {}

  private struct ServiceKey: Hashable {
    var service: Service
    var initiator: Initiator
  }

  package mutating func add(_ other: InvestigationTraffic) {
    sent.add(other.sent)
    received.add(other.received)
    for index in began.indices { began[index].add(other.began[index]) }
    peers.add(other.peers)
    answeredPeers += other.answeredPeers
    initiatingPeers += other.initiatingPeers
    servicePairs.add(other.servicePairs)
    services.add(other.services)
    members.add(other.members)
    // An interface may have an address of each family, with the same services.
    services.join(by: { ServiceKey(service: $0.service, initiator: $0.initiator) }) {
      $0.peers +|= $1.peers
      $0.sums.add($1.sums)
    }
  }
}
