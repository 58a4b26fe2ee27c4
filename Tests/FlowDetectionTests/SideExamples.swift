@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowModel

extension SourceProfile {
  /// Outbound traffic of an internal host.
  static func outbound(
    _ services: [ServiceAttempts] = [],
    victims: [VictimPorts] = [],
    heavy: [HeavyTarget] = [],
    from address: IPAddress = Example.own(3)
  ) -> SourceProfile {
    var profile = SourceProfile(address: address, isInternal: true, trafficDirection: .outbound)
    (profile.services, profile.victims, profile.heavyTargets) = (services, victims, heavy)
    return profile
  }

  /// Internal traffic of an internal host.
  static func lateral(
    _ services: [ServiceAttempts] = [],
    victims: [VictimPorts] = [],
    rejected: [RejectedService] = [],
    from address: IPAddress = Example.own(3)
  ) -> SourceProfile {
    var profile = SourceProfile(address: address, isInternal: true, trafficDirection: .lateral)
    (profile.services, profile.victims) = (services, victims)
    profile.rejectedServices = rejected
    return profile
  }
}

extension ServiceAttempts {
  /// Conversations with external or internal addresses of which so many got no response, within an hour unless said.
  static func tried(
    _ service: Service,
    failed: Int,
    answered: Int = 0,
    hour: Int? = nil,
    day: Int? = nil
  ) -> ServiceAttempts {
    var attempts = each(service, blocked: failed, touched: answered, own: Example.other)
    attempts.busiestHour = UInt64(hour ?? failed)
    attempts.busiestDay = UInt64(day ?? max(hour ?? failed, 0))
    return attempts
  }
}

extension HeavyTarget {
  /// So many packets of 100 bytes within so many seconds.
  static func got(
    _ packets: UInt64,
    in seconds: UInt32,
    _ service: Service = .udp(80),
    replyBytes: UInt64 = 0,
    at address: IPAddress = Example.other(9)
  ) -> HeavyTarget {
    var target = HeavyTarget(address: address, service: service)
    target.servicePackets = packets
    target.outcomes = OutcomeCounts(silent: 1)
    (target.sums.packets, target.sums.bytes, target.sums.records) = (packets, packets * 100, 1)
    (target.sums.first, target.sums.last) = (Example.start, Example.start + seconds)
    target.replyBytes = replyBytes
    return target
  }
}

extension RejectedService {
  /// So many rejected records of 40 bytes within so many hours.
  static func times(
    _ records: UInt64,
    hours: Double,
    _ service: Service = .web,
    atSource: UInt64 = 0
  ) -> RejectedService {
    RejectedService(
      destination: Example.own(4),
      service: service,
      outcomes: OutcomeCounts(blocked: records),
      sums: RecordSums(rejected: records, first: Example.start, hours: hours),
      rejectedAtSource: atSource
    )
  }
}

extension ExposedEndpoint {
  /// An open endpoint that sources of so many networks found, one of each.
  static func open(
    _ service: Service = .ssh,
    networks: UInt64,
    sources: UInt64? = nil,
    probers: UInt64 = 1,
    replyBytes: UInt64 = 1000,
    seconds: UInt32 = 7200,
    sessions: [IPNetwork] = [],
    at address: IPAddress = Example.own(1)
  ) -> ExposedEndpoint {
    var endpoint = ExposedEndpoint(address, service)
    (endpoint.networks, endpoint.sources) = (networks, sources ?? networks)
    (endpoint.probers, endpoint.replyBytes) = (probers, replyBytes)
    endpoint.conversations = endpoint.sources
    endpoint.sessionSources = UInt64(sessions.count)
    endpoint.sessionNetworks = sessions.map { ($0, 5000) }
    endpoint.proberSample = (0..<min(8, Int(probers))).map(Example.stranger)
    (endpoint.sums.first, endpoint.sums.last) = (Example.start, Example.start + seconds)
    return endpoint
  }
}

extension ThreatServicePair {
  /// One host-service pair with a listed address.
  static func with(
    _ listed: IPAddress = Example.other(66),
    inside: IPAddress = Example.own(1),
    isOutbound: Bool,
    _ outcomes: OutcomeCounts,
    service: Service = .web,
    bytes: UInt64 = 1000,
    replyBytes: UInt64 = 0,
    list: Int = 0
  ) -> ThreatServicePair {
    var sums = RecordSums(rejected: 0, first: Example.start, hours: 1)
    (sums.records, sums.bytes) = (outcomes.total, bytes)
    return ThreatServicePair(
      listed: listed,
      match: AddressLists.Match(list: list, network: IPNetwork(only: listed)),
      inside: inside,
      isOutbound: isOutbound,
      service: service,
      outcomes: outcomes,
      sums: sums,
      replyBytes: replyBytes,
      sure: outcomes.total
    )
  }
}

extension Detector {
  func found(
    exposures: [ExposedEndpoint],
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [Finding] {
    var observations = Observations()
    observations.exposures = exposures
    return found(in: observations, network)
  }

  func found(threats: [ThreatServicePair], _ network: NetworkContext) -> [Finding] {
    var observations = Observations()
    observations.threats = threats
    return found(in: observations, network)
  }
}
