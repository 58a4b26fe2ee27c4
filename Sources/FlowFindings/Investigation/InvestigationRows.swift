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
