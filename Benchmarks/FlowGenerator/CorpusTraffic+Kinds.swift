internal import FlowModel

extension CorpusTraffic {
  /// How many of a thousand conversations are of a kind; web visits make up the rest.
  private enum Share {
    static let whole = 1_000
    static let database = 90
    static let inside = 70
    static let outbound = 40
    static let noise = 70
    static let time = 20
    static let ping = 8
    static let shell = 2
    static let visitByV6 = 12
  }

  private static let remoteServices = 6_000
  private static let timeServers = 40
  private static let administrators = 40
  private static let lateShare = 12
  private static let strayShare = 60
  private static let noisePorts: [UInt16] = [
    23, 23, 23, 22, 22, 22, 445, 445, 3_389, 3_389, 6_379, 8_080, 8_080, 5_900, 1_433, 2_323, 81,
    9_200, 5_555, 3_306,
  ]

  /// Adds a conversation of a kind that the random numbers choose.
  mutating func addConversation() {
    var left = random.below(Share.whole)
    func isKind(_ share: Int) -> Bool {
      left -= share
      return left < 0
    }
    if isKind(Share.database) { return addInside(databases, port: 5_432) }
    if isKind(Share.inside) { return addInside(apps, port: 8_080) }
    if isKind(Share.outbound) { return addOutbound() }
    if isKind(Share.noise) { return addNoise() }
    if isKind(Share.time) { return addTimeQuery() }
    if isKind(Share.ping) { return addPing() }
    if isKind(Share.shell) { return addShell() }
    addVisit(isV6: isKind(Share.visitByV6))
  }

  /// A client's connection; nearly all clients know one host only.
  private mutating func addVisit(isV6: Bool) {
    let party = random.below(plan.clients)
    let home = party % publicHosts.count
    let host = publicHosts[
      random.happens(1, in: Self.strayShare) ? random.below(publicHosts.count) : home
    ]
    let port: UInt16 = random.happens(1, in: 7) ? 80 : 443
    let address =
      isV6
      ? PublicAddresses.v6(party, group: PublicAddresses.clients)
      : PublicAddresses.v4(party, group: PublicAddresses.clients)
    let client = Endpoint(address, random.ephemeralPort())
    addVisit(client, isV6 ? host.portV6(port) : host.port(port))
  }

  private mutating func addVisit(_ client: Endpoint, _ server: Endpoint) {
    record(visit(client, server))
  }

  private mutating func visit(_ client: Endpoint, _ server: Endpoint) -> Conversation {
    var visit = WebVisit.make(client, server, at: slice.lowerBound, &random)
    visit.duration = min(visit.duration, slice.count - 1)
    visit.start = second(lasting: visit.duration)
    return visit
  }

  /// A connection that both of its ends log.
  private mutating func addInside(_ servers: [NetworkInterface], port: UInt16) {
    let client = random.pick(apps)
    let server = random.pick(servers)
    guard client.number != server.number else { return }
    addVisit(client.port(random.ephemeralPort()), server.port(port))
  }

  /// A call through a NAT gateway, after which late packets may be refused at the caller.
  private mutating func addOutbound() {
    let party = random.mostlySmall(0...Self.remoteServices - 1)
    let remote = Endpoint(PublicAddresses.v4(party, group: PublicAddresses.services), 443)
    let isDirect = random.happens(1, in: 2)
    let caller = random.pick(isDirect ? webServers : apps).port(random.ephemeralPort())
    let connection = visit(caller, remote)
    guard !isDirect else {
      record(connection)
      if random.happens(1, in: Self.lateShare) { addLatePacket(of: connection) }
      return
    }
    let legs = NatCrossing.legs(
      connection,
      random.pick(gateways),
      outerPort: random.ephemeralPort()
    )
    for leg in legs { record(leg) }
  }

  private mutating func addLatePacket(of connection: Conversation) {
    var late = Conversation.refused(
      connection.server,
      connection.client,
      at: second(),
      size: Conversation.bareSynSize
    )
    late.flags = .lateReset
    record(late)
  }

  private mutating func addNoise() {
    let address = PublicAddresses.v4(
      random.below(plan.scanners),
      group: PublicAddresses.scanners
    )
    let source = Endpoint(address, random.ephemeralPort())
    let port = random.pick(Self.noisePorts)
    record(.probe(source, random.pick(publicHosts), port, at: second()))
  }

  private mutating func addTimeQuery() {
    let server = PublicAddresses.v4(
      random.below(Self.timeServers),
      group: PublicAddresses.timeServers
    )
    let client = random.pick(publicHosts).port(random.ephemeralPort())
    record(
      .echo(
        client,
        Endpoint(server, 123),
        at: second(),
        Volume(packets: 1, bytes: 76),
        protocolNumber: ProtocolNumber.udp
      )
    )
  }

  private mutating func addPing() {
    let volume = Volume(packets: random.within(1...5), each: 84)
    let (source, target) = (random.pick(publicHosts), random.pick(webServers))
    guard source.number != target.number else { return }
    record(
      .echo(
        source.port(0),
        target.port(0),
        at: second(lasting: volume.packets),
        volume,
        protocolNumber: ProtocolNumber.icmp
      )
    )
  }

  private mutating func addShell() {
    let party = random.below(Self.administrators)
    let home = PublicAddresses.v4(party, group: PublicAddresses.administrators)
    let duration = min(random.within(30...900), slice.count - 1)
    let keys = 40 + duration
    record(
      Conversation(
        client: Endpoint(home, random.ephemeralPort()),
        server: random.pick(bastions).port(22),
        start: second(lasting: duration),
        duration: duration,
        toServer: Volume(packets: keys, bytes: 4_900 + keys * 71),
        toClient: Volume(packets: keys - keys / 9, bytes: 5_200 + keys * random.within(110...240))
      )
    )
  }
}
