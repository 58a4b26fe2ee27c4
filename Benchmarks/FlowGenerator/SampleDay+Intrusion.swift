internal import FlowModel

extension SampleDay {
  private static let start = GeneratedDay.at(13, 5)
  private static let attempts = 41
  private static let pause = 40...55
  private static let sessionLength = 1_310
  private static let sweepDelay = 1_020
  private static let sweptAddresses = 260
  private static let sweepStride = 9
  private static let lateralDelay = 1_900
  private static let lateralHosts: [UInt32] = Array(1...28)
  private static let lateralPort: UInt16 = 445
  private static let indexReaders = 14
  private static let shellPort: UInt16 = 22

  /// The forgotten machine is brute-forced at, got into, and made to look for others: outside for SSH, inside for SMB.
  mutating func addIntrusion() {
    guard let victim = network.interfaces.first(where: { $0.isOpen(9_200) }) else { return }
    var second = Self.start
    for _ in 0..<Self.attempts {
      attempt(Endpoint(Actor.intruder, random.ephemeralPort()), victim, at: second, .compiled)
      second += random.within(Self.pause)
    }
    addSession(victim, at: second)
    addOutboundSweep(victim, from: second + Self.sweepDelay)
    addLateralScan(victim, from: second + Self.lateralDelay)
    addIndexReaders(victim)
  }

  /// Strangers who found the search index and read in it; it asks for no password.
  private mutating func addIndexReaders(_ victim: NetworkInterface) {
    for party in 0..<Self.indexReaders {
      let address = PublicAddresses.v4(party, group: PublicAddresses.readers)
      let size = random.within(9_000...240_000)
      record(
        Conversation(
          client: Endpoint(address, random.ephemeralPort()),
          server: victim.port(9_200),
          start: anySecond(),
          duration: random.within(1...20),
          toServer: Volume(packets: 9 + size / 2_800, bytes: 1_400 + size / 40),
          toClient: Volume(packets: 8 + size / 1_400, bytes: 900 + size)
        )
      )
    }
  }

  private mutating func addSession(_ victim: NetworkInterface, at second: Int) {
    record(
      Conversation(
        client: Endpoint(Actor.intruder, random.ephemeralPort()),
        server: victim.port(Self.shellPort),
        start: second,
        duration: Self.sessionLength,
        toServer: Volume(packets: 391, bytes: 41_820),
        toClient: Volume(packets: 402, bytes: 187_344)
      )
    )
  }

  /// SSH at addresses all over the internet; few answer.
  private mutating func addOutboundSweep(_ victim: NetworkInterface, from start: Int) {
    for party in 0..<Self.sweptAddresses {
      let address = PublicAddresses.v4(party, group: PublicAddresses.victims)
      let (source, second) = (victim.port(random.ephemeralPort()), start + party * Self.sweepStride)
      let target = Endpoint(address, Self.shellPort)
      if random.happens(1, in: 20) {
        record(.bannerGrab(source, target, at: second))
      } else {
        record(
          Conversation(
            client: source,
            server: target,
            start: second,
            duration: 3,
            toServer: Volume(packets: 3, each: 60),
            flags: .attempt
          )
        )
      }
    }
  }

  /// Every address of the private subnets; security groups let nothing in, and most addresses are not taken.
  private mutating func addLateralScan(_ victim: NetworkInterface, from start: Int) {
    var second = start
    for subnet in [10, 11] as [UInt32] {
      for host in Self.lateralHosts {
        let address = IPAddress(v4: network.firstOctets << 16 | subnet << 8 | host)
        let own = network.interfaces.first { $0.address == address }
        record(
          Conversation(
            client: victim.port(random.ephemeralPort()),
            server: Endpoint(address, Self.lateralPort, interface: own?.number),
            start: second,
            duration: 1,
            toServer: Volume(packets: 2, each: 52),
            isStoppedAtServer: true,
            flags: .attempt
          )
        )
        second += random.within(1...4)
      }
    }
  }
}
