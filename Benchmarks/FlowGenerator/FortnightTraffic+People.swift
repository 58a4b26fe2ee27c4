internal import FlowModel

extension FortnightTraffic {
  private static let shellPort: UInt16 = 22
  private static let deskCount = 4
  /// When people log in to the bastion on a working day, and for how many minutes at most.
  private static let sessions: [(office: Int, hour: Int, minutes: Int)] = [
    (0, 8, 40), (1, 9, 55), (0, 11, 25), (1, 14, 50), (0, 16, 30),
  ]

  /// People from two offices work on the bastion and, from there, on one machine at a time.
  mutating func addAdministrators() {
    guard !day.isWeekend else { return }
    for (place, session) in Self.sessions.enumerated() {
      let turn = (day.number * Self.sessions.count + place) % network.administered.count
      let desk = Outside.offices[session.office].address(random.below(Self.deskCount))
      let start = day.at(session.hour) + random.below(GeneratedDay.hour)
      let most = session.minutes * GeneratedDay.minute
      let duration = random.within(most / 3...most)
      let home = Endpoint(desk, random.ephemeralPort())
      addShell(home, network.bastion.port(Self.shellPort), at: start, lasting: duration)
      addShell(
        network.bastion.port(random.ephemeralPort()),
        network.administered[turn].port(Self.shellPort),
        at: start + duration / 8,
        lasting: duration * 3 / 4
      )
    }
  }

  /// A person's session: keys one way, screens the other.
  mutating func addShell(
    _ client: Endpoint,
    _ server: Endpoint,
    at start: Int,
    lasting duration: Int
  ) {
    let keys = 60 + duration * random.within(5...9) / 10
    record(
      Conversation(
        client: client,
        server: server,
        start: start,
        duration: duration,
        toServer: Volume(packets: keys, bytes: 4_900 + keys * 76),
        toClient: Volume(packets: keys - keys / 9, bytes: 5_200 + keys * random.within(110...240))
      )
    )
  }
}

extension FortnightTraffic {
  private static let webPorts: [UInt16] = [443, 443, 443, 80]
  private static let clientCount = 2_500
  private static let visits = 120...200
  private static let probesOfEach = 90...130
  private static let scannerCount = 4_000
  private static let scannedPorts: [UInt16] = [
    23, 22, 445, 3_389, 6_379, 8_443, 2_323, 1_433, 5_900, 81, 3_306,
  ]
  private static let scanWeights = [22, 16, 12, 9, 7, 5, 4, 3, 3, 2, 2]

  /// Visitors of the public web servers.
  mutating func addVisitors() {
    for web in network.web {
      for _ in 0..<human(Self.visits) {
        let party = random.mostlySmall(0...Self.clientCount - 1)
        let address = PublicAddresses.v4(party, group: PublicAddresses.clients)
        let client = Endpoint(address, random.ephemeralPort())
        let server = web.port(random.pick(Self.webPorts))
        record(WebVisit.make(client, server, at: busySecond(), &random))
      }
    }
  }

  /// What every public address gets from external sources, and turns away.
  mutating func addNoise() {
    for target in [network.bastion] + network.web { addNoise(target) }
  }

  mutating func addNoise(_ target: NetworkInterface) {
    for _ in 0..<random.within(Self.probesOfEach) {
      let party = random.below(Self.scannerCount)
      let address = PublicAddresses.v4(party, group: PublicAddresses.scanners)
      let port = Self.scannedPorts[random.weighted(Self.scanWeights)]
      let source = Endpoint(address, random.ephemeralPort())
      record(.refused(source, target.port(port), at: anySecond()))
    }
  }
}
