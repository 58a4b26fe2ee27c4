public import FlowModel

/// Outcomes of conversations.
public struct OutcomeCounts: Sendable, Equatable {
  /// Stopped by a security group or network ACL.
  public var blocked: UInt64 = 0
  /// No answer.
  public var silent: UInt64 = 0
  /// Answered with bare resets.
  public var refused: UInt64 = 0
  /// Answered, fewer than eight packets from the client.
  public var touched: UInt64 = 0
  /// Answered, eight packets from the client or more.
  public var sessions: UInt64 = 0

  /// No conversations.
  public init() {}

  /// Conversations that got nothing.
  public var failures: UInt64 { blocked + silent + refused }
  /// All conversations.
  public var total: UInt64 { failures + touched + sessions }

  /// Adds the outcomes of others.
  public mutating func add(_ other: OutcomeCounts) {
    blocked += other.blocked
    silent += other.silent
    refused += other.refused
    touched += other.touched
    sessions += other.sessions
  }
}

/// Plain sums over records.
public struct RecordSums: Sendable, Equatable {
  /// Records with log-status OK.
  public var records: UInt64 = 0
  /// Accepted ones.
  public var accepted: UInt64 = 0
  /// Rejected ones.
  public var rejected: UInt64 = 0
  /// Packets.
  public var packets: UInt64 = 0
  /// Bytes.
  public var bytes: UInt64 = 0
  /// Smallest start, Unix seconds; `UInt32.max` when empty.
  public var first = UInt32.max
  /// Largest end, Unix seconds.
  public var last: UInt32 = 0
  /// The slices of the log that the conversations touch (`LogSlices`); 0 where that is not known.
  public var activity: UInt64 = 0

  /// No records.
  public init() {}

  /// Adds the sums of others.
  public mutating func add(_ other: RecordSums) {
    records += other.records
    accepted += other.accepted
    rejected += other.rejected
    packets +|= other.packets
    bytes +|= other.bytes
    first = min(first, other.first)
    last = max(last, other.last)
    activity |= other.activity
  }
}

/// What a source tried at one service.
public struct ServiceAttempts: Sendable {
  /// The service.
  public var service: Service
  /// Distinct addresses on which the source began a conversation.
  public var targets: UInt64 = 0
  /// Distinct addresses on which at least one conversation got nothing.
  public var failedTargets: UInt64 = 0
  /// Distinct addresses with a conversation that got nothing, or an answer to fewer than eight packets.
  public var probedTargets: UInt64 = 0
  /// Distinct addresses that answered at least once.
  public var openTargets: UInt64 = 0
  /// Distinct addresses with conversations of at most two packets and no answer.
  public var tinyTargets: UInt64 = 0
  /// How the conversations went.
  public var outcomes = OutcomeCounts()
  /// Conversations of at most two packets from the client.
  public var tiny: UInt64 = 0
  /// Conversations whose direction is clear: a margin of 1 or more.
  public var sure: UInt64 = 0
  /// The records behind them.
  public var sums = RecordSums()
  /// What came back.
  public var replyBytes: UInt64 = 0
  /// The most targets that were first tried within some hour; nil when there are too many to tell.
  ///
  /// Of own and internal sources only targets count on which something failed.
  public var busiestHour: UInt64? = 0
  /// Likewise within some 24 hours.
  public var busiestDay: UInt64? = 0
  /// Up to eight targets, smallest addresses first.
  public var sample: [IPAddress] = []

  init(_ service: Service) { self.service = service }
}

/// The ports of one address that a source tried and that did not answer.
public struct VictimPorts: Sendable {
  /// The address.
  public var address: IPAddress
  /// Distinct protocol and port pairs with at least one conversation that got nothing.
  public var failedPorts: UInt64 = 0
  /// Distinct pairs that answered.
  public var openPorts: UInt64 = 0
  /// Lowest and highest port that failed.
  public var lowest = UInt16.max
  /// Highest port that failed.
  public var highest: UInt16 = 0
  /// How the conversations went.
  public var outcomes = OutcomeCounts()
  /// Conversations whose direction is clear: a margin of 1 or more.
  public var sure: UInt64 = 0
  /// The records behind them.
  public var sums = RecordSums()
  /// The most failed ports that were first tried within some hour.
  public var busiestHour: UInt64? = 0
  /// Likewise within some 24 hours.
  public var busiestDay: UInt64? = 0

