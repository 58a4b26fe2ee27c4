internal import FlowModel

extension SampleDay {
  private static let swarmHosts: [UInt32] = (0..<40).map { 7 + $0 * 6 }
  private static let swarmStart = GeneratedDay.at(10)
  private static let swarmLength = 4 * GeneratedDay.hour
  private static let swarmProbes = 1...4
  /// Ports of services that somebody may have forgotten to close.
  private static let swarmPorts: [UInt16] = [
    21, 23, 110, 111, 135, 139, 143, 389, 443, 445, 465, 502, 512, 513, 514, 515, 548, 554, 587,
    623, 631, 636, 873, 902, 993, 995, 1_025, 1_080, 1_099, 1_194, 1_433, 1_521, 1_723, 1_883,
    2_049, 2_082, 2_083, 2_181, 2_222, 2_375, 2_376, 2_379, 3_000, 3_128, 3_260, 3_306, 3_690,
    4_444, 4_567, 4_786, 5_000, 5_432, 5_555, 5_601, 5_672, 5_900, 5_984, 5_985, 6_000, 6_443,
    6_666, 7_001, 7_077, 7_547, 8_000, 8_008, 8_009, 8_081, 8_086, 8_088, 8_443, 8_500, 8_834,
    8_888, 9_000, 9_042, 9_090, 9_092, 9_200, 9_418, 10_000, 10_250, 11_211, 15_672, 27_017,
    50_000, 50_070,
  ]

  private static let walkStart = GeneratedDay.at(14, 5)
  private static let walkLength = 590
  private static let walkedPorts = 400
  private static let portStride = 7

  private static let pingStart = GeneratedDay.at(5, 33)
  private static let datagramStart = GeneratedDay.at(20, 15)
  private static let datagramTargets = 8
  /// Management, discovery, time and cache services, with the sizes of the questions to them.
  private static let datagrams: [(port: UInt16, size: Int)] = [
    (161, 87), (1_900, 122), (123, 36), (11_211, 43),
  ]

  /// Forty machines of one network, each with a few ports of its own: together one scan.
  mutating func addSwarm() {
    var next = 0
    for host in Self.swarmHosts {
      for _ in 0..<random.within(Self.swarmProbes) {
        let source = Endpoint(Actor.swarm(host), random.ephemeralPort())
        let port = Self.swarmPorts[next % Self.swarmPorts.count]
        let second = Self.swarmStart + random.below(Self.swarmLength)
        probe(source, random.pick(network.publicInterfaces), port, at: second)
        next += 1
      }
    }
  }

  /// Every port that matters on one web server, and many that do not.
  mutating func addPortWalk() {
    let ports = (0..<Self.walkedPorts).map { UInt16(1 + $0 * Self.portStride) } + [80, 443]
    let distinct = ports.prefix(Self.walkedPorts - 2) + ports.suffix(2)
    let source = Endpoint(Actor.portWalker, random.ephemeralPort())
    for (index, port) in random.shuffled(Array(distinct)).enumerated() {
      let second = Self.walkStart + index * Self.walkLength / Self.walkedPorts
      probe(source, first(.web), port, at: second)
    }
  }

  /// Ping to every address; the front answers.
  mutating func addPingSweep() {
    for (index, target) in network.publicInterfaces.enumerated() {
      var ping = Conversation.echo(
        Endpoint(Actor.pinger, 0),
        target.port(0),
        at: Self.pingStart + index,
        Volume(packets: 1, bytes: 28),
        protocolNumber: ProtocolNumber.icmp
      )
      if !target.role.answersPing {
        ping.toClient = .none
        ping.isAccepted = false
      }
      record(ping)
    }
  }

  /// Services that amplify, asked for on several addresses.
  mutating func addDatagramProbes() {
    var second = Self.datagramStart
    for target in random.shuffled(network.publicInterfaces).prefix(Self.datagramTargets) {
      for datagram in Self.datagrams {
        let source = Endpoint(Actor.datagramSender, random.ephemeralPort())
        probeByDatagram(source, target.port(datagram.port), at: second, size: datagram.size)
        second += random.within(2...11)
      }
    }
  }
}
