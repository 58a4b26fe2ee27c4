import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

/// Addresses of the documentation ranges in the parts that these tests give out.
enum Example {
  /// An address of the network that is looked at.
  static func own(_ number: Int) -> IPAddress { IPAddress(v4: 0xc000_0200 + UInt32(number)) }
  /// An address on the internet.
  static func stranger(_ number: Int) -> IPAddress { IPAddress(v4: 0xcb00_7100 + UInt32(number)) }
  /// An address on the internet, of another network than `stranger`.
  static func other(_ number: Int) -> IPAddress { IPAddress(v4: 0xc633_6400 + UInt32(number)) }

  static func ownV6(_ number: Int) -> IPAddress {
    IPAddress(high: 0x2001_0db8_000a_0000, low: UInt64(number))
  }
  static func strangerV6(_ number: Int) -> IPAddress {
    IPAddress(high: 0x2001_0db8_000b_0000, low: UInt64(number))
  }

  /// A network with so many local addresses.
  static func network(own: Int, ownV6: Int = 0) -> NetworkContext {
    NetworkContext(own: (0..<own).map(Self.own) + (0..<ownV6).map(Self.ownV6))
  }
}

extension Service {
  static func tcp(_ port: UInt16) -> Service { Service(protocolNumber: 6, port: port) }
  static func udp(_ port: UInt16) -> Service { Service(protocolNumber: 17, port: port) }
  static let icmp = Service(protocolNumber: 1, port: 0)
  static let icmpV6 = Service(protocolNumber: 58, port: 0)
  static let ssh = tcp(22)
  static let web = tcp(443)
}

extension OutcomeCounts {
  init(
    blocked: UInt64 = 0,
    silent: UInt64 = 0,
    refused: UInt64 = 0,
    touched: UInt64 = 0,
    sessions: UInt64 = 0
  ) {
    self.init()
    (self.blocked, self.silent, self.refused) = (blocked, silent, refused)
    (self.touched, self.sessions) = (touched, sessions)
  }
}

extension RecordSums {
  /// One rejected record of 40 bytes for each conversation.
  init(rejected: UInt64, first: UInt32 = 1_767_607_200, hours: Double = 0) {
    self.init()
    (records, self.rejected, packets, bytes) = (rejected, rejected, rejected, rejected * 40)
    self.first = first
    last = first + UInt32(hours * 3600)
  }
}

extension ServiceAttempts {
  /// One conversation with each of so many local addresses, those without a response first.
  static func each(
    _ service: Service,
    blocked: Int = 0,
    touched: Int = 0,
    sessions: Int = 0,
    hours: Double = 0,
    own: (Int) -> IPAddress = Example.own
  ) -> ServiceAttempts {
    var attempts = ServiceAttempts(service)
    let all = blocked + touched + sessions
    attempts.targets = UInt64(all)
    attempts.failedTargets = UInt64(blocked)
    attempts.probedTargets = UInt64(blocked + touched)
    attempts.openTargets = UInt64(touched + sessions)
    attempts.tinyTargets = UInt64(blocked)
    attempts.tiny = UInt64(blocked + touched)
    attempts.outcomes = OutcomeCounts(
      blocked: UInt64(blocked),
      touched: UInt64(touched),
      sessions: UInt64(sessions)
    )
    attempts.sure = UInt64(all)
    attempts.sums = RecordSums(rejected: UInt64(all), hours: hours)
    (attempts.busiestHour, attempts.busiestDay) = (UInt64(all), UInt64(all))
    attempts.sample = (0..<min(8, all)).map(own)
    return attempts
  }
}

extension VictimPorts {
  /// One blocked conversation with each of so many ports.
  static func closed(
    _ ports: Int,
    of address: IPAddress = Example.own(0),
    hours: Double = 0
  ) -> VictimPorts {
    var victim = VictimPorts(address)
    victim.failedPorts = UInt64(ports)
    (victim.lowest, victim.highest) = (1, UInt16(clamping: ports))
    victim.outcomes = OutcomeCounts(blocked: UInt64(ports))
    victim.sure = UInt64(ports)
    victim.sums = RecordSums(rejected: UInt64(ports), hours: hours)
    (victim.busiestHour, victim.busiestDay) = (UInt64(ports), UInt64(ports))
    return victim
  }
}

extension SourceProfile {
  static func trying(
    _ services: [ServiceAttempts],
    victims: [VictimPorts] = [],
    from address: IPAddress = Example.stranger(7),
    isInternal: Bool = false
  ) -> SourceProfile {
    var profile = SourceProfile(
      address: address,
      isInternal: isInternal,
      trafficDirection: isInternal ? .lateral : .inbound
    )
    profile.services = services
    profile.victims = victims
    return profile
  }

  /// A source that got no response at these pairs of local address and service.
  static func failing(
    at pairs: [FailedServicePair],
    from address: IPAddress,
    isInternal: Bool = false,
    hours: Double = 0
  ) -> SourceProfile {
    var profile = SourceProfile(
      address: address,
      isInternal: isInternal,
      trafficDirection: isInternal ? .lateral : .inbound
    )
    profile.failures = pairs
    profile.failureCount = UInt64(pairs.count)
    profile.outcomes = OutcomeCounts(blocked: UInt64(pairs.count))
    profile.sure = UInt64(pairs.count)
    profile.sums = RecordSums(rejected: UInt64(pairs.count), hours: hours)
    return profile
  }
}

extension SourcePrefix {
  /// The sources by network, /24 or /48.
  static func of(_ sources: [SourceProfile]) -> [SourcePrefix] {
    var networks: [IPNetwork: [SourceProfile]] = [:]
    for source in sources {
      let length = source.address.isV4 ? 24 : 48
      let network = IPNetwork(source.address, prefixLength: length)
      networks[network ?? IPNetwork(only: source.address), default: []].append(source)
    }
    return networks.sorted { $0.key.base < $1.key.base }.map {
      SourcePrefix(network: $0.key, sources: $0.value.sorted { $0.address < $1.address })
    }
  }
}

extension Detector {
  /// What the detector finds in these sources.
  func found(
    in sources: [SourceProfile],
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [Finding] {
    var observations = Observations()
    observations.sourcePrefixes = SourcePrefix.of(sources)
    return found(in: observations, network)
  }

  /// What the detector finds in a batch.
  func found(
    in observations: Observations,
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [Finding] {
    found(in: observations, CompleteContext(network))
  }

  /// The findings of the detector for a batch, with the complete context.
  func found(in observations: Observations, _ context: CompleteContext) -> [Finding] {
    var detector = self
    detector.observe(observations, context.network)
    return detector.findings(context).findings
  }

  /// What was found in a log of which nothing else is known.
  func findings(_ network: NetworkContext) -> Found { findings(CompleteContext(network)) }
}

extension Detectors {
  /// All findings in a log of which nothing else is known.
  func findings() -> (findings: [Finding], dropped: UInt64) { findings(CompleteContext(network)) }
}