  init(_ address: IPAddress) { self.address = address }
}

/// A service of an address that a source tried in vain.
public struct FailedContact: Sendable, Hashable, Comparable {
  /// The address.
  public var destination: IPAddress
  /// The service.
  public var service: Service

  /// By address, then service.
  public static func < (left: FailedContact, right: FailedContact) -> Bool {
    (left.destination, left.service) < (right.destination, right.service)
  }
}

/// Which way a source's conversations went, seen from the network.
public enum Bearing: UInt8, Sendable {
  /// From outside to own or internal addresses.
  case inbound
  /// Between own or internal addresses.
  case lateral
  /// From own or internal addresses to the outside.
  case outbound
}

/// A destination that got very many packets.
public struct HeavyTarget: Sendable, Equatable {
  /// Destinations with at least this many packets are listed.
  public static let floor: UInt64 = 10_000

  /// The destination.
  public var address: IPAddress
  /// The service with the most packets.
  public var service: Service
  /// How many packets that service got.
  public var servicePackets: UInt64 = 0
  /// How the conversations went.
  public var outcomes = OutcomeCounts()
  /// What was sent there.
  public var sums = RecordSums()
  /// What came back.
  public var replyBytes: UInt64 = 0

  /// Packets in a minute, on average from the first record to the last, of a minute at least.
  public var packetsPerMinute: Double {
    Double(sums.packets) * 60 / Double(max(60, sums.last > sums.first ? sums.last - sums.first : 0))
  }
}

/// A service that keeps rejecting an internal source.
public struct RejectedService: Sendable, Equatable {
  /// Services with at least this many rejected records are listed.
  public static let floor: UInt64 = 100

  /// The destination.
  public var destination: IPAddress
  /// The service.
  public var service: Service
  /// How the conversations went.
  public var outcomes: OutcomeCounts
  /// The records towards it.
  public var sums: RecordSums
  /// Rejected records that the source's own interface saw; the others were stopped at the destination.
  public var rejectedAtSource: UInt64
}

/// What one address tried on one side of the network's border.
public struct SourceProfile: Sendable {
  /// At most so many heavy targets and rejecting services are listed.
  public static let listLimit = 256
  /// Victims with at least this many failed ports are listed.
  public static let victimFloor: UInt64 = 5
  /// How many failed contacts are listed at the most.
  public static let failureLimit = 256

  /// The address.
  public var address: IPAddress
  /// Whether it is an own address or lies in an internal range.
  public var isInternal: Bool
  /// Which way its conversations went.
  public var bearing: Bearing
  /// Services tried, by service.
  public var services: [ServiceAttempts] = []
  /// Addresses with several failed ports, by address.
  public var victims: [VictimPorts] = []
  /// Outside destinations that got very many packets, by address.
  public var heavyTargets: [HeavyTarget] = []
  /// Services that keep rejecting an internal source, by destination and service.
  public var rejectedServices: [RejectedService] = []
  /// Distinct address and service pairs that failed, the first `failureLimit` by address and service.
  public var failures: [FailedContact] = []
  /// How many pairs failed.
  public var failureCount: UInt64 = 0
  /// Distinct addresses with at least one conversation.
  public var targets: UInt64 = 0
  /// How all conversations went.
  public var outcomes = OutcomeCounts()
  /// Conversations whose direction is clear: a margin of 1 or more.
  public var sure: UInt64 = 0
  /// The records behind them.
  public var sums = RecordSums()

  /// How much it holds, in services, ports and lists.
  var weight: Int {
    1 + services.count + victims.count + failures.count / 8 + heavyTargets.count
      + rejectedServices.count
  }

  init(address: IPAddress, isInternal: Bool, bearing: Bearing) {
    self.address = address
    self.isInternal = isInternal
    self.bearing = bearing
  }
}

/// All sources of one neighbourhood, a /24 or /48, that tried something worth judging; by address.
public struct Neighbourhood: Sendable {
  /// The network.
  public var network: IPNetwork
  /// Its sources, at most `limit`; never empty.
  public var sources: [SourceProfile]
  /// Whether sources with smaller addresses came in a part before: a network with more sources than `limit` is cut, since
  /// anybody can forge millions of addresses of one /48.
  public var isContinued = false
  /// How many sources a part holds at the most.
  public static let limit = 16_384
  /// How much the sources of a part hold at the most, in services, ports and lists.
  static let weightLimit = 131_072
}
