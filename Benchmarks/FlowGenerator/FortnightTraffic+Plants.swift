internal import FlowModel

extension FortnightTraffic {
  private static let securePort: UInt16 = 443
  private static let shellPort: UInt16 = 22

  private static let beaconPause = 240...360
  private static let exfiltrationAnHour = 60_000_000
  /// Shorter than what separates two conversations with the same ports.
  private static let exfiltrationPause = 70...110
  private static let exfiltrationLifetime = 13_000
  private static let firstPort = 40_000
  private static let newcomerAddresses = 6
  private static let newcomerCalls = 50...60
  private static let newcomerSize = 320_000...400_000

  /// What a morning's report should show, as far as it falls on this day.
  mutating func addPlants() {
    addNoise(network.forgotten)
    let cast = FortnightCast(network)
    if FortnightCast.beaconDays ~= day.number { addBeacon(cast) }
    if FortnightCast.exfiltrationDays ~= day.number { addExfiltration(cast) }
    if FortnightCast.newcomerDays ~= day.number { addNewcomer(cast) }
    if FortnightCast.serviceDays ~= day.number { addService(cast) }
    if FortnightCast.visitorDay == day.number { addStrangeAdministrator() }
    if FortnightCast.edgeDay == day.number { addEdge(cast) }
    if FortnightCast.volumeDay == day.number { addSpike(cast) }
    if FortnightCast.crossingDay == day.number { addCrossing(cast) }
    if FortnightCast.unusualPortDay == day.number { addUnusualPort(cast) }
  }

  private mutating func addBeacon(_ cast: FortnightCast) {
    let server = FortnightCast.beaconNetwork.port(Self.securePort)
    for second in seconds(every: Self.beaconPause) {
      exchange(
        cast.beaconHost,
        server,
        at: second,
        sent: random.within(700...780),
        received: random.within(300...330)
      )
    }
  }

  /// Connections of some hours, one after another, too few and too long to be told by their starts.
  private mutating func addExfiltration(_ cast: FortnightCast) {
    let server = FortnightCast.exfiltrationNetwork.port(Self.securePort)
    for second in seconds(every: Self.exfiltrationPause) {
      let pause = random.within(Self.exfiltrationPause)
      let port = Self.firstPort + second / Self.exfiltrationLifetime % 1_000
      exchange(
        cast.exfiltratingHost.port(UInt16(port)),
        server,
        at: second,
        lasting: random.below(8),
        sent: Self.exfiltrationAnHour / GeneratedDay.hour * pause,
        received: random.within(200...900)
      )
    }
  }

  private mutating func addNewcomer(_ cast: FortnightCast) {
    for _ in 0..<random.within(Self.newcomerCalls) {
      let address = random.below(Self.newcomerAddresses)
      exchange(
        cast.newcomersFriend,
        FortnightCast.newProvider.port(Self.securePort, number: address),
        at: busySecond(),
        lasting: random.below(20),
        sent: random.within(2_000...20_000),
        received: random.within(Self.newcomerSize)
      )
    }
  }

  private mutating func addStrangeAdministrator() {
    record(
      Conversation(
        client: Endpoint(FortnightCast.visitorNetwork.address(), random.ephemeralPort()),
        server: network.bastion.port(Self.shellPort),
        start: day.at(19, 25) + random.below(600),
        duration: 2_400,
        toServer: Volume(packets: 2_900, bytes: 240_000),
        toClient: Volume(packets: 3_900, bytes: 4_700_000)
      )
    )
  }

  private mutating func addEdge(_ cast: FortnightCast) {
    record(
      Conversation(
        client: cast.edgeClient.port(random.ephemeralPort()),
        server: cast.edgeServer.port(Self.shellPort),
        start: day.at(14, 10) + random.below(600),
        duration: 3_000,
        toServer: Volume(packets: 900, bytes: 72_000),
        toClient: Volume(packets: 840, bytes: 128_000)
      )
    )
  }
}

extension FortnightTraffic {
  private static let customerAddresses = 4
  private static let customerCalls = 20...30
  private static let peerCalls = 6...12
  private static let spikeHour = 3
  private static let spikeTransfers = 10
  private static let spikeSize = 15_000_000
  private static let crossings = 12
  private static let unusualSessions = 3

  private mutating func addService(_ cast: FortnightCast) {
    let service = cast.serviceHost.port(FortnightCast.newPort)
    for _ in 0..<random.within(Self.customerCalls) {
      let address = FortnightCast.customerNetwork.address(random.below(Self.customerAddresses))
      addServiceCall(Endpoint(address, random.ephemeralPort()), service)
    }
    for peer in cast.servicePeers {
      for _ in 0..<random.within(Self.peerCalls) {
        addServiceCall(peer.port(random.ephemeralPort()), service)
      }
    }
  }

  private mutating func addServiceCall(_ client: Endpoint, _ service: Endpoint) {
    exchange(
      client,
      service,
      at: busySecond(),
      lasting: random.below(8),
      sent: random.within(9_000...15_000),
      received: random.within(20_000...60_000)
    )
  }

  /// One hour of the run; as much comes back as goes out, so nothing is carried off.
  private mutating func addSpike(_ cast: FortnightCast) {
    for transfer in 0..<Self.spikeTransfers {
      exchange(
        cast.volumeHost,
        Outside.storage[0].port(Self.securePort, number: transfer),
        at: day.at(Self.spikeHour, 3 + 5 * transfer) + random.below(60),
        lasting: random.within(20...120),
        sent: Self.spikeSize,
        received: Self.spikeSize
      )
    }
  }

  private mutating func addCrossing(_ cast: FortnightCast) {
    for _ in 0..<Self.crossings {
      exchange(
        cast.crossingClient,
        cast.crossingServer.port(FortnightCast.crossingPort),
        at: busySecond(),
        lasting: random.below(10),
        sent: random.within(9_000...15_000),
        received: random.within(30_000...80_000)
      )
    }
  }

  private mutating func addUnusualPort(_ cast: FortnightCast) {
    for _ in 0..<Self.unusualSessions {
      exchange(
        cast.unusualPortHost,
        cast.unusualPortNetwork.port(FortnightCast.unusualPort),
        at: busySecond(),
        lasting: random.within(20...60),
        sent: random.within(400_000...600_000),
        received: random.within(1_400_000...1_600_000)
      )
    }
  }
}
