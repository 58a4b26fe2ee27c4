package import FlowFindings
package import FlowModel

/// What a source tried at one service.
package struct ServiceAttempts: Sendable {
  /// The service.
  package var service: Service
  /// Distinct addresses on which the source began a conversation.
  package var targets: UInt64 = 0
  /// Distinct addresses on which at least one conversation got nothing.
  package var failedTargets: UInt64 = 0
  /// Distinct addresses with a conversation that got nothing, or an answer to fewer than eight packets.
  package var probedTargets: UInt64 = 0
  /// Distinct addresses that answered at least once.
  package var openTargets: UInt64 = 0
  /// Distinct addresses with conversations of at most two packets and no answer.
  package var tinyTargets: UInt64 = 0
  /// How the conversations went.
  package var outcomes = OutcomeCounts()
  /// Conversations of at most two packets from the client.
  package var tiny: UInt64 = 0
  /// Conversations whose direction is clear: a margin of 1 or more.
  package var sure: UInt64 = 0
  /// The records behind them.
  package var sums = RecordSums()
  /// What came back.
  package var replyBytes: UInt64 = 0
  /// The most targets that were first tried within some hour; nil when there are too many to tell.
  ///
  /// Of own and internal sources only targets count on which something failed.
  package var busiestHour: UInt64? = 0
  /// Likewise within some 24 hours.
  package var busiestDay: UInt64? = 0
  /// Up to eight targets, smallest addresses first.
  package var sample: [IPAddress] = []

  init(_ service: Service) { self.service = service }
}

/// The ports of one address that a source tried and that did not answer.
package struct VictimPorts: Sendable {
  /// The address.
  package var address: IPAddress
  /// Distinct protocol and port pairs with at least one conversation that got nothing.
  package var failedPorts: UInt64 = 0
  /// Distinct pairs that answered.
  package var openPorts: UInt64 = 0
  /// Lowest and highest port that failed.
  package var lowest = UInt16.max
  /// Highest port that failed.
  package var highest: UInt16 = 0
  /// How the conversations went.
  package var outcomes = OutcomeCounts()
  /// Conversations whose direction is clear: a margin of 1 or more.
  package var sure: UInt64 = 0
  /// The records behind them.
  package var sums = RecordSums()
  /// The most failed ports that were first tried within some hour.
  package var busiestHour: UInt64? = 0
  /// Likewise within some 24 hours.
  package var busiestDay: UInt64? = 0

  init(_ address: IPAddress) { self.address = address }
}

/// A service of an address that a source tried in vain.
package struct FailedServicePair: Sendable, Hashable, Comparable {
  /// The address.
  package var destination: IPAddress
  /// The service.
  package var service: Service

  /// By address, then service.
  package static func < (left: FailedServicePair, right: FailedServicePair) -> Bool {
    (left.destination, left.service) < (right.destination, right.service)
  }
}

/// Which way a source's conversations went, seen from the network.
package enum TrafficDirection: UInt8, Sendable {
  /// From outside to own or internal addresses.
  case inbound
  /// Between own or internal addresses.
  case lateral
  /// From own or internal addresses to the outside.
  case outbound
}

/// A destination that got very many packets.
package struct HeavyTarget: Sendable, Equatable {
  /// Destinations with at least this many packets are listed.
  package static let floor: UInt64 = 10_000

  /// The destination.
  package var address: IPAddress
  /// The service with the most packets.
  package var service: Service
  /// How many packets that service got.
  package var servicePackets: UInt64 = 0
  /// How the conversations went.
  package var outcomes = OutcomeCounts()
  /// What was sent there.
  package var sums = RecordSums()
  /// What came back.
  package var replyBytes: UInt64 = 0

  /// Packets in a minute, on average from the first record to the last, of a minute at least.
  package var packetsPerMinute: Double {
    Double(sums.packets) * 60 / Double(max(60, sums.last > sums.first ? sums.last - sums.first : 0))
  }
}

/// A service that keeps rejecting an internal source.
package struct RejectedService: Sendable, Equatable {
  /// Services with at least this many rejected records are listed.
  package static let floor: UInt64 = 100

  /// The destination.
  package var destination: IPAddress
  /// The service.
  package var service: Service
  /// How the conversations went.
  package var outcomes: OutcomeCounts
  /// The records towards it.
  package var sums: RecordSums
  /// Rejected records that the source's own interface saw; the others were stopped at the destination.
  package var rejectedAtSource: UInt64
}

/// What one address tried on one side of the network's border.
package struct SourceProfile: Sendable {
  /// At most so many heavy targets and rejecting services are listed.
  package static let listLimit = 256
  /// Victims with at least this many failed ports are listed.
  package static let victimMinimum: UInt64 = 5
  /// How many failed contacts are listed at the most.
  package static let failureLimit = 256

  /// The address.
  package var address: IPAddress
  /// Whether it is an own address or lies in an internal range.
  package var isInternal: Bool
  /// Which way its conversations went.
  package var trafficDirection: TrafficDirection
  /// Services tried, by service.
  package var services: [ServiceAttempts] = []
  /// Addresses with several failed ports, by address.
  package var victims: [VictimPorts] = []
  /// Outside destinations that got very many packets, by address.
  package var heavyTargets: [HeavyTarget] = []
  /// Services that keep rejecting an internal source, by destination and service.
  package var rejectedServices: [RejectedService] = []
  /// Distinct address and service pairs that failed, the first `failureLimit` by address and service.
  package var failures: [FailedServicePair] = []
  /// How many pairs failed.
  package var failureCount: UInt64 = 0
  /// Distinct addresses with at least one conversation.
  package var targets: UInt64 = 0
  /// How all conversations went.
  package var outcomes = OutcomeCounts()
  /// Conversations whose direction is clear: a margin of 1 or more.
  package var sure: UInt64 = 0
  /// The records behind them.
  package var sums = RecordSums()

  /// How much it holds, in services, ports and lists.
  var weight: Int {
    1 + services.count + victims.count + failures.count / 8 + heavyTargets.count
      + rejectedServices.count
  }

  init(address: IPAddress, isInternal: Bool, trafficDirection: TrafficDirection) {
    self.address = address
    self.isInternal = isInternal
    self.trafficDirection = trafficDirection
  }
}

/// All sources of one neighbourhood, a /24 or /48, that tried something worth judging; by address.
package struct SourcePrefix: Sendable {
  /// The network.
  package var network: IPNetwork
  /// Its sources, at most `limit`; never empty.
  package var sources: [SourceProfile]
  /// Whether sources with smaller addresses came in a part before: a network with more sources than `limit` is cut,
  /// since anybody can forge millions of addresses of one /48.
  package var isContinued = false
  /// How many sources a part holds at the most.
  package static let limit = 16_384
  /// How much the sources of a part hold at the most, in services, ports and lists.
  static let weightLimit = 131_072
}
