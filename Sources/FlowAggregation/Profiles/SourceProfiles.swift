package import FlowFindings
package import FlowModel

/// The attempts of a source at one service.
package struct ServiceAttempts: Sendable {
  /// The service.
  package var service: Service
  /// Distinct addresses with a conversation that the source initiated.
  package var targets: UInt64 = 0
  /// Distinct addresses with at least one conversation without a response.
  package var failedTargets: UInt64 = 0
  /// Distinct addresses with a conversation without a response, or with a response to fewer than eight packets.
  package var probedTargets: UInt64 = 0
  /// Distinct addresses with at least one response.
  package var openTargets: UInt64 = 0
  /// Distinct addresses with conversations of at most two packets and no response.
  package var tinyTargets: UInt64 = 0
  /// The outcomes of the conversations.
  package var outcomes = OutcomeCounts()
  /// Conversations of at most two packets from the client.
  package var tiny: UInt64 = 0
  /// Conversations with a certain direction: a margin of 1 or more.
  package var sure: UInt64 = 0
  /// Sums over the records.
  package var sums = RecordSums()
  /// Response bytes.
  package var replyBytes: UInt64 = 0
  /// The most targets with a first attempt within one hour; nil if there are too many to count.
  ///
  /// For internal sources only targets with a failed attempt count.
  package var busiestHour: UInt64? = 0
  /// The same within 24 hours.
  package var busiestDay: UInt64? = 0
  /// Up to eight targets with the smallest addresses.
  package var sample: [IPAddress] = []

  init(_ service: Service) { self.service = service }
}

/// The failed ports of one address for a source.
package struct VictimPorts: Sendable {
  /// The address.
  package var address: IPAddress
  /// Distinct protocol and port pairs with at least one conversation without a response.
  package var failedPorts: UInt64 = 0
  /// Distinct pairs with a response.
  package var openPorts: UInt64 = 0
  /// Lowest failed port.
  package var lowest = UInt16.max
  /// Highest failed port.
  package var highest: UInt16 = 0
  /// The outcomes of the conversations.
  package var outcomes = OutcomeCounts()
  /// Conversations with a certain direction: a margin of 1 or more.
  package var sure: UInt64 = 0
  /// Sums over the records.
  package var sums = RecordSums()
  /// The most failed ports with a first attempt within one hour.
  package var busiestHour: UInt64? = 0
  /// The same within 24 hours.
  package var busiestDay: UInt64? = 0

  init(_ address: IPAddress) { self.address = address }
}

/// A service of an address without a response to a source.
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

/// The direction of a source's conversations relative to the network.
package enum TrafficDirection: UInt8, Sendable {
  /// From external to internal addresses.
  case inbound
  /// Between internal addresses.
  case lateral
  /// From internal to external addresses.
  case outbound
}

/// A destination with very many packets.
package struct HeavyTarget: Sendable, Equatable {
  /// Minimum of packets for a destination to be listed.
  package static let floor: UInt64 = 10_000

  /// Whether the packets can be a flood: hardly any response, or bare packets with an equally bare response.
  ///
  /// The acknowledgments of a download are bare too, but the response is many times larger.
  static func isFloodLike(packets: UInt64, bytes: UInt64, replyBytes: UInt64) -> Bool {
    packets >= floor
      && (replyBytes < bytes / 20 || bytes / 80 <= packets && replyBytes / 2 <= bytes)
  }

  /// The destination.
  package var address: IPAddress
  /// The service with the most packets.
  package var service: Service
  /// Number of packets of that service.
  package var servicePackets: UInt64 = 0
  /// The outcomes of the conversations.
  package var outcomes = OutcomeCounts()
  /// Packets and bytes sent to the destination.
  package var sums = RecordSums()
  /// Response bytes.
  package var replyBytes: UInt64 = 0

  /// Packets per minute, averaged from the first to the last record, over at least one minute.
  package var packetsPerMinute: Double {
    Double(sums.packets) * 60 / Double(max(60, sums.last > sums.first ? sums.last - sums.first : 0))
  }
}

/// A service that repeatedly rejects an internal source.
package struct RejectedService: Sendable, Equatable {
  /// Minimum of rejected records for a service to be listed.
  package static let floor: UInt64 = 100

  /// The destination.
  package var destination: IPAddress
  /// The service.
  package var service: Service
  /// The outcomes of the conversations.
  package var outcomes: OutcomeCounts
  /// The records to the service.
  package var sums: RecordSums
  /// Rejected records of the source's own interface.
  ///
  /// The others were blocked at the destination.
  package var rejectedAtSource: UInt64
}

/// The attempts of one address on one side of the network perimeter.
package struct SourceProfile: Sendable {
  /// The most heavy targets and rejecting services that are listed.
  package static let listLimit = 256
  /// Minimum of failed ports for a victim to be listed.
  package static let victimMinimum: UInt64 = 5
  /// The most failed host-service pairs that are listed.
  package static let failureLimit = 256

  /// The address.
  package var address: IPAddress
  /// Whether it is a local address or in an internal range.
  package var isInternal: Bool
  /// The direction of its conversations.
  package var trafficDirection: TrafficDirection
  /// Services tried, by service.
  package var services: [ServiceAttempts] = []
  /// Addresses with several failed ports, by address.
  package var victims: [VictimPorts] = []
  /// External destinations with very many packets, by address.
  package var heavyTargets: [HeavyTarget] = []
  /// Services that repeatedly reject an internal source, by destination and service.
  package var rejectedServices: [RejectedService] = []
  /// Distinct address and service pairs that failed, the first `failureLimit` by address and service.
  package var failures: [FailedServicePair] = []
  /// Number of failed pairs.
  package var failureCount: UInt64 = 0
  /// Distinct addresses with at least one conversation.
  package var targets: UInt64 = 0
  /// Distinct external addresses with a failed port; only for outbound traffic.
  package var failedPeers: UInt64 = 0
  /// The most of them with their first failed attempt within 24 hours; nil if there are too many attempts to count.
  package var failedPeersOfDay: UInt64? = 0
  /// The most distinct services with their first failed attempt within 24 hours; only for outbound traffic.
  package var failedServicesOfDay: UInt64? = 0
  /// The outcomes of all conversations.
  package var outcomes = OutcomeCounts()
  /// Conversations with a certain direction: a margin of 1 or more.
  package var sure: UInt64 = 0
  /// Sums over the records.
  package var sums = RecordSums()

  /// Its size in services, ports and lists.
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

/// All relevant sources of one source prefix, a /24 or /48, by address.
package struct SourcePrefix: Sendable {
  /// The network.
  package var network: IPNetwork
  /// The sources, at most `limit`; never empty.
  package var sources: [SourceProfile]
  /// Whether sources with smaller addresses were in an earlier part.
  ///
  /// A source prefix with more sources than `limit` is split, because anyone can spoof millions of addresses of one
  /// /48.
  package var isContinued = false
  /// The most sources in a part.
  package static let limit = 16_384
  /// The maximum size of the sources of a part, in services, ports and lists.
  static let weightLimit = 131_072
}
